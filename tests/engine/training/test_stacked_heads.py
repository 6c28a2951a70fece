"""Heads upon heads fold into one matrix, and the second learn from what was said out of fold."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from engine.training.dataset import LabelledSong
from engine.training.way_options import StackedOptions
from engine.training.word_shares import SparseRows
from tests.engine.training.songs_by_hand import MOODS, SPACE, song

SONGS, WIDTH, WORDS = 60, 10, 25
OPTIONS = StackedOptions(components=6, layer_decay=0.5, word_decay=0.5, word_scale=4.0,
                         stack_decay=0.3, pull=0.15, choices={"nju4": 1.0})


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Numbers of unlike sizes, far from zero, as the layers of an encoder have."""
    chance = np.random.default_rng(0)
    values = chance.normal(size=(SONGS, WIDTH)) * chance.uniform(0.01, 9, WIDTH) + 5
    return values.astype(np.float32)


@pytest.fixture(scope="module")
def words() -> SparseRows:
    """A few words a song; the last five stand in none."""
    values = np.random.default_rng(1).random((SONGS, WORDS)).astype(np.float32)
    values[values < 0.7] = 0
    values[:, -5:] = 0
    rows, columns = np.nonzero(values)
    return SparseRows(rows, columns, values[rows, columns], values.shape)


@pytest.fixture(scope="module")
def songs(vectors: np.ndarray, words: SparseRows) -> list[LabelledSong]:
    """Sad where a number is great, powerful where a word is sung."""
    sung = dense(words)[:, 3] > 0
    found = []
    for n in range(SONGS):
        sad = vectors[n, 0] > np.median(vectors[:, 0])
        gems = [mood for mood, has in (("sadness", sad), ("power", sung[n])) if has]
        said = {"gems9": gems} if n % 3 else {"nju4": ["sadness" if sad else "happiness"]}
        found.append(song(f"s{n}", said, affect=(-0.5 if sad else 0.5, 0.3)))
    return found


FOLDS = np.arange(SONGS, dtype=np.int8) % 3


def dense(rows: SparseRows) -> np.ndarray:
    found = np.zeros(rows.shape, np.float32)
    found[rows.rows, rows.columns] = rows.values
    return found


def fit(songs: list[LabelledSong], options: StackedOptions = OPTIONS):
    from engine.training.tasks.stacked_heads import StackFit

    return StackFit(songs, SPACE, options, 0.3, FOLDS)


@dataclass(frozen=True)
class Fit:
    """One fit of plain heads: how many songs it saw, and heads as (M + 2, F) with (M + 2,)."""

    songs: int
    weights: np.ndarray
    bias: np.ndarray


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[Fit]:
    """Every fit of plain heads, in order: layers' folds and whole, words', then the second."""
    from engine.training.tasks import stacked_heads

    found: list[Fit] = []
    real = stacked_heads.fit_joint_heads

    def recorded(features, targets, *more: float):
        import torch

        made = real(features, targets, *more)
        rows = features.times(torch.zeros(1, features.width)).shape[0]
        heads = made.heads
        found.append(Fit(rows, np.concatenate([heads.moods, heads.affect]),
                         np.concatenate([heads.moods_bias, heads.affect_bias])))
        return made

    monkeypatch.setattr(stacked_heads, "fit_joint_heads", recorded)
    return found


def test_directions_are_upright_and_can_be_undone(vectors: np.ndarray) -> None:
    from engine.training.tasks.stacked_heads import main_directions

    found = main_directions(vectors, 6)
    assert found.axes.shape == (WIDTH, 6)
    assert found.axes.T @ found.axes == pytest.approx(np.eye(6), abs=1e-5)
    seen = found.of(vectors)
    assert seen.mean(0) == pytest.approx(np.zeros(6), abs=1e-4)
    # The first says more than the second, and so on.
    assert (np.diff(seen.std(0)) < 1e-3).all()
    weights = np.random.default_rng(2).normal(size=(4, 6)).astype(np.float32)
    plain, constant = found.undone(weights)
    assert vectors @ plain.T + constant == pytest.approx(seen @ weights.T, abs=2e-2, rel=1e-3)


def test_there_are_no_more_directions_than_songs_or_numbers(vectors: np.ndarray) -> None:
    from engine.training.tasks.stacked_heads import main_directions

    assert main_directions(vectors, 300).axes.shape == (WIDTH, WIDTH)
    assert main_directions(vectors[:4], 300).axes.shape == (WIDTH, 4)
    still = np.concatenate([vectors, np.full((SONGS, 1), 3.0, np.float32)], 1)
    assert np.isfinite(main_directions(still, 20).of(still)).all()


