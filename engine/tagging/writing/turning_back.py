"""Writes taken back and made again: to the last byte where the file is as we left it.

Where somebody changed other parts of it since, only our fields are set back; where they changed
our fields too, the file is theirs and stays as it is.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.errors import EngineError
from engine.tagging.vocabulary import fold
from engine.tagging.writing.carrying_out import (
    NO_FILE,
    CarryingOut,
    FileChange,
    look,
    splices_for,
)
from engine.tagging.writing.file_guard import refused
from engine.tagging.writing.splice import Splice, backward, forward
from engine.tagging.writing.tag_bytes import parts
from engine.tagging.writing.values import (
    FileMark,
    FileMoods,
    NotUndone,
    NotWritten,
    Undone,
    WriteNote,
    WriteState,
    Written,
)
from engine.tagging.writing.write_record import StoredWrite, WriteRecord

ONLY_OURS = "Other parts of this file were changed since, so only its moods were set back."
GONE_ALREADY = "The moods of this write were no longer in the file."


@dataclass(frozen=True, slots=True)
class _Turn:
    """A write turned one way: from and to which fields and hashes, by which splices."""

    stored: StoredWrite
    before: FileMoods
    after: FileMoods
    hash_before: bytes
    hash_after: bytes
    splices: tuple[Splice, ...]
    goal: WriteState


class TurningBack:
    """Turns recorded writes one at a time."""

    def __init__(self, record: WriteRecord, carrying: CarryingOut) -> None:
        self._record = record
        self._carrying = carrying

    def undone(self, note: WriteNote) -> Undone | NotUndone:
        """The file as it was before this write, or why not."""
        try:
            stored = self._record.stored(note.id)
            exact, message = self._turned(_Turn(
                stored, note.after, note.before, stored.hash_after, stored.hash_before,
                backward(stored.difference), WriteState.UNDONE))
        except (EngineError, OSError, ValueError) as failure:
            refusal = _refusal(failure)
            return NotUndone(note.id, note.path, note.song_id, refusal.message, refusal.hint)
        return Undone(note.id, note.path, note.song_id, exact, message)

    def redone(self, note: WriteNote) -> Written | NotWritten:
        """The file as it was after this write, or why not."""
        try:
            stored = self._record.stored(note.id)
            self._turned(_Turn(
                stored, note.before, note.after, stored.hash_before, stored.hash_after,
                forward(stored.difference), WriteState.WRITTEN))
        except (EngineError, OSError, ValueError) as failure:
            refusal = _refusal(failure)
            return NotWritten(note.path, note.song_id, refusal.message, refusal.hint)
        return Written(note.id, note.batch, note.path, note.song_id, note.before, note.after)

    def _turned(self, turn: _Turn) -> tuple[bool, str]:
        """Whether it is exact, and what there is to say. Raises what kept it from being done."""
        note = turn.stored.note
        if turn.hash_before == NO_FILE:
            return self._made_again(turn)
        mark, moods, found = look(note.path, note.kind)
        if turn.hash_after == NO_FILE:
            return self._removed(turn, found)
        if found == turn.hash_before:
            self._carry_out(turn, mark, turn.splices, turn.after, turn.hash_after)
            return True, ""
        if _alike(moods, turn.after):
            self._record.reached(note.id, turn.goal)
            return found == turn.hash_after, "" if found == turn.hash_after else GONE_ALREADY
        if not _alike(moods, turn.before):
            raise _changed_since()
        wanted, splices = splices_for(note.path, note.kind, moods, turn.after)
        self._carry_out(turn, mark, splices, wanted, None)
        return False, ONLY_OURS

    def _made_again(self, turn: _Turn) -> tuple[bool, str]:
        """A file beside a song that was taken away."""
        path = turn.stored.note.path
        if path.exists():
            raise _changed_since()
        self._carrying.create(path, turn.splices[0].data, partial(self._begin, turn))
        return True, ""

    def _removed(self, turn: _Turn, found: bytes) -> tuple[bool, str]:
        if found != turn.hash_before:
            raise _changed_since()
        self._carrying.remove(turn.stored.note.path, turn.stored.note.id)
        return True, ""

    def _carry_out(self, turn: _Turn, mark: FileMark, splices: tuple[Splice, ...],
                   wanted: FileMoods, exact: bytes | None) -> None:
        note = turn.stored.note
        self._carrying.change(
            FileChange(note.path, note.kind, mark, splices, wanted, turn.goal, exact),
            partial(self._begin, turn))

    def _begin(self, turn: _Turn, temporary: Path) -> int:
        self._record.begin_again(turn.stored.note.id, temporary, turn.goal)
        return turn.stored.note.id


def _alike(moods: FileMoods, others: FileMoods) -> bool:
    """Whether two readings of our fields say the same: other programs join values their way."""
    return _said(moods) == _said(others)


def _said(moods: FileMoods) -> tuple[frozenset[str], str, str]:
    return (frozenset(fold(part) for value in moods.moods for part in parts(value)),
            moods.tagger.strip(), moods.scores.strip())


def _refusal(failure: Exception) -> EngineError:
    if isinstance(failure, EngineError):
        return failure
    if isinstance(failure, OSError):
        return refused(failure)
    return EngineError("The record of this write is damaged, so it cannot be taken back exactly.",
                       "Change the moods of this file with a tag editor.")


def _changed_since() -> EngineError:
    return EngineError("The moods in this file were changed since, so it was left as it is.",
                       "If a later write put them there, take that back first.")
