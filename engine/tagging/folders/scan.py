"""What became of watched folders since they were looked at last: new, changed, moved, vanished.

Compares names, sizes and times with those in the library; opens no file. A folder that is not
there, or empty all of a sudden, is called away and none of its songs missing: its disk may be out.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.folders.moves import Left, pair_moves
from engine.tagging.folders.walk import FolderWalk, Seen
from engine.tagging.folders.watch_list import BELOW, WatchedFolder, WatchList, below, is_below, now
from engine.tagging.intake import Fingerprint, fingerprint
from engine.tagging.song_identity import still_there

STEP = 400
PART = 2_000  # places written in one transaction
STILL_WRITTEN_NS = 2_000_000_000  # a file written less long ago may not be whole yet

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Looking:
    """`files` were looked at so far: a moment to stop at."""

    files: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one scan found, as places. `moved` are pairs of the old and the new one; `unripe` were
    being written just now and are left for the next scan. `folders` are all that were walked."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    away: tuple[str, ...] = ()
    unripe: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    files: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A place as the library has it."""

    mark: Fingerprint | None
    missing: bool
    changed: bool


@dataclass(slots=True)
class _Harvest:
    """What the walks of one scan bring home, before anything is written."""

    new: dict[str, Fingerprint] = field(default_factory=dict[str, Fingerprint])
    changed: list[str] = field(default_factory=list[str])
    same: list[str] = field(default_factory=list[str])
    gone: list[str] = field(default_factory=list[str])
    back: list[str] = field(default_factory=list[str])
    away: list[str] = field(default_factory=list[str])
    unripe: list[str] = field(default_factory=list[str])
    walked: list[str] = field(default_factory=list[str])
    folders: list[Path] = field(default_factory=list[Path])
    files: int = 0


