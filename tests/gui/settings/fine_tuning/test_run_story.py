"""What a run told becomes curves, figures and samples; what it goes back behind is forgotten."""

from engine.events import Metric, Note, Sample
from gui.settings.fine_tuning.run_story import MOST_SAMPLES, RunStory
from tests.gui.settings.fine_tuning.conftest import steps


def test_curves_figures_and_samples_are_told_apart() -> None:
    story = RunStory()
    story.take([*steps(9), Note(message="so far")])
    assert story.train.steps == list(range(1, 10)) and story.step == 9
    assert story.valid.steps == [0, 4, 8] and list(story.metrics()) == ["macro-F1"]
    best = story.valid.best()
    assert best is not None and best[0] == 8
    assert story.run == {"examples per second": 12.5, "memory MB": 900.0}
    assert [each.text for each in story.latest_samples()] == ["said at 8"]
    assert [each.text for each in story.first_samples()] == ["said at 0"]


def test_a_resumed_run_forgets_what_it_goes_back_behind() -> None:
    # GIVEN a run that was killed at step 9 and goes on from step 6
    story = RunStory()
    story.take(steps(9))
    story.take([Metric(step=7, name="loss", value=0.5, split="train"),
                Metric(step=8, name="loss", value=0.4, split="valid"),
                Sample(step=8, text="said again")])
    # THEN its curve is that of an unbroken run
    assert story.train.steps == [1, 2, 3, 4, 5, 6, 7] and story.train.last == 0.5
    assert story.valid.steps == [0, 4, 8] and story.valid.last == 0.4


def test_a_gap_is_a_gap_and_the_first_samples_stay() -> None:
    story = RunStory()
    story.take([Metric(step=1, name="loss", value=None, split="train"),
                *(Sample(step=n, text=str(n)) for n in range(MOST_SAMPLES * 2))])
    assert story.train.values == [None] and story.train.best() is None
    assert story.first_samples()[0].step == 0
    assert story.latest_samples()[0].step == MOST_SAMPLES * 2 - 1
    assert len(story.samples) <= MOST_SAMPLES
    assert RunStory().step == 0 and not len(RunStory().valid)
