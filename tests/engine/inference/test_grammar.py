"""Answers of a form: JSON of a schema, or what a regular expression matches."""

import json
import random
import re

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.grammar import GrammarConstraint, Grammars
from engine.inference.tokenizer import Tokenizer
from tests.fakes import byte_tokenizer
from tests.tiny_decoder import tiny_bpe
from tests.tiny_sentencepiece import sentencepiece_tokenizer

BPE = Tokenizer(tiny_bpe())
ALL = {"bpe": BPE, "bytes": byte_tokenizer(), "sentencepiece": sentencepiece_tokenizer()}
SCHEMA = {"type": "object", "properties": {
    "mood": {"enum": ["sad", "sadness", "größe"]}, "score": {"type": "integer"},
    "lines": {"type": "array", "items": {"type": "boolean"}, "maxItems": 3}},
    "required": ["mood", "score", "lines"], "additionalProperties": False}


@pytest.fixture(params=ALL.values(), ids=ALL.keys())
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return request.param


def spoken(tokenizer: Tokenizer, constraint: GrammarConstraint, seed: int) -> str:
    """Tokens by chance within the masks, until it is whole."""
    chance, said = random.Random(seed), b""
    while not (constraint.finished or (constraint.may_end and chance.random() < 0.5)):
        mask = constraint.allowed()
        assert mask.dtype == np.bool_ and mask.shape == (tokenizer.size,)
        token = chance.choice(np.flatnonzero(mask).tolist())
        constraint.accept(token)
        said += tokenizer.token_bytes(token)
    return said.decode()


def test_json_is_of_the_schema(tokenizer: Tokenizer) -> None:
    grammars = Grammars(tokenizer, tokenizer.size)
    for seed in range(5):
        answer = json.loads(spoken(tokenizer, grammars.json_schema(SCHEMA), seed))
        assert list(answer) == ["mood", "score", "lines"]
        assert answer["mood"] in ("sad", "sadness", "größe")
        assert isinstance(answer["score"], int)
        assert len(answer["lines"]) <= 3


@pytest.mark.parametrize("pattern", ["(ha|ho){2,4}!?", "[a-c]*x", "sad(ness)?", "[äöü]{2}"])
def test_text_matches_the_expression(tokenizer: Tokenizer, pattern: str) -> None:
    grammars = Grammars(tokenizer, tokenizer.size)
    for seed in range(5):
        assert re.fullmatch(pattern, spoken(tokenizer, grammars.regex(pattern), seed))


def test_special_tokens_are_never_part_of_an_answer() -> None:
    mask = Grammars(BPE, BPE.size).regex(".*").allowed()
    assert not mask[sorted(BPE.special_ids)].any()


def test_it_ends_where_nothing_more_can_come() -> None:
    constraint = Grammars(BPE, BPE.size).regex("sad")
    assert not constraint.may_end and not constraint.finished
    for token in BPE.continuation("sad").tolist():
        constraint.accept(token)
    assert constraint.may_end and constraint.finished


def test_a_vocabulary_larger_than_the_tokenizers_is_well() -> None:
    mask = Grammars(BPE, BPE.size + 56).regex("sad").allowed()
    assert mask.shape == (BPE.size + 56,) and not mask[BPE.size:].any()


def test_a_token_that_is_not_allowed_is_refused() -> None:
    constraint = Grammars(BPE, BPE.size).regex("sad")
    with pytest.raises(ValueError, match="not allowed"):
        constraint.accept(int(BPE.continuation("x")[0]))
    with pytest.raises(ValueError, match="not allowed"):
        constraint.accept(BPE.size)


@pytest.mark.parametrize("schema", ["{", '{"type": "banana"}', '{"$ref": "#/nowhere"}'])
def test_a_schema_that_is_none_is_a_sentence(schema: str) -> None:
    with pytest.raises(EngineError, match="JSON schema is not understood"):
        Grammars(BPE, BPE.size).json_schema(schema)


def test_an_expression_that_is_none_is_one_sentence() -> None:
    with pytest.raises(EngineError, match="not understood") as wrong:
        Grammars(BPE, BPE.size).regex("(sad")
    assert "\n" not in wrong.value.message
