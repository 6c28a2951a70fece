"""Where songs whose files are gone lie now: looked for below a folder, shown, then settled at once.

A file is known by its size and time, by its name and size, or by its words; what has only the
name is no match. A relocation is a step that can be taken back.
"""

import enum
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from engine.errors import EngineError
from engine.library.database import Database
from engine.library.journal import Journal, OutOfReachError
from engine.tagging.corrections.forgetting import put_places
from engine.tagging.folders.walk import FolderWalk, Seen
from engine.tagging.intake import Fingerprint, fingerprint
from engine.tagging.lyric import Lyric
from engine.tagging.reading import read_lyric
from engine.tagging.song_identity import alike, place_of, song_hash

RELOCATED = "relocated"
STEP = 400
_ROW: tuple[str, ...] = ("id", "path", "size", "mtime_ns", "missing", "changed")


class Likeness(enum.StrEnum):
    """Why a file is taken for the one that is gone, the surest first. EDITED: most of the words,
    but not all of them."""

    SAME_FILE = "same_file"
    SAME_SIZE = "same_size"
    SAME_WORDS = "same_words"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Lost:
    """A place whose file is gone, and the song that was read there."""

    place: str
    title: str
    artist: str
    song_id: int
    mark: Fingerprint | None


@dataclass(frozen=True, slots=True)
class Relocation:
    """One song's old place and the one it is taken to have now."""

    lost: Lost
    new_place: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class RelocationPlan:
    """What was found, and what was not; nothing is changed by it."""

    found: tuple[Relocation, ...]
    unfound: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class Searching:
    """`files` were looked at so far: a moment to stop at."""

    files: int


def lost_places(database: Database, places: Iterable[str] = ()) -> list[Lost]:
    """The missing files among these places, or all of them, with their songs."""
    rows = database.all(
        "SELECT place.path, place.title, place.artist, song_id, size, mtime_ns FROM place"
        " WHERE missing AND is_file AND song_id IS NOT NULL ORDER BY place.path")
    wanted = set(places)
    return [Lost(path, title, artist, song, None if size is None else Fingerprint(size, mtime))
            for path, title, artist, song, size, mtime in rows if not wanted or path in wanted]


def find_lost(database: Database, lost: Sequence[Lost], under: Path,
              read: Callable[[Path], Lyric] = read_lyric) -> Iterator[Searching | RelocationPlan]:
    """Looks for lost files below a folder, or at one file; the last value is the plan.

    A file that holds another song in the library already is none of them.
    """
    yield from _Search(database, lost, read).run(under)


class _Search:
    def __init__(self, database: Database, lost: Sequence[Lost],
                 read: Callable[[Path], Lyric]) -> None:
        self._database = database
        self._lost = lost
        self._read = read
        self._marks = {one.mark for one in lost if one.mark}
        self._stems = {_stem(one.place) for one in lost}
        self._by_mark: dict[Fingerprint, list[Seen]] = defaultdict(list)
        self._by_stem: dict[str, list[Seen]] = defaultdict(list)
        self._taken: set[str] = set()

    def run(self, under: Path) -> Iterator[Searching | RelocationPlan]:
        files = 0
        for files, seen in enumerate(_files(under), 1):
            self._remember(seen)
            if files % STEP == 0:
                yield Searching(files)
        found: dict[str, Relocation] = {}
        for match in (self._same_file, self._same_size, self._same_words):
            for one in self._lost:
                yield Searching(files)
                if one.place not in found and (settled := match(one)) is not None:
                    found[one.place] = settled
                    self._taken.add(settled.new_place)
        if not under.is_dir() and len(self._lost) == 1 and not found:
            found |= self._by_hand(self._lost[0], place_of(under))
        yield RelocationPlan(
            tuple(found[one.place] for one in self._lost if one.place in found),
            tuple(one for one in self._lost if one.place not in found))

    def _remember(self, seen: Seen) -> None:
        if seen.mark in self._marks:
            self._by_mark[seen.mark].append(seen)
        if _stem(seen.place) in self._stems:
            self._by_stem[_stem(seen.place)].append(seen)

    def _same_file(self, one: Lost) -> Relocation | None:
        free = self._free(one, self._by_mark.get(one.mark, []) if one.mark else [])
        named = [seen for seen in free if _name(seen.place) == _name(one.place)]
        alone = free if len(free) == 1 else []
        return self._settled(one, named or alone, Likeness.SAME_FILE)

    def _same_size(self, one: Lost) -> Relocation | None:
        free = self._free(one, self._by_stem[_stem(one.place)])
        same = [seen for seen in free if one.mark and seen.mark.size == one.mark.size
                and _name(seen.place) == _name(one.place)]
        return self._settled(one, same, Likeness.SAME_SIZE)

    def _same_words(self, one: Lost) -> Relocation | None:
        free = self._free(one, self._by_stem[_stem(one.place)])
        for seen in sorted(free, key=lambda seen: -_shared_tail(seen.place, one.place)):
            likeness = self._compared(one, Path(seen.place))
            if likeness is not None:
                return Relocation(one, seen.place, likeness)
        return None

    def _by_hand(self, one: Lost, chosen: str) -> dict[str, Relocation]:
        """The one file a person pointed at for one song, whatever it is called."""
        likeness = None if self._is_anothers(one, chosen) else self._compared(one, Path(chosen))
        return {one.place: Relocation(one, chosen, likeness)} if likeness else {}

    def _compared(self, one: Lost, path: Path) -> Likeness | None:
        try:
            lyric = self._read(path)
        except EngineError:
            return None
        words, digest = self._database.first(
            "SELECT words, lyric_hash FROM song WHERE id = ?", (one.song_id,)) or ("", "")
        if song_hash(lyric) == digest:
            return Likeness.SAME_WORDS
        return Likeness.EDITED if alike(words, lyric.words) else None

    def _free(self, one: Lost, seen: Iterable[Seen]) -> list[Seen]:
        return [found for found in seen if found.place not in self._taken
                and not self._is_anothers(one, found.place)]

    def _is_anothers(self, one: Lost, place: str) -> bool:
        row = self._database.first("SELECT song_id FROM place WHERE path = ?", (place,))
        return row is not None and row[0] != one.song_id and row[0] is not None

    def _settled(self, one: Lost, seen: Sequence[Seen], why: Likeness) -> Relocation | None:
        if not seen:
            return None
        best = max(seen, key=lambda found: _shared_tail(found.place, one.place))
        return Relocation(one, best.place, why)


