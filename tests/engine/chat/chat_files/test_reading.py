"""What every file goes through, whatever its form."""

import json
from pathlib import Path

import pytest

from engine.chat.chat_files import reading
from engine.chat.chat_files.read_chat import MOST_SAID
from engine.chat.chat_files.reading import read_chats
from engine.errors import EngineError

ROW = json.dumps({"messages": [{"role": "user", "content": "Hi"}]})


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    for file in (tmp_path / "none.json", tmp_path):
        with pytest.raises(EngineError, match="cannot be read"):
            read_chats(file)


def test_one_that_is_too_large_is_not_even_read(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1 << 20)
    file = tmp_path / "large.jsonl"
    with file.open("wb") as opened:
        opened.truncate(1 << 40)
    with pytest.raises(EngineError, match="too large for a chat: more than 1 MB"):
        read_chats(file)


@pytest.mark.parametrize("limit, most", [("MOST_CHATS", 3), ("MOST_MESSAGES", 3)])
def test_no_more_is_read_than_anybody_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                          limit: str, most: int) -> None:
    monkeypatch.setattr(reading, limit, most)
    file = tmp_path / "many.jsonl"
    file.write_text(f"{ROW}\n" * 10, "utf-8")
    found = read_chats(file)
    assert len(found.chats) == most and "Only the first 3 conversations" in found.said[-1]


def test_the_same_said_often_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(ROW + "\n" + "{\n" * 500, "utf-8")
    found = read_chats(file)
    assert len(found.chats) == 1 and len(found.said) == MOST_SAID + 1
    assert found.said[-1] == "There is more of this kind: 480 times."


@pytest.mark.parametrize("text", [
    "[" * 200_000, "[" * 200_000 + "\n[]", '{"messages":' * 100_000, "{", "[]", "{}", "null", "7",
    '"Ann: hi"', "9" * 10_000, '{"a": ' + "9" * 10_000 + "}", "\x00" * 1000, "", "\ufeff", "[[[]]]",
    '{"messages": {}}', '{"conversations": [[]]}', '{"conversations": [7, null, "x"]}',
    '{"format": "undertone-conversation"', "[[{}]]", '{"chat_metadata": {}}'])
def test_what_is_no_chat_gets_a_sentence(tmp_path: Path, text: str) -> None:
    for name in ("x.json", "x.jsonl"):
        (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(EngineError, match="No conversation could be read") as told:
            read_chats(tmp_path / name)
        assert told.value.message.endswith(".") and told.value.hint


def test_json_is_known_without_its_ending(tmp_path: Path) -> None:
    file = tmp_path / "chat.txt"
    for text in (ROW, f"\n [{ROW}]", f"{ROW}\n{ROW}", f"[\n{ROW}\n]"):
        file.write_text(text, "utf-8")
        assert read_chats(file).chats[0].conversation.path[0].text == "Hi"
