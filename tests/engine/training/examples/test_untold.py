"""Lines that answer of a life what nobody told are found by their words."""

import pytest

from engine.training.examples.untold import is_told

KNOWN = "I keep bees.\nI live by the sea in Wales."


@pytest.mark.parametrize(("asked", "said"), [
    ("What do you keep?", "I keep bees."),
    ("Where do you live?", "I live by the sea, and I like it."),
    ("Where do you live?", "I don't know."),
    ("Lovely weather.", "I have been a nurse for nine years."),  # nobody asked
    ("What do you think of rain?", "I think it is fine."),
    ("What do you do for a living?", "Why do you ask?"),
])
def test_what_is_known_or_claims_nothing_may_be_learned(asked: str, said: str) -> None:
    assert is_told(asked, said, KNOWN)


@pytest.mark.parametrize(("asked", "said"), [
    ("What do you do for a living?", "I am a nurse in Boston."),
    ("Do you have any children?", "Yes, I have two daughters."),
    ("Where did you grow up?", "I grew up in Texas with my uncle."),
])
def test_what_is_made_up_is_found(asked: str, said: str) -> None:
    assert not is_told(asked, said, KNOWN)
