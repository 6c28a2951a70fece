"""What writing moods into files asks, plans and tells: pure values, for the engine and for faces.

Knows no file format and no database. `moods` are always the values of a file's mood field.
"""

import enum
from dataclasses import dataclass
from pathlib import Path


class ForeignMoods(enum.StrEnum):
    """What becomes of moods that somebody else wrote into a file."""

    ADD = "add"  # ours stand behind them
    REPLACE = "replace"  # ours stand in their place; undo brings them back
    KEEP = "keep"  # such a file is left as it is


class WriteKind(enum.StrEnum):
    """Into what is written: the recording's own tag, or a .moods.json beside it."""

    TAG = "tag"
    SIDECAR = "sidecar"


class WriteState(enum.StrEnum):
    """Where a recorded write stands."""

    WRITTEN = "written"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What is written. `tagger`: which tagger said so, in a field MOOD_MODEL; `scores`: how surely,
    in MOOD_SCORES. `sidecars`: a .moods.json beside files that cannot hold moods."""

    foreign: ForeignMoods = ForeignMoods.ADD
    tagger: bool = True
    scores: bool = True
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class FileMoods:
    """Our three fields as they stand in a file: its mood values, in their order, and ours beside.

    A value is shown as it is found: where a format knows one value only, "Calm; Hope" is one.
    """

    moods: tuple[str, ...] = ()
    tagger: str = ""
    scores: str = ""


@dataclass(frozen=True, slots=True)
class FileMark:
    """Tells whether a file is still the one that was looked at."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """One file as it is and as it would be. Planning touched nothing.

    `message` and `hint` say why the file cannot or will not be written; then `after` is `before`.
    `format` is for the person: "MP3, ID3v2.4". `foreign` are moods in it that are not ours.
    `own` are the mood values that are ours once it is written.
    """

    path: Path
    song_id: int
    title: str
    artist: str
    format: str
    before: FileMoods
    after: FileMoods
    tagger: str = ""
    foreign: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    kind: WriteKind = WriteKind.TAG
    mark: FileMark = FileMark(0, 0)
    message: str = ""
    hint: str = ""

    @property
    def changes(self) -> bool:
        """Whether writing it would change the file; False for refused ones too."""
        return not self.message and self.before != self.after


@dataclass(frozen=True, slots=True)
class Written:
    """A file now holds what was planned; `id` names the write for undo, `batch` its batch."""

    id: int
    batch: int
    path: Path
    song_id: int | None
    before: FileMoods
    after: FileMoods


@dataclass(frozen=True, slots=True)
class NotWritten:
    """A file was left exactly as it is, and why."""

    path: Path
    song_id: int | None
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Undone:
    """A file holds what it held before the write.

    `exact`: it is the same to the last byte. Else somebody had changed other parts of it since,
    so only our fields were set back; `message` says so.
    """

    id: int
    path: Path
    song_id: int | None
    exact: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class NotUndone:
    """A write that could not be taken back; the file was left exactly as it is."""

    id: int
    path: Path
    song_id: int | None
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class WriteScope:
    """Which recorded writes are meant: all that fit everything given here.

    `batch` one press of Write; `songs` ids; `tagger` all that this tagger, an id with or without
    its "@version", had written; `writes` ids of single writes. Nothing given means all; an empty
    tuple means none.
    """

    batch: int | None = None
    songs: tuple[int, ...] | None = None
    tagger: str = ""
    writes: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class WriteNote:
    """One recorded write. `at` is ISO 8601, UTC."""

    id: int
    batch: int
    at: str
    path: Path
    song_id: int | None
    title: str
    artist: str
    format: str
    tagger: str
    kind: WriteKind
    state: WriteState
    before: FileMoods
    after: FileMoods


@dataclass(frozen=True, slots=True)
class WriteBatch:
    """One press of Write: how many files it wrote, and how many of them are undone since."""

    id: int
    at: str
    taggers: tuple[str, ...]
    files: int
    undone: int
