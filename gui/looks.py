"""The looks every page is judged by, each brought about as a person would bring it about.

They are taken in this order from one window that begins empty: later looks stand on earlier ones.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import EngineError
from engine.tagging.song import SongRow, SongState
from gui.about import ABOUT_SIZE
from gui.app import Program
from gui.chat_looks import chat_looks, first_chat_looks
from gui.correct_looks import line_looks, queue_looks
from gui.data_looks import data_looks
from gui.fact_looks import fact_looks
from gui.file_looks import file_looks
from gui.folder_looks import folder_looks
from gui.help import HELP_SIZE
from gui.learning_looks import learning_looks
from gui.library_looks import first_library_looks, library_looks
from gui.list_looks import list_looks
from gui.model_looks import model_looks, settings_looks
from gui.mood_looks import mood_looks
from gui.new_mood_looks import new_mood_looks
from gui.prompt_looks import prompt_looks
from gui.scene_looks import scene_looks
from gui.shots import NARROW, SCALED, WIDE, Settle, Shot
from gui.talk_looks import talk_looks
from gui.write_looks import write_looks

__all__ = ["NARROW", "SCALED", "WIDE", "Settle", "Shot", "looks"]

MANY = 10_000


def looks(program: Program, folder: Path, settle: Settle) -> Iterator[Shot]:
    """Every look of every page. `folder` takes made-up bad files; `settle` waits for the window."""
    yield Shot("tag-first")
    yield from first_library_looks(program, settle)
    yield from _drop_looks(program)
    if program.models.cards and any(card.in_use for card in program.models.cards):
        yield from _song_looks(program, settle)
        yield from _failed_looks(program, folder, settle)
        yield from _full_looks(program, settle)
    else:
        yield Shot("tag-no-model")
    yield from _other_pages(program, folder, settle)
    yield from folder_looks(program, folder, settle)
    program.window.show_page("tag")
    yield from _dialogs(program)


def _drop_looks(program: Program) -> Iterator[Shot]:
    """Something is dragged over the window, and taken away again."""
    mime = QMimeData()
    mime.setText("words")
    QApplication.sendEvent(program.window, QDragEnterEvent(
        program.window.rect().center(), Qt.DropAction.CopyAction, mime,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    yield Shot("tag-drop")
    QApplication.sendEvent(program.window, QDragLeaveEvent())


def _song_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    tag = program.tag
    tag.try_samples()
    settle(lambda: tag.run.progress.done > 0)
    yield Shot("tag-busy")
    settle(lambda: not tag.run.progress.running and tag.desk.song is not None)
    _open_richest(program, settle)
    yield Shot("tag-full")
    for name, state in (("tag-unknown-language", SongState.UNKNOWN_LANGUAGE),
                        ("tag-no-words", SongState.NO_WORDS)):
        if _open_first(program, state, settle):
            yield Shot(name)
    _open_richest(program, settle, ".lrc")
    yield Shot("tag-timed")
    if tag.desk.chips:
        tag.desk.ask(tag.desk.chips[0].mood)
        settle(lambda: tag.desk.reason is not None)
    yield Shot("tag-why")
    yield Shot("tag-narrow", NARROW)
    yield Shot("tag-scaled", SCALED, scale=2)
    tag.desk.clear_reason()
    yield from line_looks(program, settle)
    yield from _experimental_looks(program, settle)


def _experimental_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """Moods that are shown because they were asked for."""
    tag = program.tag
    program.settings.set_experimental(True)
    settle(lambda: not program.desk.busy)
    marked = [row for row in tag.table.in_state(SongState.TAGGED)
              if row.song_id is not None and any(each.experimental for each in row.tags)]
    if marked:
        most = max(marked, key=lambda row: sum(each.experimental for each in row.tags))
        _open(program, most, settle)
        settle(lambda: any(chip.experimental for chip in tag.desk.chips))
        yield Shot("tag-experimental")
    program.settings.set_experimental(False)
    settle(lambda: not program.desk.busy)


def _failed_looks(program: Program, folder: Path, settle: Settle) -> Iterator[Shot]:
    (folder / "Nothing in it.txt").write_bytes(b"")
    (folder / "Not a song.txt").write_bytes(bytes(range(256)) * 8)
    (folder / "Damaged.mp3").write_bytes(b"ID3\x04\x00" + bytes(40))
    program.tag.tag([folder])
    settle(lambda: not program.tag.run.progress.running)
    if _open_first(program, SongState.FAILED, settle):
        yield Shot("tag-failed")
    program.notifier.show_problem(EngineError(
        "The library could not be written to: the disk is full.",
        "Free some space; what was tagged until now is kept."))
    yield Shot("tag-banner")
    program.notifier.clear()


def _full_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """A long list, made of copies of the rows that are there."""
    rows = program.tag.table.in_state(SongState.TAGGED)
    program.tag.table.put(_copies(rows, MANY))
    _open_richest(program, settle)
    yield Shot("tag-many")
    yield Shot("tag-many-narrow", NARROW)


def _copies(rows: list[SongRow], count: int) -> list[SongRow]:
    return [replace(rows[number % len(rows)], place=f"/music/{number:05}.lrc",
                    title=f"{rows[number % len(rows)].title} {number}")
            for number in range(count)] if rows else []


def _other_pages(program: Program, folder: Path, settle: Settle) -> Iterator[Shot]:
    window = program.window
    yield from first_chat_looks(program, settle)
    window.show_page("models")
    settle(lambda: not program.models.loading)
    yield from model_looks(program, settle)
    yield from chat_looks(program, settle)
    yield from talk_looks(program, settle)
    yield from prompt_looks(program, settle)
    yield from file_looks(program, settle)
    yield from scene_looks(program, settle)
    yield from fact_looks(program, settle)
    yield from mood_looks(program, settle)
    yield from queue_looks(program, settle)
    yield from list_looks(program, settle)
    yield from write_looks(program, settle)
    yield from library_looks(program, settle)
    window.show_page("settings")
    settle(lambda: not program.devices.loading)
    yield from settings_looks(program, settle)
    yield from data_looks(program, settle)
    yield from learning_looks(program, folder, settle)
    yield from new_mood_looks(program, settle)
    window.show_page("tag")


def _dialogs(program: Program) -> Iterator[Shot]:
    for name, act, size in (("help", program.show_help, HELP_SIZE),
                            ("about", program.show_about, ABOUT_SIZE),
                            ("try", program.tag_page.try_labels, None)):
        act()
        dialog = program.window.findChildren(QWidget, name)[-1]
        size = size or (dialog.width(), dialog.height())
        yield Shot(name, size, widget=dialog)
        yield Shot(f"{name}-scaled", size, scale=2, widget=dialog)
        dialog.close()


def _open_first(program: Program, state: SongState, settle: Settle) -> bool:
    rows = program.tag.table.in_state(state)
    return bool(rows) and _open(program, rows[0], settle)


def _open_richest(program: Program, settle: Settle, ending: str = "") -> None:
    """Opens the song with the most tags, of those whose place ends so."""
    rows = [row for row in program.tag.table.in_state(SongState.TAGGED)
            if row.place.endswith(ending) and row.song_id is not None]
    if rows:
        _open(program, max(rows, key=lambda row: len(row.tags)), settle)


def _open(program: Program, row: SongRow, settle: Settle) -> bool:
    program.tag.select(row.place)
    settle(lambda: program.tag.desk.row is not None and program.tag.desk.row.place == row.place)
    return True
