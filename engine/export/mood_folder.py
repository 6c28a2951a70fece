"""Fills a model folder for the mood tagger: graphs compared, thresholds set, quality measured.

The fp32 graph is only the reference; what stays in the folder is the int8 graph. Knows no torch.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from engine.events import Note, Report
from engine.export.calibration import measure_ranges
from engine.export.encoder_graph import EncoderShape, Weights, build_encoder_graph
from engine.export.model_card import FOLDED, HELD_OUT, NOT_JUDGED, write_card
from engine.export.parity import Parity, compare, require
from engine.inference.classifier import EncoderRunner
from engine.inference.devices import usable_cores
from engine.inference.onnx_model import OnnxModel
from engine.models.manifest import LabelInfo, ModelManifest, describe_file, write_manifest
from engine.settings import CollationSettings
from engine.tagging.collation import combine
from engine.training.config import STACKED, TrainingConfig
from engine.training.dataset import Floats, LabelledSong, base_rates
from engine.training.material import Material
from engine.training.validation import auc_intervals, validate

_LARGEST_BUILT_CHANGE = 0.002  # of a score on average, the fp32 graph against torch
LARGEST_MEAN_CHANGE = 0.01  # the same, int8 against fp32
_PARITY_SONGS = 400
_RANGE_EXCERPTS = 400  # drawn from the songs learned from
_TOO_RARE = 0.005  # below one song in two hundred nothing was learned
_LONGEST_WINDOW = 512


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """`metrics` by name; `labels` with thresholds and AUC intervals."""

    metrics: dict[str, float]
    labels: tuple[LabelInfo, ...]


class MoodFolder:
    """One model folder in the making."""

    def __init__(
        self, folder: Path, base: Path, config: TrainingConfig, material: Material, report: Report
    ) -> None:
        self.folder = folder
        self.base = base
        self.config = config
        self.material = material
        self.report = report
        self.graph = folder / "model.onnx"
        self.said: tuple[Floats, Floats] | None = None
        """Scores (S, M) and affect (S, 2) of the songs learned from, each by a fold that had not
        learned it; where no song is held out, quality is measured on these."""

    @cached_property
    def described(self) -> dict[str, Any]:
        """What the base model's config.json says."""
        return json.loads((self.base / "config.json").read_text("utf-8"))

    def fill(self, weights: Weights, reference: Floats | None) -> ModelManifest:
        """Graph, tokenizer, card and manifest from plain weights; the manifest as written.

        `reference` (S, M) are torch's scores of the first S judges, where they are known.
        """
        changes = self.build_graphs(weights, reference)
        quality = self.measure(changes)
        parameters = sum(int(array.size) for array in weights.values())
        manifest = self.describe(quality, parameters)
        write_card(self.folder, manifest, self.config, self._judged_on())
        return write_manifest(self.folder, manifest)

    def build_graphs(self, weights: Weights, reference: Floats | None) -> dict[str, float]:
        """Builds fp32 and int8, compares them on songs, keeps int8; how far int8 moved scores."""
        described = self.described
        shape = EncoderShape(described["num_attention_heads"], described["layer_norm_eps"])
        exact_graph = self.folder / "reference.onnx"
        onnx.save(build_encoder_graph(weights, shape), exact_graph)
        seen = [e.token_ids for song in self.material.learning for e in song.excerpts]
        sample = random.Random(self.config.seed).sample(seen, min(len(seen), _RANGE_EXCERPTS))
        ranges = measure_ranges(weights, shape, sample, self.folder / "probe.onnx")
        onnx.save(build_encoder_graph(weights, shape, ranges), self.graph)
        shutil.copyfile(self.base / "tokenizer.json", self.folder / "tokenizer.json")
        if reference is not None:
            built, _ = song_scores(self.material.judges[: len(reference)], exact_graph)
            require(compare(reference, built), _LARGEST_BUILT_CHANGE, "Building the graph")
        few = self._parity_songs()
        exact, small = song_scores(few, exact_graph), song_scores(few, self.graph)
        changes = self.keep(compare(exact[0], small[0]), exact_graph)
        return changes | (self._auc_changes(few, exact, small) if changes else {})

    def _parity_songs(self) -> Sequence[LabelledSong]:
        """Songs to hold int8 against fp32, those first that the first label set of the frame
        judged: of these it can also be told whether their order changed."""
        first = self.config.frame[0] if self.config.frame else ""
        names = self.material.space.set_names
        judged = [any(names[j.label_set] == first for j in song.judgements)
                  for song in self.material.judges]
        order = sorted(range(len(judged)), key=lambda at: not judged[at])
        return [self.material.judges[at] for at in order[:_PARITY_SONGS]]

    def _auc_changes(self, songs: Sequence[LabelledSong], exact: tuple[Floats, Floats],
                     small: tuple[Floats, Floats]) -> dict[str, float]:
        """What int8 did to the macro AUC of the frame's first label set; nothing if none judged."""
        name = f"{self.config.frame[0]} macro AUC" if self.config.frame else ""
        before, after = (validate(songs, *each, self.material.space) for each in (exact, small))
        if name not in before or name not in after:
            return {}
        return {f"int8 {name} change": after[name] - before[name]}

    def keep(self, parity: Parity, exact_graph: Path) -> dict[str, float]:
        """Takes the int8 graph, not the exact one. EngineError where it moved scores too far."""
        require(parity, LARGEST_MEAN_CHANGE, "Quantizing to int8")
        self.report(Note(message=f"int8 moved song scores by {parity.mean_change:.4f} on average"))
        exact_graph.unlink()
        return {
            "int8 mean score change": parity.mean_change,
            "int8 largest score change": parity.largest_change,
        }

    def measure(self, changes: dict[str, float]) -> Quality:
        """Metrics on songs it had not learned from; thresholds that call each mood as often as
        people did.

        Matching the base rate takes no song's label, so it cannot overfit the few there are. Moods
        too rare to learn, or no better than chance as far as can be told, are marked experimental.
        With no song held out and no folds thresholds are set all the same, nothing is claimed.
        """
        space = self.material.space
        judged = bool(self.material.held_out) or self.said is not None
        songs, scores, affect = self._told()
        metrics, intervals = changes, {}
        if judged:
            metrics = validate(songs, scores, affect, space) | changes
            intervals = auc_intervals(songs, scores, space)
        rates = base_rates(self.material.learning, space, self.config.frame)
        labels = tuple(
            self._label(mood, scores[:, column], float(rates[column]), intervals.get(mood), judged)
            for column, mood in enumerate(space.moods))
        return Quality(metrics, labels)

    def _data(self) -> tuple[str, ...]:
        """The label sets learned from, and the short texts where the encoder learned feelings."""
        sets = tuple(name for name, weight in self.config.label_sets.items() if weight)
        feels = self.config.way == STACKED and self.config.stacked.feeling_epochs > 0
        return (*sets, "GoEmotions", "EmoBank") if feels else sets

    def _judged_on(self) -> str:
        """What the figures were measured on, as the card says it."""
        if self.material.held_out:
            return HELD_OUT
        return FOLDED if self.said is not None else NOT_JUDGED

    def _told(self) -> tuple[Sequence[LabelledSong], Floats, Floats]:
        """The songs that judge, with what was said of them."""
        if self.said is not None and not self.material.held_out:
            return self.material.learning, *self.said
        songs = self.material.judges
        return songs, *song_scores(songs, self.graph)

    def _label(self, mood: str, scores: Floats, rate: float,
               interval: tuple[float, float, float] | None, judged: bool) -> LabelInfo:
        """`rate` is how often people gave the mood, `interval` its AUC with the ends."""
        threshold = 0.5
        if not self.config.calls_at_half:
            share = min(max(rate, 1 / len(scores)), 1.0)
            threshold = float(np.quantile(scores, 1 - share))
        auc, low, high = interval or (None, None, None)
        doubtful = judged and (low or 0.0) <= 0.5
        unproven = doubtful or rate < _TOO_RARE
        return LabelInfo(mood, round(threshold, 4), auc, low, high, unproven)

    def describe(self, quality: Quality, parameters: int) -> ModelManifest:
        moods = len(self.material.space.moods)
        return ModelManifest(
            id=self.config.model_id,
            # Scores in the library are kept per version, so another graph must be another version.
            version=describe_file(self.folder, self.graph).sha256[:8],
            name=self.config.name,
            kind="encoder",
            task="mood-tagging",
            about=f"Reads lyrics in English and says which of {moods} moods each excerpt carries.",
            labels=quality.labels,
            languages=("en",),
            window=min(_LONGEST_WINDOW, self.described["max_position_embeddings"]),
            precision="int8",
            parameters=parameters,
            licence="Apache-2.0",
            made_from=("all-MiniLM-L6-v2 (Apache-2.0)",),
            data=self._data(),
            quality={name: round(value, 4) for name, value in quality.metrics.items()},
        )


def song_scores(songs: Sequence[LabelledSong], graph: Path) -> tuple[Floats, Floats]:
    """Scores (S, M) 0..1 and affect (S, 2) of S songs, collated as at run time."""
    runner = EncoderRunner(OnnxModel.open(graph, 1), ("moods", "affect"), usable_cores())
    excerpts = [excerpt for song in songs for excerpt in song.excerpts]
    logits, affect = runner.run([excerpt.token_ids for excerpt in excerpts])
    starts = np.cumsum([0, *(len(song.excerpts) for song in songs)])[:-1]
    weights = np.array([excerpt.weight for excerpt in excerpts])
    scores = 1 / (1 + np.exp(-logits))
    combined = combine(scores, affect, weights, starts, CollationSettings())
    return combined.scores, combined.affect
