"""What a persona knows of their own life."""

from engine.chat.fact import Fact
from engine.chat.persona import Persona
from engine.chat.truth.knowledge import knowledge_of

ANN = Persona("Ann Bell", nickname="Ann", gender="female", age="34",
              description="Ann bakes. She has a brother, Tom.")


def test_facts_and_description_are_told_as_she_would() -> None:
    known = knowledge_of(ANN, [Fact(7, "Ann  keeps bees."), Fact(8, "It rains.")])
    assert [(one.told, one.spoken, one.id) for one in known] == [
        ("Ann keeps bees.", "I keep bees.", "7"), ("It rains.", "It rains.", "8"),
        ("Ann bakes.", "I bake.", ""), ("She has a brother, Tom.", "I have a brother, Tom.", "")]


def test_a_sentence_is_known_once_and_keeps_its_fact() -> None:
    assert [one.id for one in knowledge_of(ANN, [Fact(7, "Ann bakes.")])] == ["7", ""]
    assert len(knowledge_of(Persona("Ann"), ["It rains.", "It rains.", " "])) == 1


def test_name_age_and_gender_are_known_where_they_are_asked_for() -> None:
    def told(question: str) -> list[str]:
        return [one.spoken for one in knowledge_of(ANN, (), question)][2:]

    assert told("Where do you live?") == []
    assert told("What's your name?") == ["My name is Ann Bell."]
    assert told("How old are you?") == ["I am 34 years old."]
    assert told("Are you a man?") == ["I am female."]


def test_an_age_in_words_is_told_as_it_is() -> None:
    heron = Persona("Ferrant", age="old as the hill")
    assert knowledge_of(heron, (), "What is your age?")[0].spoken == "My age is old as the hill."
