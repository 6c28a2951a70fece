"""What the loop teaches where an encoder learns labels: steps, the masked loss, the judgements.

Labels nobody was asked about count nothing. Steps hold texts of like length, so that little is
padding. Knows no file.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.evaluation.block_figures import ManyTags, OneTag
from engine.training.classifier_options import ClassifierOptions, Unit
from engine.training.labelled_set import Floats, LabelledSet, Labels
from engine.training.loop.learner import ParameterGroup, StepLoss
from engine.training.loop.precision import wants_bf16
from engine.training.recipe import LoopOptions
from engine.training.tasks.encoder.classifier_model import ClassifierModel
from engine.training.tasks.encoder.steps import length_steps

_JUDGED_TOKENS = 8192


@dataclass(frozen=True, slots=True, eq=False)
class ClassifierTask:
    """What is learned from and judged by, and how."""

    labels: Labels
    learning: LabelledSet
    judging: LabelledSet
    options: ClassifierOptions
    loop: LoopOptions


class ClassifierLearner:
    """A Learner (see loop.learner) of one model on one task. Its numbers are its own: layers in
    bfloat16 where the processor has it, heads and losses in fp32."""

    own_precision = True

    def __init__(self, model: ClassifierModel, task: ClassifierTask) -> None:
        self.model: nn.Module = model
        self._model = model
        self._task = task
        by_parts = task.options.unit is Unit.EXCERPT
        self.learning = task.learning.by_parts() if by_parts else task.learning
        self.judging = task.judging.by_parts() if by_parts else task.judging
        model.encoder.freeze(words=task.options.still_words)
        if wants_bf16(task.loop.precision):
            model.rounded()

    def groups(self) -> Sequence[ParameterGroup]:
        """Lower layers learn more slowly (layer-wise decay, Howard and Ruder 2018)."""
        encoder, decay = self._model.encoder, self._task.options.layer_decay
        layers = list(encoder.layers)
        found = [ParameterGroup(tuple(layer.parameters()), decay ** (len(layers) - 1 - at))
                 for at, layer in enumerate(layers)]
        lowest = [encoder.places, *encoder.norm.parameters()]
        if encoder.words.weight.requires_grad:
            lowest += encoder.words.parameters()
        found.append(ParameterGroup(tuple(lowest), decay ** len(layers)))
        heads = [*self._model.labels.parameters()]
        if self._model.places is not None:
            heads += self._model.places.parameters()
        return [*found, ParameterGroup(tuple(heads), decays=False, is_head=True)]

    def plan(self, epoch: int) -> Sequence[Sequence[int]]:
        lengths = [text.length for text in self.learning.texts]
        return length_steps(lengths, self._task.loop.batch_tokens, self._task.loop.seed, epoch)

    def loss(self, step: Sequence[int]) -> StepLoss:
        texts = [self.learning.texts[row] for row in step]
        logits, places = self._model.logits(self._model.vectors(texts))
        rows = list(step)
        loss, weight = self._label_loss(logits, self.learning, rows)
        if places is not None:
            loss = loss + self._task.options.affect_weight * _place_loss(
                places, self.learning.affect[rows])
        return StepLoss(loss, weight, sum(len(text.parts) for text in texts))

    def judge(self) -> Mapping[str, float]:
        if not len(self.judging):
            return {}
        logits, _ = self.said(self.judging)
        rows = list(range(len(self.judging)))
        loss, _ = self._label_loss(torch.from_numpy(logits), self.judging, rows)
        return {"loss": float(loss), **self._figures(logits)}

    def samples(self) -> Sequence[str]:
        """Nothing: a classifier does not speak."""
        return ()

    def said(self, texts: LabelledSet) -> tuple[Floats, Floats]:
        """(S, M) logits and (S, 2) places of texts, as the model stands."""
        training = self._model.training
        self._model.eval()
        logits = np.zeros((len(texts), len(self._task.labels.names)), np.float32)
        places = np.zeros((len(texts), 2), np.float32)
        lengths = [text.length for text in texts.texts]
        with torch.no_grad():
            for step in length_steps(lengths, _JUDGED_TOKENS):
                vectors = self._model.vectors([texts.texts[row] for row in step])
                found, where = self._model.logits(vectors)
                logits[step] = found.numpy()
                if where is not None:
                    places[step] = where.numpy()
        self._model.train(training)
        return logits, places

    def _label_loss(self, logits: Tensor, of: LabelledSet, rows: list[int]
                    ) -> tuple[Tensor, float]:
        """The mean over what was asked, and how much was."""
        present = torch.from_numpy(of.present[rows])
        if self._task.labels.exclusive:
            return functional.cross_entropy(logits, present.argmax(1)), float(len(rows))
        asked = torch.from_numpy(of.asked[rows])
        each = functional.binary_cross_entropy_with_logits(logits, present, reduction="none")
        weight = float(asked.sum())
        return (each * asked).sum() / max(weight, 1.0), weight

    def _figures(self, logits: Floats) -> dict[str, float]:
        scores = 1 / (1 + np.exp(-logits.astype(np.float64)))
        present, asked = self.judging.present > 0, self.judging.asked > 0
        whole = np.ones((1, len(scores)))
        if self._task.labels.exclusive:
            told, _ = OneTag(scores, present).told(whole)
            names = {"accuracy": "accuracy", "macro_f1": "macro-F1"}
        else:
            told, _ = ManyTags(scores, scores >= 0.5, present, asked).told(whole)
            names = {"macro_auc": "macro AUC",
                     "mean_average_precision": "mean average precision"}
        found = {title: float(told[name][0]) for name, title in names.items()}
        return {title: value for title, value in found.items() if np.isfinite(value)}


def _place_loss(places: Tensor, affect: Floats) -> Tensor:
    """The mean squared distance over the texts whose place is known."""
    known = torch.from_numpy(np.isfinite(affect).all(1).astype(np.float32))
    target = torch.from_numpy(np.nan_to_num(affect))
    error = (places - target).square().sum(1) * known
    return error.sum() / known.sum().clamp(min=1)
