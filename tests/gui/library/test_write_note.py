"""Beneath its files a song says whether its moods are in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.tagging.song import SongRow, SongState
from gui.library.write_note import WriteNoteLine
from gui.theme import ThemeSource
from tests.gui.library.write_bench import WriteBench


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path, qtbot: QtBot,
          theme_source: ThemeSource) -> Iterator[WriteBench]:
    made = WriteBench(isolated_home, tmp_path / "music", qtbot, theme_source)
    yield made
    for dialog in (made.writing.dialog, made.writing.history):
        if dialog is not None:
            dialog.close()
    made.close()


def opened(bench: WriteBench, name: str) -> WriteNoteLine:
    """The line while the song of this recording is open."""
    song, = bench.tag(name)
    note = bench.writing.make_note()
    bench.qtbot.addWidget(note)
    note.show()
    bench.presenter.desk.open(SongRow(str(bench.music / name), song, SongState.TAGGED))
    bench.settle()
    return note


def test_moods_go_in_and_out_and_it_says_so(bench: WriteBench) -> None:
    note = opened(bench, "Harbour.mp3")
    assert note.message.text() == "Its moods are not in its files."
    assert not note.take_out.isVisible()
    note.write.click()
    bench.settle()
    dialog = bench.writing.dialog
    assert dialog is not None
    dialog.go.click()
    bench.settle()
    assert note.message.text().startswith("Its moods are in Harbour.mp3 since ")
    dialog.close()
    note.take_out.click()
    bench.settle()
    assert note.message.text() == "Its moods are not in its files."


def test_without_a_song_there_is_nothing_to_write(bench: WriteBench) -> None:
    note = opened(bench, "Harbour.mp3")
    bench.presenter.desk.open(None)
    bench.settle()
    assert not note.write.isEnabled()
