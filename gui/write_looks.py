"""The looks of moods going into files: the preview, the writing, what came of it, the history.

Recordings of silence are made in a folder of their own, with the words of the samples beside them;
they are tagged and written for real.
"""

import wave
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QWidget

from engine.tagging.song import SongState
from gui.app import Program
from gui.shots import Settle, Shot

_SIZE, _SMALL = (860, 640), (860, 500)
_SILENT_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
_FOREIGN = ("Chill", "Late night")


def write_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a tagger, from the Library; none without."""
    if not program.tag.table.in_state(SongState.TAGGED):
        return
    songs = _tagged(program, program.paths.home / "Recordings", settle)
    writing = program.library.writing
    program.window.show_page("library")
    writing.write(songs)
    dialog = _dialog(program, "write_tags")
    run = writing.run
    settle(lambda: not run.busy and not program.library.queue.busy)
    yield Shot("write-preview", _SIZE, widget=dialog)
    yield Shot("write-preview-small", _SMALL, widget=dialog)
    yield Shot("write-preview-scaled", _SMALL, scale=2, widget=dialog)
    run.leave_out((1, 2), True)
    yield from _busy_look(program, dialog)
    run.write()
    settle(lambda: not run.busy and not program.library.queue.busy)
    yield Shot("write-done", _SIZE, widget=dialog)
    dialog.close()
    yield from _history_looks(program, settle)


def _busy_look(program: Program, dialog: QWidget) -> Iterator[Shot]:
    """Files are written too quickly to be caught at it."""
    run = program.library.writing.run
    phases = type(run.phase)  # a room's own parts are known to the room alone
    run.phase, run.done, run.total = phases.WRITING, 4, run.wanted
    run.changed.emit()
    yield Shot("write-busy", _SIZE, widget=dialog)
    run.phase = phases.PLANNED
    run.changed.emit()


def _history_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    writing = program.library.writing
    writing.show_history()
    history = _dialog(program, "write_history")
    settle(lambda: bool(writing.record.notes) and not program.desk.busy)
    yield Shot("write-history", _SIZE, widget=history)
    yield Shot("write-history-scaled", _SIZE, scale=2, widget=history)
    history.close()


def _tagged(program: Program, music: Path, settle: Settle) -> list[int]:
    """The numbers of songs whose recordings were made and tagged just now."""
    music.mkdir(parents=True, exist_ok=True)
    for number, words in enumerate(sorted(program.paths.samples.glob("*.*"))):
        if words.suffix in (".txt", ".lrc"):
            _record(music / f"{number + 1:02} {words.stem}", words, number)
    program.tag.tag([music])
    settle(lambda: program.tag.run.progress.running)
    settle(lambda: not program.tag.run.progress.running)
    rows = program.tag.table.in_state(SongState.TAGGED)
    return [row.song_id for row in rows if row.song_id is not None
            and Path(row.place).parent == music]


def _record(place: Path, words: Path, number: int) -> None:
    """A recording with a lyric beside it: one of them is read-only, one has moods of others."""
    place.with_name(place.name + words.suffix).write_bytes(words.read_bytes())
    if number % 3 == 0:
        file = place.with_name(place.name + ".wav")
        with wave.open(str(file), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(1600))
    else:
        file = place.with_name(place.name + ".mp3")
        file.write_bytes(_SILENT_FRAME * 8)
        if number % 4 == 1:
            _add_moods(file)
    if number == 3:
        file.chmod(0o444)


def _add_moods(file: Path) -> None:
    from mutagen.id3 import ID3, TMOO

    tags = ID3()
    tags.add(TMOO(encoding=3, text=list(_FOREIGN)))
    tags.save(file)


def _dialog(program: Program, name: str) -> QWidget:
    return program.window.findChildren(QWidget, name)[-1]
