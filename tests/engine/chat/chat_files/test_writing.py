"""Conversations as files to keep."""

import json
from pathlib import Path

import pytest

from engine.chat.chat_files.writing import write_conversation
from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.errors import EngineError

TALK = Conversation(
    7, "Über Regen", system_prompt="Be kind.", messages=(
        ChatMessage(1, None, Role.USER, "What is *rain*?"),
        ChatMessage(2, 1, Role.ASSISTANT, "Water.", model="smol"),
        ChatMessage(3, 1, Role.ASSISTANT, "Nässe.", author="Lex"),
        ChatMessage(4, 3, Role.USER, " ")), chosen={None: 1, 1: 3, 3: 4})


def written(tmp_path: Path, name: str, conversation: Conversation = TALK) -> str:
    write_conversation(conversation, tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    return (tmp_path / name).read_text("utf-8")


@pytest.mark.parametrize("name", ["talk.txt", "talk", "talk.doc"])
def test_as_text_each_speaker_is_named(tmp_path: Path, name: str) -> None:
    assert written(tmp_path, name) == (
        "Über Regen\n\nYou:\nWhat is *rain*?\n\nLex:\nNässe.\n\nYou:\n \n")


def test_as_markdown_marks_stay(tmp_path: Path) -> None:
    assert written(tmp_path, "talk.MD") == (
        "# Über Regen\n\n**You**\n\nWhat is *rain*?\n\n**Lex**\n\nNässe.\n\n**You**\n\n \n")


def test_as_json_every_alternative_is_there(tmp_path: Path) -> None:
    told = json.loads(written(tmp_path, "talk.json"))
    assert told["format"] == "undertone-conversation" and told["version"] == 2
    assert [message["text"] for message in told["messages"]] == [
        "What is *rain*?", "Water.", "Nässe.", " "]
    assert told["chosen"] == {"": 1, "1": 3, "3": 4}


def test_as_jsonl_it_is_a_line_to_learn_from(tmp_path: Path) -> None:
    line = written(tmp_path, "talk.jsonl")
    assert line.count("\n") == 1
    assert json.loads(line) == {"messages": [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What is *rain*?"},
        {"role": "assistant", "content": "Nässe."}]}


def test_an_empty_conversation_is_a_file_too(tmp_path: Path) -> None:
    assert written(tmp_path, "talk.txt", Conversation(1, "")) == "\n"


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"talk\.txt could not be written"):
        write_conversation(TALK, tmp_path / "no" / "such" / "talk.txt")


def test_what_stood_there_stays_whole_if_writing_fails(tmp_path: Path) -> None:
    file = tmp_path / "talk.txt"
    file.mkdir()
    with pytest.raises(EngineError):
        write_conversation(TALK, file)
    assert [*tmp_path.iterdir()] == [file] and file.is_dir()
