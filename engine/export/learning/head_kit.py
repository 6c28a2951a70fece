"""The kit of classifiers whose encoder stays still: heads alone, learned in seconds.

New heads, heads that go on from those of a tagger, or one of the two baselines. What was learned
lies in the stage's folder as plain arrays.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import EngineError
from engine.events import Note, Report
from engine.export.learning.classifier_kit import (
    REFERENCE_TEXTS,
    learned_labels,
    new_model,
)
from engine.export.learning.given import Given
from engine.export.learning.kit import Judged
from engine.export.learning.label_comparison import judge_labels
from engine.export.learning.labelled_folder import build_labelled_model
from engine.export.learning.labelled_material import LabelledMaterial, labelled_material
from engine.models.manifest import ModelManifest
from engine.training.checkpoint import read_checkpoint, write_checkpoint
from engine.training.classifier_options import ClassifierWay
from engine.training.labelled_set import Floats

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.tasks.encoder.baselines import Baseline
    from engine.training.tasks.encoder.head_fit import LabelHeads

_LEARNED, _NAMES, _STILL = "heads.safetensors", "labels.json", "still.safetensors"


class HeadKit:
    """A StepLess kit (see kit)."""

    def learn(self, given: Given) -> None:
        from engine.training.tasks.encoder.still import still_vectors

        material = labelled_material(given)
        model = new_model(material, given.recipe.loop.seed)
        vectors = still_vectors(model, material.learning.texts, given.output / _STILL,
                                given.report, "fp32")
        found = _fitted(vectors, material, given)
        first = slice(0, REFERENCE_TEXTS)
        logits = found.heads.say(vectors[first], _word_logits(material, found.names, first))
        given.report(Note(message=f"{len(found.names)} heads have learned from "
                                  f"{len(material.learning)} texts"))
        (given.output / _NAMES).write_text(json.dumps(found.names), "utf-8")
        arrays = {"labels.weight": found.heads.weight, "labels.bias": found.heads.bias,
                  "logits": logits.astype(np.float32)}
        if found.heads.places is not None and found.heads.places_bias is not None:
            arrays |= {"places.weight": found.heads.places, "places.bias": found.heads.places_bias}
        write_checkpoint(given.output / _LEARNED, arrays)

    def build(self, given: Given, learner: "Learner | None", place: Path,
              report: Report) -> ModelManifest:
        material = labelled_material(given)
        names = tuple(json.loads((given.output / _NAMES).read_text("utf-8")))
        arrays, _ = read_checkpoint(given.output / _LEARNED)
        heads = {name: array.astype(np.float32) for name, array in arrays.items()}
        columns = [material.labels.names.index(name) for name in names]
        narrowed = replace(material, labels=replace(material.labels, names=names),
                           learning=material.learning.over(columns),
                           judging=material.judging.over(columns))
        weights = _weights(narrowed, heads, columns)
        learned = learned_labels(narrowed, weights, heads["logits"])
        return build_labelled_model(learned, given.recipe, place, report)

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        return judge_labels(given, place, report)


def _fitted(vectors: Floats, material: LabelledMaterial, given: Given) -> "Baseline":
    from engine.training.tasks.encoder.baselines import Baseline, fit_baseline
    from engine.training.tasks.encoder.head_fit import (
        HeadPenalties,
        fit_label_heads,
        move_label_heads,
    )

    options, labels = material.options, material.labels
    penalties = HeadPenalties(options.head_decay, options.reach, options.affect_weight)
    if options.way is not ClassifierWay.ENCODER:
        return fit_baseline(vectors, material.learning, labels.names, options,
                            given.recipe.loop.seed, given.report)
    if material.goes_on:
        added = _word_logits(material, labels.names, slice(None))
        heads = move_label_heads(vectors, material.learning, _heads_of(material), penalties,
                                 added, labels.exclusive)
    else:
        heads = fit_label_heads(vectors, material.learning, penalties, labels.exclusive,
                                labels.moods)
    return Baseline(labels.names, heads)


def _heads_of(material: LabelledMaterial) -> "LabelHeads":
    """The heads of the base, with new ones that say nothing yet."""
    from engine.training.tasks.encoder.head_fit import LabelHeads

    own, name = material.encoder.weights, "moods" if material.labels.moods else "logits"
    more = len(material.labels.names) - len(material.encoder.labels)
    weight = np.pad(own[f"{name}.weight"], ((0, more), (0, 0)))
    bias = np.pad(own[f"{name}.bias"], (0, more))
    return LabelHeads(weight, bias, own.get("affect.weight"), own.get("affect.bias"))


def _word_logits(material: LabelledMaterial, names: Sequence[str], which: slice) -> Floats | None:
    """What the words of texts add, where the base's heads go on and listen to words."""
    from engine.training.tasks.encoder.still import word_logits

    own = material.encoder.weights
    if not material.goes_on or "words.moods" not in own:
        return None
    more = len(names) - len(material.encoder.labels)
    table = np.pad(own["words.moods"], ((0, more), (0, 0)))
    return word_logits(material.learning.texts[which], own["words.rarity"], table)


def _weights(material: LabelledMaterial, heads: dict[str, Floats],
             columns: Sequence[int]) -> dict[str, Floats]:
    """All that the graph is built of."""
    own, moods = material.encoder.weights, material.labels.moods
    found = {name: array for name, array in own.items() if name.startswith("encoder.")}
    title = "moods" if moods else "logits"
    found |= {f"{title}.{part}": heads[f"labels.{part}"] for part in ("weight", "bias")}
    if moods:
        if "places.weight" not in heads:
            raise EngineError("What was learned is not whole.", "Train again.")
        found |= {f"affect.{part}": heads[f"places.{part}"] for part in ("weight", "bias")}
    if material.goes_on and "words.moods" in own:
        more = len(columns) - len(material.encoder.labels)
        table = np.pad(own["words.moods"], ((0, more), (0, 0)))
        found |= {"words.rarity": own["words.rarity"], "words.moods": table,
                  "words.affect": own["words.affect"]}
    return found
