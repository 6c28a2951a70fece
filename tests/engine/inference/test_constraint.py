"""Phrases and lists of phrases as masks: nothing else can be said, and everything that may."""

import itertools
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.constraint import Constraint, PhraseChoice, PhraseList
from engine.inference.decoder import Ids
from engine.inference.tokenizer import Tokenizer
from tests.fakes import byte_tokenizer
from tests.tiny_decoder import tiny_bpe

PHRASES = ("sad", "sadness", "calm", "calm sea", "rock'n'roll!", "C++")
BPE = Tokenizer(tiny_bpe())
BYTES = byte_tokenizer()

Choose = Callable[[Sequence[int]], int]


def run(constraint: Constraint, choose: Choose, stop: Callable[[], bool]) -> list[int]:
    """Says tokens until nothing more can come, or it may end and `stop` says so."""
    said: list[int] = []
    while not constraint.finished:
        if constraint.may_end and stop():
            break
        mask = constraint.allowed()
        assert mask is not None
        may = np.flatnonzero(mask).tolist()
        assert may, "a way is left until it is finished"
        token = choose(may)
        constraint.accept(token)
        said.append(token)
    return said


def by_chance(seed: int, stopping: float = 0.3) -> tuple[Choose, Callable[[], bool]]:
    chance = random.Random(seed)
    return chance.choice, lambda: chance.random() < stopping


@pytest.mark.parametrize("tokenizer", [BPE, BYTES], ids=["bpe", "bytes"])
def test_a_choice_can_say_each_phrase_and_nothing_else(tokenizer: Tokenizer) -> None:
    found = {tokenizer.decode(run(PhraseChoice(tokenizer.continuation, PHRASES), *by_chance(n)))
             for n in range(300)}
    assert found == set(PHRASES)


@pytest.mark.parametrize("tokenizer", [BPE, BYTES], ids=["bpe", "bytes"])
@pytest.mark.parametrize("separator", [", ", ",", " ", "\n", "; "])
def test_a_list_holds_phrases_once(tokenizer: Tokenizer, separator: str) -> None:
    lengths: set[int] = set()
    phrases = [phrase.replace(" ", "-") for phrase in PHRASES]
    for seed in range(150):
        listed = PhraseList(tokenizer.continuation, phrases, separator)
        parts = tokenizer.decode(run(listed, *by_chance(seed))).split(separator)
        assert set(parts) <= set(phrases) and len(set(parts)) == len(parts)
        lengths.add(len(parts))
    assert lengths >= {1, 2, 3, 6}


@pytest.mark.parametrize("lead", ["", " "])
@pytest.mark.parametrize("separator", [", ", "; "])
def test_a_list_is_spelt_as_the_tokenizer_spells_it(lead: str, separator: str) -> None:
    """What a model has seen in texts is the tokenizer's own spelling of the whole list."""
    for seed in range(100):
        listed = PhraseList(BPE.continuation, PHRASES, separator, lead=lead)
        said = run(listed, *by_chance(seed))
        assert said == BPE.continuation(BPE.decode(said)).tolist()


def test_a_list_may_be_as_long_and_as_short_as_told() -> None:
    for seed in range(40):
        listed = PhraseList(BPE.continuation, PHRASES, most=3, least=2)
        parts = BPE.decode(run(listed, *by_chance(seed, 0.9))).split(", ")
        assert 2 <= len(parts) <= 3
    # WHEN the model never stops by itself, the list still ends
    endless = PhraseList(BPE.continuation, PHRASES, most=3)
    said = run(endless, random.Random(0).choice, lambda: False)
    assert len(BPE.decode(said).split(", ")) <= 3 and endless.finished


def test_a_phrase_may_hold_the_separator_and_another_phrase() -> None:
    phrases = ["sad", "sad, but true", "true"]
    found = set()
    for seed in range(200):
        listed = PhraseList(BPE.continuation, phrases)
        found.add(BPE.decode(run(listed, *by_chance(seed))))
    assert {"sad", "sad, but true", "sad, true", "true, sad, but true",
            "sad, but true, true"} <= found
    assert "sad, sad" not in found and "true, true" not in found