def relocate(database: Database, journal: Journal, chosen: Iterable[Relocation]) -> int:
    """Lets songs live where their files were found, as one step; how many do now.

    A place that has come back, or whose new file has gone, is passed over.
    """
    with database.transaction(durable=True):
        before, after = _Document(), _Document()
        for one in chosen:
            _settle(database, one, before, after)
        if before.moved or before.merged:
            journal.record(RELOCATED, before.values(), after.values())
    return len(before.moved) + len(before.merged)


def put_relocated(database: Database, wanted: Any, present: Any) -> None:
    """Puts places back where a step's document says they were, or forth again."""
    put_places(database, {"places": wanted["merged"]}, {"places": present["merged"]})
    moved = 0
    now = {row["id"]: row["path"] for row in present["moved"]}
    for row in wanted["moved"]:
        here = database.first("SELECT path FROM place WHERE id = ?", (row["id"],))
        if here is None or here[0] != now.get(row["id"]):
            continue
        if database.first("SELECT 1 FROM place WHERE path = ? AND id <> ?",
                          (row["path"], row["id"])) is None:
            _write(database, row)
            moved += 1
    if wanted["moved"] and not moved:
        raise OutOfReachError("These songs have been moved again since.",
                              "What you did before it can still be taken back.")


class _Document:
    """How places were, or are: those that moved, and whole rows of those that joined another."""

    def __init__(self) -> None:
        self.moved: list[dict[str, Any]] = []
        self.merged: list[dict[str, Any]] = []

    def values(self) -> dict[str, Any]:
        return {"moved": self.moved, "merged": self.merged}


def _settle(database: Database, one: Relocation, before: _Document, after: _Document) -> None:
    row = database.first(f"SELECT {', '.join(_ROW)} FROM place WHERE path = ? AND missing",
                         (one.lost.place,))
    try:
        mark = fingerprint(Path(one.new_place))
    except EngineError:
        return
    if row is None:
        return
    there = database.first("SELECT song_id FROM place WHERE path = ?", (one.new_place,))
    if there is not None and there[0] is None:  # a refused file: this song is what it holds
        database.execute("DELETE FROM place WHERE path = ?", (one.new_place,))
    if there is not None and there[0] is not None:
        before.merged.append(_whole_row(database, one.lost.place))
        database.execute("DELETE FROM place WHERE path = ?", (one.lost.place,))
        return
    old: dict[str, Any] = dict(zip(_ROW, row, strict=True))
    edited = one.likeness is Likeness.EDITED
    new: dict[str, Any] = {**old, "path": one.new_place, "missing": 0, "changed": int(edited),
           **({} if edited else {"size": mark.size, "mtime_ns": mark.mtime_ns})}
    _write(database, new)
    before.moved.append(old)
    after.moved.append(new)


def _write(database: Database, row: dict[str, Any]) -> None:
    database.execute(
        "UPDATE place SET path = ?, size = ?, mtime_ns = ?, missing = ?, changed = ?, told = 0"
        " WHERE id = ?", (row["path"], row["size"], row["mtime_ns"], row["missing"],
                          row["changed"], row["id"]))


def _whole_row(database: Database, place: str) -> dict[str, Any]:
    names = [name for _, name, *_ in database.all("PRAGMA table_info(place)")]
    row = database.first("SELECT * FROM place WHERE path = ?", (place,))
    return dict(zip(names, row or (), strict=True))


def _files(under: Path) -> Iterator[Seen]:
    if under.is_dir():
        yield from FolderWalk(under)
        return
    try:
        yield Seen(place_of(under), fingerprint(under))
    except EngineError:
        return


def _name(place: str) -> str:
    return PurePath(place).name.casefold()


def _stem(place: str) -> str:
    return PurePath(place).stem.casefold()


def _shared_tail(place: str, other: str) -> int:
    """How many parts two paths share, counted from their ends."""
    parts = zip(reversed(PurePath(place).parts), reversed(PurePath(other).parts), strict=False)
    count = 0
    for one, two in parts:
        if one.casefold() != two.casefold():
            break
        count += 1
    return count
