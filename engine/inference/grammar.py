"""Constraints from a grammar: the reply matches a JSON schema or a regular expression.

The masks come from llguidance, which is loaded when the first grammar is asked for. Knows a
tokenizer, no model.
"""
# llguidance tells its types only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.inference.constraint import BoolArray
from engine.inference.tokenizer import Tokenizer

_JSON_OPTIONS: Any = {"whitespace_flexible": False}  # else a model may indent for ever


class GrammarConstraint:
    """A Constraint over one grammar; `vocabulary` is the number of tokens."""

    def __init__(self, matcher: Any, vocabulary: int) -> None:
        self._matcher = matcher
        self._vocabulary = vocabulary
        self._bits = np.zeros((vocabulary + 1 + 31) // 32, np.int32)
        self._mask: BoolArray | None = None

    def allowed(self) -> BoolArray:
        if self._mask is None:
            self._matcher.unsafe_compute_mask_ptr(self._bits.ctypes.data, self._bits.nbytes)
            self._check()
            bits = np.unpackbits(self._bits.view(np.uint8), bitorder="little")
            self._mask = bits[: self._vocabulary].view(np.bool_)
        return self._mask

    def accept(self, token: int) -> None:
        mask = self.allowed()
        if token >= len(mask) or not mask[token]:
            raise ValueError(f"token {token} is not allowed here")
        self._matcher.consume_token(token)
        self._check()
        self._mask = None

    @property
    def may_end(self) -> bool:
        return bool(self._matcher.is_accepting())

    @property
    def finished(self) -> bool:
        return bool(self._matcher.is_stopped()) or (self.may_end and not self.allowed().any())

    def _check(self) -> None:
        if self._matcher.is_error():
            raise EngineError(
                f"The grammar of the answer cannot be followed: {self._matcher.get_error()}",
                "Make the form that is asked for simpler.",
            )


class Grammars:
    """Makes constraints for one tokenizer; what they have in common is made once."""

    def __init__(self, tokenizer: Tokenizer, vocabulary: int) -> None:
        self._tokenizer = tokenizer
        self._vocabulary = vocabulary

    def json_schema(self, schema: Mapping[str, Any] | str) -> GrammarConstraint:
        """An answer that is JSON of this schema. EngineError where the schema is not understood."""
        from llguidance import LLMatcher

        text = schema if isinstance(schema, str) else json.dumps(schema)
        try:
            grammar = LLMatcher.grammar_from_json_schema(text, overrides=_JSON_OPTIONS)
        except ValueError as wrong:
            raise EngineError(f"The JSON schema is not understood: {wrong}", "Correct it.") from (
                wrong
            )
        return self._constraint(grammar, "JSON schema")

    def regex(self, pattern: str) -> GrammarConstraint:
        """An answer that matches a regular expression as a whole. EngineError as above."""
        from llguidance import LLMatcher

        return self._constraint(LLMatcher.grammar_from_regex(pattern), "regular expression")

    def _constraint(self, grammar: str, kind: str) -> GrammarConstraint:
        from llguidance import LLMatcher

        matcher = LLMatcher(self._shared, grammar, log_level=0)
        if matcher.is_error():
            raise EngineError(
                f"The {kind} is not understood: {matcher.get_error().splitlines()[0]}",
                "Correct it.",
            )
        return GrammarConstraint(matcher, self._vocabulary)

    @cached_property
    def _shared(self) -> Any:
        from llguidance import LLTokenizer, TokenizerWrapper

        return LLTokenizer(TokenizerWrapper(_Vocabulary(self._tokenizer, self._vocabulary)))


class _Vocabulary:
    """A tokenizer as llguidance asks for it, with one token more, which ends the answer.

    The model's own tokens for that are the loop's matter.
    """

    def __init__(self, tokenizer: Tokenizer, vocabulary: int) -> None:
        self._tokenizer = tokenizer
        self.eos_token_id = vocabulary
        self.bos_token_id = None
        self.tokens = [tokenizer.token_bytes(token) for token in range(vocabulary)] + [b""]
        self.special_token_ids = sorted({*tokenizer.special_ids, vocabulary})

    def __call__(self, text: str) -> list[int]:
        return self._tokenizer.continuation(text).tolist()
