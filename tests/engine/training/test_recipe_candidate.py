"""A recipe is measured like a tagger, on songs of artists it has not learned from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.evaluation.folds import IntArray
from engine.evaluation.job import EvaluationJob
from engine.evaluation.judged_song import JudgedSong, read_judged_songs
from engine.evaluation.label_sets import read_label_space
from engine.evaluation.report import read_report
from engine.evaluation.run import fold_songs
from engine.events import Event
from engine.paths import AppPaths
from engine.training import recipe_candidate
from engine.training.config import TrainingConfig, config_from_json
from engine.training.cross_validation import ALWAYS
from engine.training.dataset import LabelledSong
from engine.training.evaluation_job import run_evaluation_job
from engine.training.recipe_candidate import RecipeCandidate, fold_of_each
from tests.engine.evaluation.songs_to_judge import judged
from tests.engine.training.songs_by_hand import song
from tests.fake_way import FakeWay

CONFIG = config_from_json({
    "name": "Every tag", "model_id": "every", "base": "tiny-bert", "way": "multi-tag", "window": 64,
    "precision": "fp32", "multi_tag": {"masked": True, "decay": 0.05, "thresholds": "base-rates"},
    "label_sets": {"gems9": 1.0, "lastfm27": 1.0, "nju4": 1.0}})


def ignore(event: Event) -> None:
    """Nobody watches."""


@pytest.fixture
def job(mill_data: Path, tiny_base: Path, isolated_home: AppPaths) -> EvaluationJob:
    return EvaluationJob(home=isolated_home.home,
                         data=mill_data / "lyrics_moods.jsonl.gz", folds=3, base=tiny_base,
                         rounds=20, recipes=(CONFIG.to_json(),))


@pytest.fixture
def songs(job: EvaluationJob) -> tuple[JudgedSong, ...]:
    assert job.data is not None
    return read_judged_songs(job.data, read_label_space(job.labels_file))


@pytest.fixture
def folds(songs: tuple[JudgedSong, ...]) -> IntArray:
    found = fold_songs(songs, 3)
    assert found is not None
    return found


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[FakeWay]:
    """In place of what learns: a way that needs no model, one for each time it was opened."""
    opened: list[FakeWay] = []

    def open_way(*_: object) -> FakeWay:
        opened.append(FakeWay())
        return opened[-1]

    monkeypatch.setattr(recipe_candidate, "open_way", open_way)
    return opened


def test_every_song_is_scored_by_what_learned_from_other_artists(
        job: EvaluationJob, songs: tuple[JudgedSong, ...], folds: IntArray, ways: list[FakeWay],
        tmp_path: Path) -> None:
    candidate = RecipeCandidate(CONFIG, job, tmp_path)
    assert candidate.key == "recipe:every" and "anew" in candidate.note
    table = candidate.scores(songs, folds, ignore)
    # THEN the folds are those of the evaluation, whatever songs training has left out
    own = dict(zip((each.id for each in songs), folds.tolist(), strict=True))
    assert table.fold is not None
    assert [own[each] for each in table.ids] == table.fold.tolist()
    assert set(table.ids) == set(own) and (table.tagger, table.name) == ("every", "Every tag")
    artist = {each.id: each.artist for each in songs}
    for fold, learned in enumerate(ways[0].fits):
        held_out = {artist[each] for each, number in own.items() if number == fold}
        assert not held_out & {artist[each] for each in learned}


def test_only_songs_of_the_part_asked_for_are_learned_from(
        job: EvaluationJob, songs: tuple[JudgedSong, ...], ways: list[FakeWay],
        tmp_path: Path) -> None:
    part = [each for each in songs if each.split == "train"]
    folds = fold_songs(part, 3)
    RecipeCandidate(CONFIG, replace(job, split="train"), tmp_path).scores(part, folds, ignore)
    known = {each.id for each in part}
    assert known and all(set(learned) <= known for learned in ways[0].fits)


def test_without_folds_a_recipe_cannot_be_measured(job: EvaluationJob, tmp_path: Path,
                                                   songs: tuple[JudgedSong, ...]) -> None:
    with pytest.raises(EngineError, match="cross-validation"):
        RecipeCandidate(CONFIG, job, tmp_path).scores(songs, None, ignore)


def test_a_learning_curve_grows(job: EvaluationJob, songs: tuple[JudgedSong, ...],
                                folds: IntArray, ways: list[FakeWay], tmp_path: Path) -> None:
    steps = list(RecipeCandidate(CONFIG, job, tmp_path).learning(songs, folds, ignore))
    assert [step.share for step in steps] == [0.1, 0.2, 0.4, 0.7, 1.0]
    counts = [step.songs for step in steps]
    assert counts == sorted(counts) and counts[-1] == 40
    assert all(len(step.table.ids) == 60 for step in steps)


def fold_by_rule(*songs: LabelledSong) -> list[int]:
    """Folds of songs beside five that are judged: two by a, two by b, one by c in a group."""
    known = [judged("a1", artist="A"), judged("b1", artist="b"), judged("a2", artist="a "),
             judged("b2", artist="B"), replace(judged("c1", artist="c"), dup_group="g")]
    return fold_of_each(songs, known, np.array([0, 1, 0, 1, 2], np.int8)).tolist()


def test_songs_nobody_judged_go_with_their_artist_or_their_double() -> None:
    found = fold_by_rule(song("b1", artist="elsewhere"), song("x", artist="a"),
                         song("y", artist="new"), song("z", artist="new", group="g"),
                         song("v", artist="c", group="g"), song("u", artist="b", group="g"),
                         song("w", artist=""))
    # Its own, its artist's, of nobody, its double's, both alike, both unlike, nameless.
    assert found == [1, 0, ALWAYS, 2, 2, -2, ALWAYS]


def test_a_song_of_two_folds_is_not_learned_from(job: EvaluationJob, ways: list[FakeWay],
                                                 songs: tuple[JudgedSong, ...], folds: IntArray,
                                                 tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    def one_left_out(*given: object) -> IntArray:
        found = fold_of_each(*given)  # type: ignore[arg-type] - handed on as they came
        found[4] = -2
        return found

    monkeypatch.setattr(recipe_candidate, "fold_of_each", one_left_out)
    table = RecipeCandidate(CONFIG, job, tmp_path).scores(songs, folds, ignore)
    assert "s4" not in table.ids and len(table.ids) == 59
    assert all("s4" not in learned for learned in ways[0].fits)


def test_recipes_stand_in_the_report_and_share_what_they_read(job: EvaluationJob,
                                                              tmp_path: Path) -> None:
    # GIVEN the plain recipe and one cured of it
    plain = config_from_json(CONFIG.to_json() | {"model_id": "plain", "multi_tag": {"decay": 0.05}})
    asked = replace(job, recipes=(CONFIG.to_json(), plain.to_json()), learning_curve=False)
    output = tmp_path / "output"
    output.mkdir()
    # WHEN both are measured for good
    run_evaluation_job(asked.as_arguments(), output, ignore)
    report = read_report(output / "report.json")
    # THEN both learned what the mill's words say, on songs they have not seen
    for name in ("every", "plain"):
        found = report.tagger(name)
        assert found is not None and found.songs == 60 and found.seconds == 0
        block = found.block("lastfm27")
        assert block is not None and block.figures["macro_auc"].value > 0.7
    # AND a mood the program does not know is judged too
    cured, left = report.tagger("every"), report.tagger("plain")
    assert cured is not None and left is not None
    gems, silent = cured.block("gems9"), left.block("gems9")
    assert gems is not None and silent is not None and gems.tags_known == gems.tags_all == 4
    # AND the plain one, called at 0.5 in every fold, gives fewer tags
    assert silent.figures["tags_per_song"].value < gems.figures["tags_per_song"].value
    assert silent.per_tag[0].threshold == 0.5 and gems.per_tag[0].threshold is None
    # AND the songs were read but once
    assert [file.name for file in (output / "recipes").iterdir()] == ["tiny-bert-fp32.safetensors"]


def test_the_fine_tuned_encoder_can_be_measured_too(job: EvaluationJob, tmp_path: Path,
                                                    songs: tuple[JudgedSong, ...],
                                                    folds: IntArray) -> None:
    config = TrainingConfig(name="Tuned", model_id="tuned", base="tiny-bert", window=64, epochs=1,
                            songs_per_step=20, encoder_rate=1e-3, head_steps=5, precision="fp32",
                            validate_every=99, label_sets=CONFIG.label_sets)
    table = RecipeCandidate(config, job, tmp_path).scores(songs, folds, ignore)
    assert len(table.ids) == 60 and np.isfinite(table.scores).all()
    assert len(table.moods) == 33 and "wonder" not in table.moods
