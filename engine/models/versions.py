"""Several versions of one model: the one in place, earlier ones, and new ones that wait.

    models/ID/                    the version that is used
    models/.versions/ID/VERSION/  the others, hidden from the registry
    models/.versions/ID/VERSION.waiting   beside a new one that was not used yet

Moves whole folders on one disk. A swap that was cut off is finished by `settle`.
"""

import contextlib
import glob
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.models.manifest import FILE_NAME, ModelManifest, read_manifest, write_manifest
from engine.models.registry import RegistryEntry
from engine.models.trash import FOLDER as TRASH
from engine.models.trash import Removed, find_removed

VERSIONS = ".versions"
MOST_KEPT = 5
"""So many others than the one in place are kept of a model, unless told otherwise."""
_WAITING = ".waiting"
_SWAP = "swap.json"
_LEFT_SECONDS = 3 * 3_600


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One version of a model. `manifest` is None where its folder cannot be read. `made_at` is in
    seconds since 1970. `waiting`: it is new and was never used; `shipped`: it came with the
    program and cannot be deleted."""

    model_id: str
    name: str
    folder: Path
    manifest: ModelManifest | None
    made_at: float
    bytes: int
    in_place: bool = False
    waiting: bool = False
    shipped: bool = False


class _Swap(msgspec.Struct, frozen=True):
    """A swap under way: the version that shall stand in place, and where the one there goes."""

    to: str
    aside: str


class ModelVersions:
    """The versions of the person's models below `models`; those of `shipped` stand in place where
    the person has none of that id."""

    def __init__(self, models: Path, shipped: Path) -> None:
        self._models = models
        self._shipped = shipped

    def of(self, model_id: str) -> tuple[ModelVersion, ...]:
        """All versions of a model, the one in place first, then the newest first."""
        own = self._models / model_id
        found: list[ModelVersion] = []
        if (own / FILE_NAME).is_file():
            found.append(_version(model_id, own, in_place=True))
        shipped = self._shipped_folder(model_id)
        if shipped is not None:
            found.append(_version(model_id, shipped, in_place=not found, shipped=True))
        kept = [_version(model_id, folder, waiting=_mark(folder).exists())
                for folder in self._kept(model_id)]
        return (*found[:1], *sorted([*found[1:], *kept], key=lambda one: -one.made_at))

    def ids(self) -> tuple[str, ...]:
        """The models that have more than the version in place."""
        place = self._models / VERSIONS
        folders = sorted(place.iterdir()) if place.is_dir() else []
        return tuple(folder.name for folder in folders if self._kept(folder.name))

    def waiting(self, model_id: str) -> ModelVersion | None:
        """The newest version that was made and not used yet."""
        return next((one for one in self.of(model_id) if one.waiting), None)

    def find(self, model_id: str, name: str) -> ModelVersion:
        """The version of that name, or the only one it begins. EngineError for none or several."""
        versions = self.of(model_id)
        exact = [one for one in versions if one.name == name]
        found = exact or [one for one in versions if name and one.name.startswith(name)]
        if len(found) == 1:
            return found[0]
        known = ", ".join(one.name for one in versions) or "none"
        if found:
            raise EngineError(f'Several versions of {model_id} begin with "{name}".',
                              f"There are: {known}.")
        raise EngineError(f'{model_id} has no version "{name}".', f"There are: {known}.")

    def entry(self, model_id: str, name: str) -> RegistryEntry | None:
        """A version that is kept or waits, as the registry would have it; None where there is no
        such version, or it is the one in place."""
        if not name or not self._kept(model_id):
            return None
        found = [one for one in self.of(model_id) if one.name == name]
        if not found or found[0].in_place or found[0].manifest is None:
            return None
        return RegistryEntry(found[0].folder, found[0].manifest)

    def place(self, fresh: Path, most_kept: int = MOST_KEPT) -> ModelVersion:
        """Takes a whole model folder over, by a copy. Where there is no model of its id yet it is
        in place at once; else it waits beside the one in place until it is brought there.

        A version that is there already, file by file, is not taken twice. EngineError where the
        folder is no whole model.
        """
        manifest = read_manifest(fresh)
        for one in self.of(manifest.id):
            if one.manifest is not None and one.manifest.files == manifest.files:
                return one
        taken = any(one.in_place for one in self.of(manifest.id))
        target = self._models / manifest.id
        if taken:
            target = self._free_place(manifest.id, manifest.version)
            target.parent.mkdir(parents=True, exist_ok=True)
            # Before the folder: the other way round a kill would leave it unmarked.
            _mark(target).touch()
            manifest = msgspec.structs.replace(manifest, version=target.name)
        self._copy(fresh, target, manifest)
        self.prune(manifest.id, most_kept, target.name)
        return _version(manifest.id, target, in_place=not taken, waiting=taken)

    def bring(self, model_id: str, name: str) -> ModelVersion:
        """Puts a version in place; the one there is kept beside the others. EngineError where
        there is no such version, or the system holds a folder: then all is as it was."""
        wanted = self.find(model_id, name)
        if wanted.in_place:
            return wanted
        if wanted.manifest is None:
            raise EngineError(f"The version {name} of {model_id} cannot be read.",
                              "Choose another version.")
        own = self._models / model_id
        aside = None
        if own.exists():
            aside = self._free_place(model_id, _version(model_id, own, True).name, leaving=True)
        swap = self._swap_file(model_id)
        swap.parent.mkdir(parents=True, exist_ok=True)
        to = "" if wanted.shipped else wanted.folder.name
        _write(swap, _Swap(to, aside.name if aside else ""))
        if aside is not None:  # a kill may have left the mark of a copy that never came to be
            _mark(aside).unlink(missing_ok=True)
        try:
            self._swapped(own, aside, None if wanted.shipped else wanted.folder)
        except OSError as held:
            raise EngineError(f"{model_id} could not be exchanged: {held.strerror}.",
                              "If it is in use, choose another model first.") from held
        finally:
            swap.unlink(missing_ok=True)
        _mark(wanted.folder).unlink(missing_ok=True)
        return self.of(model_id)[0]

    def delete(self, model_id: str, name: str) -> Removed:
        """Sets a version aside into the trash, whence restore_model brings it back. EngineError
        for the one in place."""
        wanted = self.find(model_id, name)
        if wanted.in_place or wanted.shipped:
            raise EngineError(f"This version of {model_id} is the one in use."
                              if wanted.in_place else f"{model_id} came with Undertone and stays.",
                              "Bring another version back first, or remove the model.")
        trash = self._models / TRASH
        place = trash / f"{time.time_ns()}-{model_id}@{wanted.folder.name}"
        try:
            trash.mkdir(exist_ok=True)
            wanted.folder.rename(place)
        except OSError as held:
            raise EngineError(f"The version {name} could not be removed: {held.strerror}.",
                              "Try again in a moment.") from held
        _mark(wanted.folder).unlink(missing_ok=True)
        return Removed(wanted.folder, place)

    def removed(self, model_id: str, name: str) -> Removed:
        """The version that was deleted last under this name. EngineError where there is none."""
        found = find_removed(self._models, f"{model_id}@{name}")
        return Removed(self._models / VERSIONS / model_id / name, found.place)

    def total_bytes(self, model_id: str) -> int:
        """What the versions that are not in place take on the disk."""
        return sum(one.bytes for one in self.of(model_id) if not one.in_place and not one.shipped)

    def prune(self, model_id: str, most_kept: int = MOST_KEPT, stays: str = "") -> list[Removed]:
        """Sets the oldest aside where more than so many are kept beside the one in place.
        `stays` is the name of the newest, whatever a clock that was set back says."""
        kept = [one for one in self.of(model_id) if not one.in_place and not one.shipped]
        kept.sort(key=lambda one: one.folder.name != stays)
        return [self.delete(model_id, one.folder.name) for one in kept[max(most_kept, 1):]]

    def settle(self) -> None:
        """Finishes what a kill cut off: a swap half done. What the system holds waits for the next
        time."""
        place = self._models / VERSIONS
        for file in place.glob(f"*/{_SWAP}") if place.is_dir() else ():
            with contextlib.suppress(OSError):
                self._finish(file)

    def _finish(self, file: Path) -> None:
        swap, own = _read_swap(file), self._models / file.parent.name
        # A shipped version stands where there is none of one's own.
        for name in (swap.to, swap.aside) if swap is not None and swap.to else ():
            left = file.parent / name
            if name and left.is_dir() and not own.exists():
                left.rename(own)
                _mark(left).unlink(missing_ok=True)
        file.unlink(missing_ok=True)

    def _swapped(self, own: Path, aside: Path | None, arriving: Path | None) -> None:
        if aside is not None:
            own.rename(aside)
        if arriving is None:
            return
        try:
            arriving.rename(own)
        except OSError:
            if aside is not None:
                aside.rename(own)
            raise

    def _copy(self, fresh: Path, target: Path, manifest: ModelManifest) -> None:
        """Copies aside, then moves: the folder appears whole or not at all."""
        self._models.mkdir(parents=True, exist_ok=True)
        self._sweep(target.name)
        holder = Path(tempfile.mkdtemp(".new", f".{target.name}.", self._models))
        try:
            shutil.copytree(fresh, holder / target.name)
            write_manifest(holder / target.name, manifest)
            _onto_disk(holder / target.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            (holder / target.name).rename(target)
        finally:
            shutil.rmtree(holder, ignore_errors=True)

    def _sweep(self, name: str) -> None:
        """Deletes what a kill left of an earlier copy, once nobody can be at work on it."""
        for left in self._models.glob(f".{glob.escape(name)}.*.new"):
            if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                shutil.rmtree(left, ignore_errors=True)

    def _free_place(self, model_id: str, version: str, leaving: bool = False) -> Path:
        """Where a version is kept: by its name, with a number where another has it. `leaving`: it
        is the one that stands in place now."""
        kept = self._models / VERSIONS / model_id
        name = re.sub(r"[^\w.-]+", "-", version).strip(".-") or "1"
        numbered = (f"{name}-{number}" for number in range(2, 10_000))
        others = {one.name for one in self.of(model_id) if not (one.in_place and leaving)}
        return next(kept / each for each in (name, *numbered)
                    if each not in others and not (kept / each).exists())

    def _kept(self, model_id: str) -> list[Path]:
        place = self._models / VERSIONS / model_id
        inside = sorted(place.iterdir()) if place.is_dir() else []
        return [folder for folder in inside if folder.is_dir()]

    def _shipped_folder(self, model_id: str) -> Path | None:
        folder = self._shipped / model_id
        return folder if (folder / FILE_NAME).is_file() else None

    def _swap_file(self, model_id: str) -> Path:
        return self._models / VERSIONS / model_id / _SWAP


def _version(model_id: str, folder: Path, in_place: bool = False, waiting: bool = False,
             shipped: bool = False) -> ModelVersion:
    try:
        manifest = read_manifest(folder)
    except EngineError:
        manifest = None
    name = manifest.version if manifest and (in_place or shipped) else folder.name
    described = folder / FILE_NAME
    made_at = described.stat().st_mtime if described.exists() else folder.stat().st_mtime
    size = manifest.bytes if manifest else _weighed(folder)
    return ModelVersion(model_id, name, folder, manifest, made_at, size, in_place, waiting,
                        shipped)


def _weighed(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _onto_disk(folder: Path) -> None:
    """Else its name may outlive a loss of power that its contents do not."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("r+b") as opened:
                os.fsync(opened.fileno())


def _mark(folder: Path) -> Path:
    return folder.with_name(folder.name + _WAITING)


def _write(file: Path, swap: _Swap) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(swap))
    fresh.replace(file)


def _read_swap(file: Path) -> _Swap | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Swap)
    except (OSError, msgspec.DecodeError):
        return None
