"""The whole way of a training with a kit that learns one number: what is done is not done again,
nothing half stands among the models, and stages and further epochs go on from what was learned."""

from pathlib import Path

import msgspec
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Metric, Note, Report
from engine.export.learning import job as job_module
from engine.export.learning.given import Given
from engine.export.learning.job import LearningRun
from engine.export.learning.kept_rows import KeptRows, StageRows, Told, read_kept_rows, write_rows
from engine.export.learning.kit import Judged
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.registry import ModelRegistry
from engine.models.versions import ModelVersion, ModelVersions
from engine.paths import AppPaths
from engine.training.learning_job import KIND, LearningJob
from engine.training.recipe import LoopOptions, Method, Recipe
from engine.training.rows.row import RowPlace, TextRow
from engine.training.rows.sources import OwnMoods
from engine.training.runs.report import read_report
from tests.engine.export.learning.fake_kit import FakeKit, FakeStepLess

LOOP = LoopOptions(epochs=20, rate=0.3, batch_tokens=1, validate_every=10, patience=0,
                   precision="fp32")


def row(length: int) -> TextRow:
    return TextRow("x" * length, (), RowPlace("lengths.csv", length))


def rows(*lengths: int) -> StageRows:
    return StageRows(tuple(map(row, lengths)), tuple(map(row, lengths[:2])))


@pytest.fixture
def job(isolated_home: AppPaths) -> LearningJob:
    return LearningJob(
        recipe=Recipe(name="Lengths", model_id="lengths", method=Method.CLASSIFIER, loop=LOOP),
        stages=((OwnMoods(),),), home=isolated_home.home, models=isolated_home.models)


class Bench:
    """A job's folder with rows in it, and what was told."""

    def __init__(self, job: LearningJob, kit: FakeKit | FakeStepLess, *stages: StageRows) -> None:
        self.job, self.kit = job, kit
        spec = JobSpec.ask(KIND, job.as_arguments(), job.recipe.name)
        self.folder = JobFolder.create(job.paths.jobs, spec)
        if stages:
            write_rows(self.folder.output / "rows.jsonl.gz",
                       KeptRows(stages, Told({"lengths.csv": 6}, 1, "By song.")))
        self.events: list[Event] = []
        self.stop_at = -1

    def run(self, resume: bool = False) -> str:
        return LearningRun(self.job, self.folder.output, self._take, None, self.kit).run(
            resume).summary

    def _take(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Metric) and event.split == "train" and event.step == self.stop_at:
            self.stop_at = -1
            raise Cancelled

    @property
    def notes(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Note)]

    def installed(self) -> dict[str, str]:
        entries = ModelRegistry(self.job.paths.shipped_models, self.job.models).entries()
        return {entry.id: entry.manifest.version for entry in entries
                if entry.manifest is not None and not entry.shipped}


def test_a_training_ends_in_a_model_with_report_and_card(job: LearningJob) -> None:
    bench = Bench(job, FakeKit(), rows(20, 30, 40))
    stage = bench.folder.output / "stage-1"
    stage.mkdir()
    (stage / "read.safetensors").write_bytes(b"0" * 2_000_000)
    assert bench.run() == "It knows how long your texts are."
    # THEN only what one can go on with is left of the stage
    assert {file.name for file in stage.iterdir()} == {
        "checkpoint.safetensors", "best.safetensors", "outcome.json"}
    # AND the model is there, knows how it came about, and the report tells it
    place = job.models / "lengths"
    entry, = (e for e in ModelRegistry(job.paths.shipped_models, job.models).entries()
              if e.id == "lengths")
    assert entry.manifest is not None
    assert entry.manifest.learned == "classifier"
    assert 1.8 < entry.manifest.quality["length"] < 3.2
    report = read_report(bench.folder.output)
    assert (report.better, report.model_id, report.waiting) == (True, "lengths", False)
    assert (report.learned_rows, report.judged_rows, report.bad_rows) == (3, 2, 1)
    assert report.steps == 40
    assert any("decided by the rows that judge" in note for note in report.notes)
    card = (place / "README.md").read_text("utf-8")
    assert "lengths.csv (6 rows)" in card and "Apache-2.0" in card and "before you hand it" in card
    assert read_report(place).verdict == report.verdict
    assert msgspec.json.decode((place / "recipe.json").read_bytes(), type=Recipe) == job.recipe
    # AND the copy in the job's folder is gone, its rows are kept
    assert not (bench.folder.output / "model").exists()
    assert read_kept_rows(bench.folder.output / "rows.jsonl.gz").told.bad == 1


def test_a_stop_within_the_steps_is_gone_on_from(job: LearningJob) -> None:
    whole = Bench(job, FakeKit(), rows(20, 30, 40))
    whole.run()
    bench = Bench(msgspec.structs.replace(job, models=job.home / "other"), FakeKit(),
                  rows(20, 30, 40))
    bench.stop_at = 17
    with pytest.raises(Cancelled):
        bench.run()
    assert bench.installed() == {}
    bench.run(resume=True)
    assert bench.installed() == whole.installed()


