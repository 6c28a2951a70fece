"""A watched folder in the whole window: found at the start, tagged from the strip, kept up."""

import os
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.library.folder_strip import FolderStrip
from tests.gui.conftest import Start

SUN = "The sun is a bright brass band\nso dance with the dust in your hand\n"
LONG_AGO = 1_600_000_000


def write(file: Path, text: str, at: int = LONG_AGO) -> None:
    file.write_text(text, "utf-8")
    os.utime(file, (at, at))


def calm(program: Program, qtbot: QtBot) -> None:
    """Waits until nothing runs any more."""
    qtbot.waitUntil(lambda: not (program.desk.busy or program.library.queue.busy
                                 or program.tagging.busy), timeout=15_000)


def strip_of(program: Program) -> FolderStrip:
    program.window.show_page("library")
    QApplication.processEvents()
    strip = program.library.page.findChild(FolderStrip)
    assert strip is not None
    return strip


def test_a_watched_folder_is_kept_up_from_start_to_start(
        start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    # GIVEN a folder that is watched, with a song in it
    music = tmp_path / "music"
    music.mkdir()
    write(music / "sun.txt", SUN)
    program = start()
    work = program.library.folders.work
    qtbot.waitUntil(lambda: work.loaded, timeout=15_000)
    work.add(music, False)
    qtbot.waitUntil(lambda: work.counts.new == 1, timeout=15_000)
    # WHEN it is tagged from the strip THEN there is nothing left to tell
    strip = strip_of(program)
    calm(program, qtbot)
    assert strip.isVisible() and strip.words.text() == "1 new song file."
    strip.tag.click()
    qtbot.waitUntil(lambda: work.counts.new == 0 and not program.tag.run.progress.running,
                    timeout=15_000)
    qtbot.waitUntil(lambda: not strip.isVisible(), timeout=15_000)
    calm(program, qtbot)
    program.window.close()
    # WHEN the song is edited, another comes, and the program is started again
    write(music / "sun.txt", SUN + "and another line\n", LONG_AGO + 60)
    write(music / "sea.txt", "Quiet is the evening sea\n")
    program = start()
    work = program.library.folders.work
    # THEN both are told of without being asked for
    qtbot.waitUntil(lambda: (work.counts.new, work.counts.changed) == (1, 1), timeout=15_000)
    calm(program, qtbot)


def test_what_can_be_done_is_offered_in_the_library(program: Program, qtbot: QtBot) -> None:
    actions = program.library.presenter.actions
    for name in ("folders", "find_missing", "compare_tagger", "compare_all"):
        assert actions.get(name) is not None
    strip_of(program)
    # WHEN the list of folders is opened twice THEN it is one window
    folders = actions.get("folders")
    assert folders is not None
    for _ in range(2):
        folders.act(program.library.presenter.selection)
    calm(program, qtbot)
    windows = [window for window in program.window.findChildren(QDialog)
               if window.objectName() == "watched_folders"]
    assert len(windows) == 1 and windows[0].isVisible()
    windows[0].close()
