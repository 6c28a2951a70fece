"""Heads that several label sets teach: each set in its manner, none with its habits."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.training.dataset import LabelledSong
from engine.training.word_shares import SparseRows
from tests.engine.training.songs_by_hand import MOODS, SPACE, song

SADNESS, HAPPINESS, POWER, WRY = range(4)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def vectors(count: int, width: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)


def heard(values: np.ndarray, seed: int = 1, slope: float = 2.0) -> np.ndarray:
    """(S,) whether each is given a mood, likelier the greater its first number."""
    odds = 1 / (1 + np.exp(-slope * values[:, 0]))
    return np.random.default_rng(seed).random(len(values)) < odds


def learned(values: np.ndarray, songs: Sequence[LabelledSong], decay: float = 0.1,
            choices: dict[str, float] | None = None, choice_weight: float = 3.0,
            steps: int = 200):
    from engine.training.tasks.joint_heads import DenseFeatures, fit_joint_heads, joint_targets

    targets = joint_targets(songs, SPACE, choices or {})
    return fit_joint_heads(DenseFeatures(values), targets, decay, choice_weight, 0.3, steps)


def test_one_set_teaches_as_logistic_regression_does() -> None:
    values = vectors(200)
    given = heard(values)
    songs = [song(f"s{n}", {"mirex_adjective": ["wry"] if has else []})
             for n, has in enumerate(given)]
    found = learned(values, songs).heads
    # Its mean loss plus decay / 2 of the squares is scikit-learn's sum with C = 1 / (n decay).
    theirs = LogisticRegression(C=1 / (200 * 0.1), tol=1e-8).fit(values, given)
    assert found.moods[WRY] == pytest.approx(theirs.coef_[0], abs=1e-3)
    assert found.moods_bias[WRY] == pytest.approx(theirs.intercept_[0], abs=0.02)
    # AND moods nobody was asked about are left alone
    assert not found.moods[:WRY].any() and not found.moods_bias[:WRY].any()


def test_a_choice_is_learned_as_one() -> None:
    values = vectors(200)
    songs = [song(f"s{n}", {"nju4": ["sadness" if sad else "happiness"]})
             for n, sad in enumerate(heard(values))]
    found = learned(values, songs, decay=0.3, choices={"nju4": 0.7}, choice_weight=3.0).heads
    # Of two, the difference is a logistic regression; half the penalty lies on each.
    theirs = LogisticRegression(C=3.0 * 2 / (200 * 0.3), tol=1e-8).fit(values, heard(values))
    ours = found.moods[SADNESS] - found.moods[HAPPINESS]
    assert ours == pytest.approx(theirs.coef_[0], abs=2e-3)
    assert found.moods[SADNESS] == pytest.approx(-found.moods[HAPPINESS], abs=1e-4)
    assert not found.moods[POWER].any()


def test_habits_soak_up_how_freely_a_set_gives_a_mood() -> None:
    # GIVEN two sets that hear the same, one of which calls nearly everything sad
    values = vectors(400)
    chance = np.random.default_rng(4).random(400)
    songs = [song(f"s{n}", {"gems9": ["sadness"] if chance[n] < 0.8 else []} if n % 2 else
                  {"nju4": ["sadness"] if chance[n] < 0.2 else []}) for n in range(400)]
    found = learned(values, songs)
    gems, nju = (SPACE.set_names.index(name) for name in ("gems9", "nju4"))
    assert found.habits.shape == (3, 4)
    assert found.habits[gems, SADNESS] > 0.5 > -0.5 > found.habits[nju, SADNESS]
    # THEN what is left lies between them
    assert abs(found.heads.moods_bias[SADNESS]) < 0.5
    # AND a set that judged nothing has no habit
    assert not found.habits[SPACE.set_names.index("mirex_adjective")].any()


def test_affect_is_learned_where_it_is_known() -> None:
    values = vectors(120)
    places = np.tanh(np.stack([values[:, 0], -values[:, 1]], 1))
    songs = [song(f"s{n}", affect=(float(v), float(a)) if n % 3 else None)
             for n, (v, a) in enumerate(places)]
    found = learned(values, songs, decay=1e-3).heads
    said = found.say(values)[1]
    # THEN also those that nobody measured lie where their numbers put them
    assert np.corrcoef(said[::3, 0], places[::3, 0])[0, 1] > 0.95
    assert np.corrcoef(said[::3, 1], places[::3, 1])[0, 1] > 0.95
    assert not found.moods.any()


@pytest.mark.parametrize("width", [1, 7])
def test_what_is_kept_sparsely_teaches_the_same(width: int) -> None:
    from engine.training.tasks.joint_heads import SparseFeatures, fit_joint_heads, joint_targets

    values = vectors(60, width)
    values[np.abs(values) < 0.8] = 0
    rows, columns = np.nonzero(values)
    sparse = SparseRows(rows, columns, values[rows, columns], values.shape)
    songs = [song(f"s{n}", {"nju4": ["sadness"] if n % 2 else ["happiness"],
                            "gems9": ["power"] if n % 3 else []}) for n in range(60)]
    ours = fit_joint_heads(
        SparseFeatures(sparse), joint_targets(songs, SPACE, {"nju4": 1.0}), 0.5, 3.0, 0.3)
    theirs = learned(values, songs, 0.5, {"nju4": 1.0}, steps=60)
    assert ours.heads.moods == pytest.approx(theirs.heads.moods, abs=1e-3)
    assert ours.habits == pytest.approx(theirs.habits, abs=1e-3)


def test_targets_keep_what_was_asked_apart_from_what_was_chosen() -> None:
    from engine.training.tasks.joint_heads import joint_targets

    songs = [song("a", {"gems9": ["power"], "nju4": ["happiness"]}),
             song("b", {"nju4": ["sadness", "happiness"]}),  # no choice
             song("c", {"nju4": []}), song("d", affect=(0.5, -0.5)),
             song("e", {"nju4": ["sadness"]})]
    targets = joint_targets(songs, SPACE, {"nju4": 1.0, "mirex_adjective": 1.0, "unheard": 1.0})
    assert targets.song.tolist() == [0]
    assert targets.present.tolist() == [[0, 0, 1, 0]] and targets.asked.tolist() == [[1, 0, 1, 0]]
    [choice] = targets.choices
    assert choice.rows.tolist() == [0, 4] and choice.columns.tolist() == [SADNESS, HAPPINESS]
    assert choice.picked.tolist() == [1, 0]
    assert targets.has_affect.tolist() == [0, 0, 0, 1, 0]
    assert targets.affect[3].tolist() == [0.5, -0.5] and not targets.affect.isnan().any()


def test_a_set_of_four_times_the_songs_weighs_twice() -> None:
    from engine.evaluation.label_sets import LabelSpace
    from engine.training.dataset import Judgement
    from engine.training.tasks.joint_heads import joint_targets

    space = LabelSpace({"one": MOODS[:2], "two": MOODS[:2]}, MOODS, {})
    sad, asked = np.array([1, 0, 0, 0], "f4"), np.array([1, 1, 0, 0], "f4")

    def judged(number: int, name: int) -> LabelledSong:
        made = song(f"s{number}")
        return LabelledSong(made.id, made.artist, "train", made.excerpts,
                            (Judgement(name, sad, asked),), None)

    songs = [judged(n, 0 if n < 8 else 1) for n in range(40)]
    one, two = joint_targets(songs, space, {"one": 1.0, "two": 1.0}).choices
    assert (len(one.rows), len(two.rows)) == (8, 32)
    assert two.weight * 32 == pytest.approx(2 * one.weight * 8)
    assert two.weight * 32 + one.weight * 8 == pytest.approx(1)
    # AND a weight of 0 is as good as absent
    assert len(joint_targets(songs, space, {"one": 1.0, "two": 0.0}).choices) == 1


def test_a_greater_penalty_makes_smaller_heads() -> None:
    values = vectors(100)
    songs = [song(f"s{n}", {"gems9": ["sadness"] if has else []}, affect=(0.9, 0.1))
             for n, has in enumerate(heard(values))]
    gentle, firm = (learned(values, songs, decay).heads for decay in (0.01, 10.0))
    assert np.linalg.norm(firm.moods) < 0.2 * np.linalg.norm(gentle.moods)
    # The bias is free: the mean score stays how often the mood was given.
    share = np.mean([bool(each.judgements[0].present[SADNESS]) for each in songs])
    said = 1 / (1 + np.exp(-firm.say(values)[0][:, SADNESS]))
    assert said.mean() == pytest.approx(share, abs=0.02)


def test_nothing_to_learn_from_is_borne() -> None:
    found = learned(vectors(3), [song("a"), song("b"), song("c")], choices={"nju4": 1.0})
    assert not found.heads.moods.any() and np.isfinite(found.heads.affect).all()
    assert not learned(np.zeros((2, 0), "f4"), [song("a", {"gems9": ["power"]}), song("b")]
                       ).heads.moods.size
