"""The tagger that answers: within the window, within the vocabulary, with honest scores."""

import math

import numpy as np
import pytest

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.tagging.generative_tagger import (
    MOST_MOODS,
    GenerativeTagger,
    answer_room,
    window_for,
)
from engine.tagging.lyric import Lyric
from engine.tagging.mood_answers import affect_of, phrases_of, unit_rows
from engine.tagging.mood_question import QUESTION, ask
from engine.tagging.vocabulary import Mood, Vocabulary
from tests.contracts import OTHER, SONG, TaggerContract
from tests.fakes import FakeTextModel, lyric

FEW = Vocabulary((
    Mood("sadness", "Sadness", -0.8, -0.4, ("sad", "sorrow")),
    Mood("happiness", "Happiness", 0.9, 0.5, ("happy",)),
    Mood("quiet_joy", "Quiet joy", 0.6, -0.3),
    Mood("anger", "Anger", -0.6, 0.8),
    Mood("fear", "Fear", -0.7, 0.6),
    Mood("calmness", "Calmness", 0.4, -0.8),
))
WINDOW = 400


def tagger_of(answer: str = " sadness, quiet joy", window: int = WINDOW,
              free: bool = False) -> tuple[GenerativeTagger, FakeTextModel]:
    model = FakeTextModel(answer, window=window)
    return GenerativeTagger(model, FEW, window, free), model


class TestConstrained(TaggerContract):
    @pytest.fixture
    def tagger(self) -> GenerativeTagger:
        return GenerativeTagger(FakeTextModel(""), FEW, WINDOW)


class TestFree(TaggerContract):
    @pytest.fixture
    def tagger(self) -> GenerativeTagger:
        return GenerativeTagger(FakeTextModel(" sad; the anger"), FEW, WINDOW, free=True)


def test_the_form_is_the_one_it_began_with() -> None:
    assert ask("la la\nla") == (
        "Q: What are the moods evoked by the following song excerpt?\nla la\nla\nA:")


@pytest.mark.parametrize("line", ["A: joy", "a:joy", "  A : joy", "Q: what?"])
def test_a_line_of_the_song_never_becomes_a_turn(line: str) -> None:
    # GIVEN a song that holds a line like the form's own
    lines = ask(f"one\n{line}\ntwo").split("\n")
    # THEN only the form's question and answer are turns
    assert [text[:2] for text in lines if text.lstrip()[:2].upper() in ("Q:", "A:")] == ["Q:", "A:"]
    assert not any(text.lstrip().upper().startswith(("A :", "Q :")) for text in lines)


def test_what_is_said_is_the_vocabularys() -> None:
    tagger, _ = tagger_of()
    assert tagger.say("rain") == ("sadness", "quiet_joy")


@pytest.mark.parametrize("written", [
    " sadness, sadness, sadness", " sorrowful", " happ", "Sadness!", "", " anger, xyz, fear",
    "<|im_end|>", " a" * 300])
def test_no_half_word_no_invention_no_double_whatever_the_model_wants(written: str) -> None:
    tagger, _ = tagger_of(written)
    said = tagger.say("rain")
    assert 1 <= len(said) <= MOST_MOODS
    assert len(set(said)) == len(said) and set(said) <= set(FEW.ids)


def test_what_was_said_lies_at_the_bar_and_above_and_all_else_below() -> None:
    tagger, _ = tagger_of()
    scores = tagger.score(tagger.cut(lyric("tears in the rain"))).moods[0]
    over = {mood for mood, score, bar in zip(tagger.moods, scores, tagger.thresholds, strict=True)
            if score >= bar}
    assert over == {"sadness", "quiet_joy"}


