"""A copy of an index on disk, so that the next start need not read the whole library.

One file: a header in JSON, then plain arrays, the vectors memory-mapped. It can be made again at
any time: one that is odd in any way is no copy. The library notes the token of every copy, so that
one made of another state of it is not taken for its own.
"""

import os
import secrets
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.browsing.song_columns import COLUMNS, SongColumns
from engine.tagging.song_scores import TaggerNote

_MAGIC = b"UTSONGS1"
_START = 16
_VECTORS = "vectors"
_ALIGN = 64
_MOST_HEADER = 4_000_000
_MOST_COPIES = 3
_SEPARATOR = "\n"  # never in a folded name
Array = npt.NDArray[Any]


class IndexCopies:
    """The copies in a folder, one for each `purpose`: what an index was made for, as text."""

    def __init__(self, folder: Path, purpose: str) -> None:
        self._folder = folder
        self._stem = f"songs-{sha256(purpose.encode()).hexdigest()[:16]}-"

    def save(self, database: Database, columns: SongColumns, number: int) -> None:
        """Keeps the columns as they were at change `number`. A disk or a library that does not
        take it is no harm; a half-written copy never has its name."""
        token = secrets.token_hex(12)
        file = self._folder / f"{self._stem}{token}.index"
        unfinished = file.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(unfinished, token, columns, number)
            unfinished.replace(file)
            with database.transaction():
                database.execute("INSERT INTO index_copy (token, kept_at) VALUES (?, ?)",
                                 (token, datetime.now(UTC).isoformat()))
            self._tidy(database, token)
        except (OSError, EngineError):
            _remove([unfinished, file])

    def load(self, database: Database, moods: tuple[str, ...], taggers: tuple[TaggerNote, ...]
             ) -> tuple[SongColumns, int] | None:
        """The newest copy that fits this library, with the change it was kept at."""
        for token, in database.all("SELECT token FROM index_copy ORDER BY kept_at DESC"):
            file = self._folder / f"{self._stem}{token}.index"
            try:
                return _read(file, token, moods, taggers)
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return None

    def _tidy(self, database: Database, newest: str) -> None:
        """Removes older copies for this purpose, then the oldest for others. One that is in use
        may not go yet on some systems: it is left for the next time."""
        known = [token for token, in database.all(
            "SELECT token FROM index_copy ORDER BY kept_at DESC")]
        kept = 0
        for token in known:
            own = self._folder / f"{self._stem}{token}.index"
            files = list(self._folder.glob(f"songs-*-{token}.index"))
            kept += len(files)
            if token != newest and (own in files or kept > _MOST_COPIES):
                _remove(files)
                database.execute("DELETE FROM index_copy WHERE token = ?", (token,))
        strays = [file for file in self._folder.glob("songs-*.*")
                  if file.stem.rpartition("-")[2] not in known]
        _remove(strays)


def _remove(files: list[Path]) -> None:
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError:
            continue


@dataclass(frozen=True, slots=True)
class _Block:
    """An array of the file: `at` bytes behind the header, with a checksum of its bytes."""

    name: str
    kind: str
    shape: tuple[int, ...]
    at: int
    check: int

    @property
    def size(self) -> int:
        return np.dtype(self.kind).itemsize * int(np.prod(self.shape))


@dataclass(frozen=True, slots=True)
class _TaggerMark:
    """What the columns depend on; bars they do not."""

    key: int
    id: str
    moods: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    token: str
    number: int
    songs: int
    width: int
    moods: tuple[str, ...]
    taggers: tuple[_TaggerMark, ...]
    languages: tuple[str, ...]
    blocks: tuple[_Block, ...]


def _marks(taggers: Sequence[TaggerNote]) -> tuple[_TaggerMark, ...]:
    return tuple(_TaggerMark(note.key, note.id, note.moods, tuple(sorted(note.languages)))
                 for note in taggers)


def _write(file: Path, token: str, columns: SongColumns, number: int) -> None:
    slots = columns.in_order()
    blocks = {name: np.ascontiguousarray(block) for name, block in _blocks(columns, slots)}
    described: list[_Block] = []
    at = 0
    for name, block in blocks.items():
        check = 0 if name == _VECTORS else zlib.crc32(block.tobytes())
        described.append(_Block(name, block.dtype.str, block.shape, at, check))
        at += block.nbytes + -block.nbytes % _ALIGN
    text = msgspec.json.encode(_Header(
        token, number, len(slots), columns.vectors.shape[1], columns.moods,
        _marks(columns.taggers), tuple(columns.languages), tuple(described)))
    text += b" " * (-(len(text) + _START) % _ALIGN)
    with file.open("wb") as out:
        out.write(_MAGIC + len(text).to_bytes(4, "little") + zlib.crc32(text).to_bytes(4, "little"))
        out.write(text)
        for block in blocks.values():
            out.write(block.tobytes())
            out.write(b"\0" * (-block.nbytes % _ALIGN))
        out.flush()
        os.fsync(out.fileno())


