"""How characters speak."""

import pytest

from engine.chat.direction.manner import (
    CHARACTER_SAMPLING,
    OneParagraph,
    character_settings,
    is_garbled,
)
from engine.chat.preparation import AsItComes


def cleaned(*pieces: str) -> str:
    cleaner = OneParagraph(AsItComes())
    said = "".join(cleaner.add(piece) for piece in pieces if not cleaner.ended)
    return said + ("" if cleaner.ended else cleaner.rest())


@pytest.mark.parametrize("text, said", [
    ("One.\nTwo.\n\nThree.", "One.\nTwo."), ("One.\n \n", "One."), ("\n\nOne  two.", "One  two."),
    ("One.\n", "One."), ("", ""), ("One.\r\n\r\nTwo.", "One."),
])
def test_a_turn_is_one_paragraph_however_it_is_cut(text: str, said: str) -> None:
    assert cleaned(text).lstrip() == said
    assert cleaned(*text).lstrip() == said


def test_nothing_is_held_back_but_blanks() -> None:
    cleaner = OneParagraph(AsItComes())
    assert [cleaner.add(piece) for piece in ("One", " ", "two", "\n", "x")] == [
        "One", "", " two", "", "\nx"]
    assert not cleaner.ended


def test_a_talk_begins_with_what_keeps_it_out_of_loops() -> None:
    settings = character_settings(50)
    assert (settings.max_tokens, settings.sampling) == (50, CHARACTER_SAMPLING)
    assert settings.sampling.dry_multiplier > 0 and settings.sampling.seed is None


@pytest.mark.parametrize("text", [
    "a way: where: of: their: own: pride", "You know, this has happened again:",
    "That:in:fors:", "The: This:", "Here:",
    "But what happens\nwhen they do\nAll Over\nWhat happens\nWhen They Do",
    "But but but you but but but you",
    "Your\nTheir:\nThe:\ntheir", "I, will, but, I, can, it, whatever, I, am, indeed, I, is."])
def test_rows_of_words_are_no_turn(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize("text", [
    "", "Yes.", "No, no, no.", "Well, well, well. If that is not Ann.", "I'd rather not; it rains.",
    "Three things: bread, milk, and a boat.", "He said it was late: I went home.",
    "Rain.\nThen snow.\nThen your aunt.", "No, no, no, Sam. Not that lever, the other lever, no.",
    "Sit down.\n*She pours the tea.*", "Apples, pears, plums, and whatever the neighbours left us.",
    "*waves* Hello, Sam, my dear, how are you, and where is Ben?"])
def test_plain_turns_are_none_such(text: str) -> None:
    assert not is_garbled(text)
