"""What was written into files is listed, and is taken out again: one file, a batch, all."""

from collections.abc import Iterator
from pathlib import Path

import mutagen
import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from gui.library.selection import Selection
from gui.library.write_history import HistoryDialog
from gui.theme import ThemeSource
from tests.gui.library.write_bench import WriteBench

NAMES = ("Harbour.mp3", "Morning.flac", "Night.ogg")


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path, qtbot: QtBot,
          theme_source: ThemeSource) -> Iterator[WriteBench]:
    made = WriteBench(isolated_home, tmp_path / "music", qtbot, theme_source)
    yield made
    for dialog in (made.writing.dialog, made.writing.history):
        if dialog is not None:
            dialog.close()
    made.close()


def write(bench: WriteBench, *songs: int) -> None:
    """One press of Write for these songs."""
    bench.writing.write(songs)
    bench.settle()
    dialog = bench.writing.dialog
    assert dialog is not None
    dialog.go.click()
    bench.settle()
    dialog.close()
    bench.settle()


def opened(bench: WriteBench) -> HistoryDialog:
    bench.writing.show_history()
    bench.settle()
    assert bench.writing.history is not None
    return bench.writing.history


def spoken(model: QAbstractItemModel, row: int) -> str:
    """Both lines of a row, as they are read aloud."""
    return str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def told(dialog: HistoryDialog) -> list[str]:
    model = dialog.notes.model()
    return [spoken(model, row) for row in range(model.rowCount())]


def tagged(bench: WriteBench) -> list[str]:
    """The names of the files that hold moods."""
    found = []
    for file in sorted(bench.music.iterdir()):
        tags = mutagen.File(file).tags if file.suffix != ".txt" else None
        if tags and any("MOOD" in str(key).upper() or key == "TMOO" for key in dict(tags)):
            found.append(file.name)
    return found


def test_before_anything_was_written_it_says_how_to(bench: WriteBench) -> None:
    dialog = opened(bench)
    assert dialog.empty.isVisible() and "Nothing was written" in dialog.empty.text()
    assert not dialog.batch_out.isVisible() and dialog.close_button.isVisible()


def test_batches_and_their_files_are_listed_newest_first(bench: WriteBench) -> None:
    songs = bench.tag(*NAMES)
    write(bench, songs[0])
    write(bench, *songs[1:])
    dialog = opened(bench)
    batches = dialog.batches.model()
    assert "2 files · fake" in spoken(batches, 0)
    assert "1 file · fake" in spoken(batches, 1)
    assert len(told(dialog)) == 2
    dialog.batches.setCurrentIndex(batches.index(1, 0))
    bench.settle()
    assert told(dialog) == ["Harbour.mp3, In the file · nothing → Sadness"]


def test_one_file_is_taken_out_at_once(bench: WriteBench) -> None:
    songs = bench.tag(*NAMES)
    before = bench.bytes_of("Morning.flac")
    write(bench, *songs)
    dialog = opened(bench)
    row = next(n for n, words in enumerate(told(dialog)) if words.startswith("Morning"))
    dialog.notes.setCurrentIndex(dialog.notes.model().index(row, 0))
    dialog.notes.setFocus()
    bench.qtbot.keyClick(dialog.notes, Qt.Key.Key_Delete)
    bench.settle()
    assert dialog.message.text() == "1 file is as it was before."
    assert bench.bytes_of("Morning.flac") == before
    assert tagged(bench) == ["Harbour.mp3", "Night.ogg"]
    assert "3 files, 1 taken out" in spoken(dialog.batches.model(), 0)
    # AND it goes in again the same way
    dialog.notes.setCurrentIndex(dialog.notes.model().index(row, 0))
    assert dialog.one_out.text() == "Write into these files again"
    dialog.one_out.click()
    bench.settle()
    assert tagged(bench) == list(NAMES)


def test_before_many_files_it_asks(bench: WriteBench) -> None:
    write(bench, *bench.tag(*NAMES))
    dialog = opened(bench)
    dialog.batch_out.click()
    bench.settle()
    assert dialog.message.text() == "Take moods out of 3 files?"
    assert dialog.yes.isVisible() and not dialog.batch_out.isVisible()
    bench.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible() and tagged(bench) == list(NAMES)
    dialog.batch_out.click()
    bench.settle()
    dialog.yes.click()
    bench.settle()
    assert dialog.message.text() == "3 files are as they were before." and tagged(bench) == []
    # AND all of it can be written again
    assert dialog.batch_out.text() == "Write all of it again"
    dialog.batch_out.click()
    bench.settle()
    dialog.yes.click()
    bench.settle()
    assert tagged(bench) == list(NAMES) and dialog.message.text() == "Moods are in 3 files."


def test_all_that_a_tagger_said_is_taken_out(bench: WriteBench) -> None:
    songs = bench.tag(*NAMES)
    write(bench, songs[0])
    write(bench, songs[1])
    dialog = opened(bench)
    dialog.more.click()
    menu = dialog.findChildren(QMenu)[-1]
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Take out all that fake said", "Take out everything",
                     "Write again all that was taken out"]
    menu.actions()[0].trigger()
    menu.close()
    bench.settle()
    assert dialog.message.text() == "Take moods out of 2 files?"
    dialog.yes.click()
    bench.settle()
    assert tagged(bench) == []
    dialog.more.click()
    menu = dialog.findChildren(QMenu)[-1]
    menu.actions()[0].trigger()
    menu.close()
    bench.settle()
    assert dialog.message.text() == "There is nothing left to take out."


def test_what_others_changed_since_is_said(bench: WriteBench) -> None:
    write(bench, *bench.tag("Harbour.mp3"))
    tags = mutagen.File(bench.music / "Harbour.mp3")
    tags.tags.add(mutagen.id3.TIT2(encoding=3, text=["Renamed"]))
    tags.save()
    dialog = opened(bench)
    dialog.batch_out.click()
    bench.settle()
    assert "1 file was changed by another program since." in dialog.message.text()
    kept = mutagen.File(bench.music / "Harbour.mp3").tags
    assert kept["TIT2"].text == ["Renamed"] and "TMOO" not in kept


def test_a_file_that_is_gone_is_said_and_stops_nothing(bench: WriteBench) -> None:
    write(bench, *bench.tag(*NAMES))
    (bench.music / "Morning.flac").unlink()
    dialog = opened(bench)
    dialog.batch_out.click()
    bench.settle()
    dialog.yes.click()
    bench.settle()
    assert dialog.message.text().startswith(
        "2 files are as they were before. 1 was left as it was.\nMorning.flac: ")
    assert tagged(bench) == []


def test_chosen_songs_are_taken_out_of_their_files(bench: WriteBench) -> None:
    songs = bench.tag(*NAMES)
    write(bench, *songs)
    action = bench.presenter.actions.get("take_out_moods")
    assert action is not None and not action.usable(Selection())
    action.act(Selection((songs[0],), songs[0]))
    bench.settle()
    dialog = bench.writing.history
    assert dialog is not None and dialog.message.text() == "1 file is as it was before."
    assert tagged(bench) == list(NAMES[1:])
    action.act(Selection((songs[1], songs[2]), songs[1]))
    bench.settle()
    assert dialog.message.text() == "Take moods out of 2 files?"
    dialog.no.click()
    assert tagged(bench) == list(NAMES[1:])
