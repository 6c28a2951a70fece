"""Fills a model folder for the mood tagger: graphs compared, thresholds set, quality measured.

The fp32 graph is only the reference; what stays in the folder is the int8 graph.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from engine.events import Note, Report
from engine.export.encoder_graph import EncoderShape, build_encoder_graph
from engine.export.parity import compare, require
from engine.export.to_onnx import FloatArrays
from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.models.manifest import LabelInfo, ModelManifest, write_manifest
from engine.settings import CollationSettings
from engine.tagging.collation import combine
from engine.training.config import TrainingConfig
from engine.training.dataset import Floats, LabelledSong, LabelSpace
from engine.training.validation import auc_intervals, validate

_LARGEST_MEAN_CHANGE = 0.01  # of a score, int8 against fp32
_PARITY_SONGS = 150
_TOO_RARE = 0.005  # below one song in two hundred nothing was learned


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Songs not learned from, and how often (M,) each mood is present among those learned from."""

    songs: tuple[LabelledSong, ...]
    base_rates: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """`metrics` by name; `labels` with thresholds and AUC intervals."""

    metrics: dict[str, float]
    labels: tuple[LabelInfo, ...]


class MoodFolder:
    """One model folder in the making."""

    def __init__(
        self,
        folder: Path,
        weights: FloatArrays,
        base: Path,
        config: TrainingConfig,
        space: LabelSpace,
        report: Report,
    ) -> None:
        self.folder = folder
        self.weights = weights
        self.base = base
        self.config = config
        self.space = space
        self.report = report
        self.changes: dict[str, float] = {}

    def build_graphs(self, songs: Sequence[LabelledSong]) -> None:
        """Builds fp32 and int8, compares them on `songs`, keeps int8."""
        described = json.loads((self.base / "config.json").read_text("utf-8"))
        shape = EncoderShape(described["num_attention_heads"], described["layer_norm_eps"])
        reference = self.folder / "reference.onnx"
        onnx.save(build_encoder_graph(self.weights, shape, int8=False), reference)
        onnx.save(build_encoder_graph(self.weights, shape, int8=True), self.folder / "model.onnx")
        shutil.copyfile(self.base / "tokenizer.json", self.folder / "tokenizer.json")
        few = songs[:_PARITY_SONGS]
        exact, _ = self.song_scores(few, reference)
        small, _ = self.song_scores(few, self.folder / "model.onnx")
        parity = require(compare(exact, small), _LARGEST_MEAN_CHANGE, "Quantizing to int8")
        self.changes = {
            "int8 mean score change": parity.mean_change,
            "int8 largest score change": parity.largest_change,
        }
        self.report(Note(message=f"int8 moved song scores by {parity.mean_change:.4f} on average"))
        reference.unlink()

    def song_scores(self, songs: Sequence[LabelledSong], graph: Path) -> tuple[Floats, Floats]:
        """Scores (S, M) 0..1 and affect (S, 2) of S songs, collated as at run time."""
        runner = EncoderRunner(OnnxModel.open(graph), ("moods", "affect"))
        excerpts = [excerpt for song in songs for excerpt in song.excerpts]
        logits, affect = runner.run([excerpt.token_ids for excerpt in excerpts])
        starts = np.cumsum([0, *(len(song.excerpts) for song in songs)])[:-1]
        weights = np.array([excerpt.weight for excerpt in excerpts])
        scores = 1 / (1 + np.exp(-logits))
        combined = combine(scores, affect, weights, starts, CollationSettings())
        return combined.scores, combined.affect

    def measure(self, held_out: HeldOut) -> Quality:
        """Metrics on the held-out songs; thresholds that call each mood as often as people did.

        Matching the base rate needs no labels of the few held-out songs, so it cannot overfit
        them.
        """
        scores, affect = self.song_scores(held_out.songs, self.folder / "model.onnx")
        metrics = validate(held_out.songs, scores, affect, self.space)
        intervals = auc_intervals(held_out.songs, scores, self.space)
        shares = np.clip(held_out.base_rates, 1 / len(scores), 1.0)
        labels: list[LabelInfo] = []
        for column, mood in enumerate(self.space.moods):
            threshold = float(np.quantile(scores[:, column], 1 - shares[column]))
            auc, low, high = intervals.get(mood, (None, None, None))
            rare = bool(held_out.base_rates[column] < _TOO_RARE)
            labels.append(LabelInfo(mood, round(threshold, 4), auc, low, high, rare))
        return Quality(metrics | self.changes, tuple(labels))

    def describe(self, quality: Quality) -> ModelManifest:
        parameters = sum(int(array.size) for array in self.weights.values())
        return ModelManifest(
            id=self.config.model_id,
            name=self.config.name,
            kind="encoder",
            task="mood-tagging",
            about="Reads lyrics in English and says which of 33 moods each excerpt carries.",
            labels=quality.labels,
            languages=("en",),
            window=512,
            precision="int8",
            parameters=parameters,
            licence="Apache-2.0",
            made_from=("all-MiniLM-L6-v2 (Apache-2.0)",),
            data=tuple(name for name, weight in self.config.label_sets.items() if weight),
            quality={name: round(value, 4) for name, value in quality.metrics.items()},
        )

    def sealed(self, manifest: ModelManifest) -> ModelManifest:
        """The manifest as written, with every file hashed; the folder must not change after."""
        return write_manifest(self.folder, manifest)

