"""Songs written into one file for other programs: M3U8, CSV or JSON.

A generator, so that long work can be followed and stopped; the file is there whole or not at all.
Changes nothing in the library and in the songs' own files.
"""

import csv
import enum
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from engine.errors import EngineError
from engine.library.database import Database
from engine.library.whole_file import write_whole
from engine.settings import Settings
from engine.tagging.browsing.song_query import ShelfSong
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.m3u8 import Entry, m3u8_text, path_text
from engine.tagging.playlists.recordings import recordings_of, seconds_of
from engine.tagging.playlists.song_documents import CSV_HEADER, csv_row, song_document, words_on

AT_ONCE = 200


class ExportFormat(enum.StrEnum):
    """The kinds of file, by their endings."""

    M3U8 = "m3u8"
    CSV = "csv"
    JSON = "json"


class Rows(Protocol):
    """What shows songs by their keys: the index of the library."""

    def rows(self, keys: Sequence[int]) -> tuple[ShelfSong, ...]: ...


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """`done` of `total` songs are gathered."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Exported:
    """The file is written: with `songs`, and without those that are `left_out`, because they have
    no recording that could be played."""

    file: Path
    songs: int
    left_out: int = 0


Steps = Iterator[ExportProgress | Exported]


class Exporting:
    """Writes songs of one library; belongs to the thread of its database."""

    def __init__(self, database: Database, store: LyricStore, index: Rows,
                 settings: Settings) -> None:
        self._database = database
        self._store = store
        self._index = index
        self._settings = settings

    def export(self, keys: Sequence[int], kind: ExportFormat, file: Path, name: str = "",
               overwrite: bool = False, relative: bool = True) -> Steps:
        """Gathers the songs of these keys and writes them in their order; ends with Exported.

        `name` is the playlist's own, `relative` whether it names files from where it lies.
        EngineError where the file is there and must stay, cannot be written, or would be empty.
        """
        if not keys:
            raise EngineError("There are no songs to export.", "Choose some first.")
        if file.exists() and not overwrite:
            raise EngineError(f"{file.name} is there already.",
                              "Choose another name, or say that it may be replaced.")
        if kind is ExportFormat.M3U8:
            yield from self._playlist(keys, file, name, relative)
        else:
            yield from self._documents(keys, kind, file)

    def _playlist(self, keys: Sequence[int], file: Path, name: str, relative: bool) -> Steps:
        entries: list[Entry] = []
        for done, part in _parts(keys):
            songs = self._index.rows(part)
            recordings = recordings_of(self._database, [key for key in part if key > 0])
            entries += [Entry(recordings[song.key], song.title, song.artist,
                              seconds_of(recordings[song.key]))
                        for song in songs if song.key in recordings]
            yield ExportProgress(done, len(keys))
        told = [entry for entry in entries
                if path_text(entry.recording, file, relative) is not None]
        if not told:
            raise EngineError("None of these songs has a recording that could be played.",
                              "A playlist needs sound files; export a table instead.")
        write_whole(file, m3u8_text(name, told, file, relative).encode())
        yield Exported(file, len(told), len(keys) - len(told))

    def _documents(self, keys: Sequence[int], kind: ExportFormat, file: Path) -> Steps:
        """One part after the other, so that the person can stop in between."""
        written: list[bytes] = []
        tell = self._csv if kind is ExportFormat.CSV else self._json
        for done, part in _parts(keys):
            written.append(tell(self._index.rows(part)))
            yield ExportProgress(done, len(keys))
        if kind is ExportFormat.CSV:
            body = _csv_rows([CSV_HEADER]) + b"".join(written)
        else:
            body = b"[\n" + b",\n".join(written) + b"\n]\n"
        write_whole(file, body)
        yield Exported(file, len(keys))

    def _csv(self, songs: Sequence[ShelfSong]) -> bytes:
        return _csv_rows([csv_row(song) for song in songs])

    def _json(self, songs: Sequence[ShelfSong]) -> bytes:
        return b",\n".join(msgspec.json.encode(self._document(song)) for song in songs)

    def _document(self, shelf: ShelfSong) -> dict[str, object]:
        if shelf.song_id is None:
            return song_document(shelf)
        return song_document(shelf, self._store.shown_song(shelf.song_id, self._settings),
                             words_on(self._store, shelf.song_id))


def format_of(file: Path) -> ExportFormat | None:
    """The kind of file its ending names; .m3u is M3U8 too."""
    ending = file.suffix.lower().removeprefix(".")
    if ending == "m3u":
        return ExportFormat.M3U8
    return ExportFormat(ending) if ending in set(ExportFormat) else None


def follow(steps: Steps, tell: Callable[[ExportProgress], None]) -> Exported:
    """Runs an export to its end."""
    for step in steps:
        if isinstance(step, Exported):
            return step
        tell(step)
    raise AssertionError("an export ends with what it wrote")


def _parts(keys: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    for first in range(0, len(keys), AT_ONCE):
        part = keys[first:first + AT_ONCE]
        yield first + len(part), part


def _csv_rows(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
