"""Linear heads for moods that several label sets teach at once, each in its own manner.

A set that gives any number of moods teaches each by cross-entropy; a set that gives one out of a
few teaches the choice (softmax). A habit per label set soaks up how freely it hands out a mood.
Convex but for the bounds of valence and arousal; solved whole by L-BFGS.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.evaluation.label_sets import LabelSpace
from engine.training.dataset import Floats, Judgement, LabelledSong
from engine.training.heads import Heads, affect_of
from engine.training.word_shares import SparseRows

_STEPS = 60
_HISTORY = 12
_HABIT_DECAY = 0.01
_CHOICE_HABIT_DECAY = 0.05


class Features(Protocol):
    """What heads look at: (S, F) songs, whatever way they are kept."""

    width: int

    def times(self, weights: Tensor) -> Tensor:
        """(S, K) features @ weights.T of (K, F) weights."""
        ...


class DenseFeatures:
    """Every number of every song."""

    def __init__(self, values: Floats) -> None:
        self._values = torch.from_numpy(np.ascontiguousarray(values, np.float32))
        self.width = values.shape[1]

    def times(self, weights: Tensor) -> Tensor:
        return self._values @ weights.T


class SparseFeatures:
    """Mostly zeros, as words are."""

    def __init__(self, rows: SparseRows) -> None:
        places = torch.from_numpy(np.stack([rows.rows, rows.columns]))
        self._values = torch.sparse_coo_tensor(
            places, torch.from_numpy(rows.values), rows.shape, check_invariants=True).coalesce()
        self.width = rows.shape[1]

    def times(self, weights: Tensor) -> Tensor:
        return torch.sparse.mm(self._values, weights.T)


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """One label set that gives one mood of `columns` (C,): `rows` (n,) of the songs, `picked`
    (n,) which of the columns, `weight` of each row."""

    rows: Tensor
    columns: Tensor
    picked: Tensor
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class JointTargets:
    """What S songs teach: J judgements of `song`, `label_set` (J,) with `present`, `asked` (J, M);
    the choices; `affect` (S, 2) and where it is known (S,)."""

    moods: int
    label_sets: int
    song: Tensor
    label_set: Tensor
    present: Tensor
    asked: Tensor
    choices: tuple[_Choice, ...]
    affect: Tensor
    has_affect: Tensor


def joint_targets(
    songs: Sequence[LabelledSong], space: LabelSpace, choices: Mapping[str, float]
) -> JointTargets:
    """The targets of songs; `choices` names the label sets that are learned as a choice, with
    weights. Between sets, a set of four times as many songs counts twice as much."""
    judged = [(at, j) for at, song in enumerate(songs) for j in song.judgements]
    names, moods = space.set_names, len(space.moods)
    free = [(at, j) for at, j in judged if names[j.label_set] not in choices]
    known = affect_of(songs)
    return JointTargets(
        moods=moods,
        label_sets=len(names),
        song=torch.tensor([at for at, _ in free], dtype=torch.long),
        label_set=torch.tensor([j.label_set for _, j in free], dtype=torch.long),
        present=_stacked([j.present for _, j in free], moods),
        asked=_stacked([j.asked for _, j in free], moods),
        choices=tuple(_choices_of(judged, space, choices)),
        affect=torch.from_numpy(np.nan_to_num(known)),
        has_affect=torch.from_numpy(np.isfinite(known).all(1).astype(np.float32)),
    )


def _stacked(rows: list[Floats], moods: int) -> Tensor:
    return torch.from_numpy(np.array(rows, np.float32).reshape(-1, moods))


def _choices_of(
    judged: Sequence[tuple[int, Judgement]], space: LabelSpace, choices: Mapping[str, float]
) -> list[_Choice]:
    found: list[tuple[list[int], list[int], list[int], float]] = []
    for number, name in enumerate(space.set_names):
        columns = [space.moods.index(tag) for tag in space.sets[name]]
        rows = [(at, j.present[columns]) for at, j in judged
                if j.label_set == number and choices.get(name) and j.present[columns].sum() == 1]
        if rows and len(columns) > 1:
            picked = [int(said.argmax()) for _, said in rows]
            weight = choices[name] / np.sqrt(len(rows))
            found.append(([at for at, _ in rows], columns, picked, float(weight)))
    total = sum(weight * len(rows) for rows, _, _, weight in found)
    return [_Choice(torch.tensor(rows), torch.tensor(columns), torch.tensor(picked),
                    weight / total) for rows, columns, picked, weight in found]


@dataclass(frozen=True, slots=True, eq=False)
class JointHeads:
    """`heads` with no label set's habit in them, and `habits` (sets, M)."""

    heads: Heads
    habits: Floats


def fit_joint_heads(
    features: Features, targets: JointTargets, decay: float, choice_weight: float,
    affect_weight: float, steps: int = _STEPS,
) -> JointHeads:
    """Heads for features already standardised, with `decay` / 2 times their squared weights."""
    shapes = [(targets.moods, features.width), (targets.moods,), (2, features.width), (2,),
              (targets.label_sets, targets.moods)]
    shapes += [(len(choice.columns),) for choice in targets.choices]
    parameters = [torch.zeros(shape, requires_grad=True) for shape in shapes]
    moods, bias, affect, affect_bias, habits, *choice_habits = parameters
    asked = targets.asked.sum(0).clamp(min=1e-6)
    measured = targets.has_affect.sum().clamp(min=1)
    optimizer = torch.optim.LBFGS(
        parameters, max_iter=steps, history_size=_HISTORY, line_search_fn="strong_wolfe")

    def objective() -> Tensor:
        optimizer.zero_grad()
        logits = features.times(moods) + bias
        each = functional.binary_cross_entropy_with_logits(
            logits[targets.song] + habits[targets.label_set], targets.present, reduction="none")
        loss = ((each * targets.asked).sum(0) / asked).sum()
        for choice, habit in zip(targets.choices, choice_habits, strict=True):
            rival = logits[choice.rows][:, choice.columns] + habit
            crossed = functional.cross_entropy(rival, choice.picked, reduction="sum")
            loss = loss + choice_weight * choice.weight * crossed
            loss = loss + _CHOICE_HABIT_DECAY / 2 * habit.square().sum()
        place = torch.tanh(features.times(affect) + affect_bias)
        error = (place - targets.affect).square().sum(1) * targets.has_affect
        loss = loss + affect_weight * error.sum() / measured
        loss = loss + decay / 2 * (moods.square().sum() + affect.square().sum())
        loss = loss + _HABIT_DECAY / 2 * habits.square().sum()
        loss.backward()
        return loss

    optimizer.step(objective)
    plain = [part.detach().numpy() for part in parameters]
    return JointHeads(Heads(*plain[:4]), plain[4])