def test_a_phrase_that_begins_another_may_end_or_go_on() -> None:
    choice = PhraseChoice(BYTES.continuation, ["sad", "sadness"])
    for token in b"sad":
        assert not choice.may_end
        choice.accept(letter(token))
    assert choice.may_end and not choice.finished
    for token in b"ness":
        choice.accept(letter(token))
    assert choice.may_end and choice.finished
    assert not choice.allowed().any()


def letter(byte: int) -> int:
    return int(BYTES.continuation(chr(byte))[0])


def test_a_token_that_was_not_allowed_is_refused() -> None:
    choice = PhraseChoice(BPE.continuation, ["sad", "calm"])
    with pytest.raises(ValueError, match="not allowed"):
        choice.accept(5)
    with pytest.raises(ValueError, match="not allowed"):
        choice.accept(399)


@pytest.mark.parametrize("phrases", [[], ["a", "a"], ["a", ""]])
def test_phrases_must_be_there_and_differ(phrases: list[str]) -> None:
    with pytest.raises(ValueError, match="phrases"):
        PhraseList(BPE.continuation, phrases)


def test_masks_are_made_once() -> None:
    listed = PhraseList(BPE.continuation, PHRASES)
    assert listed.allowed() is listed.allowed()


def test_many_phrases_are_quick() -> None:
    """A large vocabulary of tags, asked for token by token."""
    asked = 0

    def tokenize(text: str) -> Ids:
        nonlocal asked
        asked += 1
        return BPE.continuation(text)

    listed = PhraseList(tokenize, [f"mood {n} of {n * 7}" for n in range(200)], most=5)
    prepared = asked
    run(listed, random.Random(1).choice, lambda: False)
    assert asked == prepared <= 800, "nothing is spelt while a model waits"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abc ,!", min_size=1, max_size=6).map(str.strip).filter(bool),
                min_size=1, max_size=6, unique=True), st.integers(0, 999))
def test_whatever_the_phrases_the_list_is_made_of_them(phrases: list[str], seed: int) -> None:
    listed = PhraseList(BPE.continuation, phrases)
    text = BPE.decode(run(listed, *by_chance(seed)))
    assert can_be_read(text, frozenset(phrases))


def can_be_read(text: str, left: frozenset[str]) -> bool:
    """Whether a text is a list of different phrases, however it is taken apart."""
    return any(text == phrase or (text.startswith(f"{phrase}, ")
                                  and can_be_read(text[len(phrase) + 2:], left - {phrase}))
               for phrase in left)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("ab, ", min_size=1, max_size=3), min_size=1, max_size=4, unique=True),
       st.sampled_from([", ", ",", " ", "\n", "ab"]), st.integers(1, 3), st.integers(1, 3),
       st.sampled_from(["", " "]))
def test_a_mask_holds_what_may_come_and_no_more(phrases: list[str], separator: str, most: int,
                                                least: int, lead: str) -> None:
    """Held against every list there is, letter by letter."""
    most = min(most, len(phrases))
    least = min(least, most)
    whole = {lead + separator.join(chosen) for count in range(least, most + 1)
             for chosen in itertools.permutations(phrases, count)}
    for prefix in {text[:end] for text in whole for end in range(len(text) + 1)}:
        listed = PhraseList(BYTES.continuation, phrases, separator, most, least, lead)
        for token in BYTES.continuation(prefix).tolist():
            listed.accept(token)
        following = {text[len(prefix)] for text in whole
                     if text.startswith(prefix) and len(text) > len(prefix)}
        found = {BYTES.decode([token]) for token in np.flatnonzero(listed.allowed())}
        assert found == following
        assert listed.may_end == (prefix in whole)
        assert listed.finished == (prefix in whole and not following)
