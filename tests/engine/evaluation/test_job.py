"""What an evaluation is asked to do: told as a job's arguments and refused in plain sentences."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.errors import EngineError
from engine.evaluation.job import EvaluationJob, check_evaluation, read_evaluation
from tests.engine.evaluation.labelled_songs import write_labelled


@pytest.fixture
def job(tmp_path: Path) -> EvaluationJob:
    data = write_labelled(tmp_path / "data", 4)
    return EvaluationJob(home=tmp_path / "home", data=data,
                         taggers=("moods-minilm", "zero-shot:writer"))


def test_a_job_is_read_as_it_was_asked(job: EvaluationJob) -> None:
    wanted = replace(job, folds=5, split="valid", rounds=10,
                     recipes=({"name": "A recipe", "label_sets": {"gems9": 1.0}},))
    told = json.loads(json.dumps(wanted.as_arguments()))
    assert read_evaluation(told) == wanted


def test_what_goes_with_the_data_lies_beside_it(job: EvaluationJob, tmp_path: Path) -> None:
    assert job.labels_file == tmp_path / "data" / "label_spaces.json"
    assert job.counts_file == tmp_path / "data" / "gems9_counts.jsonl.gz"
    job.counts_file.unlink()
    assert job.counts_file is None
    elsewhere = tmp_path / "other.json"
    assert replace(job, labels=elsewhere).labels_file == elsewhere
    assert replace(job, counts=elsewhere).counts_file == elsewhere
    assert replace(job, data=None).counts_file is None


@pytest.mark.parametrize("change, sentence", [
    ({"taggers": ()}, "no tagger to measure"),
    ({"split": "test"}, "no part “test”"),
    ({"folds": 1}, "at least 2 folds"),
    ({"folds": -5}, "at least 2 folds"),
    ({"folds": 128}, "at least 2 folds"),
    ({"rounds": -1}, "resamplings"),
    ({"rounds": 10_000_000}, "at most 100,000 resamplings"),
    ({"recipes": ({"name": "x"},)}, "cross-validation"),
    ({"recipes": ({"name": "x"},), "folds": 5, "data": None}, "songs with labels"),
    ({"learning_curve": True}, "learning curve"),
    ({"data": Path("/nowhere/songs.jsonl")}, "There is no file /nowhere/songs.jsonl"),
    ({"labels": Path("/nowhere/labels.json")}, "There is no file /nowhere/labels.json"),
    ({"counts": Path("/nowhere/counts.jsonl")}, "There is no file /nowhere/counts.jsonl"),
])
def test_what_cannot_be_measured_is_said_before_anything_is_opened(
        job: EvaluationJob, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence) as caught:
        check_evaluation(replace(job, **change))
    assert caught.value.hint


def test_ones_own_labels_need_no_file(job: EvaluationJob) -> None:
    check_evaluation(replace(job, data=None))


@pytest.mark.parametrize("change", [
    {"data": "songs.jsonl"}, {"data": 7}, {"home": None}, {"taggers": "one"}, {"rounds": "many"}])
def test_arguments_that_are_wrong_are_one_sentence(job: EvaluationJob,
                                                   change: dict[str, object]) -> None:
    told: dict[str, object] = msgspec.json.decode(msgspec.json.encode(job.as_arguments()))
    with pytest.raises(EngineError, match="The evaluation cannot be read"):
        read_evaluation(told | change)
