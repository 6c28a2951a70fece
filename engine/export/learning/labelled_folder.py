"""Fills a model folder for an encoder that has learned labels: graphs compared, thresholds set.

fp32 against torch, then int8 against fp32; where int8 would move scores too far the graph stays in
fp32. Moods make a mood tagger, other labels a classifier of texts. Knows no torch.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import onnx

from engine.events import Note, Report
from engine.export.calibration import measure_ranges
from engine.export.encoder_from_graph import ReadEncoder
from engine.export.encoder_graph import EncoderShape, build_encoder_graph
from engine.export.family_parity import probabilities
from engine.export.learning.thresholds import expected_f1_thresholds
from engine.export.parity import compare, require
from engine.inference.classifier import EncoderRunner
from engine.inference.devices import usable_cores
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids
from engine.models.manifest import (
    TEXT_CLASSIFICATION,
    LabelInfo,
    ModelManifest,
    describe_file,
    write_manifest,
)
from engine.tagging.encoder_tagger import TASK
from engine.training.examples.labelled_text import LabelledText
from engine.training.labelled_set import Floats, LabelledSet, Labels
from engine.training.recipe import Recipe

GRAPH, TOKENIZER = "model.onnx", "tokenizer.json"
LARGEST_BUILT_CHANGE = 0.004
"""Of a score on average, the fp32 graph against torch, which may have computed in bfloat16."""
LARGEST_MEAN_CHANGE = 0.01
_RANGE_PARTS = 300
_PARITY_TEXTS = 300
_FEWEST_WHOLE = 30
_LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True, eq=False)
class LearnedLabels:
    """What has been learned: `weights` for the graph builder, `labels`, the `encoder` it began
    with. `reference` (S, M) is what torch says of the first S texts of `learning`, 0..1."""

    weights: Mapping[str, Floats]
    labels: Labels
    encoder: ReadEncoder
    reference: Floats
    learning: LabelledSet
    judging: LabelledSet
    window: int
    kept: Mapping[str, LabelInfo] = field(default_factory=dict[str, LabelInfo])
    """What is known of labels whose heads went on from those of the base, by label."""


def build_labelled_model(learned: LearnedLabels, recipe: Recipe, place: Path,
                         report: Report) -> ModelManifest:
    """The whole model in the empty folder `place`. EngineError where the graph does not say what
    torch said."""
    shutil.copyfile(learned.encoder.tokenizer, place / TOKENIZER)
    precision, quality = _build_graphs(learned, recipe.loop.seed, place, report)
    labels = _labels(learned, place / GRAPH)
    manifest = ModelManifest(
        id=recipe.model_id, name=recipe.name, kind="encoder",
        task=TASK if learned.labels.moods else TEXT_CLASSIFICATION,
        about=recipe.about or _about(learned.labels),
        version=describe_file(place, place / GRAPH).sha256[:8],
        labels=labels, exclusive_labels=learned.labels.exclusive, languages=("en",),
        window=min(learned.window, learned.encoder.window), graph=GRAPH, precision=precision,
        parameters=sum(int(array.size) for array in learned.weights.values()),
        licence=learned.encoder.licence or _LICENCE, made_from=(learned.encoder.name,),
        quality={name: round(value, 4) for name, value in quality.items()})
    return write_manifest(place, manifest)


def scores_of(graph: Path, texts: Sequence[LabelledText], exclusive: bool, moods: bool) -> Floats:
    """(S, M) 0..1 of whole texts by a graph, as they are collated in use."""
    names = ("moods",) if moods else ("logits",)
    runner = EncoderRunner(OnnxModel.open(graph, 1), names, usable_cores())
    parts = [part for text in texts for part in text.parts]
    logits = runner.run(parts)[0]
    starts = np.cumsum([0, *(len(text.parts) for text in texts)])[:-1]
    shares = np.concatenate([text.weights / text.weights.sum() for text in texts])
    summed = np.add.reduceat(logits * shares[:, None], starts)
    return probabilities(summed, exclusive).astype(np.float32)


def _build_graphs(learned: LearnedLabels, seed: int, place: Path,
                  report: Report) -> tuple[str, dict[str, float]]:
    """The precision that was kept, and what is told of parity."""
    encoder, labels = learned.encoder, learned.labels
    shape = EncoderShape(encoder.heads, encoder.norm_epsilon)
    exact, small = place / "reference.onnx", place / GRAPH
    onnx.save(build_encoder_graph(learned.weights, shape), exact)
    first = learned.learning.texts[: len(learned.reference)]
    built = compare(learned.reference, scores_of(exact, first, labels.exclusive, labels.moods))
    require(built, LARGEST_BUILT_CHANGE, "Building the graph")
    ranges = measure_ranges(learned.weights, shape, _some_parts(learned.learning, seed),
                            place / "probe.onnx")
    onnx.save(build_encoder_graph(learned.weights, shape, ranges), small)
    texts = (learned.judging.texts or learned.learning.texts)[:_PARITY_TEXTS]
    moved = compare(*(scores_of(graph, texts, labels.exclusive, labels.moods)
                      for graph in (exact, small)))
    told = {"graph mean score change": built.mean_change}
    if moved.mean_change <= LARGEST_MEAN_CHANGE:
        report(Note(message=f"int8 moved scores by {moved.mean_change:.4f} on average"))
        exact.unlink()
        return "int8", told | {"int8 mean score change": moved.mean_change,
                               "int8 largest score change": moved.largest_change}
    report(Note(message=f"int8 would move scores by {moved.mean_change:.4f} on average, so the "
                        "graph stays in fp32"))
    exact.replace(small)
    return "fp32", told


def _some_parts(of: LabelledSet, seed: int) -> list[Ids]:
    parts = [part for text in of.texts for part in text.parts]
    drawn = np.random.default_rng(seed).permutation(len(parts))[:_RANGE_PARTS]
    return [parts[at] for at in drawn.tolist()]


def _labels(learned: LearnedLabels, graph: Path) -> tuple[LabelInfo, ...]:
    """Every label with its threshold, which is told from scores of the texts that judge where
    there are any; their labels are not looked at. Half, where just one label holds.

    Verdicts on single labels say nothing of how often a label is given, so heads that went on
    keep their thresholds until enough texts were judged whole.
    """
    names = learned.labels.names
    if learned.labels.exclusive:
        return tuple(LabelInfo(name) for name in names)
    learning = learned.learning
    asked = learning.asked.sum(0) > 0
    whole = (learning.asked >= asked).sum(1) == len(names)
    told_often = int(whole.sum()) >= _FEWEST_WHOLE
    counted = learning.asked * (whole[:, None] if told_often else 1)
    rates = (learning.present * counted).sum(0) / np.maximum(counted.sum(0), 1)
    texts = learned.judging.texts or learning.texts
    bars = expected_f1_thresholds(
        scores_of(graph, texts, learned.labels.exclusive, learned.labels.moods), rates)
    is_asked: list[bool] = asked.tolist()
    is_given: list[bool] = ((learning.present * learning.asked).sum(0) > 0).tolist()
    return tuple(
        _label(name, bar, None if told_often and here else learned.kept.get(name),
               learned.kept.get(name), here, had)
        for name, bar, here, had in zip(names, bars, is_asked, is_given, strict=True))


def _label(name: str, bar: float, keeps: LabelInfo | None, before: LabelInfo | None,
           asked: bool, given: bool) -> LabelInfo:
    """`keeps` is the label whose threshold stays, `before` what it was: nobody's measure of a
    label that was asked about holds any longer, and one that was given is no trial any more."""
    threshold = keeps.threshold if keeps is not None else round(bar, 4)
    if before is None:
        return LabelInfo(name, threshold)
    if asked:
        return LabelInfo(name, threshold, experimental=before.experimental and not given)
    return msgspec.structs.replace(before, threshold=threshold)


def _about(labels: Labels) -> str:
    many = f"{len(labels.names)} {'moods' if labels.moods else 'labels'}"
    if labels.moods:
        return f"Reads lyrics and says which of {many} each excerpt carries."
    kind = "the one of" if labels.exclusive else "which of"
    return f"Reads a text and says {kind} {many} that it carries."
