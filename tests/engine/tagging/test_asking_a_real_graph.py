"""The taggers that ask, over a real decode loop with a tiny random model: right, not good."""

from pathlib import Path

import pytest

from engine.inference.language_model import LanguageModel
from engine.tagging.classify_prompt import ClassifyPrompt
from engine.tagging.generative_tagger import MOST_MOODS, GenerativeTagger, answer_room
from engine.tagging.mood_answers import phrases_of
from engine.tagging.mood_question import ask
from engine.tagging.phrase_chances import phrase_chances
from engine.tagging.vocabulary import Mood, Vocabulary
from engine.tagging.zero_shot import ZeroShotClassifier
from engine.tagging.zero_shot_tagger import ZeroShotTagger
from tests.contracts import SONG, TaggerContract
from tests.tiny_decoder import write_tiny_chat_model

FEW = Vocabulary((Mood("sad", "Sad", -0.8, -0.4), Mood("glad", "Glad", 0.9, 0.5),
                  Mood("calm", "Calm", 0.4, -0.8), Mood("sad_and_glad", "Both", 0.1, 0.1),
                  Mood("sadness", "Sadness", -0.7, -0.5)))
PROMPT = ClassifyPrompt("moods", item="Song: {text}", answer="Mood:")
EXCERPT = 24


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    folder: Path = write_tiny_chat_model(tmp_path_factory.mktemp("models") / "tiny-writer")
    return LanguageModel.open(folder, threads=1)


@pytest.fixture(scope="module")
def window(model: LanguageModel) -> int:
    return model.count(ask("")) + answer_room(model, phrases_of(FEW)) + EXCERPT


class TestGenerative(TaggerContract):
    @pytest.fixture
    def tagger(self, model: LanguageModel, window: int) -> GenerativeTagger:
        return GenerativeTagger(model, FEW, window)


class TestZeroShot(TaggerContract):
    @pytest.fixture
    def tagger(self, model: LanguageModel) -> ZeroShotTagger:
        return ZeroShotTagger(model, PROMPT, FEW, EXCERPT)


def test_every_answer_is_of_the_vocabulary_and_fits_the_window(model: LanguageModel,
                                                               window: int) -> None:
    tagger = GenerativeTagger(model, FEW, window)
    for excerpt in tagger.cut(SONG):
        said = tagger.say(excerpt.text)
        assert 1 <= len(said) <= MOST_MOODS
        assert len(set(said)) == len(said) and set(said) <= set(FEW.ids)
        answer = " " + ", ".join(mood.replace("_", " ") for mood in said)
        assert model.count(ask(excerpt.text, model.quote) + answer) <= window


def test_the_first_moods_chance_is_the_models_own(model: LanguageModel, window: int) -> None:
    # GIVEN an excerpt and the probabilities of all phrases after the question
    tagger = GenerativeTagger(model, FEW, window)
    excerpt = tagger.cut(SONG)[0]
    phrases = [" " + phrase for phrase in phrases_of(FEW)]
    chances = phrase_chances([model.tokenize(phrase).tolist() for phrase in phrases],
                             model.logprobs(ask(excerpt.text, model.quote), phrases))
    # THEN what was said first scores half for that and half of its share, at the least
    first = FEW.ids.index(tagger.say(excerpt.text)[0])
    score = tagger.score([excerpt]).moods[0, first]
    assert score == pytest.approx((1 + chances[first]) / 2, abs=0.01)


def test_a_label_within_another_label_is_no_harm(model: LanguageModel) -> None:
    classifier = ZeroShotClassifier(model, PROMPT)
    scores = classifier.scores("the rain", ("sad", "sadness", "sad and glad"))
    assert scores.sum() == pytest.approx(1, abs=1e-5) and (scores > 0).all()


def test_asking_in_between_changes_no_answer(model: LanguageModel) -> None:
    # GIVEN two ways of asking that share one model, and so its caches
    one = ZeroShotClassifier(model, PROMPT)
    other = ZeroShotClassifier(model, ClassifyPrompt("other", "Text: {text}", "Label:"))
    alone = one.raw("the rain comes down", ("sad", "glad"))
    other.raw("something else entirely", ("calm", "glad"))
    again = ZeroShotClassifier(model, PROMPT).raw("the rain comes down", ("sad", "glad"))
    assert again == pytest.approx(alone, abs=1e-3)
