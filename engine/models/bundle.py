"""A model in one file that travels: name.undertone, a zip of its folder as model.json lists it.

Bundles come from strangers. Nothing is unpacked but what the list names, at its size and with its
sha256, and nothing outside the folder it is unpacked into. Nothing in it is run or imported.
"""

import errno
import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.errors import EngineError
from engine.models.manifest import (
    FILE_NAME,
    ModelFile,
    ModelManifest,
    read_manifest,
    stays_inside,
)

SUFFIX = ".undertone"
_BLOCK = 1 << 20
_MOST_LISTED = 8_000_000  # bytes of a model.json
_SAME_TIME = (1980, 1, 1, 0, 0, 0)  # so that equal models make equal bundles
_LINK = 0o120000
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HINT = "Get the file again from where it came."
# It leads before its own beginning, or names a file and a folder alike, or far too long.
_OF_THE_ARCHIVE = (errno.EINVAL, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)

Progressed = Callable[[int, int], None]
"""Called with bytes done and bytes in all; may raise Cancelled."""


def write_bundle(folder: Path, target: Path, progressed: Progressed) -> int:
    """Packs the model of `folder` into the file `target`; returns its size in bytes.

    `target` appears whole or not at all. Raises EngineError where the model is not as it was
    installed, OSError where the file cannot be written.
    """
    manifest = read_manifest(folder)
    handle, name = tempfile.mkstemp(".part", f".{target.name}.", target.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(_entry(FILE_NAME), (folder / FILE_NAME).read_bytes())
                done = 0
                for file in manifest.files:
                    done = _pack(archive, folder, file, manifest, done, progressed)
            out.flush()
            os.fsync(out.fileno())
        aside.chmod(0o666 & ~_umask())  # as any file that is written there
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return target.stat().st_size


def listed_in(bundle: Path) -> ModelManifest:
    """What the model in a bundle says of itself; only its list is read. EngineError where it
    cannot be."""
    with _opened(bundle) as archive, tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / bundle.name  # what is said of the list shall name the bundle
        place.mkdir()
        return _listed(archive, bundle.name, place)


def unpack_bundle(bundle: Path, place: Path, progressed: Progressed) -> ModelManifest:
    """Unpacks a bundle into the empty folder `place`, every file proved by its hash.

    Raises EngineError where it is not whole, or holds what its list does not name.
    """
    with _opened(bundle) as archive:
        manifest = _listed(archive, bundle.name, place)
        members = _members(archive, manifest, bundle.name)
        done = 0
        for file in manifest.files:
            target = place / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(members[file.name]) as source, target.open("wb") as out:
                found = _copy(source, out, file.bytes,
                              lambda now, so_far=done: progressed(so_far + now, manifest.bytes))
            if found != (file.bytes, file.sha256):
                raise EngineError(f"{file.name} in {bundle.name} is damaged.", _HINT)
            done += file.bytes
    return manifest


def _umask() -> int:
    """What new files may not be; it can only be read by setting it."""
    held = os.umask(0o077)
    os.umask(held)
    return held


def _pack(archive: zipfile.ZipFile, folder: Path, file: ModelFile, manifest: ModelManifest,
          done: int, progressed: Progressed) -> int:
    place = folder / file.name
    if not place.is_file():
        raise EngineError(f"{manifest.name} lacks its file {file.name}.",
                          "Add the model again from its source.")
    with place.open("rb") as source, archive.open(_entry(file.name), "w", force_zip64=True) as out:
        found = _copy(source, out, file.bytes,
                      lambda now: progressed(done + now, manifest.bytes))
    if found != (file.bytes, file.sha256):
        raise EngineError(f"{file.name} of {manifest.name} is not the file that was installed.",
                          "Add the model again from its source.")
    return done + file.bytes


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _SAME_TIME)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # on every system the same bytes
    return entry


def _copy(source: IO[bytes], out: IO[bytes], most: int,
          progressed: Callable[[int], None]) -> tuple[int, str]:
    """Copies at most one byte more than `most`; the number of bytes and their sha256."""
    digest, done = hashlib.sha256(), 0
    while block := source.read(min(_BLOCK, most + 1 - done)):
        out.write(block)
        digest.update(block)
        done += len(block)
        progressed(done)
    return done, digest.hexdigest()


@contextmanager
def _opened(bundle: Path) -> Generator[zipfile.ZipFile]:
    """The archive; whatever is wrong with its bytes is one sentence."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            yield archive
    except FileNotFoundError as missing:
        raise EngineError(f"There is no {bundle}.", _HINT) from missing
    except (*_BROKEN, RuntimeError) as broken:  # RuntimeError: it asks for a password
        raise EngineError(f"{bundle.name} cannot be read: {broken}.", _HINT) from broken
    except OSError as broken:
        if broken.errno not in _OF_THE_ARCHIVE:
            raise
        raise EngineError(f"{bundle.name} cannot be read: it holds what cannot be.",
                          _HINT) from broken


def _listed(archive: zipfile.ZipFile, name: str, place: Path) -> ModelManifest:
    """Lays the list of the archive into `place` and reads it there."""
    try:
        entry = archive.getinfo(FILE_NAME)
    except KeyError as missing:
        raise EngineError(f"{name} holds no {FILE_NAME}, so it is no model of Undertone.",
                          f"Choose a {SUFFIX} file that Undertone exported.") from missing
    if entry.file_size > _MOST_LISTED or entry.compress_type not in _PACKED:
        raise EngineError(f"The list in {name} cannot be one.", _HINT)
    with archive.open(entry) as source, (place / FILE_NAME).open("wb") as out:
        _copy(source, out, _MOST_LISTED, lambda now: None)
    return read_manifest(place)


def _members(archive: zipfile.ZipFile, manifest: ModelManifest,
             name: str) -> Mapping[str, zipfile.ZipInfo]:
    """The entry of every listed file; EngineError unless list and archive agree one to one."""
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        plain = stays_inside(entry.filename) and entry.compress_type in _PACKED
        link = (entry.external_attr >> 16) & 0o170000 == _LINK
        if not plain or link or entry.filename in members:
            raise EngineError(f'{name} holds "{entry.filename}", which no bundle of ours would.',
                              "Do not use this file unless you trust where it came from.")
        members[entry.filename] = entry
    listed = {file.name: file.bytes for file in manifest.files}
    if len(listed) != len(manifest.files) or FILE_NAME in listed:
        raise EngineError(f"The list in {name} names a file twice.", _HINT)
    if set(members) - {FILE_NAME} != set(listed):
        odd = min((set(members) - {FILE_NAME}) ^ set(listed))
        raise EngineError(f"{name} and its list differ about {odd}.", _HINT)
    wrong = next((file for file, size in listed.items() if members[file].file_size != size), "")
    if wrong:
        raise EngineError(f"{wrong} in {name} has another size than its list says.", _HINT)
    return members
