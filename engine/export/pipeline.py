"""The whole way of a fine-tuning job: data, learning, graph, int8, parity, measures, registry.

Every step reports; the learned weights stay in the job's folder whatever comes after. Rooms with
torch and onnx are entered only once what is asked has been found whole: they take seconds to load.
"""
# safetensors is typed in part.
# pyright: reportUnknownVariableType=false

import json
import shutil
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file

from engine.errors import EngineError
from engine.events import Finished, Note, Report
from engine.training.base_model import base_folder
from engine.training.checkpoint import write_checkpoint
from engine.training.config import BINARY_SENTENCES, BINARY_WORDS, ENCODER, MULTI_TAG
from engine.training.cross_validation import cross_validate, song_folds
from engine.training.dataset import Floats
from engine.training.job import SPACES_FILE, TrainingJob, read_job
from engine.training.material import Material, read_material
from engine.training.way import Way
from engine.training.ways import WORDS_FOLDER, learned_space, open_tokenizer, open_way

if TYPE_CHECKING:
    from engine.export.mood_folder import MoodFolder

REFERENCE_SONGS = 40
FOLDS = 5


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
        self.moods_file = output / "moods.json"
        self.folds_file = output / "out_of_fold.safetensors"

    @cached_property
    def base(self) -> Path | None:
        """The folder of the base model, fetched first where none was named; None for a way that
        begins with none."""
        return base_folder(self.job.config, self.job.base, self.job.models, self.report)

    @cached_property
    def material(self) -> Material:
        """The songs, read and cut once, judged over everything the way learns."""
        self.report(Note(message="Reading the songs"))
        config = self.job.config
        space = learned_space(config, self.job.data / SPACES_FILE, self.job.moods)
        material = read_material(self.job, open_tokenizer(config, self.base), space.moods)
        learning, held_out = len(material.learning), len(material.held_out)
        self.report(Note(message=f"{learning} songs to learn from, {held_out} held out"))
        return material

    def learn(self, resume: bool) -> None:
        """Trains and leaves weights.safetensors and config.json, whole or not at all."""
        if self.job.config.way == ENCODER:
            self._learn_encoder(resume)
        else:
            self._learn_by_way()

    def _learn_encoder(self, resume: bool) -> None:
        material, config = self.material, self.job.config
        assert self.base is not None  # an encoder begins with one
        from engine.export.to_onnx import plain_weights, song_scores
        from engine.training.loop.mood_loop import TrainingLoop
        from engine.training.tasks.mood_task import MoodTask

        task = MoodTask.on_base(self.base, config, material)
        TrainingLoop(task, material, self.output, self.report).run(resume)
        judged = song_scores(task, material.judges[:REFERENCE_SONGS])
        self._keep(plain_weights(task.model), judged)

    def _learn_by_way(self) -> None:
        """Any other way: it learns whole in one go, and what it read of the songs is kept.

        Of what it learned only the moods of the program go on: nobody could be shown the others.
        """
        material, job = self.material, self.job
        way = open_way(job.config, material.space, self.base, self.output, job.data)
        way.prepare([*material.learning, *material.held_out], self.report)
        learned = way.fit(material.learning, self.report)
        moods = [mood for mood in learned.moods if mood in job.moods]
        columns = [learned.moods.index(mood) for mood in moods]
        weights = dict(learned.weights())
        for name in weights.keys() & {"moods.weight", "moods.bias", "words.moods"}:
            weights[name] = weights[name][columns]
        logits = learned.logits(material.judges[:REFERENCE_SONGS])[0][:, columns]
        self.moods_file.write_text(json.dumps(moods), "utf-8")
        if not material.held_out:
            self._cross_validate(way, learned.moods, columns)
        self._keep(weights, (1 / (1 + np.exp(-logits))).astype(np.float32))

    def _cross_validate(self, way: Way, moods: Sequence[str], columns: list[int]) -> None:
        """With no song held out, what is said of it comes from folds that each leave songs out."""
        songs = self.material.learning
        try:
            folds = song_folds(songs, FOLDS, self.job.config.seed)
        except EngineError as few:
            self.report(Note(message=f"How good it is on others is not measured: {few.message}"))
            return
        said = cross_validate(way, songs, folds, self.report)
        if said.moods != tuple(moods):
            raise EngineError("Some folds leave moods without a song to learn from.",
                              "Add songs, or set learn_from_validation to false.")
        arrays = {"logits": said.logits[:, columns], "affect": said.affect}
        write_checkpoint(self.folds_file, arrays)

    def _keep(self, weights: Mapping[str, Floats], reference: Floats) -> None:
        config = json.dumps(self.job.config.to_json(), indent=1)
        (self.output / "config.json").write_text(config, "utf-8")
        write_checkpoint(self.reference_file, {"scores": reference})
        write_checkpoint(self.weights_file, weights)

    def finish(self) -> Finished:
        """Graph, int8, parity, measures, manifest, card, registry, from the learned weights."""
        fresh = self.output / "model"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        folder = self._folder(fresh, self._tagged_moods())
        folder.said = self._out_of_fold()
        manifest = folder.fill(load_file(self.weights_file), self._reference())
        target = self.job.models / manifest.id
        _install(fresh, target)
        self.report(Note(message=f"{manifest.bytes:,} bytes in {target.name}"))
        figures = ", ".join(f"{name} {value:.3f}" for name, value in manifest.quality.items())
        return Finished(summary=f"{manifest.name}: {figures}", produced=(manifest.id,))

    def _folder(self, fresh: Path, moods: tuple[str, ...]) -> "MoodFolder":
        """The maker of the model's folder: its graph is built on an encoder or on words."""
        config, material = self.job.config, self.material.over(moods)
        if config.way == BINARY_WORDS:
            from engine.export.word_folder import WordFolder

            words = self.output / WORDS_FOLDER
            return WordFolder(fresh, words, config, material, self.report)
        assert self.base is not None  # every other way begins with one
        if config.way in (MULTI_TAG, BINARY_SENTENCES):
            from engine.export.still_folder import StillFolder

            return StillFolder(fresh, self.base, config, material, self.report)
        from engine.export.mood_folder import MoodFolder

        return MoodFolder(fresh, self.base, config, material, self.report)

    def _tagged_moods(self) -> tuple[str, ...]:
        """The moods of the learned weights, in their order."""
        if not self.moods_file.exists():
            return self.job.moods
        return tuple(json.loads(self.moods_file.read_text("utf-8")))

    def _out_of_fold(self) -> tuple[Floats, Floats] | None:
        """(S, M) scores and (S, 2) affect of all songs, each told without having learned it."""
        if not self.folds_file.exists():
            return None
        said = load_file(self.folds_file)
        return (1 / (1 + np.exp(-said["logits"]))).astype(np.float32), said["affect"]

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
