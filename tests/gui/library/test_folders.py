"""Watched folders in the window: scans in the background, the strip, the lists, finding again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.tagging.folders.news import FileNews, NewsCounts, NewsKind
from engine.tagging.folders.watch_list import WatchedFolder
from engine.tagging.song_identity import place_of
from gui.library.folder_dialog import FoldersDialog
from gui.library.folder_news import NewsDialog
from gui.library.folder_strip import FolderStrip
from gui.library.folder_words import file_words, folder_words, news_text, when_text
from gui.library.folder_work import FolderWork
from gui.library.relocate_dialog import RelocateDialog
from gui.library.relocating import Relocating
from gui.theme import ThemeSource
from tests.engine.tagging.folders.watched import LONG_AGO, RAIN, RAIN_EDITED, SEA, SUN
from tests.gui.library.folder_room import FolderRoom


@pytest.fixture
def room(tmp_path: Path, isolated_home: AppPaths, qtbot: QtBot) -> Iterator[FolderRoom]:
    room = FolderRoom(tmp_path, isolated_home, qtbot)
    yield room
    room.close()


@pytest.fixture
def work(room: FolderRoom) -> Iterator[FolderWork]:
    work = FolderWork(room.asking, room.working)
    yield work
    work.close()


def start(work: FolderWork, room: FolderRoom) -> None:
    work.load(work.scan)
    room.settle()
    room.settle()


def keep(dialog: QDialog, qtbot: QtBot) -> None:
    """Lets a window outlive its closing until the test is over."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)


def busy_folder(room: FolderRoom) -> None:
    """One new, one changed, one missing song, and one that stays."""
    files = room.files
    files.write("rain.txt", RAIN)
    files.write("sun.txt", SUN)
    files.write("sea.txt", SEA)
    files.tag()
    files.write("rain.txt", RAIN_EDITED)
    files.move(files.folder / "sun.txt", files.outside / "sun.txt")
    files.write("fresh.txt", "Burn the letters\nbreak the door\n")


def test_the_strip_says_what_happened(room: FolderRoom, work: FolderWork, qtbot: QtBot) -> None:
    # GIVEN a folder in which much happened since
    busy_folder(room)
    strip = FolderStrip(work)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    # WHEN it is looked through
    start(work, room)
    # THEN the strip says so and offers what can be done
    assert not strip.isHidden()
    assert strip.words.text() == "1 new song file, 1 changed, 1 missing."
    assert not strip.tag.isHidden() and not strip.look.isHidden() and strip.stop.isHidden()
    # WHEN new and changed ones are to be tagged
    with qtbot.waitSignal(work.tag_wanted) as asked:
        strip.tag.click()
    assert sorted(Path(path).name for path in asked.args[0]) == ["fresh.txt", "rain.txt"]
    # WHEN it is dismissed THEN it is gone, and stays so
    strip.dismiss.click()
    room.settle()
    room.settle()
    assert strip.isHidden()
    start(work, room)
    assert strip.isHidden()


def test_new_songs_are_tagged_unasked_where_that_was_chosen(
        room: FolderRoom, work: FolderWork, qtbot: QtBot) -> None:
    room.files.write("rain.txt", RAIN)
    asked: list[object] = []
    work.tag_wanted.connect(asked.append)
    start(work, room)
    assert asked == []
    work.tag_new(str(room.files.folder), True)
    room.settle()
    room.settle()
    assert asked == [[Path(room.files.folder / "rain.txt")]]
    # THEN each only once, though it is still new
    start(work, room)
    assert len(asked) == 1


