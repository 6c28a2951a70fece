"""The command that changes chats at random: a few of its files, and that it would find a fault."""

import json
from pathlib import Path

import pytest

from engine.chat.chat_files import importing
from tests.benchmarks.hostile_chats import good_chats, outcome, outcomes


def test_the_good_ones_are_read(tmp_path: Path) -> None:
    for name, data in good_chats(tmp_path).items():
        (tmp_path / name).write_bytes(data)
        found = outcome(tmp_path / name, name)
        # Markdown is written to be read by people; with other headings it is no chat.
        assert found.kind == "read" or name == "markdown.md", found


def test_a_few_bad_ones_are_read_or_refused(tmp_path: Path) -> None:
    found = [*outcomes(15, 7, tmp_path)]
    assert {one.kind for one in found} <= {"read", "refused"}, found


def test_a_fault_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(importing.ChatImport, "keep", break_down)
    file = tmp_path / "chat.json"
    file.write_text(json.dumps([{"role": "user", "content": "Hi"}]), "utf-8")
    assert outcome(file, "x").kind == "failed"
