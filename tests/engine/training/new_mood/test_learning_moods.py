"""A new mood learned from few songs: it finds more of them, says how sure it is, and no more."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.training.new_mood.candidates import preview
from engine.training.new_mood.fitting import LEAST_EXAMPLES, Marks, learn_mood
from engine.training.new_mood.known_songs import KnownSongs
from engine.training.new_mood.quality import judge

MOODS = tuple(f"mood{number}" for number in range(8))
PLACES = {mood: (float(np.cos(at)), float(np.sin(at))) for at, mood in enumerate(MOODS)}
WIDTH = 16
SONGS = 400


def library(seed: int = 1, songs: int = SONGS, pull: float = 1.5,
            artists: int = 100) -> tuple[KnownSongs, np.ndarray]:
    """Songs of which a fifth lie off along a hidden direction; which they are."""
    chance = np.random.default_rng(seed)
    looks = chance.normal(size=(songs, len(MOODS) + 2 + WIDTH)).astype(np.float32)
    carries = chance.random(songs) < 0.2
    hidden = np.random.default_rng(0).normal(size=looks.shape[1])
    hidden[len(MOODS) + 2:] *= 0.2
    looks[carries] += (pull * hidden / np.linalg.norm(hidden)).astype(np.float32)
    named = tuple(f"artist {number % artists}" for number in range(songs))
    return KnownSongs("tagger@1", MOODS, tuple(range(100, 100 + songs)), named, looks), carries


def marks_of(carries: np.ndarray, yes: int = 20, no: int = 0) -> Marks:
    return Marks(np.flatnonzero(carries)[:yes], np.flatnonzero(~carries)[:no])


def auc(scores: np.ndarray, right: np.ndarray) -> float:
    above = scores[right][:, None] > scores[~right]
    return float(above.mean())


def test_twenty_songs_are_enough_to_find_the_others() -> None:
    # GIVEN a library in which a fifth of the songs carry something no mood is named for
    songs, carries = library(pull=2.5)
    marks = marks_of(carries)
    # WHEN the mood is learned from twenty of them
    learned = learn_mood(songs, marks, PLACES)
    # THEN the others stand above the rest
    rest = np.setdiff1d(np.arange(SONGS), marks.yes)
    assert auc(learned.scores[rest], carries[rest]) > 0.8
    # AND the head says of songs as they are just what was scored
    logits = songs.looks @ learned.head.weights + learned.head.bias
    assert 1 / (1 + np.exp(-logits)) == pytest.approx(learned.scores, abs=1e-4)


def test_noes_teach_too() -> None:
    songs, carries = library(pull=1.2)
    few, with_noes = (learn_mood(songs, marks_of(carries, 8, no), PLACES) for no in (0, 40))
    assert auc(with_noes.scores, carries) > auc(few.scores, carries)


def test_the_same_examples_give_the_same_head() -> None:
    songs, carries = library()
    one, other = (learn_mood(songs, marks_of(carries), PLACES) for _ in range(2))
    assert np.array_equal(one.head.weights, other.head.weights)
    assert one.head.bias == other.head.bias


def test_fewer_than_eight_songs_are_refused_with_a_sentence() -> None:
    songs, carries = library()
    with pytest.raises(EngineError, match="at least 8") as told:
        learn_mood(songs, marks_of(carries, LEAST_EXAMPLES - 1), PLACES)
    assert told.value.hint


def test_the_told_quality_is_that_of_songs_not_learned_from() -> None:
    # GIVEN songs that carry nothing in common
    songs, _ = library(pull=0.0)
    marks = marks_of(np.arange(SONGS) < 20)
    # WHEN a mood is learned from them all the same
    quality = judge(learn_mood(songs, marks, PLACES), marks)
    # THEN nothing is claimed, though the examples themselves are known by heart
    assert quality.low < 0.5 < quality.high
    assert not quality.proven


def test_a_real_mood_is_told_from_chance_with_an_interval_around_it() -> None:
    songs, carries = library(pull=2.5)
    marks = marks_of(carries)
    quality = judge(learn_mood(songs, marks, PLACES), marks)
    assert quality.proven
    assert quality.low < quality.auc < quality.high
    assert not quality.against_noes


def test_songs_of_an_artist_do_not_vouch_for_each_other() -> None:
    # GIVEN examples of which each artist's are nearly the same song
    songs, _ = library(pull=0.0, artists=SONGS)
    yes = np.arange(20)
    looks = songs.looks.copy()
    for row in range(20):
        looks[row] = looks[row - row % 5] + 0.01 * looks[row]
    alike = KnownSongs(songs.tagger, MOODS, songs.keys, tuple(
        f"artist {row // 5}" if row < 20 else f"other {row}" for row in range(SONGS)), looks)
    apart = KnownSongs(songs.tagger, MOODS, songs.keys, tuple(
        f"artist {row}" for row in range(SONGS)), looks)
    marks = Marks(yes, np.zeros(0, np.int64))
    honest, fooled = (judge(learn_mood(each, marks, PLACES), marks) for each in (alike, apart))
    assert honest.auc < fooled.auc


def test_the_threshold_calls_most_examples_and_not_half_the_library() -> None:
    songs, carries = library(pull=2.5)
    marks = marks_of(carries)
    learned = learn_mood(songs, marks, PLACES)
    assert (learned.honest[marks.yes] >= learned.threshold).mean() >= 0.5
    assert (learned.scores >= learned.threshold).mean() <= 0.31


def test_a_mood_lies_where_its_songs_are_said_to_lie() -> None:
    songs, carries = library(pull=0.0)
    looks = songs.looks.copy()
    looks[carries, 2] += 3.0
    moved = KnownSongs(songs.tagger, MOODS, songs.keys, songs.artists, looks)
    place = learn_mood(moved, marks_of(carries), PLACES).place
    assert np.hypot(place[0] - PLACES["mood2"][0], place[1] - PLACES["mood2"][1]) < 0.5


def test_the_preview_leaves_out_what_the_person_said_already() -> None:
    songs, carries = library(pull=2.5)
    marks = marks_of(carries, 20, 5)
    seen = preview(learn_mood(songs, marks, PLACES), marks)
    said = {*marks.yes.tolist(), *marks.no.tolist()}
    assert not said & {*seen.sure, *seen.unsure}
    assert not set(seen.sure) & set(seen.unsure)
    assert carries[list(seen.sure)].mean() > 0.5
    assert seen.called >= len(seen.sure) + len(marks.yes)


@pytest.mark.parametrize("songs", [8, 12, 30])
def test_a_library_of_a_few_songs_is_no_trouble(songs: int) -> None:
    known, _ = library(songs=songs)
    marks = Marks(np.arange(8), np.zeros(0, np.int64))
    learned = learn_mood(known, marks, PLACES)
    assert np.isfinite(learned.scores).all()
    assert judge(learned, marks).yes == 8
    assert preview(learned, marks).called >= 8
