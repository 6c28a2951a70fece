"""Classifiers really trained on tiny encoders: rows in, a tagger or a classifier of texts out."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Metric
from engine.export.learning.classifier_kit import ClassifierKit
from engine.export.learning.given import Given
from engine.export.learning.label_comparison import told_by_tagger
from engine.models.manifest import TEXT_CLASSIFICATION, read_manifest
from engine.paths import AppPaths
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.text_classifier import TextClassifier
from engine.training.learning_job import LearningJob
from engine.training.loop.step_loop import StepLoop
from engine.training.recipe import LoopOptions, Method, Recipe, Tuning
from engine.training.rows.row import TextRow
from engine.training.rows.sources import OwnMoods
from tests.engine.export.learning.labelled_songs import kind_rows, mood_rows
from tests.tiny_encoder import save_tagger

LOOP = LoopOptions(epochs=3, rate=1e-3, batch_tokens=256, precision="fp32", patience=0)


class Bench:
    """What a kit is given, on the hand-made encoder."""

    def __init__(self, paths: AppPaths, place: Path) -> None:
        self.paths, self.place = paths, place
        self.base = place / "base"
        save_tagger(self.base)
        self.events: list[Event] = []

    def given(self, learning: list[TextRow], judging: list[TextRow], loop: LoopOptions = LOOP,
              **options: object) -> Given:
        recipe = Recipe(name="Mine", model_id="mine", method=Method.CLASSIFIER, loop=loop,
                        options=options)
        job = LearningJob(recipe=recipe, stages=((OwnMoods(),),), home=self.paths.home,
                          models=self.paths.models)
        return Given(job, recipe, tuple(learning), tuple(judging), self.place / "work",
                     self.events.append, self.base, replaces=self.base)

    def built(self, given: Given) -> Path:
        """The folder of the model that came of it."""
        place = self.place / "model"
        place.mkdir()
        kit = ClassifierKit()
        learner = kit.learner(given)
        given.output.mkdir(exist_ok=True)
        StepLoop(learner, given.recipe.loop, given.output, given.report).run()
        kit.build(given, learner, place, given.report)
        return place


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path) -> Bench:
    return Bench(isolated_home, tmp_path)


def test_moods_become_a_tagger_that_tags_songs_it_has_not_seen(bench: Bench) -> None:
    given = bench.given(mood_rows(40), mood_rows(20, 100))

    place = bench.built(given)
    judged = ClassifierKit().judge(given, place, given.report)

    manifest = read_manifest(place)
    assert (manifest.id, manifest.task) == ("mine", "mood-tagging")
    assert {label.id for label in manifest.labels} == {"sadness", "happiness"}
    tagger = EncoderTagger.open(place)
    told, moods = told_by_tagger(tagger, mood_rows(20, 100))
    column = moods.index("sadness")
    sad = [row.labels == ("sadness",) for row in mood_rows(20, 100)]
    assert told.scores[sad, column].min() > told.scores[np.invert(sad), column].max()
    figure = next(each for each in judged.figures if each.name == "macro-F1")
    assert figure.before is not None
    assert figure.after > 0.9
    assert judged.verdict
    fair = next(each for each in judged.figures if each.name == "scores by he and she")
    assert fair.before is not None
    assert not fair.better_high


def test_any_labels_of_which_one_holds_become_a_classifier_of_texts(bench: Bench) -> None:
    given = bench.given(kind_rows(40), kind_rows(20, 100), labels="any")

    place = bench.built(given)
    judged = ClassifierKit().judge(given, place, given.report)

    manifest = read_manifest(place)
    assert manifest.task == TEXT_CLASSIFICATION
    assert manifest.exclusive_labels
    classifier = TextClassifier.open(place)
    scores = classifier.scores([row.text for row in kind_rows(20, 100)] + ["   "])
    assert scores[:-1].sum(1) == pytest.approx(1, abs=1e-3)
    assert not scores[-1].any()
    assert next(each.after for each in judged.figures if each.name == "accuracy") > 0.8


def test_the_same_rows_give_the_same_steps_after_a_resume(bench: Bench) -> None:
    given = bench.given(mood_rows(12), mood_rows(6, 100))
    one, other = ClassifierKit().learner(given), ClassifierKit().learner(given)
    assert one.plan(1) == other.plan(1)
    assert one.loss(one.plan(0)[0]).loss.item() == pytest.approx(
        other.loss(other.plan(0)[0]).loss.item(), abs=1e-6)


def test_each_excerpt_may_be_a_text_of_its_own(bench: Bench) -> None:
    given = bench.given(mood_rows(10), [], unit="excerpt", window=32)
    learner = ClassifierKit().learner(given)
    assert len(learner.learning) == learner.learning.parts >= 10


def test_verdicts_on_single_moods_teach_those_alone(bench: Bench) -> None:
    # GIVEN songs of which only sadness was ever judged
    rows = mood_rows(20, asked=("sadness",))
    rows = [TextRow(r.text, tuple(x for x in r.labels if x == "sadness"), r.place, r.asked)
            for r in rows]
    # WHEN they are learned from
    learner = ClassifierKit().learner(bench.given(rows, []))
    # THEN nothing is said of happiness
    assert learner.learning.asked.shape[1] == 1


def test_lora_is_refused_in_words(bench: Bench) -> None:
    given = bench.given(mood_rows(6), [])
    lora = msgspec.structs.replace(given.recipe, tuning=Tuning.LORA)
    with pytest.raises(EngineError, match="LoRA"):
        ClassifierKit().learner(replace(given, recipe=lora))


def test_words_that_are_no_moods_are_nothing_to_learn(bench: Bench) -> None:
    rows = [TextRow(row.text, ("green",), row.place) for row in mood_rows(6)]
    with pytest.raises(EngineError, match="too few labels"):
        ClassifierKit().learner(bench.given(rows, []))


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_stopped_training_goes_on_along_the_same_curve(bench: Bench, precision: str) -> None:
    loop = LoopOptions(epochs=2, rate=1e-3, batch_tokens=256, precision=precision, patience=0)
    given = bench.given(mood_rows(20), mood_rows(8, 100), loop)
    whole, broken = bench.place / "whole", bench.place / "broken"
    for folder in (whole, broken):
        folder.mkdir()
    unbroken = StepLoop(ClassifierKit().learner(given), loop, whole, bench.events.append).run()

    # GIVEN a training that is stopped after its third step
    def stop(event: Event) -> None:
        if isinstance(event, Metric) and event.split == "train" and event.step == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        StepLoop(ClassifierKit().learner(given), loop, broken, stop).run()
    # WHEN it goes on in another process, with a learner made anew
    resumed = StepLoop(ClassifierKit().learner(given), loop, broken,
                       bench.events.append).run(resume=True)
    # THEN it ends where the unbroken one ended
    assert resumed.steps == unbroken.steps
    assert resumed.last["loss"] == pytest.approx(unbroken.last["loss"], abs=1e-4)
