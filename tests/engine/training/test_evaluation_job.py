"""The job "evaluate" from its arguments to its ending, with taggers that need no model."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import Cancelled, EngineError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.report import read_report
from engine.events import Event, Note
from engine.jobs.child import KINDS
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.tagger import Tagger
from engine.training.config import TrainingConfig
from engine.training.evaluation_job import candidates, run_evaluation_job
from tests.engine.evaluation.labelled_songs import write_labelled
from tests.fakes import FakeTagger


def open_fake(paths: AppPaths, tagger_id: str, settings: Settings) -> Tagger:
    if tagger_id == "broken":
        raise EngineError("It is broken.", "Add it again.")
    return FakeTagger(f"{tagger_id}@1")


def no_report(event: Event) -> None:
    pass


@pytest.fixture
def job(tmp_path: Path, isolated_home: AppPaths) -> EvaluationJob:
    return EvaluationJob(home=isolated_home.home,
                         data=write_labelled(tmp_path / "data", 48), taggers=("one", "two"),
                         rounds=20)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    (tmp_path / "output").mkdir()
    return tmp_path / "output"


def test_it_ends_with_a_sentence_and_both_files(job: EvaluationJob, output: Path) -> None:
    ending = run_evaluation_job(job.as_arguments(), output, no_report, open_fake)
    assert ending.produced == (str(output / "report.json"), str(output / "report.html"))
    # Two that say the same: neither is clearly better.
    assert "best is one" in ending.summary and "Not clearly better than two." in ending.summary
    assert all(Path(file).is_file() for file in ending.produced)
    assert read_report(output / "report.json").data.name == "songs.jsonl.gz"


def test_a_stopped_job_goes_on_where_it_was(job: EvaluationJob, output: Path) -> None:
    # GIVEN a job that is stopped while it opens its second tagger
    opened: list[str] = []

    def open_one(paths: AppPaths, tagger_id: str, settings: Settings) -> Tagger:
        opened.append(tagger_id)
        if opened == ["one", "two"]:
            raise Cancelled
        return open_fake(paths, tagger_id, settings)

    with pytest.raises(Cancelled):
        run_evaluation_job(job.as_arguments(), output, no_report, open_one)
    assert not read_report(output / "report.json").complete
    # WHEN it is resumed
    run_evaluation_job(job.as_arguments(), output, no_report, open_one)
    # THEN the first is not opened again
    assert opened == ["one", "two", "two"]
    assert read_report(output / "report.json").complete


def test_a_broken_tagger_is_left_out_and_named(job: EvaluationJob, output: Path) -> None:
    told: list[Event] = []
    arguments = replace(job, taggers=("broken", "one")).as_arguments()
    run_evaluation_job(arguments, output, told.append, open_fake)
    notes = [event.message for event in told if isinstance(event, Note)]
    assert "broken was left out: It is broken." in notes
    only_broken = replace(job, taggers=("broken",)).as_arguments()
    with pytest.raises(EngineError, match="It is broken"):
        run_evaluation_job(only_broken, output, no_report, open_fake)


def test_songs_nobody_knows_a_tag_of_are_no_mistake(job: EvaluationJob, output: Path) -> None:
    assert job.data is not None
    job.labels_file.write_text('{"other": {"kind": "complete", "tags": ["zorn"]}}')
    with pytest.raises(EngineError, match="no songs to measure on") as caught:
        arguments = replace(job, taggers=("one",), split="valid").as_arguments()
        job.data.write_bytes(b"")
        run_evaluation_job(arguments, output, no_report, open_fake)
    assert caught.value.hint


def test_taggers_and_recipes_each_stand_once(job: EvaluationJob, output: Path) -> None:
    recipe = TrainingConfig(name="A recipe", model_id="made", base="tiny",
                            label_sets={"gems9": 1.0}).to_json()
    asked = replace(job, taggers=("one", "two", "one"), folds=2, recipes=(recipe,))
    found = candidates(asked, output, open_fake)
    assert [each.key for each in found] == ["one", "two", "recipe:made"]
    with pytest.raises(EngineError, match="same model: made"):
        candidates(replace(asked, recipes=(recipe, recipe)), output, open_fake)


def test_the_program_knows_this_kind_of_job(job: EvaluationJob, output: Path) -> None:
    with pytest.raises(EngineError, match="evaluation cannot be read"):
        KINDS["evaluate"]({}, output, no_report, False)
