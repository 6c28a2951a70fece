"""Facts come back when a talk comes near them, to those who know them."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from engine.chat.memory.fact_index import Fact, FactIndex, FoundFact
from engine.chat.memory.fusion import CONTEXT, LINES
from engine.chat.memory.sentence_vectors import NoEncoder
from tests.fakes import FakeSentenceEncoder

ALIKE = ("dog puppy hound", "sea ocean", "afraid frightened")
FACTS = (
    Fact("dog", "Mara has a hound called Biscuit.", "Mara"),
    Fact("sea", "Mara grew up at the ocean.", "Mara", heard_by=("Otto",)),
    Fact("dark", "Otto is frightened in cellars.", "Otto"),
    Fact("rain", "It has been raining for nine days."),
    Fact("bridge", "The bridge to Halm is closed."),
)


@pytest.fixture
def encoder() -> FakeSentenceEncoder:
    return FakeSentenceEncoder(*ALIKE)


@pytest.fixture
def index(encoder: FakeSentenceEncoder) -> FactIndex:
    made = FactIndex(encoder)
    made.put(FACTS)
    return made


def ids(index: FactIndex, *lines: str, asked_of: str = "", most: int = 5) -> list[str]:
    return [found.id for found in index.search(lines, asked_of, most)]


def test_found_by_meaning_where_no_word_is_shared(index: FactIndex) -> None:
    best = index.search(["puppy?"])[0]
    assert best.id == "dog" and best.text == FACTS[0].text
    assert best.by_meaning > 0.2 and best.by_words == pytest.approx(0, abs=1e-6)


def test_found_by_a_name_the_encoder_does_not_know(encoder: FakeSentenceEncoder) -> None:
    # GIVEN two facts of one meaning, told apart by a rare name only
    index = FactIndex(FakeSentenceEncoder("biscuit otis"))
    index.put([Fact("one", "The dog Otis sleeps"), Fact("two", "The dog Biscuit sleeps")])
    best, other = index.search(["and Biscuit"])
    assert best.id == "two" and best.by_words > 0 == pytest.approx(other.by_words)


def test_scores_fall_and_tell_which_line_called(index: FactIndex) -> None:
    found = index.search(["Bridge to Halm, open?", "afraid in cellars"], most=3)
    scores = [fact.score for fact in found]
    assert scores == sorted(scores, reverse=True) and len(found) == 3
    called = {fact.id: fact.line for fact in found}
    assert called["bridge"] == "Bridge to Halm, open?"
    assert called["dark"] == "afraid in cellars"


def test_only_the_last_lines_call(index: FactIndex) -> None:
    nothing = [f"nothing{number}" for number in range(LINES - 1)]
    assert ids(index, "raining nine days", *nothing)[0] == "rain"
    far = index.search(["raining nine days", *nothing, "nothing at all"])
    assert all(fact.line != "raining nine days" for fact in far)


def test_a_character_knows_its_own_what_it_heard_and_what_all_know(index: FactIndex) -> None:
    lines = [" ".join(fact.text for fact in FACTS)]
    assert set(ids(index, *lines, asked_of="Otto")) == {"sea", "dark", "rain", "bridge"}
    assert set(ids(index, *lines, asked_of="Mara")) == {"dog", "sea", "rain", "bridge"}
    assert set(ids(index, *lines, asked_of="a stranger")) == {"rain", "bridge"}
    assert len(ids(index, *lines)) == 5


def test_no_more_than_asked_for(index: FactIndex) -> None:
    assert len(ids(index, "the", most=2)) == 2
    assert ids(index, "the", most=0) == []
    assert len(ids(index, "the", most=99)) == 5


@pytest.mark.parametrize("lines", [(), ("",), ("  ", "\n")])
def test_silence_calls_nothing(index: FactIndex, lines: tuple[str, ...]) -> None:
    assert ids(index, *lines) == []


def test_an_empty_index_finds_nothing(encoder: FakeSentenceEncoder) -> None:
    assert FactIndex(encoder).search(["anything"]) == ()
    assert FactIndex(encoder).same_as("anything") is None
    assert encoder.read == []


def test_edited_it_is_found_by_what_it_says_now(index: FactIndex) -> None:
    index.put([Fact("dog", "Mara sold her piano.", "Mara", ("Otto",))])
    assert len(index) == 5 and ids(index, "piano")[0] == "dog"
    assert "Biscuit" not in index.search(["Biscuit"])[0].text
    # AND who knows it changed with it
    assert ids(index, "piano", asked_of="Otto")[0] == "dog"


def test_forgotten_it_is_never_found_again(index: FactIndex) -> None:
    index.forget(["dog", "unknown"])
    assert len(index) == 4 and "dog" not in index and "sea" in index
    assert "dog" not in ids(index, "hound Biscuit", most=99)
    # AND its place can be taken
    index.put([Fact("cat", "Otto has a cat.", "Otto")])
    assert ids(index, "cat")[0] == "cat"
    assert {fact.id for fact in index} == {"sea", "dark", "rain", "bridge", "cat"}


def test_of_two_facts_of_one_id_the_later_counts(encoder: FakeSentenceEncoder) -> None:
    index = FactIndex(encoder)
    index.put([Fact("one", "old"), Fact("one", "new")])
    assert len(index) == 1 and index.search(["new"])[0].text == "new"


def test_kept_vectors_spare_reading_again(index: FactIndex) -> None:
    kept = {fact.text: index.vector(fact.id) for fact in index}
    fresh = FakeSentenceEncoder(*ALIKE)
    again = FactIndex(fresh)
    again.put(FACTS, kept)
    assert fresh.read == []
    assert again.search(["puppy"]) == index.search(["puppy"])


def test_lines_of_a_talk_are_read_once(index: FactIndex, encoder: FakeSentenceEncoder) -> None:
    encoder.read.clear()
    index.search(["one", "two"])
    index.search(["one", "two", "three"])
    assert encoder.read == ["one", "two", "one two", "three", "one two three"]


def test_what_says_the_same_is_noticed(index: FactIndex) -> None:
    assert index.same_as("Mara has a puppy called Biscuit") == FACTS[0]
    assert index.same_as("Mara has a piano") is None
    index.forget(["dog"])
    assert index.same_as("Mara has a puppy called Biscuit") is None


def test_changing_it_is_as_making_it_anew(encoder: FakeSentenceEncoder) -> None:
    chance, words = random.Random(2), ["ash", "birch", "cedar", "elm", "fir", "gorse", "hazel"]
    index, held = FactIndex(encoder), dict[str, Fact]()
    for step in range(150):
        name = f"fact {chance.randrange(90)}"
        if chance.random() < 0.3:
            index.forget([name])
            held.pop(name, None)
        else:
            held[name] = Fact(name, " ".join(chance.choices(words, k=4)) + f" {step}",
                              chance.choice(["", "Mara"]))
            index.put([held[name]])
    fresh = FactIndex(encoder)
    fresh.put(list(held.values()))
    for asked_of in ("", "Otto"):
        ours = {f.id: f.score for f in index.search(["ash elm", "fir"], asked_of, 99)}
        theirs = {f.id: f.score for f in fresh.search(["ash elm", "fir"], asked_of, 99)}
        assert ours == pytest.approx(theirs, abs=1e-5)


def test_of_equal_facts_the_order_is_always_the_same(encoder: FakeSentenceEncoder) -> None:
    index = FactIndex(encoder)
    index.put([Fact(str(number), "the same words") for number in range(200)])
    assert ids(index, "same", most=3) == ["0", "1", "2"]


def test_a_very_long_line_does_not_break_the_score(index: FactIndex) -> None:
    found = index.search(["hound Biscuit called Mara " * 2_000])
    assert np.isfinite([fact.score for fact in found]).all() and found[0].id == "dog"


def test_without_an_encoder_words_alone_find() -> None:
    index = FactIndex(NoEncoder())
    index.put(FACTS)
    best = index.search(["What is Biscuit doing?"], asked_of="Mara")[0]
    assert best.id == "dog" and best.by_meaning == 0 < best.by_words
    assert index.same_as(FACTS[0].text) == FACTS[0]
    assert index.same_as("Mara has a puppy") is None
    index.forget(["dog"])
    assert index.search(["Biscuit"])[0].by_words == 0


def scores(found: Sequence[FoundFact]) -> dict[str, float]:
    return {fact.id: fact.score for fact in found}


def test_a_talk_that_goes_on_scores_as_one_asked_afresh(encoder: FakeSentenceEncoder) -> None:
    lines = ["Is the bridge closed?", "Since nine days.", "And your hound?", "Afraid of the sea."]
    going, fresh = FactIndex(encoder), FactIndex(encoder)
    going.put(FACTS)
    for end in range(1, len(lines) + 1):
        said = going.search(lines[:end])
    fresh.put(FACTS)
    assert scores(said) == pytest.approx(scores(fresh.search(lines)), abs=1e-5)
    # AND facts that came in between are compared with the older lines too
    going.put([Fact("new", "The hound is afraid of the bridge.")])
    fresh.put([Fact("new", "The hound is afraid of the bridge.")])
    assert scores(going.search(lines)) == pytest.approx(scores(fresh.search(lines)), abs=1e-5)
    assert "new" in [fact.id for fact in going.search(lines)]


def test_of_a_long_talk_only_the_newest_line_is_read(encoder: FakeSentenceEncoder) -> None:
    index = FactIndex(encoder)
    index.put(FACTS)
    lines = [f"line {number}" for number in range(3 * LINES)]
    index.search(lines[:-1])
    encoder.read.clear()
    index.search(lines)
    assert encoder.read == [lines[-1], " ".join(lines[-CONTEXT:])]
