"""Writes into files as the command line tells them: before, after, and what is in the way.

Pure: turns the values of writing into text and JSON objects. What the words mean is fixed for
scripts.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.cli.plain_text import plain
from engine.tagging.writing.values import (
    FileMoods,
    NotUndone,
    NotWritten,
    PlannedWrite,
    Undone,
    WriteBatch,
    WriteNote,
    Written,
)

_NONE = "nothing"


def planned_object(planned: PlannedWrite) -> dict[str, Any]:
    """What would be written into one file."""
    told: dict[str, Any] = {
        "path": str(planned.path), "song": planned.song_id, "title": planned.title,
        "artist": planned.artist, "format": planned.format, "into": planned.kind.value,
        "before": _fields(planned.before), "after": _fields(planned.after),
        "foreign": planned.foreign, "changes": planned.changes}
    return told | _trouble(planned.message, planned.hint)


def planned_lines(planned: PlannedWrite) -> str:
    """The same for a person: the file, and each field that changes."""
    lines = [f"{planned.path}  ({planned.format})" if planned.format else str(planned.path)]
    if planned.message:
        lines.append(_sentence(planned.message, planned.hint))
    elif not planned.changes:
        lines.append("Stays as it is.")
    else:
        lines += _changes(planned.before, planned.after)
    return plain("\n    ".join(lines))


def written_object(told: Written | NotWritten) -> dict[str, Any]:
    """What became of one file."""
    where = {"path": str(told.path), "song": told.song_id}
    if isinstance(told, NotWritten):
        return where | {"written": False} | _trouble(told.message, told.hint)
    return where | {"written": True, "batch": told.batch, "write": told.id,
                    "before": _fields(told.before), "after": _fields(told.after)}


def written_lines(told: Written | NotWritten) -> str:
    """The same for a person."""
    if isinstance(told, NotWritten):
        return plain(f"{told.path}\n    {_sentence(told.message, told.hint)}")
    return plain(f"{told.path}\n    written: {_moods(told.after) or _NONE}")


def undone_object(told: Undone | NotUndone) -> dict[str, Any]:
    """What became of one write that was to be taken back."""
    where = {"path": str(told.path), "song": told.song_id, "write": told.id}
    if isinstance(told, NotUndone):
        return where | {"undone": False} | _trouble(told.message, told.hint)
    return where | {"undone": True, "exact": told.exact} | _trouble(told.message, "")


def undone_lines(told: Undone | NotUndone) -> str:
    """The same for a person."""
    if isinstance(told, NotUndone):
        return plain(f"{told.path}\n    {_sentence(told.message, told.hint)}")
    return plain(f"{told.path}\n    {told.message or 'as it was before'}")


def batch_object(batch: WriteBatch) -> dict[str, Any]:
    """One press of Write."""
    return {"batch": batch.id, "at": batch.at, "taggers": batch.taggers, "files": batch.files,
            "undone": batch.undone}


def batch_line(batch: WriteBatch) -> str:
    """The same for a person, in one line."""
    undone = (f", {batch.undone} undone" if 0 < batch.undone < batch.files
              else ", undone" if batch.undone else "")
    taggers = ", ".join(batch.taggers)
    return plain(f"{batch.id:>5}  {_when(batch.at)}  "
                 f"{counted(batch.files)}{undone}  {taggers}".rstrip())


def note_object(note: WriteNote) -> dict[str, Any]:
    """One recorded write."""
    return {"write": note.id, "batch": note.batch, "at": note.at, "path": str(note.path),
            "song": note.song_id, "title": note.title, "artist": note.artist,
            "format": note.format, "into": note.kind.value, "tagger": note.tagger,
            "state": note.state.value, "before": _fields(note.before),
            "after": _fields(note.after)}


def note_lines(note: WriteNote) -> str:
    """The same for a person."""
    lines = [f"{note.path}  ({note.state.value})", *_changes(note.before, note.after)]
    return plain("\n    ".join(lines))


def counted(files: int) -> str:
    """So many files, in words."""
    return "1 file" if files == 1 else f"{files} files"


def _changes(before: FileMoods, after: FileMoods) -> Iterator[str]:
    for name, was, becomes in (("moods", _moods(before), _moods(after)),
                               ("tagger", before.tagger, after.tagger),
                               ("scores", before.scores, after.scores)):
        if was != becomes:
            yield f"{name}: {was or _NONE} -> {becomes or _NONE}"


def _moods(fields: FileMoods) -> str:
    return ", ".join(fields.moods)


def _fields(fields: FileMoods) -> dict[str, object]:
    return {"moods": fields.moods, "tagger": fields.tagger, "scores": fields.scores}


def _trouble(message: str, hint: str) -> dict[str, str]:
    told = {"error": message} if message else {}
    return told | ({"hint": hint} if hint else {})


def _when(stamp: str) -> str:
    """A moment as the clock on the wall showed it."""
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return stamp


def _sentence(message: str, hint: str) -> str:
    return " ".join(filter(None, (message, hint)))
