"""Moods as labels: a score is how much likelier the excerpt makes a mood than no excerpt."""

import math

import numpy as np
import pytest

from engine.errors import EngineError
from engine.tagging.classify_prompt import ClassifyPrompt
from engine.tagging.vocabulary import Mood, Vocabulary
from engine.tagging.zero_shot_tagger import ZeroShotTagger
from tests.contracts import SONG, TaggerContract
from tests.fakes import FakeTextModel, lyric

FEW = Vocabulary((Mood("sadness", "Sadness", -0.8, -0.4), Mood("happiness", "Happiness", 0.9, 0.5),
                  Mood("quiet_joy", "Quiet joy", 0.6, -0.3)))
PROMPT = ClassifyPrompt("moods", item="Song excerpt: {text}", answer="Mood:")


def chances(prompt: str, label: str) -> float:
    """Sadness is a likely word anyway; where the text holds rain, four times as likely."""
    tail = prompt.rpartition("excerpt:")[2]
    liked = {"sadness": 8.0, "happiness": 1.0, "quiet joy": 1.0}[label.strip()]
    if label.strip() == "sadness" and "rain" in tail:
        liked *= 4
    return math.log(liked) * len(label.encode())


def tagger_of(model: FakeTextModel, excerpt: int = 60) -> ZeroShotTagger:
    return ZeroShotTagger(model, PROMPT, FEW, excerpt)


class TestZeroShot(TaggerContract):
    @pytest.fixture
    def tagger(self) -> ZeroShotTagger:
        return tagger_of(FakeTextModel())


def test_half_is_where_the_excerpt_says_nothing() -> None:
    tagger = tagger_of(FakeTextModel(log_chance=chances))
    assert tagger.score(tagger.cut(lyric("a table"))).moods[0] == pytest.approx([0.5] * 3)


def test_what_counts_is_how_much_likelier_not_how_likely() -> None:
    tagger = tagger_of(FakeTextModel(log_chance=chances))
    scores = tagger.score(tagger.cut(lyric("rain"))).moods[0]
    lift = (32 / 34) / (8 / 10)
    assert scores[0] == pytest.approx(lift / (1 + lift), abs=1e-6)
    assert scores[1] < 0.5 and scores[2] < 0.5


def test_excerpts_are_as_long_as_asked_for_and_never_too_long_for_the_window() -> None:
    tagger = tagger_of(FakeTextModel())
    assert max(len(e.token_ids) for e in tagger.cut(SONG)) <= 60
    model = FakeTextModel(window=80)
    narrow = tagger_of(model)
    narrow.score(narrow.cut(SONG))
    assert max(model.count(prompt) for prompt in model.prompts) <= 80


def test_a_prompt_without_room_is_refused() -> None:
    with pytest.raises(EngineError, match="no room for a lyric"):
        tagger_of(FakeTextModel(window=35))


def test_affect_leans_to_the_moods_that_rose_only() -> None:
    tagger = tagger_of(FakeTextModel(log_chance=chances))
    said = tagger.score(tagger.cut(lyric("rain", "rain")))
    assert said.affect[0] == pytest.approx([-0.8, -0.4])


def test_the_id_changes_with_prompt_model_moods_and_length() -> None:
    first = tagger_of(FakeTextModel())
    others = [
        ZeroShotTagger(FakeTextModel(), ClassifyPrompt("moods", "{text}", "M:"), FEW, 60),
        ZeroShotTagger(FakeTextModel(), PROMPT, Vocabulary(FEW.moods[:2]), 60),
        ZeroShotTagger(FakeTextModel(id="other"), PROMPT, FEW, 60),
        tagger_of(FakeTextModel(), 61)]
    assert len({first.id, *(other.id for other in others)}) == 5
    assert first.id == tagger_of(FakeTextModel()).id
    assert first.id.partition("@")[0] == "zero-shot:fake-writer"


def test_the_bar_is_three_times_as_likely() -> None:
    assert tagger_of(FakeTextModel()).thresholds == (0.75,) * 3


def test_no_excerpts_ask_nothing() -> None:
    model = FakeTextModel()
    said = tagger_of(model).score([])
    assert said.moods.shape == (0, 3) and not model.prompts
    assert np.isfinite(said.vectors).all()