def test_a_change_on_disk_is_seen_while_the_program_runs(
        room: FolderRoom, work: FolderWork, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.library.folder_work.SETTLE_MS", 0)
    work._settling.setInterval(0)
    work._took.start()
    room.files.write("rain.txt", RAIN)
    room.files.tag()
    start(work, room)
    with qtbot.waitSignal(work.scanned, timeout=5000):
        room.files.write("sun.txt", SUN)
    room.settle()
    qtbot.waitUntil(lambda: work.counts.new == 1, timeout=5000)


def test_a_disk_that_is_out_is_told_of_until_it_is_dismissed(
        room: FolderRoom, work: FolderWork, qtbot: QtBot) -> None:
    room.files.write("rain.txt", RAIN)
    room.files.tag()
    hidden = room.files.folder.rename(room.files.folder.with_name("hidden"))
    strip = FolderStrip(work)
    qtbot.addWidget(strip)
    start(work, room)
    assert "is its disk connected?" in strip.words.text() and strip.look.isHidden()
    # WHEN it is dismissed THEN it is told of again only after it was back
    strip.dismiss.click()
    room.settle()
    start(work, room)
    assert strip.isHidden()
    hidden.rename(room.files.folder)
    start(work, room)
    room.files.folder.rename(hidden)
    start(work, room)
    assert not strip.isHidden()


def test_a_great_many_new_files_are_asked_for_by_their_folder(
        room: FolderRoom, work: FolderWork, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.library.folder_work.MANY", 2)
    for number in range(3):
        room.files.write(f"{number}.txt", SUN)
    start(work, room)
    with qtbot.waitSignal(work.tag_wanted) as asked:
        work.tag(NewsKind.NEW)
    assert asked.args == [[room.files.folder]]
    # WHEN one of them is not wanted THEN the others are named
    work.read_news(lambda files: work.dismiss(files[:1]))
    room.settle()
    room.settle()
    monkeypatch.setattr("gui.library.folder_work.MANY", 1)
    with qtbot.waitSignal(work.tag_wanted) as asked:
        work.tag(NewsKind.NEW)
    assert [path.name for path in asked.args[0]] == ["1.txt", "2.txt"]


def test_only_some_folders_are_asked_about(room: FolderRoom, work: FolderWork,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.library.folder_work.MOST_WATCHED", 3)
    for number in range(6):
        room.files.write(f"{number}/deep/song.txt", SUN)
    start(work, room)
    watched = work._watcher.directories()
    assert len(watched) == 3 and str(room.files.folder) in watched
    assert not any("deep" in path for path in watched)
    work.remove([str(room.files.folder)])
    room.settle()
    work._watch(())
    assert work._watcher.directories() == []


def test_folders_are_added_paused_and_taken_off(
        room: FolderRoom, work: FolderWork, theme_source: ThemeSource, qtbot: QtBot) -> None:
    # GIVEN the list of folders
    room.files.write("rain.txt", RAIN)
    dialog = FoldersDialog(work, theme_source, ask_folder=lambda _: str(room.files.outside))
    keep(dialog, qtbot)
    dialog.show()
    room.settle()
    assert [folder.path for folder in work.folders] == [str(room.files.folder)]
    # WHEN another is added THEN it is looked through at once
    dialog.add.click()
    room.settle()
    qtbot.waitUntil(lambda: not work.scanning and len(work.folders) == 2, timeout=5000)
    room.settle()
    assert "looked at" in dialog.tells.text() and work.counts.new == 1
    # WHEN it is added again THEN a sentence says so
    dialog.add.click()
    room.settle()
    assert "watched already" in dialog.tells.text()
    # WHEN the first is paused, told to tag by itself, and taken off by key
    dialog.list.setCurrentIndex(dialog.list.model().index(0, 0))
    first = work.folders[0].path
    dialog.pause.click()
    room.settle()
    assert next(one for one in work.folders if one.path == first).paused
    dialog.tags_new.click()
    room.settle()
    assert next(one for one in work.folders if one.path == first).tags_new
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    room.settle()
    assert first not in [one.path for one in work.folders]


def test_no_folder_yet_says_what_to_do(room: FolderRoom, work: FolderWork,
                                       theme_source: ThemeSource, qtbot: QtBot) -> None:
    room.files.watch_list.remove([str(room.files.folder)])
    dialog = FoldersDialog(work, theme_source)
    keep(dialog, qtbot)
    dialog.show()
    room.settle()
    qtbot.waitUntil(dialog.empty.isVisible)
    assert dialog.add.isDefault() and not dialog.remove.isVisible()


def test_the_list_of_news_opens_where_there_is_some(
        room: FolderRoom, work: FolderWork, theme_source: ThemeSource, qtbot: QtBot) -> None:
    busy_folder(room)
    start(work, room)
    dialog = NewsDialog(work, theme_source)
    keep(dialog, qtbot)
    dialog.show()
    room.settle()
    assert dialog.tabs[NewsKind.NEW].text() == "New  1" and dialog.list.model().rowCount() == 1
    assert dialog.tag.isVisible() and not dialog.seek.isVisible()
    # WHEN the missing ones are looked at THEN they can be found or dropped
    dialog.tabs[NewsKind.MISSING].click()
    assert dialog.seek.isVisible() and not dialog.tag.isVisible()
    with qtbot.waitSignal(dialog.find_wanted) as asked:
        dialog.seek.click()
    assert asked.args[0] == [place_of(room.files.folder / "sun.txt")]
    with qtbot.waitSignal(dialog.drop_wanted):
        dialog.drop.click()
    # WHEN changed ones are dismissed THEN the tab empties and says so
    dialog.tabs[NewsKind.CHANGED].click()
    dialog.dismiss.click()
    room.settle()
    room.settle()
    qtbot.waitUntil(dialog.empty.isVisible, timeout=5000)
    with qtbot.waitSignal(work.tag_wanted):
        dialog.tabs[NewsKind.NEW].click()
        dialog.tag.click()


def test_missing_songs_are_found_shown_and_settled(
        room: FolderRoom, theme_source: ThemeSource, qtbot: QtBot) -> None:
    busy_folder(room)
    room.files.scan()
    lost = place_of(room.files.folder / "sun.txt")
    song = room.files.song_at(Path(lost))
    relocating = Relocating(room.asking, room.working)
    dialog = RelocateDialog(relocating, [lost], theme_source,
                            ask_folder=lambda _: str(room.files.outside))
    keep(dialog, qtbot)
    dialog.show()
    assert not dialog.go.isVisible() and "Where may it be" in dialog.message.text()
    # WHEN a folder is chosen THEN what was found is shown, and nothing changed
    dialog.folder.click()
    room.settle()
    qtbot.waitUntil(dialog.go.isVisible, timeout=5000)
    assert dialog.list.model().rowCount() == 1
    assert room.files.place(Path(lost))["missing"] == 1
    # WHEN it is left out THEN there is nothing to settle
    dialog.list.setCurrentIndex(dialog.list.model().index(0, 0))
    dialog.leave_out.click()
    assert not dialog.go.isVisible()
    # WHEN it is looked for again and settled
    dialog.folder.click()
    room.settle()
    qtbot.waitUntil(dialog.go.isVisible, timeout=5000)
    with qtbot.waitSignal(relocating.settled) as settled:
        dialog.go.click()
    assert settled.args == [1]
    assert room.files.song_at(room.files.outside / "sun.txt") == song


def test_what_is_not_there_is_said(room: FolderRoom, theme_source: ThemeSource,
                                   qtbot: QtBot) -> None:
    busy_folder(room)
    room.files.scan()
    os.utime(room.files.outside, (LONG_AGO, LONG_AGO))
    relocating = Relocating(room.asking, room.working)
    dialog = RelocateDialog(relocating, [place_of(room.files.folder / "sun.txt")], theme_source,
                            ask_folder=lambda _: str(room.files.folder))
    keep(dialog, qtbot)
    dialog.show()
    dialog.folder.click()
    room.settle()
    qtbot.waitUntil(lambda: "not there" in dialog.message.text(), timeout=5000)


def test_words_of_folders() -> None:
    away = WatchedFolder("/m", songs=1, away=True)
    assert folder_words(away)[1] == "1 file known · Not there now"
    assert folder_words(WatchedFolder("/m", songs=2, paused=True, tags_new=True))[1] == (
        "2 files known · Paused · new songs are tagged")
    assert when_text("nonsense") == ""
    assert file_words(FileNews(NewsKind.NEW, "/m/<b>x.txt")) == ("<b>x.txt", "/m/<b>x.txt")
    assert news_text(NewsCounts()) == ""
    assert news_text(NewsCounts(away=("/disk",))) == "“/disk” is not there: is its disk connected?"