class FolderScan:
    """Scans watched folders of one library. `clock` gives the time in nanoseconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock = clock

    def run(self, only: Iterable[Path] = ()) -> Iterator[Looking | Scanned]:
        """Looks at every folder that is not paused, or at `only` these parts of them. What was
        found is written at the end; stopped before, the scan changes nothing."""
        harvest = _Harvest()
        parts = {str(part) for part in only}
        for folder in WatchList(self._database).folders():
            if folder.paused:
                continue
            roots = sorted(part for part in parts if folder.holds(part))
            for root in roots if parts else [folder.path]:
                yield from self._walk(folder, Path(root), harvest)
        yield from self._store(harvest)

    def _walk(self, folder: WatchedFolder, root: Path, harvest: _Harvest) -> Iterator[Looking]:
        known = self._known(str(root))
        walk = FolderWalk(root)
        met: set[str] = set()
        if Path(folder.path).is_dir():
            for seen in walk:
                met.add(seen.place)
                self._compare(seen, known.get(seen.place), harvest)
                if len(met) % STEP == 0:
                    yield Looking(harvest.files + len(met))
        harvest.files += len(met)
        if _is_away(folder, bool(known)):
            harvest.away.append(folder.path)
            return
        harvest.walked.append(str(root))
        harvest.folders += walk.folders
        unseen = [place for place in known if place not in met]
        for number, place in enumerate(unseen):
            if not still_there(place):
                harvest.gone.append(place)
            if number % STEP == STEP - 1:
                yield Looking(harvest.files)

    def _known(self, root: str) -> dict[str, _Known]:
        rows = self._database.all(
            "SELECT path, size, mtime_ns, missing, changed FROM place"
            f" WHERE is_file AND (path = ? OR {BELOW})", (root, *below(root)))
        return {path: _Known(None if size is None else Fingerprint(size, mtime),
                             bool(missing), bool(changed))
                for path, size, mtime, missing, changed in rows}

    def _compare(self, seen: Seen, known: _Known | None, harvest: _Harvest) -> None:
        if known is None:
            ripe = not 0 <= self._clock() - seen.mark.mtime_ns < STILL_WRITTEN_NS
            if ripe:
                harvest.new[seen.place] = seen.mark
            else:
                harvest.unripe.append(seen.place)
            return
        if known.missing:
            harvest.back.append(seen.place)
        if known.mark is not None:
            differs = seen.mark != known.mark and _fingerprint(seen) != known.mark
            if differs and not known.changed:
                harvest.changed.append(seen.place)
            elif known.changed and not differs:
                harvest.same.append(seen.place)

    def _store(self, harvest: _Harvest) -> Iterator[Looking | Scanned]:
        """In parts, so that others can write in between where a whole disk has moved; each part
        is true by itself."""
        moved = pair_moves(self._left(harvest.gone) if harvest.new else [], harvest.new)
        for part in _parts(moved):
            self._move(part)
            yield Looking(harvest.files)
        for _, new in moved:
            del harvest.new[new]
        left = {old for old, _ in moved}
        missing: list[str] = []
        for part in _parts([place for place in harvest.gone if place not in left]):
            missing += self._mark_missing(part)
            yield Looking(harvest.files)
        with self._database.transaction():
            self._flag("changed = 1, told = 0", harvest.changed)
            self._flag("changed = 0, told = 0", harvest.same)
            self._flag("missing = 0, told = 0", harvest.back)
            self._keep_new(harvest)
            self._note_folders(harvest)
        yield Scanned(tuple(harvest.new), tuple(harvest.changed), tuple(missing),
                      tuple(harvest.back), tuple(moved), tuple(harvest.away),
                      tuple(harvest.unripe), tuple(harvest.folders), harvest.files)

    def _move(self, moved: Iterable[tuple[str, str]]) -> None:
        """Lets places follow files that lie elsewhere now, with all that hangs on them. Where the
        new place was read by somebody during the walk, it stays as it is."""
        with self._database.transaction():
            self._database.execute_many(
                "UPDATE OR IGNORE place SET path = ?, missing = 0, changed = 0, told = 0"
                " WHERE path = ?", [(new, old) for old, new in moved])

    def _left(self, gone: list[str]) -> list[Left]:
        """The places of songs whose files are no longer there: those seen to be gone just now,
        and those missed before."""
        just_gone = set(gone)
        return [Left(path, Fingerprint(size, mtime)) for path, size, mtime, missing
                in self._database.all("SELECT path, size, mtime_ns, missing FROM place WHERE"
                                      " is_file AND song_id IS NOT NULL AND size IS NOT NULL")
                if missing or path in just_gone]

    def _mark_missing(self, gone: Iterable[str]) -> list[str]:
        """Songs are kept; a file that held none is forgotten. Those that were not missing yet."""
        fresh: list[str] = []
        with self._database.transaction():
            for place in gone:
                row = self._row(place)
                if row is None:
                    continue
                if row[0] is None:
                    self._database.execute("DELETE FROM place WHERE path = ?", (place,))
                elif not row[1]:
                    fresh.append(place)
            self._flag("missing = 1, told = 0", fresh)
        return fresh

    def _row(self, place: str) -> Any:
        return self._database.first("SELECT song_id, missing FROM place WHERE path = ?", (place,))

    def _flag(self, what: str, places: Iterable[str]) -> None:
        self._database.execute_many(f"UPDATE place SET {what} WHERE path = ?",
                                    [(place,) for place in places])

    def _keep_new(self, harvest: _Harvest) -> None:
        """The new files of what was walked; those that were told of before stay told."""
        for root in harvest.walked:
            stored = self._database.all(
                f"SELECT path FROM new_file WHERE path = ? OR {BELOW}", (root, *below(root)))
            self._database.execute_many("DELETE FROM new_file WHERE path = ?", [
                row for row in stored if row[0] not in harvest.new])
        self._database.execute_many(
            "INSERT INTO new_file (path, size, mtime_ns) VALUES (?, ?, ?) ON CONFLICT (path)"
            " DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns",
            [(place, mark.size, mark.mtime_ns) for place, mark in harvest.new.items()])

    def _note_folders(self, harvest: _Harvest) -> None:
        at = now()
        for folder in WatchList(self._database).folders():
            if folder.path in harvest.away:
                self._database.execute("UPDATE watched_folder SET away = 1 WHERE path = ?",
                                       (folder.path,))
            elif any(root == folder.path or is_below(root, folder.path)
                     for root in harvest.walked):
                self._database.execute(
                    "UPDATE watched_folder SET away = 0, scanned_at = ? WHERE path = ?",
                    (at, folder.path))


def _parts(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    for first in range(0, len(things), PART):
        yield things[first:first + PART]


def _is_away(folder: WatchedFolder, knows_songs: bool) -> bool:
    """Where a disk was taken out, its folder is gone, or lies there empty."""
    root = Path(folder.path)
    try:
        return not root.is_dir() or (knows_songs and next(root.iterdir(), None) is None)
    except OSError:
        return True


def _fingerprint(seen: Seen) -> Fingerprint | None:
    """Asked of the file itself: a folder's listing may be behind, and knows one spelling only."""
    try:
        return fingerprint(Path(seen.place))
    except EngineError:
        return seen.mark
