"""Which sentences of a talk tell of somebody's life, whose it is, and who heard it."""

import pytest

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.chat.drawn_facts.told import told_in
from engine.chat.persona import Persona
from engine.chat.talk import CastMember, TalkSetup

LEX, BEN = Persona("Lex Moor"), Persona("Ben")
SETUP = TalkSetup((CastMember(1, LEX), CastMember(2, BEN)), person="Sam")


def line(number: int, text: str, author: str = "", state: MessageState = MessageState.WHOLE,
         role: Role = Role.ASSISTANT) -> ChatMessage:
    return ChatMessage(number, number - 1 or None, role, text, author, state)


def told(text: str, author: str = "Lex Moor") -> list[tuple[str, str]]:
    role = Role.ASSISTANT if author else Role.USER
    return [(one.about, one.text) for one in told_in([line(1, text, author, role=role)], SETUP, {})]


@pytest.mark.parametrize(("text", "sentence"), [
    ("I've got a plan. Do you?", "I've got a plan."),
    ("Well, my sister lives in Leith!", "Well, my sister lives in Leith!"),
    ("*grins* I was born at sea. Ha.", "I was born at sea."),
])
def test_a_speaker_tells_of_their_own_life(text: str, sentence: str) -> None:
    assert told(text) == [("Lex Moor", sentence)]


@pytest.mark.parametrize("text", [
    "Hello there!", "Do I own a boat?", "I would love a boat.", "You look like my brother Tom.",
    "I heard that Mars is a red planet.", "Come here, Ben!", "*I own a boat*", "I am glad.",
    "I have not seen it.", "I love that show.", "I cut it myself.", "I own one.",
])
def test_what_is_asked_wished_or_said_of_others_is_no_life(text: str) -> None:
    assert told(text) == []


def test_a_name_that_begins_a_sentence_is_whom_it_is_about() -> None:
    assert told("Ben keeps a key under the mat.") == [("Ben", "Ben keeps a key under the mat.")]
    assert told("Lex's brother lives in Leith.", "Ben") == [
        ("Lex Moor", "Lex's brother lives in Leith.")]
    # AND the person tells of themselves under the name they have there
    assert told("I own a ferry.", "") == [("Sam", "I own a ferry.")]


def test_who_came_later_did_not_hear_it() -> None:
    path = [line(1, "I own a red boat.", "Lex Moor"), line(2, "I have a sister.", "Lex Moor")]
    found = told_in(path, SETUP, {1: 0, 2: 1})
    assert [(one.message_id, one.present, one.persona_id) for one in found] == [
        (1, (1,), 1), (2, (1, 2), 1)]


def test_what_broke_off_is_not_read() -> None:
    for state in (MessageState.STREAMING, MessageState.FAILED, MessageState.INTERRUPTED):
        assert told_in([line(1, "I own a boat.", "Ben", state)], SETUP, {}) == []
    assert told_in([line(1, "I own a boat.", role=Role.SYSTEM)], SETUP, {}) == []
