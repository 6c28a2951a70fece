"""Folds that no artist and no near-duplicate stands in twice, and that are about as large."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.evaluation.folds import folds_by_artist

ARTISTS = [f"artist {n % 40}" for n in range(200)]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 25)), min_size=8, max_size=80),
       st.integers(2, 6), st.integers(0, 5))
def test_no_artist_and_no_duplicate_is_torn_apart(songs: list[tuple[int, int]], folds: int,
                                                  seed: int) -> None:
    artists = [f"artist {artist}" for artist, _ in songs]
    groups = [f"group {group}" if group > 18 else "" for _, group in songs]
    try:
        found = folds_by_artist(artists, folds, seed, groups)
    except EngineError:
        return  # too few that can be told apart
    assert found.shape == (len(songs),)
    assert set(found.tolist()) == set(range(folds)), "every fold holds songs"
    for names in (artists, [group or f"alone {row}" for row, group in enumerate(groups)]):
        for name in set(names):
            assert len({fold for fold, own in zip(found.tolist(), names, strict=True)
                        if own == name}) == 1


def test_folds_are_even_and_of_the_seed() -> None:
    found = folds_by_artist(ARTISTS, 5, 7)
    assert np.bincount(found).tolist() == [40] * 5
    assert (folds_by_artist(ARTISTS, 5, 7) == found).all()
    assert (folds_by_artist(ARTISTS, 5, 8) != found).any()


def test_a_large_artist_does_not_tip_the_others() -> None:
    sizes = np.bincount(folds_by_artist(["Prolific"] * 30 + [f"a{n}" for n in range(70)], 5, 1))
    assert sorted(sizes.tolist()) == [17, 17, 18, 18, 30]


def test_spelling_does_not_part_an_artist_but_namelessness_joins_nobody() -> None:
    found = folds_by_artist(["The  Ann", "the ann ", "", "", "", "", "Bo", "Cy"], 3, 0)
    assert found[0] == found[1]
    assert len(set(found[2:6].tolist())) > 1


def test_a_chain_of_duplicates_holds_three_artists_together() -> None:
    artists = ["a", "b", "b", "c", *(f"other {n}" for n in range(20))]
    groups = ["x", "x", "y", "y", *[""] * 20]
    for seed in range(5):
        found = folds_by_artist(artists, 4, seed, groups)
        assert len(set(found[:4].tolist())) == 1


@pytest.mark.parametrize("artists, folds", [(["a", "a", "a"], 2), (["a", "b"], 3), ([], 2),
                                            (ARTISTS, 1), (ARTISTS, 128), (ARTISTS, 0)])
def test_folds_that_cannot_be_are_refused_in_words(artists: list[str], folds: int) -> None:
    with pytest.raises(EngineError, match="folds"):
        folds_by_artist(artists, folds, 1)
