"""The report can be read and copied, and what breaks is in it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.program_log import close_log, open_log
from gui.app import Program
from gui.note_down import note_down
from gui.report_dialog import ReportDialog
from tests.fake_model_job import COMMAND
from tests.gui.conftest import FakeShelf, end

PATIENCE_MS = 30_000


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths,
            shelf: FakeShelf) -> Iterator[Program]:
    open_log(isolated_home.logs)
    made = Program(qapp, isolated_home, shelf, COMMAND)
    with qtbot.waitExposed(made.window):
        made.window.show()
    yield made
    end(made)
    close_log()


def test_it_is_shown_and_copied(program: Program, qtbot: QtBot) -> None:
    note_down(program.jobs, program.notifier)
    program.notifier.show_problem(ZeroDivisionError("a bug of ours"))
    program.models.adding.get("no-such-broken-model")
    qtbot.waitUntil(lambda: bool(program.models.adding.arrivals)
                    and not program.models.adding.arrivals[0].running, timeout=PATIENCE_MS)
    program.window.report_wanted.emit()
    dialog = program.window.findChild(ReportDialog)
    qtbot.waitUntil(dialog.copy.isEnabled, timeout=PATIENCE_MS)
    told = dialog.text.toPlainText()
    assert "ZeroDivisionError" in told and "job fetch-model failed" in told
    # What messages say may name files, or hold words of songs.
    assert "a bug of ours" not in told and "ends too early" not in told
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == told and dialog.copy.text() == "Copied"
    dialog.reject()
