"""BM25 over an index that changes: the sums of the formula, and nothing of what is gone."""

import math
import random
from collections import Counter

import numpy as np
import pytest

from engine.chat.memory.words import LENGTH_SHARE, SATURATION, WordIndex, words_of

TEXTS = ("Anna keeps bees behind the mill.", "The mill burned down in March.", "Bees, bees, bees!",
         "Otto is afraid of the dark", "")


def indexed(*texts: str) -> WordIndex:
    index = WordIndex()
    for row, text in enumerate(texts):
        index.put(row, text)
    return index


def by_the_book(texts: list[str], query: str) -> list[float]:
    """Robertson and Zaragoza's formula, written out plainly."""
    held = [Counter(words_of(text)) for text in texts]
    usual = sum(words.total() for words in held) / len(held)
    scores = []
    for words in held:
        score = 0.0
        for word in words_of(query):
            holding = sum(word in other for other in held)
            rarity = math.log(1 + (len(held) - holding + 0.5) / (holding + 0.5))
            room = 1 - LENGTH_SHARE + LENGTH_SHARE * words.total() / usual
            score += rarity * words[word] * (SATURATION + 1) / (words[word] + SATURATION * room)
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["bees", "the mill", "Who keeps bees at the MILL?", "the the"])
def test_scores_are_those_of_the_formula(query: str) -> None:
    found = indexed(*TEXTS).scores([query], len(TEXTS))[0]
    assert found == pytest.approx(by_the_book(list(TEXTS), query), abs=1e-5)


def test_every_line_has_scores_of_its_own() -> None:
    index = indexed(*TEXTS)
    together = index.scores(["bees", "dark mill"], 5)
    assert together.shape == (2, 5) and together.dtype == np.float32
    assert np.array_equal(together[0], index.scores(["bees"], 5)[0])
    assert np.array_equal(together[1], index.scores(["dark mill"], 5)[0])


def test_words_nobody_said_find_nothing() -> None:
    assert not indexed(*TEXTS).scores(["zebra", "", "?!"], 5).any()
    assert not WordIndex().scores(["bees"], 3).any()


@pytest.mark.parametrize("text, words", [
    ("Don’t SHOUT, Ann-Marie", ["don't", "shout", "ann", "marie"]),
    ("l'été à Łódź", ["l'été", "à", "łódź"]), ("Straße 12_b", ["strasse", "12", "b"]),
    ("'quoted'", ["quoted"]), ("", [])])
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_changes_leave_the_index_as_if_it_were_made_anew() -> None:
    chance = random.Random(4)
    index, texts = WordIndex(), dict[int, str]()
    for _ in range(200):
        row = chance.randrange(8)
        if chance.random() < 0.3:
            index.take_out(row)
            texts.pop(row, None)
        else:
            texts[row] = " ".join(chance.choices(["ash", "birch", "cedar", "elm", "fir"],
                                                 k=chance.randrange(5)))
            index.put(row, texts[row])
        fresh = WordIndex()
        for at, text in texts.items():
            fresh.put(at, text)
        assert len(index) == len(fresh) == len(texts)
        assert index.scores(["ash elm elm"], 8) == pytest.approx(fresh.scores(["ash elm elm"], 8),
                                                                 abs=1e-6)