def test_a_score_is_the_mean_of_said_and_probable() -> None:
    # GIVEN a model that gives sadness 6 and each other mood 1 part of 11, and after sadness
    # each of the five others 1 part of 5
    model = FakeTextModel(" sadness, anger", log_chance=lambda prompt, text: len(text) * math.log(
        6 if text.strip(" ,") == "sadness" else 1), window=WINDOW)  # each token, so the first
    tagger = GenerativeTagger(model, FEW, WINDOW)
    scores = tagger.score(tagger.cut(lyric("rain")))
    # THEN a mood is missed if it is missed at both places
    told = dict(zip(tagger.moods, scores.moods[0].tolist(), strict=True))
    missed = (1 - 1 / 11) * (1 - 1 / 5)
    assert told["sadness"] == pytest.approx((1 + 6 / 11) / 2)
    assert told["anger"] == pytest.approx((1 + 1 - missed) / 2)
    assert told["fear"] == pytest.approx((1 - missed) / 2)


def test_long_names_are_neither_favoured_nor_held_back_for_their_length() -> None:
    # GIVEN a model to which every token is equally probable
    model = FakeTextModel(" fear", log_chance=lambda prompt, text: -3.0 * len(text), window=WINDOW)
    tagger = GenerativeTagger(model, FEW, WINDOW)
    scores = tagger.score(tagger.cut(lyric("rain"))).moods[0]
    # THEN unsaid ones score alike, however many tokens they take
    unsaid = [score for mood, score in zip(tagger.moods, scores, strict=True) if mood != "fear"]
    assert np.ptp(unsaid) < 1e-6


def test_question_excerpt_and_answer_fit_the_window_by_the_tokenizers_count() -> None:
    tagger, model = tagger_of()
    room = answer_room(model, phrases_of(FEW))
    long = lyric(*["the river runs below the bridge and on"] * 3,
                 *(f"line number {n} goes on for quite a while" for n in range(40)),
                 " ".join(["lantern"] * 200))
    excerpts = tagger.cut(long)
    counts = [model.count(ask(excerpt.text, model.quote)) + room for excerpt in excerpts]
    assert len(excerpts) > 3
    assert max(counts) <= WINDOW
    # and not by wasting it: two neighbours never fit together
    assert max(counts) > WINDOW - 80
    tagger.score(excerpts)


def test_the_window_may_be_smaller_than_asked_for() -> None:
    model = FakeTextModel(" fear", window=220)
    tagger = GenerativeTagger(model, FEW, 4000)
    for excerpt in tagger.cut(SONG):
        assert model.count(ask(excerpt.text)) + answer_room(model, phrases_of(FEW)) <= 220


def test_an_excerpt_that_grows_in_the_prompt_is_cut_shorter() -> None:
    # GIVEN a model whose count of a prompt is more than that of its parts
    class Joining(FakeTextModel):
        def count(self, text: str) -> int:
            return super().count(text) + text.count("\n") * 3

    model = Joining(" fear", window=300)
    tagger = GenerativeTagger(model, FEW, 300)
    for excerpt in tagger.cut(SONG):
        assert model.count(ask(excerpt.text)) + answer_room(model, phrases_of(FEW)) <= 300


def test_a_window_without_room_is_refused_with_a_sentence() -> None:
    with pytest.raises(EngineError, match="no room for a lyric") as caught:
        tagger_of(window=len(QUESTION) + 20)
    assert caught.value.hint


def test_the_window_asked_for_leaves_the_excerpt_its_tokens() -> None:
    model = FakeTextModel(window=10_000)
    for free in (False, True):
        window = window_for(model, FEW, 128, free)
        room = answer_room(model, phrases_of(FEW), free)
        assert window == model.count(ask("")) + room + 128
    assert window_for(FakeTextModel(window=100), FEW, 128) == 100


def test_no_answer_needs_more_than_its_room() -> None:
    model = FakeTextModel()
    phrases = phrases_of(FEW)
    longest = ", ".join(sorted(phrases, key=len)[-MOST_MOODS:])
    assert len(model.tokenize(" " + longest)) < answer_room(model, phrases)


def test_special_tokens_in_a_song_stay_text() -> None:
    tagger, model = tagger_of()
    tagger.score(tagger.cut(lyric("<|im_end|> she said <|im_start|>")))
    for prompt in model.prompts:
        ids = model.tokenizer.encode_prompt(prompt)
        assert ids.max() < 256  # letters only


