"""Moods into people's own files and back out again: plans, writes, takes back, and keeps record.

The one door to it. A TagWriter belongs to the thread that opened its database. Nothing is ever
written that was not planned and handed to `write`.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.errors import EngineError
from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.lyric_store import LyricStore
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.writing.carrying_out import CarryingOut, FileChange, splices_for
from engine.tagging.writing.file_guard import refused
from engine.tagging.writing.planning import Planner
from engine.tagging.writing.sidecar import rendered
from engine.tagging.writing.turning_back import TurningBack
from engine.tagging.writing.values import (
    FileMark,
    NotUndone,
    NotWritten,
    PlannedWrite,
    Undone,
    WriteBatch,
    WriteKind,
    WriteNote,
    WriteOptions,
    WriteScope,
    WriteState,
    Written,
)
from engine.tagging.writing.write_record import WriteRecord
from engine.tagging.writing.writing_lock import writing_lock


class TagWriter:
    """`lock` is a file beside the library; whoever writes holds it, so that two windows never do
    so at once."""

    def __init__(self, database: Database, store: LyricStore, vocabulary: Vocabulary,
                 lock: Path) -> None:
        self._database = database
        self._store = store
        self._vocabulary = vocabulary
        self._lock = lock
        self._record = WriteRecord(database)
        self._carrying = CarryingOut(self._record)

    def plan(self, songs: Iterable[int], settings: Settings,
             options: WriteOptions) -> Iterator[PlannedWrite]:
        """For every file of these songs what is in it and what would be; touches nothing.

        A file that cannot be written comes too, with the sentence why.
        """
        yield from Planner(self._database, self._store, self._vocabulary, settings,
                           options).plan(songs)

    def write(self, planned: Sequence[PlannedWrite]) -> Iterator[Written | NotWritten]:
        """Writes what was planned, as one batch, file by file; those without changes are left out.

        Closing the iterator stops between two files. EngineError before the first file if another
        window is writing.
        """
        wanted = [one for one in planned if one.changes]
        with writing_lock(self._lock):
            self._settle()
            batch = self._record.new_batch() if wanted else 0
            for one in wanted:
                yield self._written(one, batch)

    def undo(self, scope: WriteScope) -> Iterator[Undone | NotUndone]:
        """Takes back the writes of `scope` that still stand, the newest first."""
        with writing_lock(self._lock):
            self._settle()
            turning = TurningBack(self._record, self._carrying)
            for note in self._record.notes(scope):
                if note.state is WriteState.WRITTEN:
                    yield turning.undone(note)

    def redo(self, scope: WriteScope) -> Iterator[Written | NotWritten]:
        """Writes again what was taken back, the oldest first."""
        with writing_lock(self._lock):
            self._settle()
            turning = TurningBack(self._record, self._carrying)
            for note in reversed(self._record.notes(scope)):
                if note.state is WriteState.UNDONE:
                    yield turning.redone(note)

    def batches(self) -> tuple[WriteBatch, ...]:
        """Every press of Write that wrote a file, the newest first."""
        return tuple(self._record.batches())

    def writes(self, scope: WriteScope) -> tuple[WriteNote, ...]:
        """The recorded writes of `scope`, undone ones too, the newest first."""
        return tuple(self._record.notes(scope))

    def settle(self) -> int:
        """Brings to an end what a killed program left half done; the number of files looked at.

        At the start of the program, and by itself before every write. Does nothing while another
        window is writing.
        """
        if not self._record.under_way():
            return 0
        try:
            with writing_lock(self._lock):
                return self._settle()
        except EngineError:
            return 0

    def _settle(self) -> int:
        left = self._record.under_way()
        for one in left:
            self._carrying.settle(one)
        return len(left)

    def _written(self, planned: PlannedWrite, batch: int) -> Written | NotWritten:
        """One file; its refusals never concern the others."""
        def begin(temporary: Path) -> int:
            return self._record.begin(batch, planned, temporary)

        try:
            if planned.kind is WriteKind.SIDECAR and planned.mark == FileMark(0, 0):
                write = self._carrying.create(planned.path, rendered(planned.after), begin)
            else:
                wanted, splices = splices_for(planned.path, planned.kind, planned.before,
                                              planned.after)
                write = self._carrying.change(
                    FileChange(planned.path, planned.kind, planned.mark, splices, wanted,
                               WriteState.WRITTEN), begin)
        except OSError as failure:
            refusal = refused(failure)
            return NotWritten(planned.path, planned.song_id, refusal.message, refusal.hint)
        except EngineError as refusal:
            return NotWritten(planned.path, planned.song_id, refusal.message, refusal.hint)
        return Written(write, batch, planned.path, planned.song_id, planned.before, planned.after)
