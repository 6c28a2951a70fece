"""The whole way of a job of the kind "learn": rows, stages, graph, measures, report, its place.

Each part leaves a mark when it is done and is not done again: a job that was killed anywhere goes
on from there, and nothing of it stands among the installed models before it is whole.
"""

import shutil
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from engine.errors import EngineError
from engine.events import Finished, Note, Report
from engine.export.learning.folders import find_base, find_replaced
from engine.export.learning.gathering import gather
from engine.export.learning.given import Given
from engine.export.learning.kept_rows import ROWS_FILE, KeptRows, read_kept_rows, write_rows
from engine.export.learning.kit import Judged, Kit
from engine.export.learning.kits import open_kit
from engine.export.learning.report_writing import Ended, dress
from engine.export.learning.stage_run import (
    follow_stage,
    kept_outcome,
    learn_stage,
    learned_again,
    stage_folder,
    tidy_stage,
)
from engine.models.manifest import FILE_NAME, read_manifest
from engine.models.versions import ModelVersion, ModelVersions
from engine.settings import load_settings
from engine.training.learning_job import LearningJob, read_learning
from engine.training.parts import require_parts
from engine.training.recipe import Method
from engine.training.recipe_stages import recipe_of_stage
from engine.training.runs.report import LearningReport, read_report, write_report

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.loop.outcome import Courtesy, Outcome

MODEL_FOLDER = "model"
_BUILT = "built"
_JUDGED = "judged.json"
_PLACED = "placed.json"
_Kind = TypeVar("_Kind")


def run_learning_job(
    arguments: dict[str, object], output: Path, report: Report, resume: bool,
    courtesy: "Courtesy | None" = None,
) -> Finished:
    """Learns by `arguments` in `output`, places the model, says whether it is better.

    `courtesy` is asked between steps whether the person needs the machine.
    """
    job = read_learning(arguments)
    if job.recipe.method is not Method.MOOD:  # which is solved for, without torch
        require_parts()
    return LearningRun(job, output, report, courtesy).run(resume)


def follow_learning_job(arguments: dict[str, object], output: Path) -> None:
    """Computes a share of every step of a job that another process of the crew leads; `output` is
    a folder of this process alone, and nothing in it is kept."""
    LearningRun(read_learning(arguments), output, lambda _: None).follow()


class Placed(msgspec.Struct, frozen=True):
    """Where the finished model went."""

    model_id: str
    version: str
    waiting: bool


class _Measured(msgspec.Struct, frozen=True):
    """What was measured, and the id of the model it stands beside: once it is placed, that would
    be another one."""

    judged: Judged
    replaces: str


@dataclass(slots=True)
class _Learned:
    """The outcomes of all stages; the learner of the last, where it is still in memory."""

    outcomes: "tuple[Outcome, ...]"
    learner: "Learner | None"


