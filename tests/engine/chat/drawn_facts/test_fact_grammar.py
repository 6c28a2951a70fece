"""What a model may say of somebody after a sentence was said."""

import re

import pytest

from engine.chat.drawn_facts.fact_grammar import fact_pattern
from engine.chat.persona import Persona

LEX = Persona("Lex", gender="male")


@pytest.mark.parametrize(("said", "fact"), [
    ("I've got a plan to steal the painting.", "Lex has a plan to steal the painting."),
    ("I carry a knife, and I sing.", "Lex carries a knife, and sings."),
    ("My sister lives in Leith.", "Lex's sister lives in Leith."),
    ("I'm not afraid of geese.", "Lex is not afraid of geese."),
    ("Bicycles were my first love.", "Lex loved bicycles."),
    ("I have three dogs.", "Lex has three dogs."),
])
def test_a_sentence_may_be_put_otherwise(said: str, fact: str) -> None:
    assert re.fullmatch(fact_pattern(LEX, said), fact)


@pytest.mark.parametrize(("said", "fact"), [
    ("I own a boat.", "Lex owns a boat in Spain."),
    ("I own a boat.", "Ben owns a boat."),
    ("I own a boat.", "Lex does not own a boat."),
    ("I like tea.", "Lex is a tea."),
    ("I own a boat.", "Lex's boat."),
    ("My dog sleeps.", "Lex is a dog."),
    ("I have three dogs.", "Lex has four dogs."),
    ("I own a boat.", "Lex owns a boat and a boat and a boat and a boat."),
    ("I own a boat.", "Lex owns a boat. Ben sinks."),
    ("I own (a) b.*at.", "Lex owns a boooat."),
])
def test_nothing_comes_in_that_was_not_said(said: str, fact: str) -> None:
    assert not re.fullmatch(fact_pattern(LEX, said), fact)
