"""Which facts have the shape of an answer."""

from collections.abc import Sequence

import pytest

from engine.chat.truth.answers import holds, names_in, new_words, numbers_in, pairs_in, places_in
from engine.chat.truth.asked import Asked, asked_for
from engine.chat.truth.wording import stem


def same(word: str, others: Sequence[str]) -> float:
    return float(any(stem(word) == stem(other) for other in others))


def held(question: str, fact: str) -> float | None:
    found = asked_for(question)
    assert found is not None
    return holds(found[0], found[1], fact, question, same)


@pytest.mark.parametrize(("question", "fact"), [
    ("What's your dog called?", "I have a dog called Rex."),
    ("What's your dog called?", "My dog Rex bites."),
    ("What is the name of your daughter?", "I have a daughter, Vesna, who sings."),
    ("Who taught you?", "I learned it from my grandfather."),
    ("Who repaired you?", "Engineer Solveig repaired me."),
    ("Where do you live?", "I live in a houseboat."),
    ("When did you stop?", "I stopped three winters ago."),
    ("At what age did you leave?", "I left when I was nineteen."),
    ("How old are you?", "I am forty-one years old."),
    ("How many cats have you?", "I own nine cats."),
    ("How long have you lived here?", "I have lived here for ten years."),
    ("What colour is your door?", "My door is blue."),
    ("Why did you leave?", "I left because it rained."),
    ("How much do you earn?", "I earn ten crowns a day."),
    ("How tall are you?", "I am six feet tall."),
])
def test_a_fact_that_holds_it(question: str, fact: str) -> None:
    assert held(question, fact) == 1


@pytest.mark.parametrize(("question", "fact"), [
    ("What's your parrot called?", "I own a parrot that swears in German."),
    ("What's your cat called?", "I have a dog called Rex."),
    ("Who won the prize?", "I won the turnip prize at the fair."),
    ("Who taught you to draw?", "I drew a village called Nether Wick."),
    ("Where did you marry Emil?", "My husband Emil builds clocks."),
    ("When do you sleep?", "I sleep in a flour bin."),
    ("How old is Sprocket?", "I keep a three-legged cat named Sprocket."),
    ("How many maps did you draw?", "I was a map-maker and died in 1811."),
    ("How long have you known Jun?", "My apprentice is called Jun."),
    ("What colour is your board?", "I broke my wrist on it."),
    ("Why did you leave?", "I left the abbey."),
    ("How much rent do you pay?", "I live in a cottage with a door."),
    ("How long is your tail?", "I have lived here for ten years."),
])
def test_a_fact_that_does_not(question: str, fact: str) -> None:
    assert held(question, fact) == 0


def test_of_open_questions_the_shape_tells_nothing() -> None:
    assert held("What do you do?", "I bake.") is None
    assert holds(Asked.KIND, (), "I bake.", "Which?", same) is None


def test_one_of_the_kind_must_be_new() -> None:
    assert held("Which music do you play?", "I play music.") == 0
    assert held("Which music do you play?", "I play loud music.") == 0.5


def test_names_are_told_from_words_that_begin_a_sentence() -> None:
    assert names_in("Every day Ann goes to Rome. Emil is home. My cat sleeps.") == [
        "Ann", "Rome", "Emil"]
    assert names_in("I met Ann", {"ann"}) == []


def test_numbers_places_and_pairs() -> None:
    assert numbers_in("Sixty-two buttons, 4 cats") == ["sixty", "two", "4"]
    assert places_in("I sat in the garden in May at noon") == ["garden"]
    assert pairs_in("my husband Emil and my best friend is Danny, in Rome") == [
        ("husband", "Emil"), ("friend", "Danny")]


def test_what_is_new_is_neither_time_nor_whom_a_name_belongs_to() -> None:
    assert new_words("My wife Doris died six years ago.", "What did Doris die of?") == []
    assert new_words("I build clocks.", "What do you build?") == ["clocks"]
