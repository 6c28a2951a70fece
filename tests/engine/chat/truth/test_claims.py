"""What in a reply tells of its speaker's life."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.chat.truth.claims import claims_in


@pytest.mark.parametrize("said", [
    "I have three sisters.", "My brother was a sailor.", "I was born in Rome.",
    "I worked as a cook.", "We lived by the sea.", "I've never seen snow.", "I met her in 1990."])
def test_of_a_life(said: str) -> None:
    claim, = claims_in(said)
    assert claim.concrete and claim.text == said


@pytest.mark.parametrize("said", [
    "Volcanoes are beautiful.", "Do I have sisters?", "I think you are right.", "I don't know.",
    "I would love to go to Rome.", "I'm so sorry.", "*I draw my sword.* Come.", "I can help you.",
    "If I had a brother, he'd be here.", "In my opinion it was Tom.", "I.", ""])
def test_of_none(said: str) -> None:
    assert not list(claims_in(said))


def test_spans_are_of_the_reply_as_it_stands() -> None:
    reply = "Well… *she nods* It’s late.  I have two cats! You?"
    claim, = claims_in(reply)
    assert reply[claim.start:claim.end] == claim.text == "I have two cats!"


def test_what_says_nothing_certain_is_not_concrete() -> None:
    claim, = claims_in("My my, tea again.")
    assert not claim.concrete


@given(st.text(max_size=200))
def test_any_reply_can_be_looked_at(reply: str) -> None:
    for claim in claims_in(reply):
        assert reply[claim.start:claim.end] == claim.text