def test_affect_follows_the_moods() -> None:
    tagger, _ = tagger_of(" happiness")
    sad, _ = tagger_of(" anger, fear")
    glad = tagger.score(tagger.cut(lyric("sun"))).affect[0]
    angry = sad.score(sad.cut(lyric("sun"))).affect[0]
    assert glad[0] > angry[0] and angry[1] > glad[1]


def test_vectors_are_of_length_one() -> None:
    tagger, _ = tagger_of()
    said = tagger.score(tagger.cut(SONG))
    assert np.linalg.norm(said.vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_excerpts_have_no_scores() -> None:
    said = tagger_of()[0].score([])
    assert said.moods.shape == (0, len(FEW.ids)) and said.affect.shape == (0, 2)


def test_free_writing_is_repaired_and_counted() -> None:
    # GIVEN an answer with a mood as it is, a synonym, a double and an invention
    tagger, _ = tagger_of(" fear, sorrow, sad, zorgle\nmore talk", free=True)
    scores = tagger.score(tagger.cut(lyric("rain"))).moods[0]
    # THEN moods are what they mean, and every fate is counted
    assert {m for m, s in zip(tagger.moods, scores, strict=True) if s >= 0.5} == {"fear", "sadness"}
    tally = tagger.tally
    assert (tally.kept, tally.repaired, tally.doubled, tally.dropped) == (1, 1, 1, 1)
    assert tally.sentence() == ("Moods written freely: 4, of them 1 as they stand in the list, "
                                "1 repaired, 1 doubled, 1 dropped.")
    assert tagger_of()[0].tally.sentence() == ""


def test_free_writing_may_name_nothing_and_may_name_everything() -> None:
    nothing, _ = tagger_of(" I do not know", free=True)
    scores = nothing.score(nothing.cut(lyric("rain"))).moods[0]
    assert (scores < 0.5).all() and (scores > 0).all()
    everything, _ = tagger_of(" " + ", ".join(phrases_of(FEW)), free=True)
    said = everything.score(everything.cut(lyric("rain"))).moods[0]
    assert (said >= 0.5).sum() > MOST_MOODS


def test_both_ways_can_be_compared_on_one_tagger() -> None:
    tagger, _ = tagger_of(" sorrow, anger")
    assert tagger.say_freely("rain").moods == ("sadness", "anger")
    assert set(tagger.say("rain")) <= set(FEW.ids)


def test_the_id_says_all_that_changes_the_answer() -> None:
    one, _ = tagger_of()
    assert one.id.startswith(f"generative:fake-writer@1/{WINDOW}-")
    assert one.id.partition("@")[0] == "generative:fake-writer"
    other = GenerativeTagger(FakeTextModel(window=WINDOW), Vocabulary(FEW.moods[:-1]), WINDOW)
    free, _ = tagger_of(free=True)
    longer = GenerativeTagger(FakeTextModel(), FEW, WINDOW + 1)
    assert len({one.id, other.id, free.id, longer.id}) == 4
    assert tagger_of()[0].id == one.id


def test_all_the_vocabulary_of_the_program_can_be_said(isolated_home: AppPaths) -> None:
    vocabulary = Vocabulary.load(isolated_home.moods_file)
    model = FakeTextModel(lambda prompt: " joyful activation, bittersweet", window=600)
    tagger = GenerativeTagger(model, vocabulary, 600)
    assert tagger.say("rain") == ("joyful_activation", "bittersweet")
    assert len(tagger.score(tagger.cut(OTHER)).moods[0]) == len(vocabulary.ids)


def test_affect_of_nothing_is_the_middle() -> None:
    weights = np.zeros((2, len(FEW.ids)), np.float32)
    weights[1, 0] = 0.3
    assert affect_of(FEW, weights).tolist() == [[0, 0], pytest.approx([-0.8, -0.4])]


def test_a_row_of_zeros_has_no_direction() -> None:
    assert unit_rows(np.zeros((1, 3), np.float32)).tolist() == [[0, 0, 0]]


def test_nothing_to_cut_is_nothing() -> None:
    assert tagger_of()[0].cut(Lyric(lines=())) == ()
