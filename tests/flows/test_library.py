"""A library from beginning to end, with real keys: songs dropped, found, corrected, put into a
playlist, written into their files, taken out again; and all of it still there after a restart."""

from pathlib import Path

import mutagen
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.tagging.labels import Verdict
from engine.tagging.writing.values import WriteScope
from gui.app import Program
from gui.library.browser import Browser
from gui.library.write_record import Turn
from tests.engine.tagging.tiny_audio import write_tiny
from tests.flows.test_drop_to_tags import CTRL, PLAIN, SAD, SUNNY, Hand, files
from tests.gui.conftest import Start

CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three recordings, each with its words in a file of the same name beside it."""
    folder = tmp_path / "music"
    folder.mkdir()
    for name, words in (("Morning.flac", SUNNY), ("Rain.mp3", SAD), ("Station.ogg", SAD)):
        recording = write_tiny(folder / name)
        recording.with_suffix(".lrc").write_text(
            f"[ti:{recording.stem}]\n[00:01.00]{name} is what I call this song\n" + "".join(
                f"[00:{at + 2:02}.00]{line}\n" for at, line in enumerate(words.splitlines())))
    return folder


class Person:
    """Somebody at the Library page of a program."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self.qtbot = qtbot

    @property
    def browser(self) -> Browser:
        browser = self.program.library.page.browser
        assert browser is not None
        return browser

    def settle(self) -> None:
        program = self.program
        queues = (program.tagging, program.desk, program.library.queue)

        def calm() -> bool:
            if any(queue.busy for queue in queues):
                return False
            QApplication.processEvents()
            return not any(queue.busy for queue in queues)

        self.qtbot.waitUntil(calm, timeout=20_000)

    def open_library(self) -> None:
        self.program.window.show_page("library")
        self.qtbot.waitUntil(lambda: self.program.library.page.browser is not None)
        self.settle()
        self.browser.focus_songs()

    def press(self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        self.qtbot.keyClick(focus, key, modifier)
        self.settle()

    def find(self, words: str) -> None:
        """By the key for it, typed, and on into the songs."""
        self.press("/")
        self.program.library.page.browser.head.search.clear()
        self.qtbot.keyClicks(QApplication.focusWidget(), words)
        self.press(Qt.Key.Key_Return)

    def titles(self) -> list[str]:
        table = self.program.library.presenter.table
        songs = [table.song(key) for key in table.keys.tolist()]
        return sorted(song.title if song else "?" for song in songs)

    def come_back(self) -> None:
        """From a window that closed to the songs, as every window manager does it."""
        self.program.window.activateWindow()
        self.qtbot.waitUntil(self.program.window.isActiveWindow)
        self.browser.focus_songs()


@pytest.fixture
def person(start: Start, music: Path, qtbot: QtBot) -> Person:
    """The window of a program into which the recordings were dropped, at the Library."""
    program = start()
    Hand(program, files(music)).drop()
    made = Person(program, qtbot)
    made.settle()
    made.open_library()
    return made


def test_songs_are_found_corrected_listed_written_and_all_is_there_after_a_restart(
        person: Person, start: Start, music: Path, qtbot: QtBot) -> None:
    library = person.program.library
    desk = library.presenter.desk
    # GIVEN three songs that were dropped
    assert person.titles() == ["Morning", "Rain", "Station"]
    # WHEN some are looked for
    person.find("tears rain")
    assert person.titles() == ["Rain", "Station"]
    person.find("smile")
    assert person.titles() == ["Morning"]
    # AND one is corrected by a key, that taken back, and done again
    person.press(Qt.Key.Key_Return)
    person.press("R")
    rejected = {mood: said for mood, said in desk.labels.items() if said is Verdict.REJECTED}
    assert len(rejected) == 1
    person.press(Qt.Key.Key_Z, CTRL)
    assert not desk.labels
    person.press(Qt.Key.Key_Z, CTRL_SHIFT)
    assert desk.labels == rejected
    # AND the sad ones are kept as a playlist
    person.press(Qt.Key.Key_Escape)
    person.find("tears")
    person.press(Qt.Key.Key_A, CTRL)
    assert len(library.presenter.selection) == 2
    library.listing.make(library.presenter.selection.songs)
    assert library.listing.naming is not None
    library.listing.naming.field.setText("Wet windows")
    library.listing.naming.go.click()
    person.settle()
    # AND their moods written into their files
    before = {file: file.read_bytes() for file in music.iterdir()}
    person.come_back()
    person.press("W")
    dialog = library.writing.dialog
    assert dialog is not None and dialog.go.text() == "Write into 2 files"
    dialog.go.click()
    person.settle()
    dialog.go.click()
    assert mutagen.File(music / "Station.ogg")["MOOD"] == ["Sadness"]
    assert (music / "Morning.flac").read_bytes() == before[music / "Morning.flac"]
    # THEN another start finds all of it
    person.program.window.close()
    again = Person(start(), qtbot)
    again.settle()
    again.open_library()
    library = again.program.library
    again.find("smile")
    again.press(Qt.Key.Key_Return)
    again.settle()
    assert library.presenter.desk.labels == rejected
    assert [each.name for each in library.listing.playlists.all] == ["Wet windows"]
    # AND leads back: out of the files to the last byte, and before the correction
    library.writing.show_history()
    again.settle()
    history = library.writing.history
    assert history is not None
    history.turn(WriteScope(), Turn.OUT)
    again.settle()
    history.yes.click()
    again.settle()
    history.accept()
    assert {file: file.read_bytes() for file in music.iterdir()} == before
