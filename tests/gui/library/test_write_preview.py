"""Moods go into files as a person has it done: looked at first, chosen, written, taken back."""

import time
from collections.abc import Iterator
from pathlib import Path

import mutagen
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.settings import WritingSettings
from engine.tagging.writing.values import FileMoods, PlannedWrite
from engine.tagging.writing.writing_lock import writing_lock
from gui.library.selection import Selection
from gui.library.write_preview import WriteDialog
from gui.library.write_run import WritePhase
from gui.library.write_table import Shown, WriteColumn, WriteTable
from gui.theme import ThemeSource
from tests.gui.library.write_bench import WriteBench

NAMES = ("Harbour.mp3", "Morning.flac", "Night.ogg")


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path, qtbot: QtBot,
          theme_source: ThemeSource) -> Iterator[WriteBench]:
    made = WriteBench(isolated_home, tmp_path / "music", qtbot, theme_source)
    yield made
    if made.writing.dialog is not None:
        made.writing.dialog.close()
    made.close()


def opened(bench: WriteBench, *names: str) -> WriteDialog:
    """The window for songs of these names, once all their files are looked at."""
    bench.writing.write(bench.tag(*(names or NAMES)))
    bench.settle()
    dialog = bench.writing.dialog
    assert dialog is not None
    return dialog


def cells(dialog: WriteDialog, column: WriteColumn) -> list[str]:
    table = dialog.table
    return [str(table.index(row, column).data()) for row in range(table.rowCount())]


def test_what_would_change_is_shown_and_nothing_is_touched(bench: WriteBench) -> None:
    bench.tag(*NAMES)
    before = {name: bench.bytes_of(name) for name in NAMES}
    dialog = opened(bench)
    assert dialog.message.text() == "Moods will go into 3 files."
    assert [name for name in cells(dialog, WriteColumn.FILE) if name] == list(NAMES)
    assert cells(dialog, WriteColumn.FIELD)[:3] == ["Moods", "Tagger", "Scores"]
    assert cells(dialog, WriteColumn.BEFORE)[0] == "nothing"
    assert cells(dialog, WriteColumn.AFTER)[:2] == ["Sadness", "fake"]
    # WHEN it is left, THEN nothing was written
    dialog.reject()
    bench.settle()
    assert {name: bench.bytes_of(name) for name in NAMES} == before
    assert bench.writing.dialog is None and bench.writing.run.phase is WritePhase.IDLE


def test_enter_and_letters_write_nothing(bench: WriteBench) -> None:
    dialog = opened(bench)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_W, Qt.Key.Key_Space):
        bench.qtbot.keyClick(dialog.view, key)
    bench.settle()
    assert dialog.run.phase is WritePhase.PLANNED


def test_pressing_write_writes_and_undo_takes_it_back(bench: WriteBench) -> None:
    dialog = opened(bench)
    before = {name: bench.bytes_of(name) for name in NAMES}
    assert dialog.go.text() == "Write into 3 files"
    dialog.go.click()
    bench.settle()
    assert dialog.message.text() == "Moods are in 3 files."
    assert mutagen.File(bench.music / "Morning.flac")["MOOD"] == ["Happiness"]
    assert dialog.go.text() == "Close" and not dialog.choices.isVisible()
    dialog.undo.click()
    bench.settle()
    assert dialog.message.text() == "3 files are as they were before."
    assert {name: bench.bytes_of(name) for name in NAMES} == before
    assert not dialog.undo.isVisible()
    dialog.go.click()
    assert bench.writing.dialog is None


def test_files_are_left_out_by_space_and_by_the_mouse(bench: WriteBench) -> None:
    dialog = opened(bench)
    dialog.view.setCurrentIndex(dialog.table.index(1, 0))  # the tagger of the first file
    bench.qtbot.keyClick(dialog.view, Qt.Key.Key_Space)
    assert dialog.message.text() == "Moods will go into 2 files."
    box = dialog.view.visualRect(dialog.table.index(3, WriteColumn.FILE))
    bench.qtbot.mouseClick(dialog.view.viewport(), Qt.MouseButton.LeftButton,
                           pos=box.topLeft() + QPoint(12, 16))
    assert dialog.go.text() == "Write into 1 file"
    dialog.all_out.click()
    assert dialog.message.text() == "No file is chosen." and not dialog.go.isEnabled()
    dialog.all_in.click()
    dialog.view.setCurrentIndex(dialog.table.index(0, 0))
    bench.qtbot.keyClick(dialog.view, Qt.Key.Key_Space)
    dialog.go.click()
    bench.settle()
    # THEN only what was wanted is written, and only that is listed
    assert [name for name in cells(dialog, WriteColumn.FILE) if name] == list(NAMES[1:])
    assert not mutagen.File(bench.music / "Harbour.mp3").tags


def test_files_that_cannot_be_written_say_why(bench: WriteBench) -> None:
    bench.tag("Harbour.mp3", "Words.txt")
    (bench.music / "Harbour.mp3").chmod(0o444)
    dialog = opened(bench, "Words.txt")
    assert dialog.message.text() == "There is nothing to write."
    assert dialog.table.shown is Shown.REFUSED and dialog.table.rowCount() == 2
    dialog.view.setCurrentIndex(dialog.table.index(0, 0))
    assert str(bench.music / "Harbour.mp3") in dialog.about.text()
    assert "read-only" in dialog.about.text()
    assert not dialog.go.isEnabled()
    (bench.music / "Harbour.mp3").chmod(0o644)


