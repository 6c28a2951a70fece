"""Where rows come from, as values a job can carry. Reads nothing."""

from pathlib import Path

import msgspec


class _Source(msgspec.Struct, frozen=True, tag_field="source", tag=str.lower):
    pass


class OwnMoods(_Source, frozen=True):
    """The person's words on moods in the library: of songs, and of stretches of lines."""


class OwnTalks(_Source, frozen=True):
    """The person's talks as they are shown; `personas` (ids) None means all. `edited_only`: only
    replies the person wrote over."""

    personas: tuple[int, ...] | None = None
    edited_only: bool = False


class OwnChoices(_Source, frozen=True):
    """Kept replies beside their rejected alternatives, and edits beside what was edited."""

    personas: tuple[int, ...] | None = None


class FileSource(_Source, frozen=True):
    """A file of rows. `columns` says which column serves as what (see columns.py), None: guessed.
    `share` of its rows is used, chosen by the seed."""

    path: Path
    columns: dict[str, str] | None = None
    share: float = 1.0


class FolderSource(_Source, frozen=True):
    """A folder of lyrics and audio whose tags hold moods."""

    path: Path


class GrownRows(_Source, frozen=True):
    """Rows a local model proposed and the person approved, by the id of their set."""

    id: str


Source = OwnMoods | OwnTalks | OwnChoices | FileSource | FolderSource | GrownRows
