"""The library's record of every write: kept before and after it, so that it can be taken back.

The one door to its tables. A row with a `goal` is under way: what it was before stands in `state`,
and `goal_hash` is what the file will be once it is done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from engine.library.database import Database
from engine.tagging.intake import Fingerprint
from engine.tagging.song_identity import place_of
from engine.tagging.writing.splice import Change, pack, unpack
from engine.tagging.writing.values import (
    FileMoods,
    PlannedWrite,
    WriteBatch,
    WriteKind,
    WriteNote,
    WriteScope,
    WriteState,
)

_COLUMNS = ("id, batch_id, at, path, song_id, title, artist, format, tagger, kind, state, before,"
            " after, own")


@dataclass(frozen=True, slots=True)
class StoredWrite:
    """A recorded write with what it takes to turn it round. The hashes are of the whole file."""

    note: WriteNote
    own: tuple[str, ...]
    hash_before: bytes
    hash_after: bytes
    difference: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What a killed program left: `was` None for a write that had not come to its end."""

    id: int
    path: Path
    kind: WriteKind
    temporary: Path
    goal: WriteState
    goal_hash: bytes | None
    was: WriteState | None
    before: FileMoods
    after: FileMoods


class WriteRecord:
    """Batches and writes. Each call is one transaction, or joins the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def new_batch(self) -> int:
        """Begins a batch; it is listed once a file of it is written."""
        return self._database.execute("INSERT INTO tag_batch (at) VALUES (?)", (_now(),))

    def begin(self, batch: int, planned: PlannedWrite, temporary: Path) -> int:
        """Notes that a copy will be made at `temporary`; the id of the new write."""
        return self._database.execute(
            "INSERT INTO tag_write (batch_id, song_id, path, kind, title, artist, format, tagger,"
            " at, state, before, after, own, temporary, goal)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'new', ?, ?, ?, ?, 'written')",
            (batch, planned.song_id, place_of(planned.path), planned.kind.value, planned.title,
             planned.artist, planned.format, planned.tagger, _now(), _json(planned.before),
             _json(planned.after), _json(planned.own), str(temporary)))

    def begin_again(self, write: int, temporary: Path, goal: WriteState) -> None:
        """Notes that a known write is about to be taken back, or made again."""
        self._database.execute("UPDATE tag_write SET temporary = ?, goal = ? WHERE id = ?",
                               (str(temporary), goal.value, write))

    def ready(self, write: int, goal_hash: bytes) -> None:
        """The copy is whole. Forced to the disk, as the file is replaced next."""
        with self._database.transaction(durable=True):
            self._database.execute("UPDATE tag_write SET goal_hash = ? WHERE id = ?",
                                   (goal_hash, write))

    def ready_with(self, write: int, hash_before: bytes, hash_after: bytes,
                   difference: tuple[Change, ...]) -> None:
        """As `ready`, with what it takes to turn the write round."""
        with self._database.transaction(durable=True):
            self._database.execute(
                "UPDATE tag_write SET goal_hash = ?2, hash_before = ?1, hash_after = ?2,"
                " difference = ?3 WHERE id = ?4",
                (hash_before, hash_after, pack(difference), write))

    def reached(self, write: int, state: WriteState) -> None:
        """The file has become what it should."""
        self._database.execute(
            "UPDATE tag_write SET state = ?, at = CASE WHEN ?1 = 'written' THEN ? ELSE at END,"
            " goal = '', goal_hash = NULL, temporary = '' WHERE id = ?",
            (state.value, _now(), write))

    def given_up(self, write: int) -> None:
        """The file stayed what it was; a write that never was is not kept."""
        with self._database.transaction():
            self._database.execute("DELETE FROM tag_write WHERE id = ? AND state = 'new'",
                                   (write,))
            self._database.execute(
                "UPDATE tag_write SET goal = '', goal_hash = NULL, temporary = '' WHERE id = ?",
                (write,))

    def under_way(self) -> list[UnderWay]:
        """What a program that was killed had begun."""
        rows = self._database.all(
            "SELECT id, path, kind, temporary, goal, goal_hash, state, before, after"
            " FROM tag_write WHERE goal != '' ORDER BY id")
        return [UnderWay(write, Path(path), WriteKind(kind), Path(temporary), WriteState(goal),
                         goal_hash, None if state == "new" else WriteState(state),
                         _moods(before), _moods(after))
                for write, path, kind, temporary, goal, goal_hash, state, before, after in rows]

    def notes(self, scope: WriteScope) -> list[WriteNote]:
        """The writes of a scope that came to their end, the newest first."""
        return [_note(row) for row in self._rows(scope)]

    def stored(self, write: int) -> StoredWrite:
        """One write with its difference. ValueError if its record is damaged."""
        row = self._database.first(
            f"SELECT {_COLUMNS}, hash_before, hash_after, difference FROM tag_write WHERE id = ?",
            (write,))
        if row is None or row[-1] is None:
            raise ValueError("nothing is recorded of this write")
        return StoredWrite(_note(row), msgspec.json.decode(row[13], type=tuple[str, ...]),
                           row[14], row[15], unpack(row[16]))

    def batches(self) -> list[WriteBatch]:
        """The batches with a write in them, the newest first."""
        return [WriteBatch(batch, at, tuple(sorted(filter(None, msgspec.json.decode(
                           taggers, type=list[str])))), files, undone)
                for batch, at, taggers, files, undone in self._database.all(
                    "SELECT tag_batch.id, tag_batch.at, json_group_array(DISTINCT tagger),"
                    " count(*), sum(state = 'undone') FROM tag_batch JOIN tag_write"
                    " ON batch_id = tag_batch.id WHERE state != 'new'"
                    " GROUP BY tag_batch.id ORDER BY tag_batch.id DESC")]

    def own_moods(self, path: Path) -> tuple[str, ...] | None:
        """Which moods in a file are ours by the last write that stands, None without one."""
        row = self._database.first(
            "SELECT own FROM tag_write WHERE path = ? AND state = 'written' AND kind = 'tag'"
            " ORDER BY id DESC LIMIT 1", (place_of(path),))
        return msgspec.json.decode(row[0], type=tuple[str, ...]) if row else None

    def follow(self, place: str, before: Fingerprint, after: Fingerprint) -> None:
        """Lets a place know its file again, if it was the one that was read. A look at the folder
        meanwhile may have taken it for changed."""
        self._database.execute(
            "UPDATE place SET size = ?, mtime_ns = ?, changed = 0"
            " WHERE path = ? AND size = ? AND mtime_ns = ?",
            (after.size, after.mtime_ns, place, before.size, before.mtime_ns))

    def _rows(self, scope: WriteScope) -> Iterator[Any]:
        tests = ["state != 'new'"]
        values: list[object] = []
        if scope.batch is not None:
            tests.append("batch_id = ?")
            values.append(scope.batch)
        if scope.tagger:
            tests.append("(tagger = ? OR substr(tagger, 1, length(?) + 1) = ? || '@')")
            values += [scope.tagger] * 3
        for column, wanted in (("song_id", scope.songs), ("id", scope.writes)):
            if wanted is not None:
                tests.append(f"{column} IN (SELECT value FROM json_each(?))")
                values.append(_json(wanted))
        yield from self._database.all(
            f"SELECT {_COLUMNS} FROM tag_write WHERE {' AND '.join(tests)} ORDER BY id DESC",
            values)


def _note(row: Any) -> WriteNote:
    return WriteNote(row[0], row[1], row[2], Path(row[3]), row[4], row[5], row[6], row[7], row[8],
                     WriteKind(row[9]), WriteState(row[10]), _moods(row[11]), _moods(row[12]))


def _moods(stored: str) -> FileMoods:
    return msgspec.json.decode(stored, type=FileMoods)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
