"""What models say around a line, and what is left of it."""

import pytest

from engine.interplay.candidates import cleaned, is_another, unquoted_like


@pytest.mark.parametrize(("said", "line"), [
    ("The rain sings.", "The rain sings."),
    ('  "The rain sings."  ', "The rain sings."),
    ("“The rain sings.”\nIt is happier now.", "The rain sings."),
    ("Here is the rewritten line: The rain sings.", "The rain sings."),
    ("Sure! Here's a happier version:\n\n\"The rain sings.\"", "The rain sings."),
    ("New line: The rain sings.", "The rain sings."),
    ("Line: “The rain sings.”", "The rain sings."),
    ("**The rain sings.**", "The rain sings."),
    ("Okay: Here it is", "Here it is"),
    ("Sure as the rain: it sings", "Sure as the rain: it sings"),
    ("I said: the rain sings", "I said: the rain sings"),
    ("", ""), ("\n \n", ""), ('""', ""), ('"', '"'),
])
def test_only_the_line_is_left(said: str, line: str) -> None:
    assert cleaned(said) == line


def test_a_lone_quotation_mark_goes_unless_the_line_had_one() -> None:
    assert unquoted_like('"So it goes', "Well") == "So it goes"
    assert unquoted_like('So it goes"', "Well") == "So it goes"
    assert unquoted_like('"So it goes', '"Well') == '"So it goes'
    assert unquoted_like('"So" it goes', "Well") == '"So" it goes'
    assert unquoted_like("", "") == ""


def test_what_can_stand_for_a_line() -> None:
    line = "the rain falls on the roof"
    none: frozenset[str] = frozenset()
    assert is_another("the sun falls on the roof", line, none)
    # The same again, nothing, far too long, far too short, and an example of the prompt do not.
    assert not is_another("The rain falls, on the ROOF!", line, none)
    assert not is_another("", line, none) and not is_another("...", line, none)
    assert not is_another("word " * 40, line, none) and not is_another("rain", line, none)
    assert not is_another("My dog, again.", "My cat again", frozenset({"my dog again"}))
    # A short line may grow by a few words.
    assert is_another("Oh no, not another day", "Another day", none)