@pytest.mark.parametrize("breaks", ["learner", "build", "judge"])
def test_what_is_done_is_not_done_again(job: LearningJob, breaks: str) -> None:
    kit = FakeKit([breaks])
    bench = Bench(job, kit, rows(20, 30, 40))
    with pytest.raises(Cancelled):
        bench.run()
    assert bench.installed() == {}
    steps = sum(isinstance(event, Metric) and event.split == "train" for event in bench.events)
    bench.run(resume=True)
    assert list(bench.installed()) == ["lengths"]
    again = sum(isinstance(event, Metric) and event.split == "train" for event in bench.events)
    assert again == 40 and steps in (0, 40)
    assert kit.calls.count("judge") == (2 if breaks == "judge" else 1)
    assert kit.calls.count("build") == (2 if breaks == "build" else 1)
    # AND a third time only tells the end
    assert bench.run(resume=True) == "It knows how long your texts are."


def test_a_kill_right_after_placing_places_nothing_twice(
        job: LearningJob, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(job, FakeKit(), rows(20, 30, 40))

    def killed(file: Path, version: ModelVersion) -> None:
        raise Cancelled

    with monkeypatch.context() as patch, pytest.raises(Cancelled):
        patch.setattr(job_module, "_mark_placed", killed)
        bench.run()
    bench.run(resume=True)
    assert not read_report(bench.folder.output).waiting
    assert len(ModelVersions(job.models, job.paths.shipped_models).of("lengths")) == 1


def test_the_next_training_waits_beside_the_first(job: LearningJob) -> None:
    Bench(job, FakeKit(), rows(20, 30, 40)).run()
    before = (job.models / "lengths" / "model.onnx").read_bytes()
    bench = Bench(job, FakeKit(), rows(90, 80, 70))
    assert "waits as version" in bench.run()
    assert (job.models / "lengths" / "model.onnx").read_bytes() == before
    report = read_report(bench.folder.output)
    assert report.waiting and report.replaces == "lengths"
    versions = ModelVersions(job.models, job.paths.shipped_models)
    versions.bring("lengths", report.model_version)
    assert (job.models / "lengths" / "model.onnx").read_bytes() != before


def test_a_later_stage_begins_with_what_the_one_before_learned(job: LearningJob) -> None:
    staged = msgspec.structs.replace(
        job, stages=((OwnMoods(),), (OwnMoods(),)),
        recipe=msgspec.structs.replace(job.recipe, options={"stages": [
            {"name": "broad"}, {"name": "exact", "loop": {"epochs": 0.0}}]}))
    bench = Bench(staged, FakeKit(), rows(20, 30, 40), rows(200, 300))
    bench.run()
    # THEN without a step of its own the second says what the first had learned
    assert 1.8 < float(bench.installed()["lengths"]) < 3.2
    assert "Stage 2 of 2" in bench.notes


def test_a_finished_training_is_taken_further_on_its_own_rows(job: LearningJob) -> None:
    first = Bench(job, FakeKit(), rows(20, 30, 40))
    first.run()
    recipe = msgspec.structs.replace(
        job.recipe, loop=msgspec.structs.replace(LOOP, epochs=5, warmup=0.0))
    more = Bench(msgspec.structs.replace(job, recipe=recipe, goes_on=first.folder.path), FakeKit())
    more.run()
    report = read_report(more.folder.output)
    assert (report.steps, report.learned_rows) == (50, 3)
    # AND one that never ended cannot be
    cut = Bench(job, FakeKit(["learner"]), rows(20, 30))
    with pytest.raises(Cancelled):
        cut.run()
    lost = Bench(msgspec.structs.replace(job, goes_on=cut.folder.path), FakeKit())
    with pytest.raises(EngineError, match="not finished"):
        lost.run()


def test_a_method_without_steps_learns_at_once(job: LearningJob) -> None:
    bench = Bench(job, FakeStepLess(), rows(20, 30, 40))
    assert bench.run().startswith("Whether it is better cannot be told")
    assert (job.models / "lengths" / "model.onnx").read_text() == "40"
    assert read_report(bench.folder.output).better is None


def test_kept_rows_that_are_broken_are_told(job: LearningJob, tmp_path: Path) -> None:
    bench = Bench(job, FakeKit())
    (bench.folder.output / "rows.jsonl.gz").write_bytes(b"\x1f\x8b nothing")
    with pytest.raises(EngineError, match="cannot be read any more"):
        bench.run()


def test_what_a_loss_of_power_left_empty_is_done_again(
        job: LearningJob, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(job, FakeKit(), rows(20, 30, 40))

    def killed(self: ModelVersions, fresh: Path, most_kept: int) -> ModelVersion:
        raise Cancelled

    # GIVEN measures that never reached the disk
    with monkeypatch.context() as patch, pytest.raises(Cancelled):
        patch.setattr(ModelVersions, "place", killed)
        bench.run()
    (bench.folder.output / "judged.json").write_bytes(b"")
    assert bench.run(resume=True) == "It knows how long your texts are."
    # AND a mark of the end that never did
    (bench.folder.output / "placed.json").write_bytes(b"")
    assert bench.run(resume=True) == "It knows how long your texts are."
    assert len(ModelVersions(job.models, job.paths.shipped_models).of("lengths")) == 1


def test_what_was_learned_outlives_a_measure_that_fails(job: LearningJob) -> None:
    class Unmeasured(FakeKit):
        def judge(self, given: Given, place: Path, report: Report) -> Judged:
            raise EngineError("The model before it cannot be opened.", "Add it again.")

    bench = Bench(job, Unmeasured(), rows(20, 30, 40))
    bench.run()
    report = read_report(bench.folder.output)
    assert "could not be measured: The model before it" in report.verdict
    assert report.better is None and report.notes == ("Add it again.",)
    assert list(bench.installed()) == ["lengths"]
