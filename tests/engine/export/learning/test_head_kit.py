"""Heads alone, upon an encoder that stays still: new ones, ones that go on, and the baselines."""

from pathlib import Path

import numpy as np
import pytest

from engine.export.learning.given import Given
from engine.export.learning.head_kit import HeadKit
from engine.export.learning.kits import open_kit
from engine.export.learning.label_comparison import told_by_tagger
from engine.models.manifest import read_manifest
from engine.paths import AppPaths
from engine.tagging.encoder_tagger import EncoderTagger
from engine.training.learning_job import LearningJob
from engine.training.recipe import LoopOptions, Method, Recipe, Tuning
from engine.training.rows.row import RowPlace, TextRow
from engine.training.rows.sources import OwnMoods
from tests.engine.export.learning.labelled_songs import kind_rows, mood_rows
from tests.tiny_encoder import save_sentence_encoder, save_tagger


class Bench:
    """What a kit is given, on a base in the folder."""

    def __init__(self, paths: AppPaths, place: Path) -> None:
        self.paths, self.place = paths, place
        self.told: list[object] = []

    def given(self, base: Path, learning: list[TextRow], judging: list[TextRow],
              **options: object) -> Given:
        recipe = Recipe(name="Mine", model_id="mine", method=Method.CLASSIFIER,
                        tuning=Tuning.HEAD, loop=LoopOptions(precision="fp32"), options=options)
        job = LearningJob(recipe=recipe, stages=((OwnMoods(),),), home=self.paths.home,
                          models=self.paths.models)
        return Given(job, recipe, tuple(learning), tuple(judging), self.place / "work",
                     self.told.append, base, replaces=base)

    def built(self, given: Given) -> Path:
        kit = open_kit(given.recipe)
        assert isinstance(kit, HeadKit)
        place = self.place / "model"
        place.mkdir()
        kit.learn(given)
        kit.build(given, None, place, given.report)
        return place

    def tagger(self) -> Path:
        save_tagger(self.place / "tagger")
        return self.place / "tagger"

    def sentences(self) -> Path:
        return save_sentence_encoder(self.place / "sentences")


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path) -> Bench:
    return Bench(isolated_home, tmp_path)


def apart(folder: Path) -> tuple[float, float]:
    """The lowest score of sadness where it is, the highest where it is not."""
    rows = mood_rows(20, 100)
    told, moods = told_by_tagger(EncoderTagger.open(folder), rows)
    sad = np.array([row.labels == ("sadness",) for row in rows])
    scores = told.scores[:, moods.index("sadness")]
    return float(scores[sad].min()), float(scores[~sad].max())


@pytest.mark.parametrize("way", ["encoder", "binary", "multi-tag"])
def test_new_heads_tell_moods_apart(bench: Bench, way: str) -> None:
    given = bench.given(bench.sentences(), mood_rows(40), mood_rows(20, 100), way=way)
    folder = bench.built(given)
    low, high = apart(folder)
    assert low > high
    assert read_manifest(folder).task == "mood-tagging"


def test_a_tagger_that_learns_on_keeps_what_nobody_corrected(bench: Bench) -> None:
    # GIVEN a tagger that hears tears as sadness, and songs of tears that are said to be none
    base = bench.tagger()
    rows = [TextRow(row.text, (), RowPlace("own"), ("sadness",))
            for row in mood_rows(30) if row.labels == ("sadness",)]
    rows += [TextRow(row.text, ("sadness",), RowPlace("own"), ("sadness",))
             for row in mood_rows(30) if not row.labels]
    # WHEN it learns on from them
    folder = bench.built(bench.given(base, rows, mood_rows(10, 100), reach=3.0))
    # THEN it says less of sadness there, and of happiness just what it said
    asked = mood_rows(20, 200)
    before, moods = told_by_tagger(EncoderTagger.open(base), asked)
    after, same = told_by_tagger(EncoderTagger.open(folder), asked)
    assert moods == same
    sad = np.array([row.labels == ("sadness",) for row in asked])
    column = moods.index("sadness")
    assert (after.scores[sad, column] < before.scores[sad, column]).all()
    column = moods.index("happiness")
    assert np.abs(after.scores[:, column] - before.scores[:, column]).max() < 0.02
    # AND thresholds stay, and so does what was said of moods nobody was asked about
    kept = {label.id: label for label in read_manifest(folder).labels}
    for label in read_manifest(base).labels:
        assert kept[label.id].threshold == label.threshold
    assert kept["calmness"].experimental


def test_songs_judged_whole_set_thresholds(bench: Bench) -> None:
    rows = [TextRow(row.text, row.labels, row.place, ("sadness", "happiness", "calmness"))
            for row in mood_rows(40)]
    folder = bench.built(bench.given(bench.tagger(), rows, mood_rows(20, 100)))
    labels = {label.id: label for label in read_manifest(folder).labels}
    assert labels["sadness"].threshold != 0.5
    assert labels["calmness"].experimental


def test_a_file_that_never_speaks_of_a_mood_says_nothing_of_it(bench: Bench) -> None:
    base = bench.tagger()
    folder = bench.built(bench.given(base, mood_rows(40), [], reach=3.0))
    asked = mood_rows(20, 200)
    before, moods = told_by_tagger(EncoderTagger.open(base), asked)
    after, _ = told_by_tagger(EncoderTagger.open(folder), asked)
    column = moods.index("calmness")
    assert np.abs(after.scores[:, column] - before.scores[:, column]).max() < 0.02
    column = moods.index("sadness")
    assert np.abs(after.scores[:, column] - before.scores[:, column]).max() > 0.02


def test_a_small_reach_moves_little(bench: Bench) -> None:
    base = bench.tagger()
    rows = [TextRow(row.text, (), RowPlace("own"), ("sadness",)) for row in mood_rows(20)
            if row.labels == ("sadness",)] + [
        TextRow(row.text, ("sadness",), RowPlace("own")) for row in mood_rows(6)]
    folder = bench.built(bench.given(base, rows, [], reach=0.01))
    asked = mood_rows(20, 200)
    before, _ = told_by_tagger(EncoderTagger.open(base), asked)
    after, _ = told_by_tagger(EncoderTagger.open(folder), asked)
    assert np.abs(after.scores - before.scores).max() < 0.02


def test_any_labels_upon_a_still_encoder(bench: Bench) -> None:
    given = bench.given(bench.sentences(), kind_rows(40), kind_rows(20, 100), labels="any")
    folder = bench.built(given)
    judged = HeadKit().judge(given, folder, given.report)
    assert next(figure.after for figure in judged.figures if figure.name == "accuracy") > 0.7


def test_a_resumed_build_reads_what_was_learned(bench: Bench) -> None:
    given = bench.given(bench.sentences(), mood_rows(30), [])
    first = bench.built(given)
    again = bench.place / "again"
    again.mkdir()
    HeadKit().build(given, None, again, given.report)
    assert read_manifest(again).version == read_manifest(first).version
