"""What is told of somebody, said by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.chat.persona import Persona
from engine.chat.truth.first_person import FirstPerson, own_names

ANN = Persona("Ann Bell", nickname="Ann", gender="female")
LEX = Persona("Brother Lex", gender="male")


@pytest.mark.parametrize(("told", "said"), [
    ("Ann keeps bees.", "I keep bees."),
    ("Ann Bell is tall.", "I am tall."),
    ("Ann has a sister and goes to Rome.", "I have a sister and go to Rome."),
    ("Ann's sister keeps bees.", "My sister keeps bees."),
    ("Ann never watches birds.", "I never watch birds."),
    ("Ann does not carry it.", "I do not carry it."),
    ("Ann doesn't try.", "I don't try."),
    ("Ann was born in May.", "I was born in May."),
    ("Ann can sing, but she cannot dance.", "I can sing, but I cannot dance."),
    ("She learned it from her mother.", "I learned it from my mother."),
    ("Her hair is red.", "My hair is red."),
    ("Ann has a son who studies law and sings.", "I have a son who studies law and sings."),
    ("Ann keeps cats and dogs.", "I keep cats and dogs."),
    ("Ann walks the dog and feeds her cat.", "I walk the dog and feed my cat."),
    ("Her uncle sends her letters.", "My uncle sends me letters."),
    ("At home she is known as lazy.", "At home I am known as lazy."),
    ("Her mother lost her ring.", "My mother lost her ring."),
    ("The crew hates Ann.", "The crew hates me."),
    ("Dr. Ann Bell measures ice.", "I measure ice."),
    ("I keep bees.", "I keep bees."),
    ("My dog bites.", "My dog bites."),
    ("Ann hurt herself.", "I hurt myself."),
    ("Ann passes and washes and fixes.", "I pass and wash and fix."),
])
def test_a_sentence_about_her(told: str, said: str) -> None:
    assert FirstPerson(ANN)(told) == said


@pytest.mark.parametrize(("told", "said"), [
    ("Brother Lex copies books in his cell.", "I copy books in my cell."),
    ("Lex fears the abbot, who counts his candles.", "I fear the abbot, who counts my candles."),
    ("His brother broke his arm.", "My brother broke his arm."),
    ("A cook gave him a pot.", "A cook gave me a pot."),
])
def test_a_sentence_about_him(told: str, said: str) -> None:
    assert FirstPerson(LEX)(told) == said


def test_without_a_gender_the_text_tells_the_pronoun() -> None:
    machine = Persona("Dot", description="Dot is a robot. It cleans. It never sleeps.")
    assert FirstPerson(machine)("Its brush squeaks when it turns.") == (
        "My brush squeaks when I turn.")


def test_people_are_called_by_all_their_names() -> None:
    assert set(own_names(Persona("Dr. Eva Holm", nickname="Evi"))) == {
        "Dr. Eva Holm", "Eva", "Holm", "Evi"}
    assert own_names(ANN)[0] == "Ann Bell"


@given(st.text(max_size=120))
def test_anything_can_be_said(text: str) -> None:
    FirstPerson(ANN)(text)
    FirstPerson(Persona(text))("Ann keeps bees.")
