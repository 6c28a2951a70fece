"""Votes are added up in one way, for one song as for many; settings only ever do as they say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.settings import CollationSettings
from engine.tagging.collation import (
    choose_tags,
    collate,
    combine,
    excerpt_moods,
    strict_thresholds,
)
from engine.tagging.results import ExcerptMoods, SongMoods, Tag
from tests.fakes import FakeTagger, lyric

MOODS = ("anger", "calmness", "joy", "sadness", "power")
BARS = (0.3, 0.5, 0.5, 0.4, float("inf"))  # the last is experimental: shown only if asked for
TRIALS = {"power": 0.2}

shares = st.floats(0, 1, width=32)
excerpts_of_a_song = st.lists(
    st.builds(lambda scores, weight, valence, arousal: ExcerptMoods(
        0, 1, weight, np.array(scores, np.float32), valence, arousal),
        st.lists(shares, min_size=5, max_size=5), st.floats(1, 500),
        st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=8)
choices = st.builds(CollationSettings, strictness=st.floats(-1, 1), most_tags=st.integers(1, 5),
                    peak_share=st.sampled_from([0.0, 0.3, 1.0]), count_repeats=st.booleans())


def excerpt(*scores: float, weight: float = 10, valence: float = 0, arousal: float = 0,
            ) -> ExcerptMoods:
    return ExcerptMoods(0, 1, weight, np.array(scores, np.float32), valence, arousal)


def collated(excerpts: list[ExcerptMoods], settings: CollationSettings | None = None) -> SongMoods:
    return collate("t", MOODS, BARS, excerpts, settings or CollationSettings(), TRIALS)


def names(song: SongMoods) -> list[str]:
    return [tag.tag for tag in song.tags]


def test_tags_are_ranked_and_above_their_own_bars() -> None:
    song = collated([excerpt(0.35, 0.45, 0.9, 0.41, 0.99)])
    assert names(song) == ["joy", "sadness", "anger"]
    assert [tag.score for tag in song.tags] == pytest.approx([0.9, 0.41, 0.35])
    assert song.scores == pytest.approx([0.35, 0.45, 0.9, 0.41, 0.99])
    assert song.moods == MOODS


def test_without_excerpts_there_is_no_mood() -> None:
    song = collated([])
    assert (song.tags, song.excerpts, song.valence, song.arousal) == ((), (), 0.0, 0.0)
    assert song.scores.tolist() == [0.0] * 5


def test_an_excerpt_votes_by_how_much_is_sung_in_it() -> None:
    # GIVEN a short sad excerpt and a long glad one
    short = excerpt(0.1, 0.1, 0.1, 0.9, 0.1, weight=1, valence=-0.8)
    long = excerpt(0.1, 0.1, 0.9, 0.1, 0.1, weight=9, valence=0.4)
    # THEN the long one decides
    assert names(collated([short, long])) == ["joy"]
    assert collated([short, long]).valence == pytest.approx(0.9 * 0.4 - 0.1 * 0.8)
    # AND where a chorus counts once only, both count alike
    equal = collated([short, long], CollationSettings(count_repeats=False))
    assert equal.scores[2] == pytest.approx(equal.scores[3])
    assert equal.valence == pytest.approx(-0.2)


def test_the_mean_is_taken_between_logits() -> None:
    # Certainty weighs: 0.99 against 0.3 stays above one half, though the plain mean is 0.645.
    song = collated([excerpt(0.99, 0.5, 0.5, 0.5, 0.5), excerpt(0.3, 0.5, 0.5, 0.5, 0.5)])
    logit = (np.log(0.99 / 0.01) + np.log(0.3 / 0.7)) / 2
    assert song.scores[0] == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-5)


def test_peak_share_moves_from_the_mean_to_the_strongest() -> None:
    parts = [excerpt(0.1, 0.1, 0.1, 0.9, 0.1), excerpt(0.1, 0.1, 0.1, 0.2, 0.1)]
    by_share = [float(collated(parts, CollationSettings(peak_share=share)).scores[3])
                for share in (0.0, 0.5, 1.0)]
    assert by_share[0] < by_share[1] < by_share[2] == pytest.approx(0.9)


def test_most_tags_keeps_the_strongest() -> None:
    part = excerpt(0.6, 0.7, 0.9, 0.8, 0.9)
    assert names(collated([part], CollationSettings(most_tags=2))) == ["joy", "sadness"]
    assert len(collated([part], CollationSettings(most_tags=2)).excerpts[0].tags) == 2


def test_equal_scores_keep_the_order_of_the_moods() -> None:
    shown = names(collated([excerpt(0.7, 0.7, 0.7, 0.7, 0.7)]))
    assert len(shown) == 4
    assert shown == [mood for mood in MOODS if mood in shown]


def test_experimental_moods_are_not_shown_unasked() -> None:
    part = excerpt(0, 0, 0, 0, 1)
    lax = CollationSettings(strictness=-1, most_tags=33, peak_share=1)
    assert collated([part], lax).tags == ()
    assert collated([part], lax).excerpts[0].tags == ()
    assert strict_thresholds(BARS, lax)[-1] == np.inf


def test_experimental_moods_are_shown_where_asked_for_from_their_own_threshold_and_marked() -> None:
    asked = CollationSettings(experimental=True)
    song = collated([excerpt(0.4, 0, 0, 0, 0.21)], asked)
    assert song.tags == (Tag("anger", pytest.approx(0.4)),
                         Tag("power", pytest.approx(0.21), experimental=True))
    assert song.excerpts[0].tags[1].experimental
    assert names(collated([excerpt(0.4, 0, 0, 0, 0.19)], asked)) == ["anger"]
    # AND strictness moves them as it moves the others
    assert names(collated([excerpt(0, 0, 0, 0, 0.21)], replace(asked, strictness=1))) == []
    # AND a mood that nobody measured a threshold for stays out
    bars = (*BARS[:4], float("inf"))
    assert collate("t", MOODS, bars, [excerpt(0, 0, 0, 0, 1)], asked).tags == ()


@given(excerpts_of_a_song, choices)
def test_asking_for_experimental_moods_takes_no_other_away(
        parts: list[ExcerptMoods], settings: CollationSettings) -> None:
    song = collated(parts, settings)
    more = collated(parts, replace(settings, experimental=True))
    assert tuple(tag for tag in more.tags if not tag.experimental) == song.tags
    assert len(more.tags) <= settings.most_tags
    assert np.array_equal(more.scores, song.scores)


@given(excerpts_of_a_song, choices)
def test_whatever_is_chosen_the_result_is_a_result(parts: list[ExcerptMoods],
                                                   settings: CollationSettings) -> None:
    song = collated(parts, settings)
    assert len(song.tags) <= settings.most_tags
    assert len(set(names(song))) == len(song.tags) and set(names(song)) <= set(MOODS[:4])
    assert [t.score for t in song.tags] == sorted((t.score for t in song.tags), reverse=True)
    assert np.all((song.scores >= 0) & (song.scores <= 1))
    assert abs(song.valence) <= 1 + 1e-6 and abs(song.arousal) <= 1 + 1e-6
    low = np.min([p.scores for p in parts], axis=0)
    high = np.max([p.scores for p in parts], axis=0)
    assert np.all(song.scores >= low - 1e-5) and np.all(song.scores <= high + 1e-5)


@given(excerpts_of_a_song, choices, st.floats(0, 2))
def test_a_stricter_choice_never_shows_more(parts: list[ExcerptMoods],
                                            settings: CollationSettings, more: float) -> None:
    settings = replace(settings, most_tags=33)
    stricter = replace(settings, strictness=min(1.0, settings.strictness + more))
    assert set(names(collated(parts, stricter))) <= set(names(collated(parts, settings)))


@given(excerpts_of_a_song, choices, st.randoms(use_true_random=False))
def test_the_order_of_excerpts_does_not_matter(parts: list[ExcerptMoods],
                                               settings: CollationSettings, chance: object) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)
    one, other = collated(parts, settings), collated(shuffled, settings)
    assert one.scores == pytest.approx(other.scores, abs=1e-6)
    assert (one.valence, one.arousal) == pytest.approx((other.valence, other.arousal), abs=1e-6)


@given(st.lists(excerpts_of_a_song, min_size=1, max_size=6), choices)
def test_one_song_is_the_same_among_many(songs: list[list[ExcerptMoods]],
                                         settings: CollationSettings) -> None:
    # GIVEN the excerpts of some songs, one below the other
    rows = [part for song in songs for part in song]
    starts = np.cumsum([0, *(len(song) for song in songs)])[:-1]
    # WHEN they are added up in one go
    many = combine(np.array([r.scores for r in rows]),
                   np.array([(r.valence, r.arousal) for r in rows]),
                   np.array([r.weight for r in rows]), starts, settings)
    # THEN each is what it is alone
    for at, song in enumerate(songs):
        alone = collated(song, settings)
        assert many.scores[at] == pytest.approx(alone.scores, abs=1e-6)
        assert many.affect[at] == pytest.approx((alone.valence, alone.arousal), abs=1e-6)


def test_collating_again_needs_no_tagger() -> None:
    # GIVEN excerpts as a tagger scored them once
    tagger = FakeTagger(lines=2)
    cut = tagger.cut(lyric("lonely rain", "goodbye", "", "we dance", "the sun is bright"))
    parts = excerpt_moods(cut, tagger.score(cut))
    # WHEN they are collated in two ways
    usual = collate(tagger.id, tagger.moods, tagger.thresholds, parts, CollationSettings())
    loud = collate(tagger.id, tagger.moods, tagger.thresholds, usual.excerpts,
                   CollationSettings(peak_share=1.0))
    # THEN the second shows more, from the stored scores alone
    assert tagger.runs == 1
    assert {"sadness", "happiness"} <= set(names(loud))
    assert [(e.first_line, e.last_line) for e in loud.excerpts] == [(0, 1), (3, 4)]
    assert [t.tag for t in loud.excerpts[0].tags] == ["sadness"]


def test_asking_for_more_tags_takes_none_away() -> None:
    # GIVEN moods whose bars differ, so that a low score can stand out more than a high one
    rng = np.random.default_rng(5)
    moods = tuple(f"mood{n}" for n in range(12))
    bars = rng.uniform(0.02, 0.6, 12)
    for _ in range(50):
        scores = rng.uniform(0.0, 0.9, 12).astype(np.float32)
        shown: set[str] = set()
        for strictness in (1.0, 0.5, 0.0, -0.5, -1.0):
            settings = CollationSettings(strictness=strictness, most_tags=4)
            moved = strict_thresholds(tuple(bars), settings)
            # WHEN the bars are lowered step by step
            (tags,) = choose_tags(moods, moved, scores[None], settings.most_tags)
            # THEN every tag stays, and they stand in order of their scores
            assert shown <= {tag.tag for tag in tags}
            assert [tag.score for tag in tags] == sorted((t.score for t in tags), reverse=True)
            shown = {tag.tag for tag in tags}
