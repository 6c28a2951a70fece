"""Chats as plain text: written, and read back as far as a text can tell."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.chat_files.plain_text import as_markdown, as_text, is_dialogue, read_text
from engine.chat.chat_files.read_chat import NO_SETUP, ReadChat, Remarks
from engine.chat.chat_files.reading import read_chats
from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.errors import EngineError
from tests.engine.chat.chat_files.some_chats import SETUP, TREE


def read(text: str, person: str = "") -> ReadChat:
    found = read_text(text, "file", person, Remarks())
    assert found is not None
    return found


def said(chat: ReadChat) -> list[tuple[str, str, str]]:
    return [(m.role.value, m.author, m.text) for m in chat.conversation.path]


def test_a_text_we_wrote_comes_back() -> None:
    # GIVEN a talk in which a text looks like another speaker
    text = as_text(TREE, SETUP)
    assert "\nSam:\nWhat is rain, Lex?\n\nLex:\nNässe.\n\n\\Lex:\nNo!\n" in text
    # THEN nobody speaks but who did
    assert said(read(text, "Sam")) == [
        ("user", "", "What is rain, Lex?"), ("assistant", "Lex", "Nässe.\n\nLex:\nNo!"),
        ("user", "", " ")]
    assert read(text).conversation.title == "Über Regen"


def test_a_transcript_with_names_before_the_words_is_read() -> None:
    chat = read("A night at sea\n\nAnn: Who is there?\nLex: Me.\n  I am wet.\n\nAnn: Note: a"
                " towel.\nNote: bring milk\nYou: Hi\n")
    assert said(chat) == [
        ("assistant", "Ann", "Who is there?"), ("assistant", "Lex", "Me.\n  I am wet."),
        ("assistant", "Ann", "Note: a towel.\nNote: bring milk\nYou: Hi")]
    assert chat.names == ("Ann", "Lex")
    twice = read("Ann: Hi\nYou: Hello\nAnn: Bye\nYou: Bye")
    assert [role for role, *_ in said(twice)] == ["assistant", "user"] * 2


def test_the_person_is_who_is_called_so() -> None:
    text = "Ann: Hi\nLex: Hello\nNarrator: It rains.\nNarrator: It stops.\nAnn: Bye"
    assert [role for role, *_ in said(read(text, "ann"))] == [
        "user", "assistant", "system", "system", "user"]


@pytest.mark.parametrize("text", ["", "\n\n", "Just a letter.\nNobody speaks.\n", "http://x.y/z",
                                  "12:30 the bus came", '{"a": "b"', ":\n:\n"])
def test_where_nobody_speaks_it_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(text, "utf-8")
    with pytest.raises(EngineError, match="No conversation could be read from letter"):
        read_chats(file)


def test_other_line_ends_and_marks_are_read(tmp_path: Path) -> None:
    file = tmp_path / "chat.txt"
    for data in ("Ann: Hi\r\nLex: Yo\r\n".encode("utf-8-sig"), "Ann: Hi\nLex: Yo".encode("utf-16"),
                 b"Ann: Hi\rLex: Yo"):
        file.write_bytes(data)
        assert [text for *_, text in said(read_chats(file).chats[0])] == ["Hi", "Yo"]
    file.write_bytes(b"Ann: caf\xe9\nLex: Yo")
    assert said(read_chats(file).chats[0])[0] == ("assistant", "Ann", "caf�")


def test_a_long_text_is_read_quickly() -> None:
    text = "Ann: Hi\n" + "a" * 500_000 + ":" * 100_000 + "\n" + "\\" * 100_000 + "\nAnn: Yo\n"
    assert len(said(read(text))) == 2
    assert len(said(read("x:\n\n" * 20_000))) == 20_000


def test_markdown_names_the_speakers() -> None:
    assert as_markdown(TREE, SETUP).startswith(
        "# Über Regen\n\n**Sam**\n\nWhat is rain, Lex?\n\n**Lex**\n\nNässe.")


words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=30)
lines = st.lists(st.one_of(words, st.sampled_from(
    ("", "Ann:", "\\Ann:", "\\\\You:", "You:", "Lex: hi", ":", "\\", " Ann:"))), max_size=6)
names = st.sampled_from(("", "Ann", "Lex", "The Old Man of the Sea"))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(("", "A title", "Ann:", "\\Ann:")),
       st.lists(st.tuples(names, lines), min_size=1, max_size=6))
def test_no_text_can_speak_for_another(title: str, turns: list[tuple[str, list[str]]]) -> None:
    # GIVEN any talk, with texts that look like headings
    messages = tuple(
        ChatMessage(number, number - 1 or None, Role.ASSISTANT if name else Role.USER,
                    "\n".join(text), name)
        for number, (name, text) in enumerate(turns, 1))
    talk = Conversation(1, title, messages=messages,
                        chosen={m.parent: m.id for m in messages})
    # WHEN it is written and read THEN it is the same talk
    chat = read(as_text(talk, NO_SETUP))
    assert [(m.role, m.author, m.text) for m in chat.conversation.path] == [
        (m.role, m.author, m.text) for m in messages]
    assert chat.conversation.title == (title or "file")


@pytest.mark.parametrize("text, talks", [
    ("You:\nHello\n\nAnn:\nHi there", True),
    ("Ann: Hello\nBob: Hi\nAnn: So late?", True),
    ("Title: Rain\nArtist: Nobody\nRain on the roof", False),
    ("Chorus:\nla la\n\nVerse 1:\nlo lo\n\nChorus:\nla la", False),
    ("Rain on the roof\nand none: not one\nis dry", False), ("", False)])
def test_a_song_is_no_dialogue(text: str, talks: bool) -> None:
    assert is_dialogue(text) is talks
