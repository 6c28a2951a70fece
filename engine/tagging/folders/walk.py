"""A walk of one folder that tells of every song file its size and time, and opens none of them.

What each folder's listing says serves its files and their sidecars: nothing is asked twice.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.tagging.intake import Fingerprint, Unreadable, find_lyrics
from engine.tagging.reading import AUDIO_SUFFIXES, SIDECAR_SUFFIXES
from engine.tagging.song_identity import place_of


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that lies there now, under the place it has or would have in the library."""

    place: str
    mark: Fingerprint


class FolderWalk:
    """Walks once; a folder that is not there holds nothing. `folders` are those it went through,
    `unreadable` the folders and files that could not be listed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries: dict[str, os.DirEntry[str]] = {}
        self._folder: Path | None = None
        self.folders: list[Path] = []
        self.unreadable: list[Unreadable] = []

    def __iter__(self) -> Iterator[Seen]:
        for found in find_lyrics([self._root] if self._root.is_dir() else [], self._list):
            if isinstance(found, Unreadable):
                self.unreadable.append(found)
                continue
            with suppress(OSError):  # gone since its folder was listed
                yield Seen(place_of(found), self._mark(found))

    def _list(self, folder: Path) -> list[os.DirEntry[str]]:
        with os.scandir(folder) as listing:
            entries = list(listing)
        self._entries = {entry.name: entry for entry in entries}
        self._folder = folder
        self.folders.append(folder)
        return entries

    def _mark(self, path: Path) -> Fingerprint:
        """As intake.fingerprint says it, from the listing of the file's folder."""
        names = [path.name, *self._sidecars(path)]
        found = [self._entries[name].stat() for name in names]
        return Fingerprint(sum(file.st_size for file in found),
                           max(file.st_mtime_ns for file in found))

    def _sidecars(self, path: Path) -> Iterator[str]:
        if path.suffix.lower() not in AUDIO_SUFFIXES:
            return
        for suffix in SIDECAR_SUFFIXES:
            for spelling in (suffix, suffix.upper()):
                entry = self._entries.get(path.stem + spelling)
                if entry is not None and entry.is_file():
                    yield entry.name
                    break
