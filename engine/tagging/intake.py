"""Which files a drop means: walks what was given, lazily and in order, and never in circles.

Looks at names only; no file is opened here.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.tagging.readers.text_file import unreadable
from engine.tagging.reading import AUDIO_SUFFIXES, LYRIC_SUFFIXES, SIDECAR_SUFFIXES, sidecars

# Texts that lie in the folders of programs and data sets and are no songs.
_NO_SONGS = frozenset({"readme", "license", "licence", "copying", "changelog", "contributing",
                       "requirements", "cmakelists", "notice"})
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder or file that cannot even be listed, with the sentence that stands beside it."""

    path: Path
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Tells whether a file, together with its sidecars, is still the one that was read."""

    size: int
    mtime_ns: int


Listing = Callable[[Path], Iterable[os.DirEntry[str]]]


def find_lyrics(paths: Sequence[Path], listing: Listing = os.scandir) -> Iterator[
        "Path | Unreadable"]:
    """Every lyric file and recording in `paths`, each once, folders walked in sorted order.

    A file that was named itself is passed on whatever it is: reading it says what is wrong.
    """
    walk = _Walk(listing)
    for path in paths:
        yield from walk.given(path.absolute())


def fingerprint(path: Path) -> Fingerprint:
    """The size and latest change of a file and of the sidecars beside it. EngineError if gone."""
    try:
        found = path.stat()
        beside = [file.stat() for file in sidecars(path)] if _is_audio(path.name) else []
    except OSError as error:
        raise unreadable(error) from error
    return Fingerprint(found.st_size + sum(file.st_size for file in beside),
                       max([found.st_mtime_ns, *(file.st_mtime_ns for file in beside)]))


class _Walk:
    """One drop: remembers the folders and files it has passed on."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._folders: set[tuple[int, int]] = set()
        self._given: set[str] = set()

    def given(self, path: Path) -> Iterator[Path | Unreadable]:
        if path.is_dir():
            yield from self._folder(path, ())
        elif str(path) not in self._given:
            self._given.add(str(path))
            yield _sayable(path)

    def _folder(self, folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[
            Path | Unreadable]:
        try:
            status = folder.stat()
            place = (status.st_dev, status.st_ino)
            if place in above:
                yield Unreadable(folder, "This folder leads back into itself.",
                                 "It was read once; the link in it was left out.")
                return
            entries = [] if place in self._folders else list(self._listing(folder))
        except OSError as error:
            problem = unreadable(error)
            yield Unreadable(folder, problem.message.replace("file", "folder", 1), problem.hint)
            return
        self._folders.add(place)
        yield from self._entries(entries, (*above, place))

    def _entries(self, entries: list[os.DirEntry[str]], above: tuple[tuple[int, int], ...]
                 ) -> Iterator[Path | Unreadable]:
        seen = sorted((entry for entry in entries if not _hidden(entry.name)), key=_order)
        folders = [entry for entry in seen if _is_folder(entry)]
        names = [entry.name for entry in seen if entry not in folders]
        songs = {Path(name).stem for name in names if _is_audio(name)}
        parent = Path(seen[0].path).parent if seen else Path()
        for name in names:
            path = parent / name
            if _is_song(path, songs) and str(path) not in self._given:
                self._given.add(str(path))
                yield _sayable(path)
        for entry in folders:
            yield from self._folder(Path(entry.path), above)


def _sayable(path: Path) -> Path | Unreadable:
    """A name whose bytes are no text can neither be shown nor stored."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = Path(os.fsencode(path).decode("utf-8", "replace"))
        return Unreadable(shown, "The name of this file is not readable text.",
                          "Rename the file, then drop it again.")
    return path


def _is_song(path: Path, recordings: set[str]) -> bool:
    suffix = path.suffix.lower()
    if suffix in AUDIO_SUFFIXES:
        return True
    if suffix in SIDECAR_SUFFIXES and path.stem in recordings:
        return False
    return suffix in LYRIC_SUFFIXES and path.stem.lower() not in _NO_SONGS


def _is_audio(name: str) -> bool:
    return Path(name).suffix.lower() in AUDIO_SUFFIXES


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _hidden(name: str) -> bool:
    """Dot files and what archives leave behind; a name such as "...And Rain" is none."""
    return (name.startswith(".") and not name.startswith("..")) or name == "__MACOSX"


def _order(entry: os.DirEntry[str]) -> list[tuple[int, int, str]]:
    """Sorted as people count: "2 Rain" before "10 Snow"."""
    return [(0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part.casefold())
            for part in _DIGITS.split(entry.name) if part]
