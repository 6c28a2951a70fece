"""Moods into people's own files and back out again: plans, writes, takes back, and keeps record.

The one door to it. A TagWriter belongs to the thread that opened its database. Nothing is ever
written that was not planned and handed to `write`.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.lyric_store import LyricStore
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.writing.values import (
    NotUndone,
    NotWritten,
    PlannedWrite,
    Undone,
    WriteBatch,
    WriteNote,
    WriteOptions,
    WriteScope,
    Written,
)


class TagWriter:
    """`lock` is a file beside the library; whoever writes holds it, so that two windows never do
    so at once."""

    def __init__(self, database: Database, store: LyricStore, vocabulary: Vocabulary,
                 lock: Path) -> None:
        self._database = database
        self._store = store
        self._vocabulary = vocabulary
        self._lock = lock

    def plan(self, songs: Iterable[int], settings: Settings,
             options: WriteOptions) -> Iterator[PlannedWrite]:
        """For every file of these songs what is in it and what would be; touches nothing.

        A file that cannot be written comes too, with the sentence why.
        """
        raise NotImplementedError

    def write(self, planned: Sequence[PlannedWrite]) -> Iterator[Written | NotWritten]:
        """Writes what was planned, as one batch, file by file; those without changes are left out.

        Closing the iterator stops between two files. EngineError before the first file if another
        window is writing.
        """
        raise NotImplementedError

    def undo(self, scope: WriteScope) -> Iterator[Undone | NotUndone]:
        """Takes back the writes of `scope` that still stand, the newest first."""
        raise NotImplementedError

    def redo(self, scope: WriteScope) -> Iterator[Written | NotWritten]:
        """Writes again what was taken back, the oldest first."""
        raise NotImplementedError

    def batches(self) -> tuple[WriteBatch, ...]:
        """Every press of Write, the newest first."""
        raise NotImplementedError

    def writes(self, scope: WriteScope) -> tuple[WriteNote, ...]:
        """The recorded writes of `scope`, undone ones too, the newest first."""
        raise NotImplementedError

    def settle(self) -> int:
        """Brings to an end what a killed program left half done; the number of files looked at.

        At the start of the program, and by itself before every write. Does nothing while another
        window is writing.
        """
        raise NotImplementedError
