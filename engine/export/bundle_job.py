"""A model leaves as one file, and comes in from one: what both jobs do around a bundle.

An adapter leaves as what it learned, because its matrices fit the graphs of one machine's base.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.events import Finished, Report
from engine.export.bytes_told import BytesTold
from engine.export.changes_folder import KIND as CHANGES
from engine.export.changes_folder import build, pack
from engine.export.model_place import check_room, id_from, taking_place
from engine.export.model_trial import try_model
from engine.models.bundle import SUFFIX, listed_in, unpack_bundle, write_bundle
from engine.models.manifest import ModelManifest, read_manifest, write_manifest


@dataclass(frozen=True, slots=True)
class ExportJob:
    """`folder` is that of an installed model, `target` the file to be written; `model` is its id,
    for whoever watches."""

    folder: str
    target: str
    model: str = ""


def export_model(
    arguments: dict[str, object], output: Path, report: Report, resume: bool
) -> Finished:
    """Writes an installed model into one file; what stood there before is replaced at the end."""
    job = _read(arguments)
    folder, target = Path(job.folder), Path(job.target)
    if target.suffix.casefold() != SUFFIX:
        target = target.with_name(target.name + SUFFIX)
    manifest = read_manifest(folder)
    if not target.parent.is_dir():
        raise EngineError(f"There is no folder {target.parent}.", "Choose another place.")
    check_room(target.parent, manifest.bytes)
    title = f"Exporting {manifest.name}"
    with tempfile.TemporaryDirectory(prefix=".export.", dir=output) as scratch:
        if manifest.adapter is not None and manifest.kind != CHANGES:
            pack(folder, Path(scratch))
            folder = Path(scratch)
        size = write_bundle(folder, target, BytesTold(report, title))
    return Finished(f"{manifest.name} is in {target.name}: {size / 1e6:.0f} MB.", (str(target),))


def import_bundle(file: Path, models: Path, named: str, report: Report) -> ModelManifest:
    """Installs the model of a bundle under its own id or `named`. EngineError where it is not
    whole, or does not work here."""
    listed = listed_in(file)
    check_room(models, listed.bytes)
    model_id, told = named or id_from(listed.id), BytesTold(report, f"Unpacking {listed.name}")
    if listed.kind == CHANGES:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unpacked.", dir=models) as scratch:
            unpack_bundle(file, Path(scratch), told)
            return build(Path(scratch), models, model_id)
    with taking_place(models, model_id) as place:
        manifest = unpack_bundle(file, place, told)
        made = write_manifest(place, msgspec.structs.replace(manifest, id=model_id))
        # Its hashes say that it is what its maker wrote, not that it works.
        try_model({"folder": str(place)}, place, lambda _: None, False)
    return made


def _read(arguments: Mapping[str, object]) -> ExportJob:
    try:
        return msgspec.convert(arguments, ExportJob)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"This job cannot be read: {wrong}.",
                          "Export the model again.") from wrong