def test_a_file_that_changed_since_is_left_and_the_others_written(bench: WriteBench) -> None:
    dialog = opened(bench)
    changed = bench.music / "Night.ogg"
    tags = mutagen.File(changed)
    tags["TITLE"] = "Another"
    tags.save()
    before = changed.read_bytes()
    dialog.go.click()
    bench.settle()
    assert dialog.message.text() == "Moods are in 2 files. 1 was left as it was."
    assert dialog.table.shown is Shown.REFUSED
    assert cells(dialog, WriteColumn.FILE) == ["Night.ogg"]
    assert cells(dialog, WriteColumn.AFTER)[0] != ""
    assert changed.read_bytes() == before


def test_what_is_chosen_is_planned_anew_and_remembered(bench: WriteBench) -> None:
    kept: list[object] = []
    bench.writing.choices_made.connect(kept.append)
    dialog = opened(bench, "Harbour.mp3", "Words.txt")
    assert dialog.table.counts[Shown.REFUSED] == 1
    # The reason is told beneath as soon as those files are looked at.
    dialog.tabs[Shown.REFUSED].click()
    assert "Words.txt" in dialog.about.text()
    assert cells(dialog, WriteColumn.BEFORE) == [""]
    dialog.tabs[Shown.CHANGING].click()
    dialog.choices.tagger.click()
    bench.settle()
    assert cells(dialog, WriteColumn.FIELD) == ["Moods", "Scores"]
    dialog.choices.sidecars.click()
    bench.settle()
    assert dialog.table.counts[Shown.REFUSED] == 0
    dialog.choices.scores.click()
    dialog.choices.foreign.activated.emit(dialog.choices.foreign.findData("keep"))
    bench.settle()
    assert kept[-1] == WritingSettings("add", False, False, True)


def test_songs_without_files_are_said_to_have_none(bench: WriteBench) -> None:
    bench.writing.write([])
    bench.settle()
    dialog = bench.writing.dialog
    assert dialog is not None and dialog.message.text() == "These songs have no files."
    assert not dialog.go.isEnabled()


def test_writing_goes_on_without_its_window_and_tells_at_the_end(bench: WriteBench) -> None:
    told: list[tuple[object, ...]] = []
    bench.writing.told.connect(lambda *words: told.append(words))
    dialog = opened(bench)
    dialog.go.click()
    assert dialog.leave.text() == "Go on in the background"
    dialog.leave.click()
    bench.settle()
    assert told == [("Moods are in 3 files.", "", True)]
    assert bench.writing.run.phase is WritePhase.WRITTEN
    bench.writing.run.undo()
    bench.settle()
    assert told[-1] == ("3 files are as they were before.", "", False)


def test_stopping_keeps_what_is_whole(bench: WriteBench) -> None:
    dialog = opened(bench, *(f"Song {n}.mp3" for n in range(12)))
    run = dialog.run
    run.moved.connect(lambda: run.stop() if run.done == 1 else None)
    dialog.go.click()
    bench.settle()
    assert run.stopped and 1 <= len(run.written) < 12
    assert dialog.message.text().startswith("Stopped. Moods are in ")
    tagged = [bool(mutagen.File(file).tags) for file in sorted(bench.music.glob("*.mp3"))]
    assert sum(tagged) == len(run.written)


def test_the_library_offers_it_for_chosen_songs(bench: WriteBench) -> None:
    action = bench.presenter.actions.get("write_moods")
    assert action is not None
    assert not action.usable(Selection()) and not action.usable(Selection((-4,), -4))
    songs = bench.tag(*NAMES)
    action.act(Selection((songs[0], -9), songs[0]))
    bench.settle()
    dialog = bench.writing.dialog
    assert dialog is not None and dialog.go.text() == "Write into 1 file"
    # AND a second wish meanwhile leaves the first one there
    action.act(Selection((songs[1],), songs[1]))
    assert bench.writing.dialog is dialog


def test_while_another_window_writes_it_is_said_and_nothing_happens(bench: WriteBench) -> None:
    dialog = opened(bench)
    before = {name: bench.bytes_of(name) for name in NAMES}
    with writing_lock(bench.paths.writing_lock):
        dialog.go.click()
        bench.settle()
    assert dialog.message.text() == "Nothing was written."
    assert "Another window of Undertone is writing into files." in dialog.note.text()
    assert dialog.note.isVisible() and bench.problems == []
    assert {name: bench.bytes_of(name) for name in NAMES} == before


def test_many_files_are_shown_as_they_are_found(bench: WriteBench) -> None:
    """Ten thousand files: the table takes what comes and shows another kind at once."""
    table = WriteTable()
    moods = FileMoods(("Calm",), "fake", "Calm=0.80")
    plan = [PlannedWrite(Path(f"/music/{n}.mp3"), n, f"{n}", "", "MP3", FileMoods(),
                         moods if n % 2 else FileMoods(), message="" if n % 3 else "No.")
            for n in range(10_000)]
    began = time.process_time()
    for first in range(0, len(plan), 32):
        table.add(plan[first:first + 32])
    table.show_kind(Shown.REFUSED)
    table.show_left_out({5, 7})
    assert time.process_time() - began < 2
    assert sum(table.counts.values()) == len(plan)
