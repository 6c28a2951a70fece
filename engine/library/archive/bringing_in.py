"""Brings an archive in: in the place of what is here, or added to it. What is here is kept first,
so that either can be undone.
"""

import enum
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.events import Report
from engine.library.archive.manifest import Manifest, PackedFile
from engine.library.archive.names import LIBRARY, OWN_MOODS, area_of
from engine.library.archive.packing import pack
from engine.library.archive.unpacking import Archive
from engine.library.backup import BackupKind, BackupShelf
from engine.library.database import DamagedLibraryError, Database
from engine.library.foreign import make_at_home
from engine.library.incoming import FILES, FOLDERS, SHELVES, Incoming
from engine.library.library_copy import silent
from engine.library.merging.merge import Merged, merge_library
from engine.paths import AppPaths

# Qt would build any value of its own from these, whatever stands in the file.
_BUILT_VALUES = (b"@Variant(", b"@DateTime(")


class Way(enum.StrEnum):
    """What becomes of what is here."""

    REPLACE = "replace"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What was done. `before` is the archive that brings back how it was; `merged` says what was
    added, None where all was replaced."""

    before: Path
    merged: Merged | None


def look_into(file: Path) -> Manifest:
    """What an archive says it holds, names and sizes proved. EngineError for any other file."""
    with Archive(file) as archive:
        return archive.manifest


def bring_in(paths: AppPaths, file: Path, way: Way, with_models: bool = True,
             report: Report = silent) -> BroughtIn:
    """Takes an archive in. Models come only where none of that name is here.

    Settings and the window's state are the archive's after REPLACE and ours after ADD; prompts of
    ours stay at ADD. The library is in its place afterwards, the files are put there by `settle`,
    once no window holds them. EngineError where the file cannot be used: then nothing changed.
    """
    incoming = Incoming(paths)
    with incoming.claimed(), Archive(file) as archive:
        _gather(archive, incoming, paths, way, with_models, report)
        if archive.manifest.has_library:
            incoming.prepare_library(report)
            make_at_home(incoming.library)
        before = _keep_present(paths, report)
        merged = None
        if way is Way.ADD:
            merged = _add(paths, incoming.library, report)
        incoming.ready(_replaced(archive.manifest) if way is Way.REPLACE else ())
        try:
            incoming.place_library(report)
        except BaseException:
            incoming.give_up()
            raise
    BackupShelf(paths).tidy(BackupKind.IMPORT)
    return BroughtIn(before, merged)


def _gather(archive: Archive, incoming: Incoming, paths: AppPaths, way: Way, with_models: bool,
            report: Report) -> None:
    wanted = [file for file in archive.manifest.files if _is_wanted(file, paths, way, with_models)]
    library = [file for file in wanted if file.name == LIBRARY]
    archive.unpack(library, incoming.folder, report)
    archive.unpack([file for file in wanted if file.name != LIBRARY], incoming.files, report)
    memory = incoming.files / "window.ini"
    if memory.exists():
        memory.write_bytes(b"".join(
            line for line in memory.read_bytes().splitlines(keepends=True)
            if not any(word in line for word in _BUILT_VALUES)))


def _is_wanted(file: PackedFile, paths: AppPaths, way: Way, with_models: bool) -> bool:
    area = area_of(file.name)
    if area in SHELVES:
        entry = "/".join(file.name.split("/")[:2])
        wanted = with_models or file.name.startswith(OWN_MOODS)
        return wanted and not (paths.home / entry).exists()
    return area == LIBRARY or way is Way.REPLACE or (
        area in FOLDERS and not (paths.home / file.name).exists())


def _replaced(manifest: Manifest) -> tuple[str, ...]:
    """An archive without a library is one of what lay beside a damaged one."""
    return (*FILES, *FOLDERS) if manifest.files else ()


def _keep_present(paths: AppPaths, report: Report) -> Path:
    """All that is here as an archive, quick to write; models stay where they are."""
    shelf = BackupShelf(paths)
    place = shelf.place_for(BackupKind.IMPORT, is_archive=True)
    try:
        pack(paths, place, report=report, level=0)
    except DamagedLibraryError:
        shelf.keep_damaged()
        pack(paths, place, report=report, level=0, with_library=False)
    return place


def _add(paths: AppPaths, library: Path, report: Report) -> Merged:
    if not library.exists():
        return Merged()
    with closing(Database.open(paths.library_file, paths.backups)) as database:
        merged = merge_library(database, library, report)
    for rest in ("", "-wal", "-shm"):
        library.with_name(f"{library.name}{rest}").unlink(missing_ok=True)
    return merged
