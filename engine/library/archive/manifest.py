"""The list an archive carries of what it holds: values, and their JSON."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from engine.errors import EngineError
from engine.library.archive.names import (
    LIBRARY,
    MOST_FILES,
    OWN_MOODS,
    area_of,
    check_names,
    refused,
)

FORMAT, VERSION = "undertone-data", 1


class PackedFile(msgspec.Struct, frozen=True):
    """One file: its `name` in the archive, its `size` in bytes, the sha256 of its bytes."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds. `library_version` counts the steps of the library's schema, 0 where
    it holds none; `made_at` is in UTC."""

    made_at: str
    files: tuple[PackedFile, ...]
    library_version: int = 0
    songs: int = 0
    talks: int = 0
    labels: int = 0
    format: str = FORMAT
    version: int = VERSION

    @property
    def has_library(self) -> bool:
        return any(file.name == LIBRARY for file in self.files)

    @property
    def at(self) -> datetime | None:
        """When it was made, None where that cannot be read."""
        try:
            return datetime.fromisoformat(self.made_at)
        except ValueError:
            return None

    def of(self, area: str) -> tuple[PackedFile, ...]:
        """The files of one part: "prompts", "models"..."""
        return tuple(file for file in self.files if area_of(file.name) == area)

    @property
    def models(self) -> dict[str, int]:
        """The folders of models with their bytes, but for moods of one's own, which always come."""
        found: dict[str, int] = {}
        for file in self.of("models"):
            if file.name.startswith(OWN_MOODS):
                continue
            folder = file.name.split("/")[1]
            found[folder] = found.get(folder, 0) + file.size
        return found

    @property
    def size(self) -> int:
        """All bytes, unpacked."""
        return sum(file.size for file in self.files)


class _Head(msgspec.Struct):
    """What tells an archive of a later version from one that is broken."""

    format: str = ""
    version: int = 0


def encode(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def decode(text: bytes) -> Manifest:
    """The manifest, every name in it proved. EngineError for anything else."""
    try:
        head = msgspec.json.decode(text, type=_Head)
        if head.format == FORMAT and head.version > VERSION:
            raise EngineError("This file was written by a newer Undertone.",
                              "Bring this one up to date, then try again.")
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise refused() from broken
    if manifest.format != FORMAT or len(manifest.files) > MOST_FILES:
        raise refused()
    _prove(manifest.files)
    return manifest


def _prove(files: Sequence[PackedFile]) -> None:
    for file in files:
        area_of(file.name)
        if file.size < 0 or len(file.sha256) != 64:
            raise refused()
    check_names(file.name for file in files)
