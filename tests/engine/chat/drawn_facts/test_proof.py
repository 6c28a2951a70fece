"""A fact says what was said, no more and not the contrary: by meaning, and by words alone."""

import pytest

from engine.chat.drawn_facts.proof import Proof
from engine.chat.memory.sentence_vectors import NoEncoder, SentenceEncoder
from engine.chat.persona import Persona
from tests.fakes import FakeSentenceEncoder

LEX = Persona("Lex Moor")


@pytest.fixture(params=["meaning", "words"])
def proof(request: pytest.FixtureRequest) -> Proof:
    encoder: SentenceEncoder = (FakeSentenceEncoder() if request.param == "meaning"
                                else NoEncoder())
    return Proof(encoder)


@pytest.mark.parametrize(("said", "fact"), [
    ("I own a red boat.", "Lex Moor owns a red boat."),
    ("I have no time for geese.", "Lex Moor has no time for geese."),
    ("I've been to Leith in 1987.", "Lex Moor has been to Leith in 1987."),
    ("I started as a cook, then I started a bakery.",
     "Lex Moor started as a cook, then started a bakery."),
])
def test_the_same_is_supported(proof: Proof, said: str, fact: str) -> None:
    assert proof.supports(said, fact, LEX)


@pytest.mark.parametrize(("said", "fact"), [
    ("I own a red boat.", "Lex Moor does not own a red boat."),
    ("I own a red boat.", "Lex Moor owns."),
    ("I own a red boat.", "Lex Moor has."),
    ("I own a red boat.", "Lex Moor owns a red boat boat boat."),
    ("I own a red boat.", "Lex Moor owns a red boat and a sword."),
    ("I own a red boat.", "Lex Moor owns a red boat in Spain."),
    ("I am surprised no team has a woman.", "Lex Moor is not surprised no team has a woman."),
    ("I have three red boats.", "Lex Moor has four red boats."),
    ("I love how Tom Brady plays football.", "Lex Moor loves how football plays."),
])
def test_anything_else_is_not(proof: Proof, said: str, fact: str) -> None:
    assert not proof.supports(said, fact, LEX)

