"""Moods are moved to how often people give them, and choices to where they are right most often."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.evaluation.label_sets import LabelSpace
from engine.training.choice_balance import balanced_shifts
from engine.training.dataset import Floats, Judgement, LabelledSong
from tests.engine.training.songs_by_hand import song

MOODS = ("sadness", "happiness", "anger", "wry")
SPACE = LabelSpace({"gems9": ("sadness", "happiness", "wry"), "lastfm27": ("sadness", "anger"),
                    "quadrant": ("sadness", "happiness", "anger"), "small": ("anger", "wry")},
                   MOODS, {})
SADNESS, HAPPINESS, ANGER, WRY = range(4)
FRAME = ("gems9", "lastfm27")
CHOICES = {"quadrant": 1.0}


def judged(number: int, name: str, given: Sequence[str], space: LabelSpace = SPACE
           ) -> LabelledSong:
    known = space.sets[name]
    present = np.array([mood in given for mood in MOODS], np.float32)
    asked = np.array([mood in known for mood in MOODS], np.float32)
    made = song(f"s{number}")
    said = Judgement(space.set_names.index(name), present, asked)
    return LabelledSong(made.id, made.artist, "train", made.excerpts, (said,), None)


def logits(count: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(0, 1.5, (count, 4)).astype(np.float32)


def freely(count: int, name: str, mood: str, every: int) -> list[LabelledSong]:
    """Songs of one set, which gives a mood to each `every`th."""
    return [judged(n, name, [mood] if n % every == 0 else []) for n in range(count)]


def sigmoid(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-values))


def softmax(values: Floats) -> Floats:
    raised = np.exp(values - values.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def chosen(count: int, seed: int = 3) -> tuple[Floats, list[LabelledSong]]:
    """Songs chosen among three by their logits and a leaning to anger, the logits without it."""
    said = logits(count, seed)
    leaning = softmax(said[:, :3] + np.array([-0.5, 0, 2.0], "f4"))
    chance = np.random.default_rng(seed + 1)
    picked = [MOODS[chance.choice(3, p=row / row.sum())] for row in leaning]
    return said, [judged(n, "quadrant", [mood]) for n, mood in enumerate(picked)]


@pytest.mark.parametrize("every", [2, 7])
def test_the_mean_score_becomes_how_often_people_gave_the_mood(every: int) -> None:
    said = logits(140) - 2
    shifts = balanced_shifts(said, freely(140, "gems9", "sadness", every), SPACE, FRAME, {}, 0.75)
    assert shifts.dtype == np.float32 and shifts.shape == (4,)
    assert sigmoid(said[:, SADNESS] + shifts[SADNESS]).mean() == pytest.approx(1 / every, abs=1e-4)
    # THEN moods nobody gave, or nobody was asked about, stay where they are
    assert not shifts[[HAPPINESS, ANGER, WRY]].any()


def test_the_first_set_of_the_frame_that_knows_a_mood_speaks() -> None:
    said = logits(200)
    songs = (freely(100, "gems9", "sadness", 2)
             + [judged(n, "lastfm27", ["sadness", "anger"] if n % 10 == 0 else ["anger"][: n % 2])
                for n in range(100)])
    shifts = balanced_shifts(said, songs, SPACE, FRAME, {}, 0.0)
    assert sigmoid(said[:100, SADNESS] + shifts[SADNESS]).mean() == pytest.approx(0.5, abs=1e-4)
    angry = np.mean([each.judgements[0].present[ANGER] for each in songs[100:]])
    assert sigmoid(said[100:, ANGER] + shifts[ANGER]).mean() == pytest.approx(angry, abs=1e-4)
    other = balanced_shifts(said, songs, SPACE, FRAME[::-1], {}, 0.0)
    assert sigmoid(said[100:, SADNESS] + other[SADNESS]).mean() == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize("given, moved", [(9, False), (10, True), (90, True), (91, False)])
def test_too_few_songs_say_nothing_of_how_often(given: int, moved: bool) -> None:
    songs = [judged(n, "gems9", ["wry"] if n < given else []) for n in range(100)]
    assert bool(balanced_shifts(logits(100), songs, SPACE, FRAME, {}, 0.75)[WRY]) is moved


@pytest.mark.parametrize("far", [-30.0, 30.0])
def test_even_scores_far_off_are_brought_back(far: float) -> None:
    said = logits(60) + np.float32(far)
    shifts = balanced_shifts(said, freely(60, "gems9", "sadness", 3), SPACE, FRAME, {}, 0.0)
    assert sigmoid(said[:, SADNESS] + shifts[SADNESS]).mean() == pytest.approx(1 / 3, abs=1e-3)


def mixed(balance: float, choices: dict[str, float] | None = None) -> tuple[Floats, Floats]:
    """Shifts and logits of songs of which some were chosen, others freely given to."""
    said, songs = chosen(400)
    more = logits(200, 9)
    free = [judged(n, "gems9", [m for m, every in (("sadness", 2), ("happiness", 3))
                                if n % every == 0]) for n in range(200)]
    whole = np.concatenate([said, more])
    shifts = balanced_shifts(whole, [*songs, *free], SPACE, FRAME,
                             CHOICES if choices is None else choices, balance)
    return shifts, whole


def test_a_choice_goes_to_where_it_is_right_most_often() -> None:
    shifts, said = mixed(1.0)
    _, songs = chosen(400)
    picked = np.array([each.judgements[0].present[:3].argmax() for each in songs])
    # Where likelihood is greatest, each mood is expected as often as it was picked.
    shares = softmax(said[:400, :3] + shifts[:3]).mean(0)
    assert shares == pytest.approx(np.bincount(picked) / 400, abs=1e-3)
    right = (said[:400, :3] + shifts[:3]).argmax(1) == picked
    assert right.mean() > (said[:400, :3].argmax(1) == picked).mean() + 0.05


def test_balance_lies_between_both() -> None:
    none, half, whole = (mixed(balance)[0] for balance in (0.0, 0.5, 1.0))
    free = mixed(0.0, choices={})[0]
    # Moods that a complete set calibrates stay there for 0, and go half the way for a half.
    both = [SADNESS, HAPPINESS]
    assert none[both] == pytest.approx(free[both], abs=1e-5)
    assert half[both] == pytest.approx((none[both] + whole[both]) / 2, abs=1e-4)
    assert abs(whole[SADNESS] - none[SADNESS]) > 0.05
    # THEN one that only the choice knows goes all the way, beside the others' mean
    assert none[ANGER] == pytest.approx(whole[ANGER], abs=1e-4)
    assert whole[both].mean() == pytest.approx(none[both].mean(), abs=1e-4)
    # AND who takes no part in a choice is left alone
    assert none[WRY] == half[WRY] == whole[WRY] == free[WRY]


def test_without_a_complete_set_a_choice_has_no_level() -> None:
    said, songs = chosen(60)
    assert not balanced_shifts(said, songs, SPACE, FRAME, CHOICES, 0.75).any()


def test_sets_that_judged_nothing_or_weigh_nothing_move_nothing() -> None:
    plain = mixed(0.75)[0]
    for choices in ({"quadrant": 1.0, "small": 1.0}, {"quadrant": 1.0, "small": 0.0},
                    {"quadrant": 1.0, "unheard": 1.0}, {"quadrant": 9.0}):
        assert mixed(0.75, choices)[0] == pytest.approx(plain, abs=1e-6)


def test_two_choices_are_weighed() -> None:
    said, songs = chosen(300)
    # GIVEN another set that always picks anger over wry
    songs += [judged(n, "small", ["anger"] if n % 9 else ["wry"]) for n in range(100)]
    songs += [judged(n, "gems9", ["sadness"] if n % 2 else ["happiness", "wry"])
              for n in range(100)]
    whole = np.concatenate([said, logits(200, 5)])
    quiet, loud = (balanced_shifts(whole, songs, SPACE, FRAME,
                                   {"quadrant": 1.0, "small": weight}, 1.0)
                   for weight in (1e-6, 50.0))
    assert loud[ANGER] - loud[WRY] > quiet[ANGER] - quiet[WRY]
    # Weight leans the compromise towards the set that has it.
    assert loud[ANGER] - loud[WRY] > 1


@pytest.mark.parametrize("frame, choices", [
    (("gems9",), {}), (("lastfm27",), {"quadrant": 1.0}), ((), {"unheard": 1.0}),
    (("unheard", "gems9"), {"small": 1.0})])
def test_what_the_songs_cannot_say_is_borne(frame: tuple[str, ...],
                                            choices: dict[str, float]) -> None:
    songs = freely(30, "gems9", "sadness", 3)
    shifts = balanced_shifts(logits(30), songs, SPACE, frame, choices, 0.75)
    assert np.isfinite(shifts).all() and not shifts[HAPPINESS:].any()
    assert not balanced_shifts(logits(0), [], SPACE, frame, choices, 0.75).any()


def test_a_song_of_two_picks_is_no_choice() -> None:
    said, songs = chosen(200)
    free = freely(40, "gems9", "sadness", 2)
    both = [judged(n, "quadrant", ["sadness", "anger"]) for n in range(50)] + [
        judged(n, "quadrant", []) for n in range(50)]
    plain = balanced_shifts(np.concatenate([said, logits(40)]), [*songs, *free], SPACE, FRAME,
                            CHOICES, 1.0)
    more = balanced_shifts(np.concatenate([said, logits(40), logits(100, 8)]),
                           [*songs, *free, *both], SPACE, FRAME, CHOICES, 1.0)
    assert more == pytest.approx(plain, abs=1e-6)
