"""Writing moods into files within the whole program: from both pages, and while it is hidden."""

from pathlib import Path

import mutagen
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.settings import WritingSettings, load_settings
from engine.tagging.song import SongState
from gui.app import Program
from gui.library.write_preview import WriteDialog
from tests.engine.tagging.tiny_audio import write_tiny

SAD = "Tears on the window and tears in the rain\nI cry for the lonely goodbye of the train\n"
SUNNY = "The sun is up and I can smile\nWe dance and laugh in bright new light\n"


def settle(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not (program.desk.busy or program.tagging.busy
                                 or program.library.queue.busy), timeout=20_000)


def tag(program: Program, qtbot: QtBot, folder: Path) -> list[int]:
    """Two tagged recordings; their songs' numbers."""
    folder.mkdir()
    for name, words in (("Rain.mp3", SAD), ("Sun.flac", SUNNY)):
        write_tiny(folder / name).with_suffix(".txt").write_text(words)
    program.tag.tag([folder])
    settle(program, qtbot)
    rows = program.tag.table.in_state(SongState.TAGGED)
    return [row.song_id for row in rows if row.song_id is not None]


def dialog_of(program: Program) -> WriteDialog:
    dialog = program.library.writing.dialog
    assert dialog is not None
    return dialog


def test_songs_chosen_on_the_tag_page_are_written(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    tag(program, qtbot, tmp_path / "music")
    rows = program.tag_page.queue.list
    rows.setFocus()
    rows.selectAll()
    offered = next(each for each in rows.actions() if each.shortcut().toString() == "W")
    offered.trigger()
    settle(program, qtbot)
    dialog = dialog_of(program)
    assert dialog.go.text() == "Write into 2 files"
    dialog.go.click()
    settle(program, qtbot)
    assert mutagen.File(tmp_path / "music" / "Rain.mp3").tags["TMOO"].text == ["Sadness"]
    dialog.go.click()
    assert program.library.writing.dialog is None


def test_songs_chosen_in_the_library_are_written_behind_the_window(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    songs = tag(program, qtbot, tmp_path / "music")
    program.window.show_page("library")
    settle(program, qtbot)
    program.library.presenter.select(songs)
    offered = program.library.presenter.actions.get("write_moods")
    assert offered is not None
    offered.act(program.library.presenter.selection)
    settle(program, qtbot)
    dialog = dialog_of(program)
    seen: list[bool] = []
    program.library.writing.run.moved.connect(
        lambda: seen.append(program.window.job_bar.isVisible()))
    dialog.go.click()
    dialog.leave.click()
    settle(program, qtbot)
    # THEN the job bar told of it meanwhile, and the banner offers to take it back
    assert seen and all(seen) and not program.window.job_bar.isVisible()
    undo = next(button for button in program.window.findChildren(QPushButton)
                if button.text() == "Undo" and button.isVisible())
    undo.click()
    settle(program, qtbot)
    assert not mutagen.File(tmp_path / "music" / "Rain.mp3").tags


def test_what_was_chosen_last_holds_the_next_time(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    songs = tag(program, qtbot, tmp_path / "music")
    program.library.writing.write(songs)
    settle(program, qtbot)
    dialog_of(program).choices.scores.click()
    settle(program, qtbot)
    dialog_of(program).reject()
    assert load_settings(program.paths.settings_file).writing == WritingSettings(scores=False)
    program.library.writing.write(songs)
    settle(program, qtbot)
    assert not dialog_of(program).choices.scores.isChecked()
    dialog_of(program).close()


def test_closing_the_window_while_files_are_written_leaves_them_whole(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    songs = tag(program, qtbot, tmp_path / "music")
    program.library.writing.write(songs)
    settle(program, qtbot)
    dialog_of(program).go.click()
    program.window.close()
    for name in ("Rain.mp3", "Sun.flac"):
        assert mutagen.File(tmp_path / "music" / name) is not None
    assert not [file for file in (tmp_path / "music").iterdir()
                if file.suffix not in (".mp3", ".flac", ".txt")]
