"""Heads learned twice: first upon the layers and upon the words, each alone, then upon what both
said of songs they had not learned from (stacked generalization, Wolpert 1992).

So a mood with few labels leans on moods with many. All of it is linear and folds into one matrix
for the layers' means and one for the words: stacking costs nothing when songs are tagged.
"""
# torch and scikit-learn are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.utils.extmath import randomized_svd

from engine.evaluation.folds import IntArray
from engine.evaluation.label_sets import LabelSpace
from engine.training.dataset import Floats, LabelledSong
from engine.training.heads import Heads
from engine.training.tasks.joint_heads import (
    DenseFeatures,
    Features,
    JointHeads,
    JointTargets,
    SparseFeatures,
    fit_joint_heads,
    joint_targets,
)
from engine.training.way_options import StackedOptions
from engine.training.word_shares import SparseRows

_Kept = npt.NDArray[np.bool_]
_Outputs = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """The main directions (K) of standardised vectors (S, D): (x - `mean`) / `spread` @ `axes`."""

    mean: Floats
    spread: Floats
    axes: Floats

    def of(self, vectors: Floats) -> Floats:
        return _single(((vectors - self.mean) / self.spread) @ self.axes)

    def undone(self, weights: Floats) -> tuple[Floats, Floats]:
        """(D) weights and a constant for vectors as they are, of (M, K) weights on directions."""
        plain = _single((weights @ self.axes.T) / self.spread)
        return plain, _single(-(plain @ self.mean))


def main_directions(vectors: Floats, most: int) -> Directions:
    """Principal components of the standardised vectors; their lengths are left as they are."""
    mean, spread = vectors.mean(0), vectors.std(0).clip(min=1e-6)
    standard = (vectors - mean) / spread
    _, _, axes = randomized_svd(standard, min(most, *standard.shape), random_state=0)
    return Directions(mean, spread, np.ascontiguousarray(axes.T, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class StackedHeads:
    """`layers` are heads on the layers' means; `words` (M, V) and `word_affect` (2, V) add to
    them. `said` (S, M) are the second heads' logits of the songs learned from, told by first
    heads that had not learned from them."""

    layers: Heads
    words: Floats
    word_affect: Floats
    said: Floats


class StackFit:
    """One learning from S songs: their layer `vectors` (S, D) and `words` (S, V)."""

    def __init__(self, songs: Sequence[LabelledSong], space: LabelSpace, options: StackedOptions,
                 affect_weight: float, folds: IntArray) -> None:
        self.songs = songs
        self.space = space
        self.options = options
        self.affect_weight = affect_weight
        self.folds = folds
        self.targets = self._targets(np.ones(len(songs), np.bool_))

    def learn(self, vectors: Floats, words: SparseRows) -> StackedHeads:
        options = self.options
        directions = main_directions(vectors, options.components)
        layers = directions.of(vectors)
        factor = options.word_scale / max(words.total_variance(), 1e-12) ** 0.5
        scaled, used = words.scaled(factor).narrowed()
        of_layers, said_layers = self._first(
            lambda kept: DenseFeatures(layers[kept]), options.layer_decay)
        of_words, said_words = self._first(
            lambda kept: SparseFeatures(scaled.picked(kept)), options.word_decay)
        outputs = np.concatenate([said_layers, said_words], 1)
        mean, spread = outputs.mean(0), outputs.std(0).clip(min=1e-6)
        seen = np.concatenate([(outputs - mean) / spread, options.pull * layers], 1)
        second = self._fit(DenseFeatures(seen), self.targets, options.stack_decay).heads
        folded = _Folded(second, mean, spread, len(outputs[0]), options.pull)
        said = _single(seen @ second.moods.T + second.moods_bias)
        layer_heads, on_words = folded.heads(of_layers, of_words, directions)
        table = np.zeros((len(on_words), words.shape[1]), np.float32)
        table[:, used] = on_words * factor
        return StackedHeads(layer_heads, table[:-2], table[-2:], said)

    def _first(
        self, features: Callable[[_Kept], Features], decay: float
    ) -> tuple[Heads, _Outputs]:
        """Heads of one view, and (S, M + 2) what heads said of songs they had not seen."""
        said = np.zeros((len(self.songs), len(self.space.moods) + 2), np.float32)
        for fold in sorted(set(self.folds.tolist())):
            out = self.folds == fold
            heads = self._fit(features(~out), self._targets(~out), decay).heads
            said[out] = _outputs(heads, features(out))
        whole = self._fit(features(np.ones(len(said), np.bool_)), self.targets, decay)
        return whole.heads, said

    def _fit(self, features: Features, targets: JointTargets, decay: float) -> JointHeads:
        return fit_joint_heads(
            features, targets, decay, self.options.choice_weight, self.affect_weight)

    def _targets(self, kept: _Kept) -> JointTargets:
        songs = [song for song, is_kept in zip(self.songs, kept, strict=True) if is_kept]
        return joint_targets(songs, self.space, self.options.choices)


def _outputs(heads: Heads, features: Features) -> _Outputs:
    """(S, M + 2) logits, then valence and arousal before their tanh."""
    import torch

    weights = np.concatenate([heads.moods, heads.affect])
    said = features.times(torch.from_numpy(weights)).numpy()
    return said + np.concatenate([heads.moods_bias, heads.affect_bias])


@dataclass(frozen=True, slots=True, eq=False)
class _Folded:
    """The `second` heads upon standardised outputs (`mean`, `spread`, O of them) and directions
    `pull` times as large, to be folded into the first."""

    second: Heads
    mean: Floats
    spread: Floats
    outputs: int
    pull: float

    def heads(self, layers: Heads, words: Heads, directions: Directions) -> tuple[Heads, Floats]:
        """Heads upon the layers as they are, and (M + 2, N) weights upon the scaled words."""
        moods, moods_words, moods_bias = self._into(
            self.second.moods, self.second.moods_bias, layers, words)
        affect, affect_words, affect_bias = self._into(
            self.second.affect, self.second.affect_bias, layers, words)
        plain_moods, moods_rest = directions.undone(moods)
        plain_affect, affect_rest = directions.undone(affect)
        heads = Heads(_single(plain_moods), _single(moods_bias + moods_rest),
                      _single(plain_affect), _single(affect_bias + affect_rest))
        return heads, np.concatenate([moods_words, affect_words])

    def _into(self, weights: Floats, bias: Floats, layers: Heads,
              words: Heads) -> tuple[Floats, Floats, Floats]:
        """(O, K) on directions, (O, N) on words and (O,) constants of O second outputs."""
        upon = weights[:, : self.outputs] / self.spread
        half = self.outputs // 2
        first = [np.concatenate([each.moods, each.affect]) for each in (layers, words)]
        constants = [np.concatenate([e.moods_bias, e.affect_bias]) for e in (layers, words)]
        on_layers = upon[:, :half] @ first[0] + self.pull * weights[:, self.outputs :]
        constant = bias + upon @ (np.concatenate(constants) - self.mean)
        return _single(on_layers), _single(upon[:, half:] @ first[1]), _single(constant)


def _single(values: npt.NDArray[np.floating]) -> Floats:
    return np.ascontiguousarray(values, np.float32)
