"""The looks of watched folders, of missing songs being found, and of taggers being compared.

The samples are copied into a folder of their own and tagged for real; then files come, change and
go, as a person's do.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QWidget

from engine.tagging.song import SongState
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot

_FOLDERS, _NEWS, _RETAG, _SMALL = (640, 460), (720, 520), (900, 640), (560, 420)
_LONG_AGO = 1_600_000_000
_SHORT_WINDOW = 64  # tokens; the tagger reads shorter pieces, and so says other things


def folder_looks(program: Program, scratch: Path, settle: Settle) -> Iterator[Shot]:
    """With a tagger and tagged songs; none without."""
    if not program.tag.table.in_state(SongState.TAGGED):
        return
    program.window.show_page("library")
    _wait(program, settle)
    yield from _first_look(program, settle)
    music, elsewhere = scratch / "Music", scratch / "Old disk"
    _let_things_happen(program, music, elsewhere, settle)
    yield Shot("folders-strip")
    yield Shot("folders-strip-narrow", NARROW)
    yield Shot("folders-strip-scaled", SCALED, scale=2)
    yield from _window_looks(program, elsewhere, settle)
    yield from _retag_looks(program, settle)
    program.library.folders.work.remove([str(music)])
    _wait(program, settle)


def _first_look(program: Program, settle: Settle) -> Iterator[Shot]:
    program.library.folders.show_folders()
    dialog = _dialog(program, "watched_folders")
    _wait(program, settle)
    yield Shot("folders-first", _FOLDERS, widget=dialog)
    dialog.close()


def _let_things_happen(program: Program, music: Path, elsewhere: Path, settle: Settle) -> None:
    """One file is new, one is edited, two have gone to another folder."""
    elsewhere.mkdir(parents=True)
    shutil.copytree(program.paths.samples, music)
    songs = sorted(file for file in music.iterdir() if file.suffix in (".txt", ".lrc"))
    for number, file in enumerate(songs):
        file.write_text(file.read_text("utf-8") + f"\nAnd verse number {number} of its own\n",
                        "utf-8")
        _age(file)
    new = songs.pop()
    held = new.read_bytes()
    new.unlink()
    program.tag.tag([music])
    settle(lambda: not program.tag.run.progress.running)
    new.write_bytes(held)
    _age(new)
    songs[0].write_text(songs[0].read_text("utf-8") + "\nOne more line\n", "utf-8")
    for file in songs[1:3]:
        shutil.move(file, elsewhere / file.name)
    program.library.folders.work.add(music, False)
    counts = program.library.folders.work
    settle(lambda: counts.counts.missing == 2 and not counts.scanning)
    _wait(program, settle)


def _window_looks(program: Program, elsewhere: Path, settle: Settle) -> Iterator[Shot]:
    folders = program.library.folders
    folders.show_folders()
    dialog = _dialog(program, "watched_folders")
    _wait(program, settle)
    yield Shot("folders", _FOLDERS, widget=dialog)
    yield Shot("folders-scaled", _FOLDERS, scale=2, widget=dialog)
    dialog.close()
    folders.show_news()
    news = _dialog(program, "folder_news")
    _wait(program, settle)
    yield Shot("folder-news", _NEWS, widget=news)
    missing = list(news.tabs)[-1]  # type: ignore[attr-defined] # a room's parts are its own
    news.tabs[missing].click()  # type: ignore[attr-defined]
    yield Shot("folder-news-missing", _SMALL, widget=news)
    places = [file.place for file in news.chosen()]  # type: ignore[attr-defined]
    news.close()
    folders.find(places)
    relocate = _dialog(program, "relocate")
    yield Shot("relocate-first", _NEWS, widget=relocate)
    folders.relocating.search(places, elsewhere)
    settle(lambda: folders.relocating.plan is not None and not folders.relocating.searching)
    yield Shot("relocate-found", _NEWS, widget=relocate)
    yield Shot("relocate-found-small", _SMALL, widget=relocate)
    relocate.close()


def _retag_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    retagging, tokens = program.library.retagging, program.settings.current.excerpt_tokens
    retagging.choose()
    choice = _dialog(program, "retag_choice")
    _wait(program, settle)
    yield Shot("retag-choice", _FOLDERS, widget=choice)
    choice.close()
    program.settings.set_excerpt_tokens(_SHORT_WINDOW)
    retagging.run.read_choices(lambda choices: retagging.run.start(choices[0]))
    settle(lambda: retagging.run.waiting > 0 and not retagging.run.running)
    program.settings.set_excerpt_tokens(tokens)
    _wait(program, settle)
    yield Shot("retag-strip")
    program.notifier.clear()
    retagging.look()
    dialog = _dialog(program, "retag")
    settle(lambda: retagging.run.comparison is not None)
    _wait(program, settle)
    yield Shot("retag", _RETAG, widget=dialog)
    dialog.view.selectRow(0)  # type: ignore[attr-defined]
    yield Shot("retag-chosen", _RETAG, widget=dialog)
    yield Shot("retag-small", _SMALL, widget=dialog)
    yield Shot("retag-scaled", _RETAG, scale=2, widget=dialog)
    dialog.view.clearSelection()  # type: ignore[attr-defined]
    songs = retagging.run.comparison.songs if retagging.run.comparison else ()
    retagging.run.refuse(songs)
    settle(lambda: retagging.run.waiting == 0)
    yield Shot("retag-done", _RETAG, widget=dialog)
    dialog.close()


def _age(file: Path) -> None:
    os.utime(file, (_LONG_AGO, _LONG_AGO))


def _dialog(program: Program, name: str) -> QWidget:
    return program.window.findChildren(QWidget, name)[-1]


def _wait(program: Program, settle: Settle) -> None:
    settle(lambda: not (program.desk.busy or program.library.queue.busy
                        or program.tagging.busy))