def test_one_matrix_says_what_both_heads_say_in_turn(
        songs: list[LabelledSong], vectors: np.ndarray, words: SparseRows,
        fits: list[Fit]) -> None:
    from engine.training.tasks.stacked_heads import main_directions

    heads = fit(songs).learn(vectors, words)
    *layer_folds, layers = fits[:4]
    *word_folds, on_words = fits[4:8]
    [second] = fits[8:]
    # GIVEN both views as the heads saw them
    seen = main_directions(vectors, OPTIONS.components).of(vectors)
    factor = OPTIONS.word_scale / words.total_variance() ** 0.5
    scaled = dense(words)[:, np.unique(words.columns)] * factor
    # THEN each fold's heads learned from the other folds alone
    assert [each.songs for each in fits] == [40, 40, 40, 60] * 2 + [60]
    told = np.zeros((SONGS, 2 * (len(MOODS) + 2)), np.float32)
    for fold in range(3):
        out = fold == FOLDS
        told[out] = np.concatenate([
            seen[out] @ layer_folds[fold].weights.T + layer_folds[fold].bias,
            scaled[out] @ word_folds[fold].weights.T + word_folds[fold].bias], 1)
    # AND what they told of songs they had not seen is what the second learned from
    mean, spread = told.mean(0), told.std(0).clip(min=1e-6)  # of a mood nobody was asked about
    pulled = OPTIONS.pull * seen
    learned = np.concatenate([(told - mean) / spread, pulled], 1)
    said = learned @ second.weights.T + second.bias
    assert heads.said == pytest.approx(said[:, :-2], abs=1e-3)
    # WHEN whole first heads speak and the second after them THEN one matrix says the same
    first = np.concatenate([seen @ layers.weights.T + layers.bias,
                            scaled @ on_words.weights.T + on_words.bias], 1)
    in_turn = np.concatenate([(first - mean) / spread, pulled], 1) @ second.weights.T + second.bias
    folded = vectors @ np.concatenate([heads.layers.moods, heads.layers.affect]).T
    folded += np.concatenate([heads.layers.moods_bias, heads.layers.affect_bias])
    folded += dense(words) @ np.concatenate([heads.words, heads.word_affect]).T
    assert folded == pytest.approx(in_turn, abs=2e-3)
    assert np.ptp(in_turn[:, :3], axis=0).min() > 0.5, "songs must differ to tell anything"


def test_both_views_are_heard(songs: list[LabelledSong], vectors: np.ndarray,
                              words: SparseRows) -> None:
    heads = fit(songs).learn(vectors, words)
    assert heads.words.shape == (len(MOODS), WORDS) and heads.word_affect.shape == (2, WORDS)
    assert heads.layers.moods.shape == (len(MOODS), WIDTH)
    assert heads.said.shape == (SONGS, len(MOODS))
    # THEN the word that says it speaks louder than any other, words nobody sang not at all
    power = MOODS.index("power")
    assert heads.words[power].argmax() == 3
    assert not heads.words[:, -5:].any() and not heads.word_affect[:, -5:].any()
    # AND so does the number
    by_spread = heads.layers.moods[MOODS.index("sadness")] * vectors.std(0)
    assert by_spread.argmax() == 0
    for part in (heads.words, heads.word_affect, heads.said, heads.layers.moods_bias):
        assert part.dtype == np.float32 and np.isfinite(part).all()


def test_it_learns_the_same_twice(songs: list[LabelledSong], vectors: np.ndarray,
                                  words: SparseRows) -> None:
    one, other = (fit(songs).learn(vectors, words) for _ in range(2))
    assert np.array_equal(one.layers.moods, other.layers.moods)
    assert np.array_equal(one.words, other.words)


def test_songs_without_a_known_word_are_learned_from_their_layers(
        songs: list[LabelledSong], vectors: np.ndarray) -> None:
    nothing = np.zeros(0, np.int64)
    silent = SparseRows(nothing, nothing, np.zeros(0, np.float32), (SONGS, WORDS))
    heads = fit(songs).learn(vectors, silent)
    assert not heads.words.any() and heads.words.shape == (len(MOODS), WORDS)
    assert np.abs(heads.layers.moods).max() > 0 and np.isfinite(heads.said).all()


def test_a_mood_nobody_gave_is_called_of_no_song(songs: list[LabelledSong], vectors: np.ndarray,
                                                 words: SparseRows) -> None:
    heads = fit(songs, replace(OPTIONS, choices={})).learn(vectors, words)
    wry = MOODS.index("wry")  # nobody was even asked
    assert heads.layers.moods[wry] == pytest.approx(np.zeros(WIDTH), abs=1e-6)
    assert heads.said[:, wry] == pytest.approx(np.zeros(SONGS), abs=1e-4)
