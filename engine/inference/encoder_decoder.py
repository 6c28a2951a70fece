"""Models that read a source with an encoder and write with a decoder (T5, BART).

The first tokens read into a cache are the source; what is read after them are tokens of the
answer. Keys and values of the source are made once and kept, those of the answer grow.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.errors import EngineError
from engine.inference.binding import Array, Tensor
from engine.inference.continuations import read_each
from engine.inference.decoder import LAST, Ids, Logits
from engine.inference.onnx_model import OnnxModel
from engine.inference.past_present_decoder import (
    check_names,
    empty_state,
    growing_axis,
    past_kinds,
    present_name,
    shortened,
)

_BRANCH, _HIDDEN, _MASK = "use_cache_branch", "encoder_hidden_states", "encoder_attention_mask"
_GIVEN = ("input_ids", "attention_mask", "decoder_attention_mask", _MASK, _HIDDEN, _BRANCH)
_ABOUT_SOURCE = ".encoder."


class AnswerCache:
    """A source, and the tokens of the answer read after it. `answered` counts the start token."""

    def __init__(self) -> None:
        self.source = np.empty(0, np.int64)
        self.answered = 0
        self.hidden: Array | None = None
        self.states: dict[str, Tensor] = {}

    @property
    def length(self) -> int:
        return len(self.source) + max(self.answered - 1, 0)

    @property
    def bytes(self) -> int:
        own = 0 if self.hidden is None else self.hidden.nbytes
        return own + sum(state.bytes for state in self.states.values())


class EncoderDecoder:
    """A Decoder over an encoder and a decoder whose merged graph has a branch with the past.

    `start` is the token every answer begins with; the model reads it by itself.
    """

    def __init__(
        self, encoder: OnnxModel, decoder: OnnxModel, vocabulary: int, window: int, start: int
    ) -> None:
        self._encoder = encoder
        self._decoder = decoder
        self._kinds = past_kinds(decoder)
        self._outputs = ["logits", *(present_name(name) for name in self._kinds)]
        check_names(decoder, {*_GIVEN, *self._kinds}, self._outputs)
        if _BRANCH not in decoder.inputs:
            raise EngineError(
                "The model's decoder is not one graph with and without its past.",
                "Export the model again.",
            )
        self._start = start
        self.vocabulary = vocabulary
        self.window = window
        self.chunk = window  # an encoder sees all of its source at once

    def new_cache(self) -> AnswerCache:
        return AnswerCache()

    def read(self, cache: AnswerCache, ids: Ids, rows: Sequence[int] = LAST) -> Logits:
        if not 0 < len(ids) <= self.window - cache.length:
            raise ValueError(f"{len(ids)} tokens do not fit in {self.window}")
        if cache.answered:
            wanted = np.array(rows, np.int64) % len(ids)
            return self._answer(cache, ids)[wanted]
        # Only after the last token of the source is there anything to say.
        cache.source = np.concatenate([cache.source, ids])
        cache.hidden = self._encoded(cache.source)
        logits = self._answer(cache, np.array([self._start]))
        return np.repeat(logits, len(rows), axis=0)

    def _encoded(self, source: Ids) -> Array:
        given = {"input_ids": source[None], "attention_mask": np.ones((1, len(source)), np.int64)}
        inputs = {name: given[name] for name in given if name in self._encoder.inputs}
        return self._encoder.run(["last_hidden_state"], inputs)[0]

    def _answer(self, cache: AnswerCache, ids: Ids) -> Logits:
        """Reads tokens of the answer: logits (t, V)."""
        if cache.hidden is None:
            raise ValueError("nothing was read before the answer")
        begun = cache.answered > 0
        states = cache.states or {name: empty_state(kind) for name, kind in self._kinds.items()}
        given = self._given(cache, cache.hidden, ids, begun)
        logits, *fresh = self._decoder.run_tensors(self._outputs, {**given, **states})
        # In the branch with the past, what comes back for the source is empty.
        cache.states = {
            name: states[name] if begun and _ABOUT_SOURCE in name else state
            for name, state in zip(self._kinds, fresh, strict=True)
        }
        cache.answered += len(ids)
        return logits.fetched()[0][:, : self.vocabulary].astype(np.float32, copy=False)

    def _given(
        self, cache: AnswerCache, hidden: Array, ids: Ids, begun: bool
    ) -> Mapping[str, Tensor]:
        total = cache.answered + len(ids)
        given: dict[str, Array] = {
            "input_ids": ids[None],
            "attention_mask": np.ones((1, total), np.int64),
            "decoder_attention_mask": np.ones((1, total), np.int64),
            _MASK: np.ones((1, len(cache.source)), np.int64),
            _HIDDEN: hidden,
            _BRANCH: np.array([begun]),
        }
        return {
            name: Tensor.around(array)
            for name, array in given.items()
            if name in self._decoder.inputs
        }

    def cut(self, cache: AnswerCache, length: int) -> None:
        """Inside the source, the encoder has to read what is kept of it again with the next."""
        if length >= cache.length:
            return
        if length < len(cache.source):
            cache.source = cache.source[:length]
            cache.answered, cache.hidden, cache.states = 0, None, {}
            return
        cache.answered = length - len(cache.source) + 1
        for name, state in cache.states.items():
            if _ABOUT_SOURCE not in name:
                axis = growing_axis(self._kinds[name])
                cache.states[name] = shortened(state, axis, cache.answered)

    def fork(self, cache: AnswerCache, length: int) -> AnswerCache:
        copy = AnswerCache()
        copy.source, copy.answered, copy.hidden = cache.source, cache.answered, cache.hidden
        copy.states = dict(cache.states)
        self.cut(copy, length)
        return copy

    def read_many(self, cache: AnswerCache, continuations: Sequence[Ids]) -> list[Logits]:
        kept = dict(cache.states), cache.answered
        found = read_each(self, cache, continuations)
        cache.states, cache.answered = kept
        return found
