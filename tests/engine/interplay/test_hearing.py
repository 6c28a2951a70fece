"""What a tagger hears in texts, and that it hears each once."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.interplay.hearing import AT_ONCE, Heard, MoodListener, lyric_of
from engine.tagging.lyric import LineKind
from tests.fakes import FakeTagger


def test_each_text_is_heard_in_its_order_and_read_once() -> None:
    # GIVEN texts of which one comes twice
    tagger = FakeTagger()
    listener = MoodListener(tagger)
    sad, glad = "tears in the rain", "dance in the sun"
    # WHEN they are heard
    heard = listener.heard([sad, glad, sad])
    # THEN each has its moods, in one run of the tagger
    assert heard[0] is heard[2]
    assert heard[0].excerpts[0].scores[0] > 0.5 > heard[1].excerpts[0].scores[0]
    assert tagger.read == [sad, glad] and tagger.runs == 1
    # AND nothing is read again, whatever stands beside it
    listener.heard([glad, "a quiet sea", sad])
    assert tagger.read == [sad, glad, "a quiet sea"]


def test_texts_without_words_are_silent_and_do_not_run_the_tagger() -> None:
    tagger = FakeTagger()
    heard = MoodListener(tagger).heard(["", " \n\t\n", "\u200b"])
    assert all(one.excerpts == () and one.vector is None and one.weight == 0 for one in heard)
    assert tagger.runs == 0


def test_the_vector_of_a_text_is_the_sum_of_its_excerpts_by_weight() -> None:
    tagger = FakeTagger(lines=1)
    heard, = MoodListener(tagger).heard(["tears\nthe sun is out"])
    excerpts = tagger.cut(lyric_of("tears\nthe sun is out"))
    wanted = (tagger.score(excerpts).vectors * [[1], [4]]).sum(axis=0)
    assert heard.vector == pytest.approx(wanted) and heard.weight == 5
    assert [excerpt.first_line for excerpt in heard.excerpts] == [0, 1]


def test_long_talks_are_read_in_steps_and_what_was_read_stays() -> None:
    # GIVEN more texts than the tagger is given at once
    tagger = FakeTagger()
    listener = MoodListener(tagger)
    texts = [f"line number {number}" for number in range(2 * AT_ONCE + 5)]
    # WHEN reading them is stopped after the first step
    reading = listener.reading(texts, {})
    assert next(reading) == (AT_ONCE, len(texts))
    reading.close()  # type: ignore[attr-defined]
    # THEN only the others are read the next time
    steps = list(listener.reading(texts, {}))
    assert steps == [(2 * AT_ONCE, len(texts)), (len(texts), len(texts))]
    assert len(tagger.read) == len(texts)


def test_no_more_is_remembered_than_asked_but_nothing_is_lost_on_the_way() -> None:
    tagger = FakeTagger()
    listener = MoodListener(tagger, most=2)
    texts = ["one", "two", "three"]
    assert [one.weight for one in listener.heard(texts)] == [1, 1, 1]
    # The oldest is read again, the newest is not.
    listener.heard(["three", "one"])
    assert tagger.read == ["one", "two", "three", "one"]


def test_talk_is_not_taken_for_a_song_file() -> None:
    lyric = lyric_of("[Chorus]\n\n[00:12.00] Artist: me\r\n  x4  ")
    assert [line.kind for line in lyric.lines] == [
        LineKind.WORDS, LineKind.BLANK, LineKind.WORDS, LineKind.WORDS]
    assert lyric.lines[2].words == "[00:12.00] Artist: me" and lyric.lines[3].repeats == 1


def test_half_letters_are_heard_too() -> None:
    heard, = MoodListener(FakeTagger()).heard(["\ud800 tears"])
    assert isinstance(heard, Heard) and np.isfinite(heard.excerpts[0].scores).all()


def test_what_the_tagger_cannot_take_is_told() -> None:
    listener = MoodListener(FakeTagger(refuses="stone"))
    with pytest.raises(EngineError):
        listener.heard(["a stone"])
    assert listener.heard(["a leaf"])[0].excerpts
