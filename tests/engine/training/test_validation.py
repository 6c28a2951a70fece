"""Each label set is judged over the moods it knows and the songs it judged, and no others."""

import numpy as np
import pytest

from engine.evaluation.label_sets import LabelSpace
from engine.training.dataset import Judgement, LabelledSong
from engine.training.validation import auc_intervals, validate

MOODS = ("sadness", "happiness", "power")
SPACE = LabelSpace({"gems9": ("sadness", "power"), "nju4": ("sadness", "happiness"),
                    "mirex_adjective": ("power",)}, MOODS, {})
MASKS = [np.array([mood in SPACE.sets[name] for mood in MOODS], np.float32)
         for name in SPACE.set_names]


def song(label_set: int, *said: str, affect: tuple[float, float] | None = None) -> LabelledSong:
    present = np.array([mood in said for mood in MOODS], np.float32)
    return LabelledSong("s", "a", "valid", (), (Judgement(label_set, present, MASKS[label_set]),),
                        affect)


def judged(songs: list[LabelledSong], scores: list[list[float]]) -> dict[str, float]:
    return validate(songs, np.array(scores, np.float32), np.zeros((len(songs), 2)), SPACE)


def test_a_multi_label_set_is_judged_by_macro_auc_over_its_own_moods() -> None:
    # GIVEN scores that are right on sadness, wrong on power, and loud on a mood never asked about
    songs = [song(0, "sadness"), song(0, "power"), song(0, "sadness"), song(0)]
    scores = [[0.9, 0.99, 0.8], [0.1, 0.99, 0.1], [0.8, 0.99, 0.7], [0.2, 0.0, 0.6]]
    # THEN sadness counts 1, power 0, happiness nothing
    assert judged(songs, scores) == {"gems9 macro AUC": 0.5}


def test_a_one_label_set_is_judged_by_the_best_of_its_own_moods() -> None:
    songs = [song(1, "sadness"), song(1, "happiness"), song(1, "happiness")]
    scores = [[0.3, 0.2, 0.9], [0.3, 0.4, 0.9], [0.5, 0.4, 0.9]]
    assert judged(songs, scores) == {"nju4 accuracy": pytest.approx(2 / 3)}


def test_songs_of_other_label_sets_do_not_count() -> None:
    songs = [song(0, "sadness"), song(0), song(1, "happiness"), song(1, "sadness")]
    scores = [[0.9, 0, 0], [0.1, 0, 0], [0.95, 0.1, 0], [0.0, 0.5, 0]]
    assert judged(songs, scores) == {"gems9 macro AUC": 1.0, "nju4 accuracy": 0.0}


def test_what_cannot_be_told_is_left_out() -> None:
    # One song, one kind of song, and a label set that is not measured: no figure, never nan.
    assert judged([song(0, "sadness")], [[1, 0, 0]]) == {}
    assert judged([song(0, "sadness")] * 3, [[1, 0, 0]] * 3) == {}
    assert judged([song(2, "power"), song(2)], [[1, 0, 0]] * 2) == {}


def test_affect_is_judged_by_rank_where_it_is_known() -> None:
    places = [(-0.9, 0.3), (-0.1, 0.1), (0.2, -0.2), (0.8, -0.7)]
    songs = [song(0, affect=place) for place in places] + [song(0)]
    said = np.array([[-0.2, 0.1], [-0.1, 0.2], [0.0, 0.3], [0.1, 0.4], [9, 9]], np.float32)
    found = validate(songs, np.zeros((5, 3), np.float32), said, SPACE)
    assert found == {"valence Spearman": pytest.approx(1), "arousal Spearman": pytest.approx(-1)}
    # AND a model that says the same of every song has no rank
    assert validate(songs, np.zeros((5, 3), np.float32), np.zeros((5, 2)), SPACE) == {}


def test_intervals_hold_the_auc_and_narrow_with_more_songs() -> None:
    chance = np.random.default_rng(4)

    def interval(count: int) -> tuple[float, float, float]:
        sad = np.arange(count) % 3 == 0
        songs = [song(0, "sadness") if said else song(0) for said in sad]
        songs += [song(1, "happiness"), song(1, "sadness")] * 5  # not of a multi-label set
        scores = np.zeros((len(songs), 3), np.float32)
        scores[:count, 0] = chance.normal(sad, 1.0)
        found = auc_intervals(songs, scores, SPACE)
        assert set(found) == {"sadness"}
        return found["sadness"]

    few, many = interval(60), interval(2_000)
    for auc, low, high in (few, many):
        assert 0 <= low < auc < high <= 1
    # Two normal curves one sigma apart have an AUC of 0.76.
    assert many[1] < 0.760 < many[2]
    assert few[2] - few[1] > 3 * (many[2] - many[1])


def test_a_perfect_order_of_four_songs_is_no_certainty() -> None:
    songs = [song(0, "sadness"), song(0, "sadness"), song(0), song(0)]
    scores = np.array([[1, 0, 0], [0.9, 0, 0], [0.1, 0, 0], [0, 0, 0]], np.float32)
    auc, low, high = auc_intervals(songs, scores, SPACE)["sadness"]
    assert (auc, high) == (1.0, 1.0) and 0.3 < low < 0.8
