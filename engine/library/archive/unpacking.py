"""Reads an archive of everything personal. Nothing in it is believed: not its names, not its sizes,
not its hashes, and nothing leaves it for the disk but what its list names.
"""

import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.library.archive.manifest import Manifest, PackedFile, decode
from engine.library.archive.names import (
    MANIFEST,
    MOST_FILES,
    MOST_MANIFEST,
    check_names,
    check_size,
    packs_plausibly,
    refused,
)
from engine.library.library_copy import need_room, silent
from engine.library.zip_directory import directory_size

CHUNK = 1 << 20
_MOST_DIRECTORY = 32 << 20
_PLAIN_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (ValueError, KeyError, EOFError, RuntimeError, NotImplementedError, OverflowError,
           IndexError, struct.error, zlib.error, zipfile.BadZipFile)


class Archive:
    """An open archive. EngineError where it is none, is damaged, or is not as we write it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with _sentences(file):
            self._opened: BinaryIO = file.open("rb")
        try:
            with _sentences(file):
                if directory_size(self._opened) > _MOST_DIRECTORY:
                    raise refused()
                self._zip = zipfile.ZipFile(self._opened)
            self._entries = _proved(self._zip.infolist())
            self.manifest = self._read_manifest()
            self._compare()
        except BaseException:
            self._opened.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._zip.close()
        self._opened.close()

    def prove(self, report: Report = silent) -> None:
        """Reads everything and compares it with its hash. EngineError where one differs."""
        done = 0
        for file in self.manifest.files:
            done = self._pass_on(file, None, done, self.manifest.size, report)

    def unpack(self, files: Iterable[PackedFile], folder: Path, report: Report = silent) -> None:
        """Writes these files below `folder`, each compared with its hash on the way. EngineError
        where one differs or the disk has no room; what was written until then lies there."""
        chosen = tuple(files)
        total, done = sum(file.size for file in chosen), 0
        need_room(folder, total)
        for file in chosen:
            place = folder.joinpath(*file.name.split("/"))
            with _sentences(self._file):
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("xb") as writing:
                    done = self._pass_on(file, writing, done, total, report)

    def _pass_on(self, file: PackedFile, writing: BinaryIO | None, done: int, total: int,
                 report: Report) -> int:
        """No more than the size that is listed comes out, however much is packed."""
        digest, left = hashlib.sha256(), file.size
        with _sentences(self._file), self._zip.open(self._entries[file.name]) as packed:
            while left and (chunk := packed.read(min(CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk)
                if writing is not None:
                    writing.write(chunk)
                report(Progress(done=done + file.size - left, total=total, message="Checking"
                                if writing is None else "Unpacking", unit="bytes"))
            more = packed.read(1)
        if left or more or digest.hexdigest() != file.sha256:
            raise EngineError("This file is damaged: what it holds is not what it lists.",
                              "Copy it again, or export it again where it was made.")
        return done + file.size

    def _read_manifest(self) -> Manifest:
        entry = self._entries.get(MANIFEST)
        if entry is None:
            raise EngineError("This file holds no data of Undertone.",
                              "Choose one that “Export” or “library pack” has written.")
        if entry.file_size > MOST_MANIFEST:
            raise refused()
        with _sentences(self._file), self._zip.open(entry) as packed:
            return decode(packed.read(MOST_MANIFEST))

    def _compare(self) -> None:
        """The list and the zip must name the same files with the same sizes."""
        listed = {file.name: file.size for file in self.manifest.files}
        held = {name: entry.file_size for name, entry in self._entries.items() if name != MANIFEST}
        if listed != held or not packs_plausibly(self.manifest.size, self._file.stat().st_size):
            raise refused()
        for name, entry in self._entries.items():
            if name != MANIFEST:
                check_size(name, entry.file_size, entry.compress_size)


def _proved(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    if len(entries) > MOST_FILES + 1:
        raise refused()
    check_names(entry.filename for entry in entries)
    for entry in entries:
        mode = entry.external_attr >> 16
        if (entry.is_dir() or entry.flag_bits & 1 or entry.compress_type not in _PLAIN_WAYS
                or entry.orig_filename != entry.filename
                or (stat.S_IFMT(mode) and not stat.S_ISREG(mode))):
            raise refused()
    return {entry.filename: entry for entry in entries}


@contextmanager
def _sentences(file: Path) -> Generator[None]:
    try:
        yield
    except _BROKEN as broken:
        raise EngineError(f"{file.name} is damaged, or no file of Undertone.",
                          "Copy it again, or choose another one.") from broken
    except (FileNotFoundError, IsADirectoryError) as failure:
        raise EngineError(f"There is no file {file.name} there.",
                          "Look at how its name is written, or choose another one.") from failure
    except OSError as failure:
        raise EngineError(f"{file.name} could not be unpacked: {failure.strerror or failure}.",
                          "Check the disk and that there is room on it.") from failure
