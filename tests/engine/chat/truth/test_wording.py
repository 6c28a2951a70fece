"""Sentences and words: where they end, what says something, what is alike."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.chat.truth.wording import (
    Likeness,
    content,
    few_of,
    is_denied,
    kin_of,
    plain,
    sentence_spans,
    sentences,
    stem,
    words,
)
from tests.fakes import FakeSentenceEncoder


def test_sentences_end_where_they_end_and_not_after_titles() -> None:
    assert sentences("Dr. Aas came. She said: “No!” Then she left…\nAlone") == [
        "Dr. Aas came.", 'She said: "No!"', "Then she left…", "Alone"]


@given(st.text(max_size=200))
def test_spans_hold_all_words_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert [text[start:end] for start, end in spans] == [text[s:e].strip() for s, e in spans]
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(
        text.split())
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert [plain(text[start:end]) for start, end in spans] == sentences(text)


def test_words_lose_their_owners_and_content_its_fillers() -> None:
    assert words("Ann's dog isn't well-fed") == ["Ann", "dog", "isn't", "well-fed"]
    assert content("What is the name of your dog's first owner? The dog!") == [
        "dog", "first", "owner"]


@pytest.mark.parametrize(("one", "other"), [
    ("sings", "singing"), ("sang", "song"), ("taught", "teach"), ("brothers", "brother"),
    ("baker", "bakes"), ("died", "die"), ("stopped", "stop"), ("studies", "study")])
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("bus", "bud"), ("glass", "glare"), ("bee", "be")])
def test_other_words_have_others(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_denials_are_found_however_they_are_said() -> None:
    assert is_denied("I never swim") and is_denied("I don’t") and is_denied("There is no dog")
    assert not is_denied("I know notes")


def test_kin_is_who_it_may_mean() -> None:
    assert kin_of("siblings") & kin_of("brother")
    assert kin_of("kids") & kin_of("daughter")
    assert not kin_of("aunt") & kin_of("mother")
    assert not kin_of("table")


def test_likeness_is_of_stems_then_of_meaning_and_never_of_other_kin() -> None:
    # GIVEN an encoder for which all of these are the same
    like = Likeness(FakeSentenceEncoder("mother aunt mum", "ship boat"))
    # WHEN words are compared
    alike = like.between(["ship", "mother"], ["boats", "boat", "aunt", "mum"])
    # THEN words of one meaning are near, but an aunt is no mother
    assert alike[0, 1] == pytest.approx(1)
    assert alike[1, 2] < 0.5 < alike[1, 3]
    assert like.best("ship", ["ships"]) == 1


def test_nothing_is_like_nothing() -> None:
    like = Likeness(FakeSentenceEncoder())
    assert like.between([], ["a"]).shape == (0, 1)
    assert like.best("a", []) == 0
    assert np.all(like.between(["one"], ["two"]) >= 0)


def test_few_are_the_nearest_and_those_with_the_same_words() -> None:
    texts = ["a cat", "two dogs", "no bird", "ten horses"]
    near = np.array([0.1, 0.2, 0.9, 0.3], np.float32)
    assert few_of(texts, "dog", near, 1) == [1, 2]
    assert few_of(texts, "dog", near, 4) == [0, 1, 2, 3]


def test_words_of_texts_are_read_at_once() -> None:
    encoder = FakeSentenceEncoder()
    Likeness(encoder).read(["My cat sleeps.", "A cat runs."])
    assert encoder.read == ["cat", "sleeps", "runs"]
