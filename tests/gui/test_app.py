"""The whole window with real events: keys, drops, pages, settings, the job bar, the end."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.paths import AppPaths, program_folder
from engine.tagging.song import SongState
from gui.app import Program
from gui.theme import DARK, LIGHT

PATIENCE_MS = 30_000  # the language detector reads its data first, on whatever machine this is
CTRL = Qt.KeyboardModifier.ControlModifier
SUNNY = "The sun is up and I can smile\nWe dance and laugh in bright new light\n"


def press(qtbot: QtBot, program: Program, key: Qt.Key,
          modifier: Qt.KeyboardModifier = CTRL) -> None:
    qtbot.keyClick(QApplication.focusWidget() or program.window, key, modifier)


def drop(window: QWidget, mime: QMimeData) -> None:
    """What Qt sends a window when something is dragged over it and let go."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    centre = window.rect().center()
    QApplication.sendEvent(window, QDragEnterEvent(centre, copy, mime, left, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(centre), copy, mime, left, none,
                                              QEvent.Type.Drop))


def tagged(program: Program) -> int:
    return len(program.tag.table.in_state(SongState.TAGGED))


def dialogs(program: Program) -> list[QDialog]:
    return [d for d in program.window.findChildren(QDialog) if d.isVisible()]


def test_pages_open_by_key_and_by_rail(program: Program, qtbot: QtBot) -> None:
    assert program.window.page == "tag"
    for key, page in ((Qt.Key.Key_2, "library"), (Qt.Key.Key_3, "chat"), (Qt.Key.Key_4, "models"),
                      (Qt.Key.Key_5, "settings"), (Qt.Key.Key_1, "tag"),
                      (Qt.Key.Key_Comma, "settings")):
        press(qtbot, program, key)
        assert program.window.page == page
    program.window.rail.chosen.emit("models")
    assert program.window.page == "models"


def test_the_person_starts_in_the_page(program: Program) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    assert program.tag_page.isAncestorOf(focus)


@pytest.mark.parametrize("page", ["tag", "models", "settings"])
def test_a_pasted_lyric_is_tagged_wherever_the_person_is(
        program: Program, qtbot: QtBot, page: str) -> None:
    # GIVEN copied words and any page
    QGuiApplication.clipboard().setText(SUNNY)
    program.window.show_page(page)
    # WHEN they are pasted
    press(qtbot, program, Qt.Key.Key_V)
    # THEN the Tag page shows them tagged, once
    qtbot.waitUntil(lambda: tagged(program) == 1, timeout=PATIENCE_MS)
    assert program.window.page == "tag"
    assert program.tag.table.size == 1


@pytest.mark.parametrize("page", ["tag", "models", "settings"])
def test_a_folder_dropped_on_any_page_is_tagged(
        program: Program, qtbot: QtBot, tmp_path: Path, page: str) -> None:
    # GIVEN a folder of songs
    folder = tmp_path / "songs"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"{name}\n{SUNNY}", "utf-8")
    program.window.show_page(page)
    # WHEN it is dropped anywhere on the window
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    drop(program.window, mime)
    # THEN the Tag page comes and both are tagged
    assert program.window.page == "tag"
    qtbot.waitUntil(lambda: tagged(program) == 2, timeout=PATIENCE_MS)


def test_the_job_bar_comes_and_goes_with_the_work(
        program: Program, qtbot: QtBot, isolated_home: AppPaths) -> None:
    bar = program.window.job_bar
    assert not bar.isVisible()
    # WHEN songs are tagged
    program.tag.try_samples()
    # THEN the bar shows it, can hold it, and goes when it is done
    assert bar.isVisible()
    bar.pause_pressed.emit("tagging")
    assert program.tag.run.progress.paused
    bar.resume_pressed.emit("tagging")
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=PATIENCE_MS)
    assert tagged(program) > 5


def test_cancel_in_the_job_bar_ends_the_run(program: Program, qtbot: QtBot) -> None:
    program.tag.try_samples()
    program.window.job_bar.cancel_pressed.emit("tagging")
    qtbot.waitUntil(lambda: not program.tag.run.progress.running, timeout=PATIENCE_MS)
    assert not program.window.job_bar.isVisible()


def test_settings_reach_the_tag_page_and_the_file_at_once(
        program: Program, isolated_home: AppPaths) -> None:
    program.settings.set_strictness(0.5)
    assert program.tag.settings.collation.strictness == 0.5
    assert '"strictness": 0.5' in isolated_home.settings_file.read_text("utf-8")


def test_appearance_changes_the_whole_window_at_once(
        program: Program, qapp: QApplication) -> None:
    program.settings.set_appearance("dark")
    assert DARK.paper in qapp.styleSheet()
    program.settings.set_appearance("light")
    assert LIGHT.paper in qapp.styleSheet()
    assert DARK.paper not in qapp.styleSheet()


def test_help_opens_by_key_and_closes_by_escape(program: Program, qtbot: QtBot) -> None:
    press(qtbot, program, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    shown = dialogs(program)
    assert [d.windowTitle() for d in shown] == ["Help"]
    qtbot.waitUntil(shown[0].isActiveWindow)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not dialogs(program)


def test_about_names_version_and_licences(program: Program) -> None:
    program.show_about()
    about = dialogs(program)[0]
    assert about.objectName() == "about"
    about.close()


def test_window_and_page_are_remembered_inside_the_home(
        start: Callable[[], Program], isolated_home: AppPaths) -> None:
    # GIVEN a window that was resized and left on another page
    first = start()
    first.window.resize(780, 560)
    first.window.show_page("models")
    first.window.close()
    # WHEN the program starts again
    second = start()
    # THEN it looks as it was left, and all of it is in the home
    assert (second.window.width(), second.window.height()) == (780, 560)
    assert second.window.page == "models"
    assert (isolated_home.home / "window.ini").is_file()


def test_a_missing_model_is_said_in_the_banner_not_in_a_box(
        program: Program, qtbot: QtBot) -> None:
    shown: list[str] = []
    program.notifier.shown.connect(lambda message, hint, details: shown.append(message))
    program.shelf.problem = EngineError("No model is installed.", "Set up again.")  # type: ignore[attr-defined] # the fake's
    program.warm_up()
    qtbot.waitUntil(lambda: bool(shown))
    assert set(shown) == {"No model is installed."}
    assert not dialogs(program)


def test_speed_seen_at_warm_up_is_noted(program: Program, qtbot: QtBot) -> None:
    with qtbot.waitSignal(program.models.changed):
        program.warm_up()


def test_closing_in_the_middle_of_work_ends_it(program: Program, qtbot: QtBot) -> None:
    program.tag.try_samples()
    qtbot.keyClick(program.window, Qt.Key.Key_Q, CTRL)
    assert not program.window.isVisible()
    assert not program.tagging.busy
    assert not program.desk.busy


def test_starting_loads_nothing_heavy() -> None:
    """Neither what trains nor what runs a model is imported for the first paint."""
    script = ("import sys; import gui.app;"
              "heavy = {'torch', 'transformers', 'optimum', 'onnx', 'peft', 'sklearn',"
              " 'onnxruntime', 'pyqtgraph', 'qtawesome', 'py3langid'} & set(sys.modules);"
              "print(*heavy)")
    found = subprocess.run([sys.executable, "-c", script], cwd=program_folder(), check=True,
                           capture_output=True, text=True)
    assert found.stdout.split() == []