def _blocks(columns: SongColumns, slots: npt.NDArray[np.int64]) -> Iterator[tuple[str, Array]]:
    """Every column of these slots alone, the vectors last."""
    for name in COLUMNS:
        yield name, getattr(columns, name)[..., slots]
    numbers = np.full(columns.room, -1)
    numbers[slots] = np.arange(len(slots))
    for name, order in (("by_title", columns.names.by_title(columns.keys)),
                        ("by_artist", columns.names.by_artist(columns.keys))):
        kept = numbers[order]
        yield name, kept[kept >= 0].astype("<i4")
    for name, words in (("titles", columns.names.titles), ("artists", columns.names.artists)):
        places: list[int] = slots.tolist()
        text = _SEPARATOR.join([words[place] for place in places])
        yield name, np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    yield _VECTORS, columns.vectors[slots]


def _read(file: Path, token: str, moods: tuple[str, ...], taggers: tuple[TaggerNote, ...]
          ) -> tuple[SongColumns, int]:
    """ValueError, KeyError or TypeError for anything that is not as it was written."""
    with file.open("rb") as source:
        header, first = _read_header(source)
        known = len(header.taggers)
        if (header.token, header.moods, header.taggers) != (token, moods, _marks(taggers[:known])):
            raise ValueError("made for something else")
        blocks = {block.name: block for block in header.blocks}
        arrays = {name: _read_block(source, first, block)
                  for name, block in blocks.items() if name != _VECTORS}
    columns = SongColumns(moods, taggers[:known], header.songs)
    columns.languages = list(header.languages)
    for name in COLUMNS:
        columns.adopt(name, _like(arrays[name], getattr(columns, name)))
    _adopt_names(columns, arrays, header.songs)
    columns.vectors = _mapped(file, first, blocks[_VECTORS], (header.songs, header.width))
    return columns, header.number


def _read_header(source: BinaryIO) -> tuple[_Header, int]:
    """The header and where it ends."""
    start = source.read(_START)
    size, check = (int.from_bytes(start[at:at + 4], "little") for at in (8, 12))
    if start[:8] != _MAGIC or size > _MOST_HEADER:
        raise ValueError("no copy")
    text = source.read(size)
    if len(text) != size or zlib.crc32(text) != check:
        raise ValueError("a damaged header")
    return msgspec.json.decode(text, type=_Header), _START + size


def _read_block(source: BinaryIO, first: int, block: _Block) -> Array:
    source.seek(first + block.at)
    data = bytearray(source.read(block.size))
    if len(data) != block.size or zlib.crc32(data) != block.check:
        raise ValueError("a damaged column")
    return np.frombuffer(data, np.dtype(block.kind)).reshape(block.shape)


def _like(read: Array, blank: Array) -> Array:
    if read.dtype != blank.dtype or read.shape != blank.shape:
        raise ValueError("a column of another shape")
    return read


def _adopt_names(columns: SongColumns, arrays: dict[str, Array], songs: int) -> None:
    titles, artists = (arrays[name].tobytes().decode().split(_SEPARATOR) if songs else []
                       for name in ("titles", "artists"))
    orders = [arrays[name].astype(np.int64) for name in ("by_title", "by_artist")]
    whole = np.arange(songs)
    if not (len(titles) == len(artists) == songs) or any(
            not np.array_equal(np.sort(order), whole) for order in orders):
        raise ValueError("names that do not fit")
    columns.names.adopt(titles, artists, *orders)


def _mapped(file: Path, first: int, block: _Block, shape: tuple[int, int]) -> Array:
    """The vectors, read only where they are looked at; a change stays in memory."""
    if (block.kind, block.shape) != ("|i1", shape) or (
            first + block.at + block.size > file.stat().st_size):
        raise ValueError("vectors that do not fit")
    if not block.size:
        return np.zeros(shape, np.int8)
    return np.memmap(file, np.int8, "c", first + block.at, shape)
