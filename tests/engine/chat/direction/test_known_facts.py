"""Which facts a reply is given."""

from collections.abc import Sequence

import pytest

from engine.chat.direction.known_facts import MOST_FACTS, KnownFacts
from engine.chat.fact import Fact
from tests.fakes import FakeSentenceEncoder

ANN, BEN = 1, 2


@pytest.fixture
def encoder() -> FakeSentenceEncoder:
    return FakeSentenceEncoder("sea sails boat", "dog hound", width=2048)


@pytest.fixture
def known(encoder: FakeSentenceEncoder) -> KnownFacts:
    return KnownFacts(encoder)


def facts(*texts: str, first: int = 1) -> list[Fact]:
    return [Fact(first + at, text) for at, text in enumerate(texts)]


def ids(found: Sequence[Fact]) -> list[int]:
    return [fact.id for fact in found]


FILLERS = tuple(f"Filler {word} about {word}." for word in
                ("moss", "tin", "chalk", "lamps", "knots", "glass", "rope", "salt", "wax", "ink",
                 "clay", "reeds", "coal", "slate"))


def test_what_bears_on_the_talk_comes_first(known: KnownFacts) -> None:
    held = facts(*FILLERS, "Ann owns a boat.")
    found = known.chosen(1, held, ["Do you like the sea?"], ANN)
    assert found[0].text == "Ann owns a boat." and len(found) == MOST_FACTS


def test_what_was_read_ahead_is_not_read_again(
        known: KnownFacts, encoder: FakeSentenceEncoder) -> None:
    held = facts(*FILLERS, "Ann owns a boat.")
    known.read_ahead(1, held, ["Ahoy.", "Hm."])
    del encoder.read[:]
    # WHEN the person says something after it, THEN only that is read, alone and with what was said
    found = known.chosen(1, held, ["Ahoy.", "Hm.", "The sea?"], ANN)
    assert encoder.read == ["The sea?", "Ahoy. Hm. The sea?"]
    assert found == KnownFacts(encoder).chosen(1, held, ["Ahoy.", "Hm.", "The sea?"], ANN)


def test_without_facts_nothing_is_read_ahead(
        known: KnownFacts, encoder: FakeSentenceEncoder) -> None:
    known.read_ahead(1, [Fact(1, "Ann owns a boat.", approved=False)], ["Ahoy."])
    assert encoder.read == []


def test_only_what_the_speaker_knows(known: KnownFacts) -> None:
    held = [Fact(1, "The boat is red.", persona_id=BEN, heard_by=(BEN,)),
            Fact(2, "The boat is old.", persona_id=BEN, heard_by=(ANN,)),
            Fact(3, "The boat is far.", heard_by=(BEN,)),
            Fact(4, "The boat is hers."),
            Fact(5, "The boat sinks.", approved=False)]
    assert sorted(ids(known.chosen(1, held, ["A boat!"], ANN))) == [2, 4]
    assert sorted(ids(known.chosen(1, held, ["A boat!"], BEN))) == [1, 2, 3, 4]


def test_pinned_ones_are_always_there_and_take_no_room(known: KnownFacts) -> None:
    held = [*facts(*FILLERS), Fact(90, "Ann hums.", pinned=True),
            Fact(91, "Ben hums.", pinned=True, persona_id=BEN, heard_by=(BEN,))]
    found = ids(known.chosen(1, held, ["Filler moss"], ANN))
    assert found[0] == 90 and 91 not in found and len(found) == 1 + MOST_FACTS
    # AND before a word was said they are all there is
    assert ids(known.chosen(1, held, [], ANN)) == [90]


def test_facts_of_the_reply_before_stay_in_their_places(known: KnownFacts) -> None:
    held = facts(*FILLERS)
    first = known.chosen(1, held, ["Filler moss and tin"], ANN)
    second = known.chosen(1, held, ["Filler moss and tin", "Filler tin and moss"], ANN, ids(first))
    assert second == first


def test_a_clear_call_comes_in_for_what_bears_least(known: KnownFacts) -> None:
    held = facts(*FILLERS, "Ann owns a boat.", "Ann owns a hound.")
    before = [2, 3, 4, 5, 6]
    found = ids(known.chosen(1, held, ["Your boat and your dog?"], ANN, before))
    assert {15, 16} <= set(found) and len(found) == MOST_FACTS
    # AND those that stay keep their order
    stayed = [number for number in found if number in before]
    assert stayed == sorted(stayed)


def test_an_edited_or_forgotten_fact_is_followed(known: KnownFacts) -> None:
    encoder = FakeSentenceEncoder()
    known = KnownFacts(encoder)
    held = facts("Ann has a cat.", "Ben has a car.")
    known.chosen(1, held, ["cat"], ANN)
    read = len(encoder.read)
    found = known.chosen(1, [Fact(1, "Ann has a cow.")], ["cat"], ANN)
    assert [fact.text for fact in found] == ["Ann has a cow."]
    # AND only what changed is read
    assert encoder.read[read:].count("Ann has a cow.") == 1 and "Ben has a car." not in (
        encoder.read[read:])
    assert known.chosen(1, [], ["cat"], ANN) == ()


def test_talks_do_not_mix(known: KnownFacts) -> None:
    for talk in range(1, 9):
        text = f"Talk {talk} is here."
        assert [f.text for f in known.chosen(talk, facts(text), ["Talk"], ANN)] == [text]
    assert [f.text for f in known.chosen(1, facts("Again."), ["Again"], ANN)] == ["Again."]
