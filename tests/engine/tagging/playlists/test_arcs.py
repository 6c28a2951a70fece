"""Songs ranked by how near their course comes to one that is wished for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.playlists.arcs import DrawnArc, MoodArc, presence, rank, resampled, wished
from engine.tagging.playlists.mood_curves import POINTS, STAGES, StackedCurves
from engine.tagging.song_scores import TaggerNote

HOPE, BITTER, CALM = "hope", "bitter", "calm"


def curves(*courses: tuple[tuple[float, float, float], tuple[float, float, float]],
           valence: list[list[float]] | None = None) -> StackedCurves:
    """One song for each pair of courses: hope and bitterness as scores over three stages."""
    scores = np.array([[[h, b, 0.1] for h, b in zip(*course, strict=True)]
                       for course in courses]).reshape(len(courses), STAGES, 3)
    affect = np.zeros((len(courses), POINTS, 2), np.float32)
    if valence is not None:
        affect[:, :, 0] = valence
    stages = np.log(scores / (1 - scores)).astype(np.float32)
    note = TaggerNote(1, "t", (HOPE, BITTER, CALM), (0.5, 0.5, 2.0), frozenset())
    return StackedCurves(note, np.arange(1, len(courses) + 1), affect, stages)


TURNS = ((0.95, 0.5, 0.05), (0.05, 0.5, 0.95))
TURNS_BACK = ((0.05, 0.5, 0.95), (0.95, 0.5, 0.05))
BOTH = ((0.9, 0.9, 0.9), (0.9, 0.9, 0.9))
NEITHER = ((0.1, 0.1, 0.1), (0.1, 0.1, 0.1))
A_LITTLE = ((0.7, 0.5, 0.3), (0.3, 0.5, 0.7))


def test_starts_hopeful_turns_bitter() -> None:
    shelf = curves(BOTH, TURNS_BACK, A_LITTLE, NEITHER, TURNS)
    found = rank(shelf, MoodArc(beginning=HOPE, end=BITTER))
    # The one that does it comes first, then the one that hints at it; the others do not at all.
    assert found.songs[:2].tolist() == [5, 3]
    assert found.nearness[0] > 0.85 and 0.2 < found.nearness[1] < 0.7
    assert found.nearness[2:].tolist() == [0, 0, 0]
    assert (np.diff(found.nearness) <= 0).all()


def test_a_song_may_turn_at_once_and_go_farther_than_was_asked_for() -> None:
    turn = [0.3] * 6 + [-0.3] * 6
    slope = np.linspace(0.3, -0.3, POINTS).tolist()
    shelf = curves(*[NEITHER] * 4, valence=[turn, slope, [-each for each in turn], [0.0] * POINTS])
    found = rank(shelf, DrawnArc((0.5, -0.5)))
    assert set(found.songs[:2].tolist()) == {1, 2} and found.nearness[1] > 0.6
    assert found.nearness[2:].tolist() == [0, 0]


def test_one_mood_throughout_wants_it_everywhere() -> None:
    shelf = curves(TURNS, BOTH, NEITHER)
    assert rank(shelf, MoodArc(HOPE, HOPE, HOPE)).songs.tolist() == [2, 1, 3]


def test_a_middle_of_its_own() -> None:
    shelf = curves(((0.9, 0.1, 0.9), (0.1, 0.9, 0.1)), ((0.9, 0.9, 0.9), (0.1, 0.1, 0.1)))
    assert rank(shelf, MoodArc(HOPE, BITTER, HOPE)).songs[0] == 1
    assert rank(shelf, MoodArc(HOPE, "", HOPE)).songs[0] == 2


def test_what_is_not_known_finds_nothing() -> None:
    shelf = curves(TURNS)
    assert not len(rank(shelf, MoodArc("grief", "", BITTER)).songs)
    assert not len(rank(shelf, MoodArc()).songs)
    assert not len(rank(shelf, DrawnArc((0.5,))).songs)
    assert not len(rank(curves(), MoodArc(HOPE)).songs)
    assert presence(shelf, "grief") is None


def test_a_mood_that_is_never_shown_still_has_a_course() -> None:
    found = presence(curves(TURNS), CALM)
    assert found is not None and np.isfinite(found).all()


def test_a_drawn_line_is_meant_within_the_library() -> None:
    rise = np.linspace(-0.2, 0.2, POINTS)
    flat, fall = np.zeros(POINTS), -rise
    shelf = curves(NEITHER, NEITHER, NEITHER,
                   valence=[flat.tolist(), rise.tolist(), fall.tolist()])
    # No song of this library goes as far as was drawn; the one that goes that way comes first.
    assert rank(shelf, DrawnArc((-1.0, 1.0))).songs.tolist() == [2, 1, 3]
    assert rank(shelf, DrawnArc((1.0, 0.0, -1.0))).songs.tolist() == [3, 1, 2]


def test_wishes_go_evenly_from_mood_to_mood() -> None:
    assert wished(MoodArc(HOPE, "", BITTER)).tolist() == [[1, 0], [0.5, 0.5], [0, 1]]
    assert wished(MoodArc(HOPE)).tolist() == [[1]] * STAGES
    assert wished(MoodArc(HOPE, BITTER, HOPE)).tolist() == [[1, 0], [0, 1], [1, 0]]


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=40))
def test_what_is_drawn_keeps_within_its_bounds(values: list[float]) -> None:
    drawn = resampled(tuple(values), POINTS)
    assert drawn.shape == (POINTS,)
    assert min(values) - 1e-9 <= drawn.min() and drawn.max() <= max(values) + 1e-9


@pytest.mark.parametrize("arc", [MoodArc(HOPE, "", BITTER), DrawnArc((-1, 0.5, 0))])
def test_nearness_is_a_share(arc: MoodArc | DrawnArc) -> None:
    shelf = curves(TURNS, BOTH, NEITHER, TURNS_BACK,
                   valence=np.random.default_rng(1).uniform(-1, 1, (4, POINTS)).tolist())
    nearness = rank(shelf, arc).nearness
    assert len(nearness) == 4 and (nearness >= 0).all() and (nearness <= 1).all()
