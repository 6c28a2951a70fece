"""What the person may want to know of files: new in watched folders, changed, no longer there.

Reads what scans and tagging noted; what was told once and dismissed is not told again.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.library.database import Database


class NewsKind(enum.StrEnum):
    """What happened to a file."""

    NEW = "new"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FileNews:
    """One file. `title` and `artist` are those of its song, "" for one nobody has read."""

    kind: NewsKind
    place: str
    song_id: int | None = None
    title: str = ""
    artist: str = ""


@dataclass(frozen=True, slots=True)
class NewsCounts:
    """How much there is to tell. `away` are watched folders that are not there."""

    new: int = 0
    changed: int = 0
    missing: int = 0
    away: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.missing or self.away)


# A song that still lies elsewhere is not missed.
_WHERE = {
    NewsKind.CHANGED: "changed AND NOT missing AND NOT told",
    NewsKind.MISSING: "missing AND is_file AND song_id IS NOT NULL AND NOT told AND NOT EXISTS"
                      " (SELECT 1 FROM place AS other WHERE other.song_id = place.song_id"
                      " AND NOT other.missing)",
}
_NEW = "NOT told AND NOT EXISTS (SELECT 1 FROM place WHERE place.path = new_file.path)"


class FolderNewsBook:
    """The news of one library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> NewsCounts:
        """How much there is; quick for 100,000 places."""
        away = tuple(path for path, in self._database.all(
            "SELECT path FROM watched_folder WHERE away AND NOT paused ORDER BY path"))
        return NewsCounts(self._count(f"new_file WHERE {_NEW}"),
                          self._count(f"place WHERE {_WHERE[NewsKind.CHANGED]}"),
                          self._count(f"place WHERE {_WHERE[NewsKind.MISSING]}"), away)

    def files(self, kinds: Sequence[NewsKind] = tuple(NewsKind)) -> list[FileNews]:
        """Every file there is news of, in this order of kinds, by place."""
        found: list[FileNews] = []
        for kind in kinds:
            if kind is NewsKind.NEW:
                found += [FileNews(kind, path) for path, in self._database.all(
                    f"SELECT path FROM new_file WHERE {_NEW} ORDER BY path")]
            else:
                found += self._songs(kind, _WHERE[kind])
        return found

    def has_dismissed_new(self) -> bool:
        """Whether there are new files the person does not want to hear of."""
        return self._database.first("SELECT 1 FROM new_file WHERE told AND NOT EXISTS"
                                    " (SELECT 1 FROM place WHERE place.path = new_file.path)"
                                    ) is not None

    def dismiss(self, files: Iterable[FileNews]) -> None:
        """Tells no more of these."""
        rows: dict[bool, list[tuple[str]]] = {True: [], False: []}
        for file in files:
            rows[file.kind is NewsKind.NEW].append((file.place,))
        with self._database.transaction():
            self._database.execute_many("UPDATE new_file SET told = 1 WHERE path = ?", rows[True])
            self._database.execute_many("UPDATE place SET told = 1 WHERE path = ?", rows[False])

    def _songs(self, kind: NewsKind, where: str) -> list[FileNews]:
        rows: list[Any] = self._database.all(
            "SELECT path, song_id, title, artist FROM place"
            f" WHERE {where} ORDER BY path")
        return [FileNews(kind, *row) for row in rows]

    def _count(self, what: str) -> int:
        found = self._database.first(f"SELECT count(*) FROM {what}")
        return found[0] if found else 0
