"""What we taught a model comes with the program: nothing is fetched where its base is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui.icons import IconSource
from gui.jobs import JobWatcher
from gui.models.add_panel import AddPanel
from gui.models.adding import Adding, Offered
from gui.theme import ThemeSource

TAUGHT = Offered("taught", "Taught one", "It learned.", 93_000_000, "MIT", base="smol")


@pytest.fixture
def adding(watcher: JobWatcher, tmp_path: Path) -> Iterator[Adding]:
    yield Adding(watcher, tmp_path / "own", (TAUGHT,))


def told(panel: AddPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel))


def test_where_the_base_is_there_it_is_added_and_not_fetched(
        adding: Adding, qtbot: QtBot, qapp: QApplication) -> None:
    panel = AddPanel(adding, IconSource(ThemeSource(qapp.styleHints())))
    qtbot.addWidget(panel)
    assert "93\N{NO-BREAK SPACE}MB, once" in told(panel)
    panel.show_state(False, frozenset({"smol"}))
    qtbot.waitUntil(lambda: "93\N{NO-BREAK SPACE}MB" not in told(panel))
    assert "It came with Undertone" in told(panel)
    assert [b.text() for b in panel.findChildren(QPushButton)].count("Add it") == 1
