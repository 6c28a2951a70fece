"""What the Library says of moods that go into files and come out again, in words."""

import enum
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from engine.tagging.writing.values import (
    FileMoods,
    ForeignMoods,
    PlannedWrite,
    WriteKind,
    WriteNote,
    WriteState,
)
from gui.figures import count_text

translate = QCoreApplication.translate


class Field(enum.Enum):
    """A field of a file that is ours to write."""

    MOODS = enum.auto()
    TAGGER = enum.auto()
    SCORES = enum.auto()


def field_word(field: Field) -> str:
    """What a field is called."""
    return {Field.MOODS: translate("Library", "Moods"),
            Field.TAGGER: translate("Library", "Tagger"),
            Field.SCORES: translate("Library", "Scores")}[field]


def field_text(moods: FileMoods, field: Field) -> str:
    """What stands in a field, "" for nothing."""
    return {Field.MOODS: ", ".join(moods.moods), Field.TAGGER: moods.tagger,
            Field.SCORES: moods.scores}[field]


def changed_fields(before: FileMoods, after: FileMoods) -> tuple[Field, ...]:
    """The fields in which two states of a file differ."""
    return tuple(field for field in Field if field_text(before, field) != field_text(after, field))


def nothing_word() -> str:
    """What a table shows where a field is empty."""
    return translate("Library", "nothing")


def foreign_word(foreign: ForeignMoods) -> str:
    """What becomes of moods that others wrote, as the choice offers it."""
    return {ForeignMoods.ADD: translate("Library", "Keep them, add ours"),
            ForeignMoods.REPLACE: translate("Library", "Replace them"),
            ForeignMoods.KEEP: translate("Library", "Leave such files alone")}[foreign]


def state_word(state: WriteState) -> str:
    """Where a recorded write stands."""
    return {WriteState.WRITTEN: translate("Library", "In the file"),
            WriteState.UNDONE: translate("Library", "Taken out")}[state]


def files_text(count: int) -> str:
    return translate("Library", "1 file") if count == 1 else translate(
        "Library", "{n} files").format(n=count_text(count))


def sentence(message: str, hint: str) -> str:
    """What happened and what can be done, in one line."""
    return " ".join(part for part in (message, hint) if part)


def planned_about(planned: PlannedWrite) -> str:
    """A file with all that is known of it, for beneath the table."""
    song = ", ".join(part for part in (planned.title, planned.artist) if part)
    into = translate("Library", "beside it, as .moods.json") \
        if planned.kind is WriteKind.SIDECAR else planned.format
    lines = [str(planned.path), " · ".join(part for part in (song, into) if part)]
    if planned.message:
        lines.append(sentence(planned.message, planned.hint))
    elif not planned.changes:
        lines.append(translate("Library", "It holds just this already."))
    elif planned.foreign:
        lines.append(translate("Library", "Moods in it that are not from here: {moods}").format(
            moods=", ".join(planned.foreign)))
    return "\n".join(part for part in lines if part)


def written_text(written: int, left: int, stopped: bool) -> str:
    """What came of writing."""
    told = (translate("Library", "Nothing was written.") if not written else
            translate("Library", "Moods are in {files}.").format(files=files_text(written)))
    return _with_rest(told, left, stopped)


def undone_text(undone: int, left: int, stopped: bool) -> str:
    """What came of taking moods out."""
    told = (translate("Library", "Nothing was taken out.") if not undone else
            translate("Library", "1 file is as it was before.") if undone == 1 else
            translate("Library", "{files} are as they were before.").format(
                files=files_text(undone)))
    return _with_rest(told, left, stopped)


def set_back_text(count: int) -> str:
    """Of files that somebody else had changed since they were written."""
    if count == 1:
        return translate("Library", "1 file was changed by another program since. Only its fields "
                                    "for moods were set back.")
    return translate("Library", "{n} files were changed by other programs since. Only their fields "
                                "for moods were set back.").format(n=count_text(count))


def when_text(stamp: str) -> str:
    """A day and an hour of this place."""
    try:
        then = datetime.fromisoformat(stamp).astimezone()
    except ValueError:
        return stamp
    return f"{then.day} {then:%b} {then.year}, {then:%H:%M}"


def held_text(held: Sequence[WriteNote]) -> str:
    """In which files of a song its moods are, and since when."""
    if not held:
        return translate("Library", "Its moods are not in its files.")
    since = when_text(max(note.at for note in held))
    if len(held) == 1:
        return translate("Library", "Its moods are in {name} since {when}.").format(
            name=held[0].path.name, when=since)
    return translate("Library", "Its moods are in {files} since {when}.").format(
        files=files_text(len(held)), when=since)


def tagger_word(tagger: str) -> str:
    """A tagger's id as people tell versions apart."""
    name, _, version = tagger.partition("@")
    return f"{name} {version[:8]}".strip()


def _with_rest(told: str, left: int, stopped: bool) -> str:
    parts = [translate("Library", "Stopped."), told] if stopped else [told]
    if left:
        parts.append(translate("Library", "1 was left as it was.") if left == 1 else translate(
            "Library", "{n} were left as they were.").format(n=count_text(left)))
    return " ".join(parts)
