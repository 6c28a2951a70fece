"""Writes everything personal into one file, reads it back and compares, then gives it its name.

The library goes in as it is at one moment; the window may go on. Machine-bound things stay out:
jobs, trials of devices, what was cached.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.library.archive.manifest import Manifest, PackedFile, encode
from engine.library.archive.names import LIBRARY, MANIFEST, OWN_MOODS, area_of
from engine.library.archive.unpacking import Archive
from engine.library.database import Database
from engine.library.incoming import FILES, FOLDERS, SHELVES
from engine.library.library_copy import LibraryFigures, copy_library, need_room, silent, sync_file
from engine.paths import AppPaths

CHUNK = 1 << 20
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Packed:
    """A finished archive, and its size in bytes."""

    file: Path
    manifest: Manifest
    size: int


def pack(paths: AppPaths, target: Path, with_models: bool = False, report: Report = silent,
         with_library: bool = True, level: int = _LEVEL) -> Packed:
    """Writes `target`, over what stands there. `level` is zip's, 0 packs nothing and is quick.

    EngineError where something cannot be read or written: then `target` is as it was.
    """
    paths.home.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    with _sentences(target), tempfile.TemporaryDirectory(
            dir=paths.home, prefix=".outgoing-", ignore_cleanup_errors=True) as scratch:
        figures = _copied(paths, Path(scratch) / LIBRARY, report) if with_library else None
        sources = dict(_sources(paths, with_models))
        if figures:
            sources = {LIBRARY: Path(scratch) / LIBRARY, **sources}
        try:
            manifest = _write(unfinished, sources, figures, level, report)
            with Archive(unfinished) as written:
                written.prove(report)
            sync_file(unfinished)
            unfinished.replace(target)
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
        return Packed(target, manifest, target.stat().st_size)


def personal_sizes(paths: AppPaths) -> dict[str, int]:
    """Bytes by part of what an archive would hold: "library.sqlite3", "prompts", "models"..."""
    found: dict[str, int] = {}
    for name, file in _sources(paths, with_models=True):
        with suppress(OSError):
            area = area_of(name)
            found[area] = found.get(area, 0) + file.stat().st_size
    for rest in ("", "-wal"):
        with suppress(OSError):
            file = paths.library_file.with_name(f"{paths.library_file.name}{rest}")
            found[LIBRARY] = found.get(LIBRARY, 0) + file.stat().st_size
    return found


def _copied(paths: AppPaths, copy: Path, report: Report) -> LibraryFigures:
    if not paths.library_file.exists():
        Database.open(paths.library_file, paths.backups).close()
    return copy_library(paths.library_file, copy, report)


def _sources(paths: AppPaths, with_models: bool) -> Iterator[tuple[str, Path]]:
    """Name in the archive and file, of all but the library. Links and hidden files stay out, and
    so does what could not be put back under its name."""
    for name in FILES:
        if (paths.home / name).is_file():
            yield name, paths.home / name
    for folder in (*FOLDERS, *SHELVES):
        for name, file in _below(paths.home, paths.home / folder):
            if with_models or folder in FOLDERS or name.startswith(OWN_MOODS):
                yield name, file


def _below(home: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _below(home, entry)
            continue
        name = entry.relative_to(home).as_posix()
        with suppress(EngineError):
            area_of(name)
            yield name, entry


def _write(unfinished: Path, sources: dict[str, Path], figures: LibraryFigures | None, level: int,
           report: Report) -> Manifest:
    total = sum(file.stat().st_size for file in sources.values())
    need_room(unfinished.parent, total if level == 0 else total // 2)
    how = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    done, files = 0, list[PackedFile]()
    with zipfile.ZipFile(unfinished, "w", how, compresslevel=level or None) as archive:
        for name, source in sources.items():
            told = _Told(report, done, total)
            with source.open("rb") as reading, archive.open(
                    name, "w", force_zip64=True) as writing:
                files.append(_copy(name, reading, writing, told))
            done += files[-1].size
        known = figures or LibraryFigures(0, 0, 0, 0, 0)
        manifest = Manifest(datetime.now(UTC).isoformat(timespec="seconds"), tuple(files),
                            known.version, known.songs, known.talks, known.labels)
        archive.writestr(MANIFEST, encode(manifest))
    return manifest


@dataclass(slots=True)
class _Told:
    report: Report
    done: int
    total: int

    def add(self, count: int) -> None:
        self.done += count
        self.report(Progress(done=min(self.done, self.total), total=self.total,
                             message="Packing", unit="bytes"))


def _copy(name: str, reading: IO[bytes], writing: IO[bytes], told: _Told) -> PackedFile:
    digest, size = hashlib.sha256(), 0
    while chunk := reading.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        writing.write(chunk)
        told.add(len(chunk))
    return PackedFile(name, size, digest.hexdigest())


@contextmanager
def _sentences(target: Path) -> Generator[None]:
    try:
        yield
    except OSError as failure:
        raise EngineError(f"{target.name} could not be written: {failure.strerror or failure}.",
                          "Make room on the disk, or choose another folder.") from failure
