"""The kit of classifiers whose encoder learns: an encoder with a new head, taught step by step.

The head begins where it is best upon the encoder as it is, so that the encoder moves no further
than the labels ask. Judged through the program's own tagger.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.events import Note, Report
from engine.export.family_parity import probabilities
from engine.export.learning.given import Given
from engine.export.learning.kit import Judged
from engine.export.learning.label_comparison import judge_labels
from engine.export.learning.labelled_folder import LearnedLabels, build_labelled_model
from engine.export.learning.labelled_material import LabelledMaterial, labelled_material
from engine.models.manifest import LabelInfo, ModelManifest
from engine.training.labelled_set import Floats

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.tasks.encoder.classifier_learner import ClassifierLearner
    from engine.training.tasks.encoder.classifier_model import ClassifierModel
    from engine.training.tasks.encoder.head_fit import LabelHeads

_STILL = "still.safetensors"
REFERENCE_TEXTS = 60


class ClassifierKit:
    """A StepKit (see kit)."""

    def learner(self, given: Given) -> "ClassifierLearner":
        from engine.training.tasks.encoder.classifier_learner import (
            ClassifierLearner,
            ClassifierTask,
        )

        material = labelled_material(given)
        model = new_model(material, given.recipe.loop.seed)
        _begin(model, material, given)
        return ClassifierLearner(model, ClassifierTask(
            material.labels, material.learning, material.judging, material.options,
            given.recipe.loop))

    def build(self, given: Given, learner: "Learner | None", place: Path,
              report: Report) -> ModelManifest:
        from engine.training.tasks.encoder.classifier_learner import ClassifierLearner
        from engine.training.tasks.encoder.classifier_model import ClassifierModel

        material = labelled_material(given)
        assert isinstance(learner, ClassifierLearner)
        assert isinstance(learner.model, ClassifierModel)
        first = material.learning.picked(range(min(REFERENCE_TEXTS, len(material.learning))))
        logits, _ = learner.said(first)
        learned = learned_labels(material, learner.model.plain(), logits)
        return build_labelled_model(learned, given.recipe, place, report)

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        return judge_labels(given, place, report)


def new_model(material: LabelledMaterial, seed: int) -> "ClassifierModel":
    """The encoder with a head of chance, by the seed."""
    import torch

    from engine.training.tasks.encoder.bert import Bert, BertShape
    from engine.training.tasks.encoder.classifier_model import ClassifierModel

    torch.manual_seed(seed)
    encoder = material.encoder
    shape = BertShape(encoder.heads, encoder.norm_epsilon)
    bert = Bert(encoder.weights, shape, material.options.dropout)
    width = bert.width
    if material.goes_on:
        name = "moods" if material.labels.moods else "logits"
        width = int(encoder.weights[f"{name}.weight"].shape[1])
    return ClassifierModel(bert, len(material.labels.names), width, material.labels.moods)


def learned_labels(material: LabelledMaterial, weights: dict[str, Floats],
                   logits: Floats) -> LearnedLabels:
    """What the folder is built of; `logits` are those of the first texts to learn from."""
    scores = probabilities(logits, material.labels.exclusive).astype(np.float32)
    return LearnedLabels(weights, material.labels, material.encoder, scores, material.learning,
                         material.judging, material.options.window, _kept(material))


def _kept(material: LabelledMaterial) -> dict[str, LabelInfo]:
    """What the manifest of the base says of labels whose heads go on."""
    manifest = material.encoder.manifest
    if not material.goes_on or manifest is None:
        return {}
    return {label.id: label for label in manifest.labels}


def set_heads(model: "ClassifierModel", heads: "LabelHeads") -> None:
    """Puts heads into the model in place of its own."""
    import torch

    pairs = [(model.labels, heads.weight, heads.bias)]
    if model.places is not None and heads.places is not None and heads.places_bias is not None:
        pairs.append((model.places, heads.places, heads.places_bias))
    with torch.no_grad():
        for head, weight, bias in pairs:
            head.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
            head.bias.copy_(torch.from_numpy(np.ascontiguousarray(bias)))


def _begin(model: "ClassifierModel", material: LabelledMaterial, given: Given) -> None:
    """Fits the head alone first, on the encoder as it is."""
    from engine.training.tasks.encoder.head_fit import HeadPenalties, fit_label_heads
    from engine.training.tasks.encoder.still import still_vectors

    vectors = still_vectors(model, material.learning.texts, given.output / _STILL, given.report,
                            given.recipe.loop.precision)
    options = material.options
    penalties = HeadPenalties(options.head_decay, options.reach, options.affect_weight)
    set_heads(model, fit_label_heads(vectors, material.learning, penalties,
                                     material.labels.exclusive, material.labels.moods))
    given.report(Note(message="The head has learned on its own"))
