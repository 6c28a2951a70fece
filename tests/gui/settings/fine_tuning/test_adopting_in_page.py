"""What a training made is used by one press, compared before, and left again by another."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.events import Finished
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.settings import Settings
from gui.settings.fine_tuning.page import FineTuningPage
from gui.settings.fine_tuning.versions_dialog import VersionsDialog
from tests.engine.training.test_adopting import trained
from tests.gui.settings.fine_tuning.conftest import a_run


def press(button: QPushButton, qtbot: QtBot) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def looked(page: FineTuningPage, isolated_home: AppPaths, tmp_path: Path,
           qtbot: QtBot) -> FineTuningPage:
    """The second training of a tagger is looked at; the first stands, the second waits."""
    trained(isolated_home, tmp_path, "mood-tagging", "a")
    report = msgspec.structs.replace(
        trained(isolated_home, tmp_path, "mood-tagging", "b"), verdict="Better.")
    a_run(isolated_home, "Mine", [Finished(summary="Done.")], report)
    page._runs.load()
    qtbot.waitUntil(lambda: len(page.past.rows) == 1)
    press(page.past.rows[0].look, qtbot)
    qtbot.waitUntil(lambda: page.looked.use.isVisible() and page.looked.versions.isVisible())
    return page


def in_place(paths: AppPaths) -> str:
    manifest = ModelRegistry(paths.shipped_models, paths.models).find("mine", "mood-tagging")
    return manifest.manifest.version if manifest.manifest else ""


def test_it_is_compared_then_used_then_left(looked: FineTuningPage, isolated_home: AppPaths,
                                            qtbot: QtBot) -> None:
    adopting, wanted = looked._adopting, list[tuple[str, str]]()
    chosen: list[Settings] = []
    looked.change_wanted.connect(lambda *told: wanted.append(told))
    adopting.adopted.connect(chosen.append)
    # WHEN the person looks what would change, the waiting version is the one that is asked
    press(looked.looked.change, qtbot)
    assert wanted == [("mine@b", "Mine")] and in_place(isolated_home) == "a"
    # AND uses it
    press(looked.looked.use, qtbot)
    qtbot.waitUntil(lambda: bool(chosen))
    assert chosen[0].tagger == "mine" and in_place(isolated_home) == "b"
    # AND what was chosen before can be chosen again
    adopting.choose_again("tagger", "moods-minilm")
    assert chosen[-1].tagger == "moods-minilm"
    # AND goes back to the one before
    qtbot.waitUntil(lambda: adopting.known and adopting.candidate is not None
                    and not adopting.candidate.waiting)
    looked.looked.versions.setFocus()
    qtbot.keyClick(looked.looked.versions, Qt.Key.Key_Space)
    dialog = looked.findChildren(QWidget, "versions")[-1]
    assert isinstance(dialog, VersionsDialog) and dialog.list.count() == 1
    assert "used before" in dialog.list.item(0).text()
    press(dialog.bring, qtbot)
    qtbot.waitUntil(lambda: in_place(isolated_home) == "a" and adopting.known)
    dialog.close()


def test_a_version_is_deleted_by_a_second_press_only(looked: FineTuningPage,
                                                     isolated_home: AppPaths,
                                                     qtbot: QtBot) -> None:
    # GIVEN the new version in use, so that the one before may go
    press(looked.looked.use, qtbot)
    qtbot.waitUntil(lambda: in_place(isolated_home) == "b" and looked._adopting.known)
    looked.looked.versions_wanted.emit(None)
    dialog = looked.findChildren(QWidget, "versions")[-1]
    assert isinstance(dialog, VersionsDialog)
    qtbot.waitUntil(lambda: dialog.list.count() == 1 and dialog.delete.isEnabled())
    press(dialog.delete, qtbot)
    assert dialog.delete.text() == "Delete for good?" and dialog.list.count() == 1
    press(dialog.delete, qtbot)
    qtbot.waitUntil(lambda: dialog.list.count() == 0 and looked._adopting.known)
    assert in_place(isolated_home) == "b"
    dialog.close()
