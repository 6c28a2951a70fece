"""What we taught a model comes with the program: nothing is fetched where its base is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.icons import IconSource
from gui.jobs import JobWatcher
from gui.models.add_panel import AddPanel
from gui.models.adding import Adding, Offered
from gui.models.presenter import Chosen, ModelsPresenter, Workshop
from gui.theme import ThemeSource
from tests.gui.models.conftest import Shop

TAUGHT = Offered("taught", "Taught one", "It learned.", 93_000_000, "MIT", base="smol")
TAGGER = Offered("moods", "Tagger", "It tags.", 93_000_000, "MIT", base="smol", chats=False)


@pytest.fixture
def adding(watcher: JobWatcher, tmp_path: Path) -> Iterator[Adding]:
    yield Adding(watcher, tmp_path / "own", (TAUGHT, TAGGER))


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


@pytest.mark.parametrize(("came", "chosen"), [
    (("taught", "smol"), ["taught"]), (("moods", "smol"), []), (("smol",), [])])
def test_the_first_chat_model_is_the_one_that_was_asked_for(
        adding: Adding, shop: Shop, came: tuple[str, ...], chosen: list[str]) -> None:
    # GIVEN no chat model, and nobody who chose one
    plain = shop.models
    models = ModelsPresenter(plain._queue, shop.registry.entries, Chosen, Workshop(
        adding, plain.trials, plain.upkeep))
    said: list[str] = []
    models.chat_model_chosen.connect(said.append)
    # WHEN models come THEN what joined its base is used, not the base that came with it
    adding.added.emit(came)
    assert said == chosen
