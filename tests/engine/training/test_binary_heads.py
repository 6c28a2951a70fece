"""One classifier a mood: sides evened, intercepts put right, the rest left as the songs say."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.training.heads import Heads
from engine.training.tasks.binary_heads import (
    fit_binary,
    fit_binary_heads,
    prior_corrected,
    resampled,
)
from engine.training.way_options import BinaryOptions

PLAIN = BinaryOptions(resampling="none", decay=0.01)


def songs(count: int, share: float, seed: int = 0, width: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of which the first number tells, somewhat, whether a song has the mood."""
    chance = np.random.default_rng(seed)
    present = np.zeros(count, bool)
    present[: round(share * count)] = True
    vectors = chance.normal(size=(count, width))
    vectors[:, 0] += 1.5 * present
    order = chance.permutation(count)
    return vectors[order], present[order]


def certain(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


@pytest.mark.parametrize("share", [0.1, 0.9], ids=["rare", "usual"])
@pytest.mark.parametrize("resampling, few, many", [
    ("none", 20, 180), ("undersample", 20, 20), ("smote", 180, 180), ("both", 60, 60)])
def test_either_side_may_be_the_smaller(share: float, resampling: str, few: int,
                                        many: int) -> None:
    vectors, present = songs(200, share)
    options = BinaryOptions(resampling=resampling, most_to_one=3.0)
    sampled, said = resampled(vectors, present, options, seed=3)
    rarer = share < 0.5
    assert ((said == rarer).sum(), (said != rarer).sum()) == (few, many)
    # Songs of the larger side are real ones; those invented lie between real ones.
    real = {row.tobytes() for row in vectors[present != rarer]}
    assert all(row.tobytes() in real for row in sampled[said != rarer])
    own = vectors[present == rarer]
    assert (sampled[said == rarer] >= own.min(0) - 1e-9).all()
    assert (sampled[said == rarer] <= own.max(0) + 1e-9).all()


def test_even_sides_are_left_as_they_are() -> None:
    vectors, present = songs(40, 0.5)
    sampled, said = resampled(vectors, present, BinaryOptions(), seed=3)
    assert (sorted(map(tuple, sampled)), said.sum()) == (sorted(map(tuple, vectors)), 20)


@pytest.mark.parametrize("few", [1, 2, 4])
def test_fewer_songs_than_neighbours(few: int) -> None:
    vectors, present = songs(60, few / 60)
    _, said = resampled(vectors, present, BinaryOptions(neighbours=5), seed=3)
    assert said.sum() == (1 if few == 1 else 2 * few) and (~said).sum() == 2 * few


def test_resampling_goes_by_its_seed() -> None:
    vectors, present = songs(200, 0.1)
    one, same, other = (resampled(vectors, present, BinaryOptions(), seed)[0]
                        for seed in (3, 3, 4))
    assert (one == same).all() and not (one == other).all()


def test_the_penalty_does_not_go_by_the_number_of_songs() -> None:
    """Mean cross-entropy: the same songs twice over give the same classifier."""
    vectors, present = songs(150, 0.3)
    once = fit_binary(vectors, present, PLAIN, seed=0)
    twice = fit_binary(np.tile(vectors, (2, 1)), np.tile(present, 2), PLAIN, seed=0)
    assert once.weight == pytest.approx(twice.weight, abs=1e-3)
    assert once.bias == pytest.approx(twice.bias, abs=1e-3)


def test_the_correction_is_that_of_king_and_zeng() -> None:
    # ln[((1 - t) / t) (y / (1 - y))] is taken from the intercept.
    true, seen = 0.1, 0.5
    expected = 0.7 - np.log((1 - true) / true * seen / (1 - seen))
    assert prior_corrected(0.7, seen, true) == pytest.approx(expected)
    assert prior_corrected(0.7, 0.3, 0.3) == pytest.approx(0.7)


@pytest.mark.parametrize("share", [0.05, 0.85])
@pytest.mark.parametrize("resampling", ["undersample", "smote", "both"])
def test_resampled_scores_are_off_until_they_are_corrected(resampling: str,
                                                           share: float) -> None:
    # GIVEN a mood few songs have (or few lack), classified on evened sides
    vectors, present = songs(3000, share)
    raw = BinaryOptions(resampling=resampling, correct_prior=False, decay=0.01)
    corrected = BinaryOptions(resampling=resampling, correct_prior=True, decay=0.01)
    heads = [fit_binary(vectors, present, options, seed=0) for options in (raw, corrected)]
    # THEN both order songs alike, raw scores are far off on average, corrected ones are not
    assert (heads[0].weight == heads[1].weight).all()
    means = [certain(vectors @ head.weight + head.bias).mean() for head in heads]
    assert abs(means[0] - share) > 0.09
    assert abs(means[1] - share) < 0.03


@pytest.mark.parametrize("said, low, high", [(True, 0.9, 1.0), (False, 0.0, 0.1)])
def test_songs_all_of_one_kind_have_nothing_to_tell(said: bool, low: float, high: float) -> None:
    vectors, _ = songs(30, 0.5)
    head = fit_binary(vectors, np.full(30, said), BinaryOptions(), seed=0)
    assert not head.weight.any() and low < certain(np.array(head.bias)) < high


def test_no_song_at_all_is_undecided() -> None:
    head = fit_binary(np.zeros((0, 6)), np.zeros(0, bool), BinaryOptions(), seed=0)
    assert head.bias == 0 and head.weight.shape == (6,)


def whole(vectors: np.ndarray, given: np.ndarray, counts: np.ndarray | None = None,
          affect: np.ndarray | None = None, options: BinaryOptions = PLAIN) -> Heads:
    counts = np.ones_like(given) if counts is None else counts
    affect = np.full((len(vectors), 2), np.nan, np.float32) if affect is None else affect
    return fit_binary_heads(vectors.astype(np.float32), given, counts, affect, options, 0)


def test_heads_speak_on_vectors_as_they_are() -> None:
    """Standardising is folded into the weights: the library's own pipeline says the same."""
    vectors, present = songs(300, 0.4)
    vectors = (vectors * [1, 5, 0.2, 1, 30, 1] + [0, 3, -1, 0, 100, 0]).astype(np.float32)
    logits, _ = whole(vectors, present[:, None]).say(vectors)
    standard = (vectors - vectors.mean(0)) / vectors.std(0)
    theirs = LogisticRegression(C=1 / (PLAIN.decay * 300), max_iter=1000).fit(standard, present)
    assert logits[:, 0] == pytest.approx(theirs.decision_function(standard), abs=2e-3)


def test_each_mood_learns_from_its_own_songs_only() -> None:
    vectors, present = songs(200, 0.4)
    given = np.stack([present, ~present], 1)
    counts = np.ones_like(given)
    counts[100:, 1] = False
    lied = given.copy()
    lied[100:, 1] ^= True
    one, other = whole(vectors, given, counts), whole(vectors, lied, counts)
    assert (one.moods == other.moods).all() and (one.moods_bias == other.moods_bias).all()


def test_a_number_that_never_changes_is_harmless() -> None:
    vectors, present = songs(100, 0.4)
    vectors[:, 3] = 0.25
    heads = whole(vectors, present[:, None])
    assert all(np.isfinite(part).all() for part in heads.arrays().values())
    assert all(part.dtype == np.float32 for part in heads.arrays().values())


def test_affect_is_learned_where_it_is_known() -> None:
    vectors, present = songs(400, 0.4)
    affect = np.tanh(np.stack([vectors[:, 1], -vectors[:, 2]], 1) * 0.8).astype(np.float32)
    affect[::3] = np.nan
    heads = whole(vectors, present[:, None], affect=affect)
    _, said = heads.say(vectors.astype(np.float32))
    known = np.isfinite(affect).all(1)
    for side in (0, 1):
        assert np.corrcoef(said[known, side], affect[known, side])[0, 1] > 0.97
    assert np.abs(said).max() <= 1


def test_a_place_at_the_very_edge_is_bearable() -> None:
    vectors, present = songs(50, 0.4)
    affect = np.where(present[:, None], 1.0, -1.0).repeat(2, 1).astype(np.float32)
    heads = whole(vectors, present[:, None], affect=affect)
    assert np.isfinite(heads.affect).all() and heads.affect[0, 0] > 0


def test_without_any_affect_the_heads_say_the_middle() -> None:
    vectors, present = songs(50, 0.4)
    _, said = whole(vectors, present[:, None]).say(vectors.astype(np.float32))
    assert said.shape == (50, 2) and not said.any()
