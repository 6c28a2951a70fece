"""The way the shipped tagger learns: an encoder that has learned feelings elsewhere stays still,
and heads are stacked upon all its layers and upon the words themselves.

Labels of songs touch only the heads, so every fold shares the encoder and what it read.
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.evaluation.label_sets import LabelSpace
from engine.events import Note, Report
from engine.training.choice_balance import balanced_shifts
from engine.training.config import TrainingConfig
from engine.training.cross_validation import song_folds
from engine.training.dataset import Floats, LabelledSong
from engine.training.heads import Heads, SongVectors
from engine.training.tasks.feeling_tuning import FeelingTuning
from engine.training.tasks.layer_vectors import LayerVectors
from engine.training.tasks.stacked_heads import StackedHeads, StackFit
from engine.training.word_shares import word_rarity, word_shares

TUNED = "encoder"


class StackedWay:
    """`texts` holds the short texts with feelings; `folder` keeps the tuned encoder and what it
    read of the songs."""

    def __init__(self, config: TrainingConfig, space: LabelSpace, base: Path, texts: Path,
                 folder: Path) -> None:
        self.config = config
        self.space = space
        self.options = config.stacked
        self.texts = texts
        self.folder = folder
        self._tuning = FeelingTuning(base, config.stacked, config.precision, config.seed)
        self._encoder = base

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        self._encoder = self._tuning.into(self.folder / TUNED, self.texts, report)
        self.vectors.prepare(songs, report)

    @cached_property
    def vectors(self) -> LayerVectors:
        """What the tuned encoder reads; known once `prepare` has been called."""
        kept = f"layers-{_stamp(self._encoder)}-{self.config.precision}.safetensors"
        return LayerVectors(self._encoder, self.config.precision, self.folder / kept)

    def fit(self, learning: Sequence[LabelledSong], report: Report) -> "StackedModel":
        options, config = self.options, self.config
        rarity = word_rarity(learning, self.vectors.vocabulary, options.rarest)
        folds = song_folds(learning, options.inner_folds, config.seed)
        fit = StackFit(learning, self.space, options, config.affect_weight, folds)
        heads = fit.learn(self.vectors.of(learning), word_shares(learning, rarity))
        shifts = balanced_shifts(heads.said, learning, self.space, config.frame,
                                 options.choices, options.balance)
        report(Note(message=f"The heads have learned from {len(learning)} songs"))
        return StackedModel(self.space.moods, heads, shifts, rarity, self.vectors)


class StackedModel:
    """Stacked heads with the words' rarity; `shifts` (M,) are added to the moods' logits."""

    def __init__(self, moods: Sequence[str], heads: StackedHeads, shifts: Floats, rarity: Floats,
                 vectors: SongVectors) -> None:
        self.moods = tuple(moods)
        self.heads = heads
        self.shifts = shifts
        self.rarity = rarity
        self.vectors = vectors

    def logits(self, songs: Sequence[LabelledSong]) -> tuple[Floats, Floats]:
        layers = self.heads.layers
        seen = self.vectors.of(songs)
        words = word_shares(songs, self.rarity)
        table = np.concatenate([self.heads.words, self.heads.word_affect]).T
        added = np.zeros((len(songs), table.shape[1]), np.float32)
        np.add.at(added, words.rows, words.values[:, None] * table[words.columns])
        moods = seen @ layers.moods.T + layers.moods_bias + self.shifts + added[:, :-2]
        affect = seen @ layers.affect.T + layers.affect_bias + added[:, -2:]
        return moods, np.tanh(affect)

    def weights(self) -> dict[str, Floats]:
        """encoder.*, moods.* and affect.* upon all layers side by side, words.*: `rarity` (V,),
        `moods` (M, V), `affect` (2, V)."""
        layers = self.heads.layers
        shifted = Heads(layers.moods, layers.moods_bias + self.shifts, layers.affect,
                        layers.affect_bias)
        return {
            **self.vectors.encoder_weights(), **shifted.arrays(),
            "words.rarity": self.rarity, "words.moods": self.heads.words,
            "words.affect": self.heads.word_affect,
        }


def _stamp(encoder: Path) -> str:
    """Eight characters that stand for the weights: what another encoder read is never taken."""
    digest = hashlib.sha256()
    with (encoder / "model.safetensors").open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:8]
