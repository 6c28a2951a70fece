"""The job that brings a model of a hub: looks what there is, fetches what is needed, builds it.

What was fetched waits beside the installed models until the model stands; a job that was stopped
or cut goes on with it.
"""

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.events import Finished, Note, Report
from engine.export.brought_model import GROWTH, build_brought
from engine.export.bytes_told import BytesTold
from engine.export.model_place import check_room, id_from
from engine.models.manifest import ModelManifest, write_manifest
from engine.models.sources.hub import Hub, HubModel, token_from
from engine.models.sources.hub_address import read_hub_address
from engine.models.sources.hub_choice import HubFile, choose_files

FETCHED = ".fetched/hub"
_COMMIT = 12
_LEFT_SECONDS = 7 * 86_400


@dataclass(frozen=True, slots=True)
class HubJob:
    """`model` is what the person typed or pasted, `models` the folder of installed models.

    `endpoint` is another hub than the usual one, which gets no secret; `token_file` may hold that
    for the usual one.
    """

    model: str
    models: str
    bits: int = 8
    id: str = ""
    endpoint: str = ""
    token_file: str = ""


def fetch_hub_model(
    arguments: dict[str, object], output: Path, report: Report, resume: bool
) -> Finished:
    """Fetches a model of a hub and builds it. EngineError, a sentence, where that cannot be."""
    job = _read(arguments)
    address, models = read_hub_address(job.model), Path(job.models)
    # The secret is for the hub the person uses; another one that is named here does not get it.
    secret = "" if job.endpoint else token_from(
        os.environ.get("HF_TOKEN", ""), Path(job.token_file))
    hub = Hub(job.endpoint, secret)
    report(Note(f"Asking what there is of {address.repository}."))
    found = hub.look_up(address)
    files = choose_files(found.files, address.repository, address.file)
    folder = models / FETCHED / _folder(found)
    _sweep(models / FETCHED)
    weights = sum(file.bytes for file in files)
    there = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    check_room(models, int(weights * (1 + GROWTH)) - there)
    hub.fetch(found, files, folder, BytesTold(report, f"Fetching {address.repository}"))
    manifest = build_brought(_source(folder, files), models, job.bits, job.id, report)
    made = _signed(manifest, found, models)
    shutil.rmtree(folder.parent, ignore_errors=True)
    return Finished(f"{made.name} is ready: {made.bytes / 1e6:.0f} MB, {made.precision}.",
                    (made.id,))


def _sweep(fetched: Path) -> None:
    """Deletes what nobody has gone on with for a while: other commits, models that cannot be."""
    for left in fetched.iterdir() if fetched.is_dir() else ():
        if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _source(folder: Path, files: Sequence[HubFile]) -> Path:
    """A GGUF for itself, or the folder in which the rest lies."""
    only = folder / files[0].name
    return only if len(files) == 1 and only.suffix.casefold() == ".gguf" else folder


def _signed(manifest: ModelManifest, found: HubModel, models: Path) -> ModelManifest:
    """The model's own list says which hub's model, as it was on which day, it was made from."""
    origin = f"{found.repository}@{found.commit[:_COMMIT]}"
    return write_manifest(models / manifest.id, msgspec.structs.replace(
        manifest, made_from=(origin, *manifest.made_from[1:]),
        licence=manifest.licence or found.licence))


def _folder(model: HubModel) -> Path:
    """One folder a commit, called as the model is: models are named after their folder."""
    owner, name = model.repository.split("/")
    return Path(f"{id_from(owner)}--{id_from(name)}@{model.commit[:_COMMIT]}") / name


def _read(arguments: Mapping[str, object]) -> HubJob:
    try:
        return msgspec.convert(arguments, HubJob)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"This job cannot be read: {wrong}.", "Add the model again.") from wrong
