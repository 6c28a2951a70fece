"""Texts are tried on classifiers that were trained, in the window where labels are tried."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.models.manifest import read_manifest
from engine.paths import AppPaths
from gui.tag.try_dialog import TryDialog
from gui.theme import ThemeSource
from tests.engine.cli.test_classify_trained import install
from tests.gui.tag.test_try import TryBench, shown, trying  # noqa: F401 - a fixture

ANY, MINE = "The chat model, with any labels", "Mine"


@pytest.fixture
def dialog(trying: TryBench, theme_source: ThemeSource,  # noqa: F811
           qtbot: QtBot) -> Iterator[TryDialog]:
    install(trying.models / "mine", exclusive=True)
    yield from shown(trying, theme_source, qtbot)


def test_who_is_asked_can_be_chosen(dialog: TryDialog, trying: TryBench,  # noqa: F811
                                    qtbot: QtBot) -> None:
    # GIVEN a chat model and a classifier that was trained
    assert [dialog.who.itemText(at) for at in range(dialog.who.count())] == [ANY, MINE]
    dialog.text.setPlainText("tears tears tears")
    # WHEN the classifier is chosen by key
    dialog.who.setFocus()
    qtbot.keyClick(dialog.who, Qt.Key.Key_Down)
    trying.settle()
    # THEN its own labels stand there, and its answer, and the chat model was not asked
    assert dialog.labels.isHidden()
    assert "sadness" in dialog.bars.accessibleName()
    assert dialog.how.text() == "Mine says: sadness."
    assert not trying.model.prompts
    # AND the next text is asked of it too
    dialog.text.setPlainText("sun sun sun")
    trying.settle()
    assert dialog.how.text() == "Mine says: happiness."
    # AND the chat model takes any labels again
    qtbot.keyClick(dialog.who, Qt.Key.Key_Up)
    assert dialog.labels.isVisible() and dialog.bars.bars == ()


def test_without_a_chat_model_the_trained_one_is_asked(
        trying: TryBench, theme_source: ThemeSource, qtbot: QtBot) -> None:  # noqa: F811
    install(trying.models / "mine", exclusive=False)
    (trying.models / "writer" / "model.json").unlink()
    made = TryDialog(trying.presenter, theme_source)
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    assert made.add_model.isHidden() and trying.presenter.chosen == "mine"
    made.text.setPlainText("tears")
    trying.settle()
    assert made.bars.bars and not trying.failures


def test_one_that_was_removed_is_told(dialog: TryDialog, trying: TryBench,  # noqa: F811
                                      isolated_home: AppPaths) -> None:
    assert read_manifest(trying.models / "mine").name == MINE
    (trying.models / "mine" / "model.json").unlink()
    trying.presenter.choose("mine")
    dialog.text.setPlainText("sun")
    trying.settle()
    assert "no longer installed" in dialog.note.text()
