"""The folders the person wants looked after: kept in the library, none within another.

Knows what was chosen for each; what lies in them is for the scan to find.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.song_identity import place_of


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """One of them. `tags_new`: new songs in it are tagged without asking. `away`: it was not
    there, or empty, when it was looked for last; its songs are then not called missing.

    `songs` is how many files of it the library knows. `scanned_at` is UTC in ISO 8601, "" before
    the first time.
    """

    path: str
    tags_new: bool = False
    paused: bool = False
    away: bool = False
    songs: int = 0
    scanned_at: str = ""

    def holds(self, place: str) -> bool:
        """Whether a place lies in it."""
        return place == self.path or is_below(place, self.path)


class WatchList:
    """The watched_folder table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def folders(self) -> list[WatchedFolder]:
        """All, by their paths."""
        return [WatchedFolder(path, bool(tags_new), bool(paused), bool(away),
                              self._count(path), scanned_at or "")
                for path, tags_new, paused, away, scanned_at in self._database.all(
                    "SELECT path, tags_new, paused, away, scanned_at FROM watched_folder"
                    " ORDER BY path")]

    def add(self, folder: Path, tags_new: bool = False) -> WatchedFolder:
        """Watches a folder; those within it are looked after with it from now on.

        EngineError where there is no such folder, or it is looked after already.
        """
        if not folder.is_dir():
            raise EngineError(f"There is no folder “{folder}”.",
                              "Connect its disk, or choose another folder.")
        path = place_of(folder)
        with self._database.transaction():
            for known in self.folders():
                if known.holds(path):
                    raise EngineError(_already(path, known.path),
                                      "There is nothing more to do for it.")
            self.remove(known.path for known in self.folders() if is_below(known.path, path))
            self._database.execute(
                "INSERT INTO watched_folder (path, tags_new, added_at) VALUES (?, ?, ?)",
                (path, tags_new, now()))
        return WatchedFolder(path, tags_new)

    def remove(self, paths: Iterable[str]) -> None:
        """Looks after these no more. Songs that were found in them stay in the library."""
        with self._database.transaction():
            for path in list(paths):
                self._database.execute("DELETE FROM watched_folder WHERE path = ?", (path,))
                self._database.execute(f"DELETE FROM new_file WHERE {BELOW}", below(path))

    def pause(self, path: str, paused: bool) -> None:
        """Leaves a folder alone, or takes it up again."""
        self._database.execute("UPDATE watched_folder SET paused = ? WHERE path = ?",
                               (paused, path))

    def tag_new(self, path: str, tags_new: bool) -> None:
        """Whether new songs in it are tagged without asking."""
        self._database.execute("UPDATE watched_folder SET tags_new = ? WHERE path = ?",
                               (tags_new, path))

    def _count(self, path: str) -> int:
        found = self._database.first(
            f"SELECT count(*) FROM place WHERE is_file AND {BELOW}", below(path))
        return found[0] if found else 0


BELOW = "path >= ? AND path < ?"
"""Stands for the paths below a folder, by the index of paths; its values come from `below`."""


def below(folder: str) -> tuple[str, str]:
    """The values of BELOW: from the first name in a folder to what would come after the last."""
    mark = _separator(folder)
    stem = folder.rstrip(mark)
    return stem + mark, stem + chr(ord(mark) + 1)


def is_below(place: str, folder: str) -> bool:
    """Whether a path lies in a folder, at any depth."""
    return place.startswith(below(folder)[0])


def now() -> str:
    """This moment, as the library writes times."""
    return datetime.now(UTC).isoformat("T", "seconds")


def _separator(folder: str) -> str:
    """Of a path of this system; a place is always absolute."""
    return "/" if folder.startswith("/") else "\\"


def _already(path: str, known: str) -> str:
    if path == known:
        return f"“{path}” is watched already."
    return f"“{path}” is watched already, as a part of “{known}”."