class LearningRun:
    """One learning job at work in its output folder."""

    def __init__(self, job: LearningJob, output: Path, report: Report,
                 courtesy: "Courtesy | None" = None, kit: Kit | None = None) -> None:
        self.job = job
        self.output = output
        self.report = report
        self.courtesy = courtesy
        self.kit = kit or open_kit(job.recipe)

    def run(self, resume: bool = False) -> Finished:
        """All that is not done yet."""
        if _told(self.output / _PLACED, Placed) is None:
            learned = self.learn(resume)
            folder = self.build(learned)
            learned.learner = None  # its memory is needed for judging
            self.place(folder, learned, self.judge(folder))
        placed = msgspec.json.decode((self.output / _PLACED).read_bytes(), type=Placed)
        return _finished(placed, read_report(self.output))

    @cached_property
    def base(self) -> Path | None:
        """The folder of the model learning begins with."""
        return find_base(self.job)

    @cached_property
    def rows(self) -> KeptRows:
        """The rows of the job: gathered once, those of the run it goes on with where there is
        one."""
        kept = self.output / ROWS_FILE
        earlier = self.job.goes_on and self.job.goes_on / "output" / ROWS_FILE
        if not kept.exists() and earlier is not None and earlier.is_file():
            write_rows(kept, read_kept_rows(earlier))
        if not kept.exists():
            write_rows(kept, gather(self.job, self.report))
        return read_kept_rows(kept)

    @property
    def last(self) -> int:
        """The last stage."""
        return len(self.rows.stages) - 1

    def given(self, stage: int) -> Given:
        """What the kit is given for a stage."""
        rows, before = self.rows.stages[stage], stage_folder(self.output, stage - 1)
        begins = stage == 0 or self.job.goes_on is not None
        return Given(
            job=self.job, recipe=recipe_of_stage(self.job.recipe, stage),
            learning=rows.learning, judging=rows.judging, base=self.base,
            output=stage_folder(self.output, stage), report=self.report, stage=stage,
            start=None if begins else before / "best.safetensors",
            replaces=find_replaced(self.job, self.base))

    def learn(self, resume: bool) -> _Learned:
        """All stages one after another; of a run that is gone on with only the last."""
        outcomes: list[Outcome] = []
        learner: Learner | None = None
        goes_on = self._earlier_loop()
        for stage in range(self.last if goes_on else 0, self.last + 1):
            if self.last and kept_outcome(stage_folder(self.output, stage)) is None:
                self.report(Note(message=f"Stage {stage + 1} of {self.last + 1}"))
            outcome, learner = learn_stage(self.kit, self.given(stage), self.courtesy, goes_on,
                                           resume)
            outcomes.append(outcome)
        return _Learned(tuple(outcomes), learner)

    def follow(self) -> None:
        """Every stage, as one who does not lead. The weights come from the leader."""
        goes_on = self._earlier_loop()
        for stage in range(self.last if goes_on else 0, self.last + 1):
            follow_stage(self.kit, replace(self.given(stage), start=None))

    def build(self, learned: _Learned) -> Path:
        """The folder of the whole model, in the job's own folder."""
        place, mark = self.output / MODEL_FOLDER, self.output / _BUILT
        if mark.exists() and (place / FILE_NAME).is_file():
            return place
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        given = self.given(self.last)
        learner = learned.learner or learned_again(self.kit, given)
        self.report(Note(message="Building the model and comparing it with what was learned"))
        manifest = self.kit.build(given, learner, place, self.report)
        if manifest.id != self.job.recipe.model_id:
            raise ValueError(f"The kit built {manifest.id}, not {self.job.recipe.model_id}.")
        mark.touch()
        return place

    def judge(self, place: Path) -> _Measured:
        """How good it is, measured once."""
        file = self.output / _JUDGED
        if _told(file, _Measured) is None:
            self.report(Note(message="Measuring whether it is better"))
            replaced = find_replaced(self.job, self.base)
            told = _Measured(self._judged(place), read_manifest(replaced).id if replaced else "")
            fresh = file.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(told))
            fresh.replace(file)
        return msgspec.json.decode(file.read_bytes(), type=_Measured)

    def _judged(self, place: Path) -> Judged:
        """What was learned is not thrown away because something else could not be measured."""
        try:
            return self.kit.judge(self.given(self.last), place, self.report)
        except EngineError as trouble:
            return Judged(verdict=f"Whether it is better could not be measured: {trouble.message}",
                          notes=tuple(filter(None, (trouble.hint,))))

    def place(self, folder: Path, learned: _Learned, measured: _Measured) -> LearningReport:
        """Lays report and card beside the model, and the model among the installed ones."""
        manifest, report = dress(folder, Ended(self.job, self.rows, learned.outcomes,
                                               measured.judged, measured.replaces))
        versions = ModelVersions(self.job.models, self.job.paths.shipped_models)
        versions.settle()
        most = load_settings(self.job.paths.settings_file).most_versions
        version = versions.place(folder, most)
        report = msgspec.structs.replace(report, model_version=version.name,
                                         waiting=version.waiting)
        write_report(self.output, report)
        _mark_placed(self.output / _PLACED, version)
        shutil.rmtree(folder, ignore_errors=True)  # it stands among the models now
        for stage in range(self.last + 1):
            tidy_stage(stage_folder(self.output, stage))
        self.report(Note(message=f"{manifest.bytes / 1e6:.1f} MB in {version.folder.name}"))
        return report

    def _earlier_loop(self) -> Path | None:
        """The folder of the loop that is gone on with."""
        if self.job.goes_on is None:
            return None
        earlier = stage_folder(self.job.goes_on / "output", self.last)
        if kept_outcome(earlier) is None:
            raise EngineError("The training to go on with has not finished, or is gone.",
                              "Resume that one, or start anew.")
        return earlier


def _told(file: Path, kind: type[_Kind]) -> _Kind | None:
    """What an earlier process left in a file; None where it left nothing, or the machine lost its
    power before that was on the disk."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def _mark_placed(file: Path, version: ModelVersion) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(
        Placed(version.model_id, version.name, version.waiting)))
    fresh.replace(file)


def _finished(placed: Placed, report: LearningReport) -> Finished:
    waits = (f" It waits as version {placed.version} of {placed.model_id} until you use it."
             if placed.waiting else "")
    return Finished(summary=f"{report.verdict}{waits}", produced=(placed.model_id,))
