"""Builds a model out of what a person has: a GGUF, a bundle, a hub's folder or a folder of ours.

Finds the way a file or folder goes; what lies there is only read.
"""

import shutil
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.events import Note, Report
from engine.export.architectures import FAST, plan_folder
from engine.export.bundle_job import import_bundle
from engine.export.changes_folder import KIND as CHANGES
from engine.export.changes_folder import build as build_changes
from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import called, folder_source, gguf_source
from engine.export.gguf_file import GgufFile
from engine.export.model_place import check_room, id_from, taking_place
from engine.export.model_trial import try_model
from engine.export.onnx_import import import_onnx
from engine.export.onnx_layouts import holds_onnx
from engine.models.bundle import SUFFIX as BUNDLE
from engine.models.catalogue import WheelModel
from engine.models.manifest import (
    FILE_NAME,
    ModelManifest,
    check_files,
    read_manifest,
    write_manifest,
)

GROWTH = 2.2
"""Of a source's size, while the graph beside it is made."""
_GGUF = ".gguf"


def check_apart(source: Path, models: Path) -> None:
    """EngineError for what is installed already: it must not be built over itself."""
    held = models.resolve()
    if source.resolve() == held or held in source.resolve().parents:
        raise EngineError(f"{source.name} lies among the installed models already.",
                          "Choose the file or folder it was made from.")


def build_brought(source: Path, models: Path, bits: int, named: str,
                  report: Report) -> ModelManifest:
    """Builds a model out of a file or folder, which is only read, below `models`.

    `bits`: 8 or 4 for weights that are not quantized yet; `named` is what it will be called, "" for
    its own name. EngineError where it cannot be one.
    """
    if bits not in (4, 8):
        raise EngineError(f"Weights cannot be kept in {bits} bits.", "Choose 8 or 4.")
    if not source.exists():
        raise EngineError(f"There is no {source}.",
                          "Choose a .gguf or .undertone file, or a model's folder.")
    if source.suffix.casefold() != BUNDLE:
        check_room(models, int(_size(source) * GROWTH))
    return _built(_inside(source), models, bits, id_from(named) if named else "", report)


def _built(found: Path, models: Path, bits: int, named: str, report: Report) -> ModelManifest:
    if found.suffix.casefold() == BUNDLE and found.is_file():
        return import_bundle(found, models, named, report)
    if found.is_file():
        return build_gguf(found, models, report, named=named)
    if (found / FILE_NAME).is_file():
        if read_manifest(found).kind == CHANGES:
            return build_changes(found, models, named)
        return _copied(found, models, named)
    if holds_onnx(found) and not any(found.glob("*.safetensors")):
        return import_onnx(found, models, named or id_from(called(found)), report)
    plan = plan_folder(found)
    if plan.way == FAST:
        return build_folder(folder_source(found, bits, named), models, report)
    from engine.export.family_export import export_family

    report(Note(f"{found.name} is exported by way of torch; this takes some minutes."))
    return export_family(found, plan, models, named or id_from(called(found)), report)


def build_gguf(file: Path, models: Path, report: Report, wanted: WheelModel | None = None,
               named: str = "") -> ModelManifest:
    """Builds the model of a GGUF; `wanted` where it came out of the catalogue."""
    with GgufFile.open(file) as opened:
        return build_folder(gguf_source(opened, wanted, named), models, report)


def _inside(source: Path) -> Path:
    """The GGUF or the folder that is meant: of a folder with one GGUF and no more, that file."""
    if source.is_file():
        if source.suffix.casefold() not in (_GGUF, BUNDLE):
            raise EngineError(f"{source.name} is not a model that can be read.",
                              "Choose a .gguf or .undertone file, or the folder in which "
                              "config.json and the weights lie.")
        return source
    files = [file for file in sorted(source.iterdir()) if file.suffix.casefold() == _GGUF]
    if files and not any((source / name).is_file() for name in ("config.json", FILE_NAME)):
        if len(files) > 1:
            raise EngineError(f"{source.name} holds {len(files)} GGUF files.",
                              f"Choose one of them, for instance {files[0].name}.")
        return files[0]
    return source


def _copied(folder: Path, models: Path, named: str) -> ModelManifest:
    """A model of ours from elsewhere, taken over as it is once it is found whole."""
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    model_id = named or id_from(manifest.id)
    with taking_place(models, model_id) as place:
        for file in manifest.files:
            (place / file.name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / file.name, place / file.name)
        copied = write_manifest(place, msgspec.structs.replace(manifest, id=model_id))
        # Its hashes say that it is what its maker wrote, not that it works.
        try_model({"folder": str(place)}, place, lambda _: None, False)
        return copied


def _size(source: Path) -> int:
    if source.is_file():
        return source.stat().st_size
    # Not deeper: a hub's folder may hold the same weights in other forms below.
    places = (source, source / "onnx") if holds_onnx(source) else (source,)
    return sum(file.stat().st_size for place in places if place.is_dir()
               for file in place.iterdir() if file.is_file())
