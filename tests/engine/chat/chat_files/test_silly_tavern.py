"""Chats as SillyTavern keeps them."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.chat.chat_files.reading import read_chats
from engine.chat.chat_files.writing import ChatForm, write_conversation
from engine.chat.conversation import Role
from engine.chat.scene import AuthorsNote
from engine.errors import EngineError
from tests.engine.chat.chat_files.some_chats import SETUP, TREE

HEADER = {"user_name": "Sam", "character_name": "Lex", "chat_metadata": {"integrity": "abc"}}


def write(tmp_path: Path, *lines: Any) -> Path:
    file = tmp_path / "Lex - a night.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line)
                              for line in lines) + "\n", "utf-8")
    return file


def test_a_chat_is_read(tmp_path: Path) -> None:
    # GIVEN a chat as that program writes it
    found = read_chats(write(
        tmp_path, HEADER,
        {"name": "Lex", "is_user": False, "mes": "Evening.", "send_date": "June 9, 2024 2:05pm",
         "swipes": ["Hm.", "Evening.", "Yes?"], "swipe_id": 1, "extra": {}},
        {"name": "Sam", "is_user": True, "mes": "Hi", "send_date": 1717942000000},
        {"name": "Note", "is_system": True, "mes": "It rains.", "extra": {"type": "narrator"}},
        {"name": "Ann", "is_user": False, "mes": "Me too!"}))
    chat, = found.chats
    # THEN who speaks, what is shown and the alternatives are there
    assert [(m.role, m.author, m.text) for m in chat.conversation.path] == [
        (Role.ASSISTANT, "Lex", "Evening."), (Role.USER, "", "Hi"), (Role.SYSTEM, "", "It rains."),
        (Role.ASSISTANT, "Ann", "Me too!")]
    first = chat.conversation.path[0]
    assert [m.text for m in chat.conversation.alternatives(first.id)] == [
        "Hm.", "Evening.", "Yes?"]
    assert first.created_at == "2024-06-09T14:05:00+00:00"
    assert chat.conversation.path[1].created_at.startswith("2024-06-09T")
    assert (chat.conversation.title, chat.setup.person, chat.names, found.said) == (
        "Lex - a night", "Sam", ("Lex", "Ann"), ())


def test_what_it_was_set_up_with_is_read(tmp_path: Path) -> None:
    metadata = {"note_prompt": "Be brief.", "note_depth": 2, "note_interval": 3,
                "scenario": "A tower."}
    found = read_chats(write(tmp_path, HEADER | {"chat_metadata": metadata},
                             {"name": "Lex", "mes": "Hm."}))
    setup = found.chats[0].setup
    assert setup.authors_note == AuthorsNote("Be brief.", 2, 3)
    assert setup.scene is not None and setup.scene.scenario == "A tower."


@pytest.mark.parametrize("swipes, swipe_id, texts, shown", [
    (["a", "b"], 1, ["a", "b"], "b"), (["a", "b"], 9, ["a", "b"], "b"),
    (["a", "c"], 0, ["a", "c", "b"], "b"), ([], 0, ["b"], "b"), ("b", 0, ["b"], "b"),
    ([None, 7, "a"], 0, ["a", "b"], "b"), (None, None, ["b"], "b"),
    (["b", "b"], 1, ["b", "b"], "b")])
def test_the_text_shown_is_always_there(tmp_path: Path, swipes: Any, swipe_id: Any,
                                        texts: list[str], shown: str) -> None:
    found = read_chats(write(tmp_path, {"name": "Lex", "mes": "b", "swipes": swipes,
                                        "swipe_id": swipe_id}))
    conversation = found.chats[0].conversation
    assert [m.text for m in conversation.messages] == texts
    assert [m.text for m in conversation.path] == [shown]


def test_a_broken_line_is_told_and_hides_no_other(tmp_path: Path) -> None:
    found = read_chats(write(tmp_path, HEADER, '{"name": "Lex", "mes": "Hm', {"mes": 7},
                             {"name": "Sam", "is_user": True, "mes": "Hi"}, "", "[1]"))
    assert [m.text for m in found.chats[0].conversation.path] == ["Hi"]
    assert found.said[0].startswith("Line 2 is left out, it is not JSON")
    assert found.said[1] == "Line 3 is left out: it says nothing that can be read."


def test_a_chat_without_a_header_is_read(tmp_path: Path) -> None:
    found = read_chats(write(tmp_path, '{"user_name', {"name": "You", "is_user": True, "mes": "a"},
                             {"name": "Lex", "mes": "b"}))
    assert [m.author for m in found.chats[0].conversation.path] == ["", "Lex"]


def test_a_header_alone_is_no_chat(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="No conversation could be read"):
        read_chats(write(tmp_path, HEADER))


def test_what_is_shown_and_its_alternatives_come_back(tmp_path: Path) -> None:
    # GIVEN a conversation written for that program
    file = tmp_path / "talk.jsonl"
    write_conversation(TREE, file, ChatForm.SILLY_TAVERN, SETUP)
    header, *lines = map(json.loads, file.read_text("utf-8").splitlines())
    assert (header["user_name"], header["character_name"]) == ("Sam", "Lex")
    assert header["chat_metadata"] == {"note_prompt": "Be brief.", "note_depth": 2,
                                       "note_interval": 3, "scenario": "It rains."}
    assert lines[0]["swipes"] == ["What is *rain*?", "What is rain, Lex?"]
    assert (lines[0]["swipe_id"], lines[0]["is_user"], "swipes" in lines[1]) == (1, True, False)
    # WHEN it is read again
    chat, = read_chats(file).chats
    # THEN it says the same
    assert [(m.role, m.text, m.author) for m in chat.conversation.path] == [
        (m.role, m.text, m.author) for m in TREE.path]
    assert (chat.setup.person, chat.setup.authors_note) == ("Sam", SETUP.authors_note)
