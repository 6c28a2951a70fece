"""Files that the system hands over go where they belong: songs are tagged, models are added."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.tagging.song import SongState
from gui.app import Program
from gui.handed_files import HandedByTheSystem, hand_over
from main import main
from tests.fake_model_job import COMMAND
from tests.gui.conftest import FakeShelf, end

PATIENCE_MS = 30_000


def test_each_file_finds_its_page(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths,
                                  shelf: FakeShelf, tmp_path: Path) -> None:
    model, song = tmp_path / "mine.undertone", tmp_path / "a song.lrc"
    model.write_bytes(b"a model")
    song.write_text("[00:01.00]The rain came down on the harbour wall\n", "utf-8")
    program = Program(qapp, isolated_home, shelf, COMMAND)
    try:
        with qtbot.waitExposed(program.window):
            program.window.show()
        told: list[str] = []
        program.notifier.shown.connect(lambda message, hint, details: told.append(message))
        with qtbot.waitSignal(program.models.arrived, timeout=PATIENCE_MS) as arrived:
            hand_over(program, [model, song, tmp_path / "gone.txt"])
        assert arrived.args[0].id == "mine"
        qtbot.waitUntil(lambda: len(program.tag.table.in_state(SongState.TAGGED)) == 1,
                        timeout=PATIENCE_MS)
        assert program.window.page == "tag"
        assert told == ["There is no gone.txt any more."]
    finally:
        end(program)


def test_an_event_of_the_system_hands_a_file_over(
        qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths, shelf: FakeShelf,
        tmp_path: Path) -> None:
    model = tmp_path / "mine.undertone"
    model.write_bytes(b"a model")
    program = Program(qapp, isolated_home, shelf, COMMAND)
    handed = HandedByTheSystem(program)
    qapp.installEventFilter(handed)
    try:
        with qtbot.waitExposed(program.window):
            program.window.show()
        with qtbot.waitSignal(program.models.arrived, timeout=PATIENCE_MS):
            QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(model))))
    finally:
        qapp.removeEventFilter(handed)
        end(program)


def test_without_a_screen_it_says_what_to_do(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("main._has_screen", lambda: False)
    assert main(["open", "song.lrc"]) == 2
    assert "tag PATH" in capsys.readouterr().err
