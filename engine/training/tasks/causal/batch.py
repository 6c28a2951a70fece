"""Examples side by side as tensors, and in which order an epoch takes them.

Examples of about one length share a step, so that little is padded; what is padded stands behind,
where a causal model never looks. Order comes from the seed alone. Knows no model.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.training.examples.example import Example

_POOL = 50
"""Steps whose examples are sorted by length together: enough that lengths fit, few enough that
chance decides who meets whom."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`ids` (B, T), padded behind. `rows` (L,) where in the flattened (B * T) the tokens before
    the learned ones stand, `tokens` (L,) the learned ones, `owners` (L,) whose they are, and
    `shares` (L,) how much each counts. `choices` where tokens are chosen among few."""

    ids: Tensor
    rows: Tensor
    tokens: Tensor
    owners: Tensor
    shares: Tensor
    choices: "Choices | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """`words` (U,) all tokens that any row of a batch may be, and `allowed` (L, U) which of them
    each row may."""

    words: Tensor
    allowed: Tensor


def make_batch(examples: Sequence[Example], device: torch.device | None = None,
               spread: bool = False) -> Batch:
    """All of them in one batch as long as the longest, on `device`. With `spread` every token that
    would have been as right counts, each its part."""
    batch = _plain_batch(examples, device)
    if not spread or all(example.alike is None for example in examples):
        return batch
    return _spread(batch, [alike for example in examples for alike in _alike(example)])


def _plain_batch(examples: Sequence[Example], device: torch.device | None) -> Batch:
    width = max(example.length for example in examples)
    ids = np.zeros((len(examples), width), np.int64)
    rows: list[np.ndarray] = []
    owners: list[np.ndarray] = []
    shares: list[np.ndarray] = []
    for number, example in enumerate(examples):
        ids[number, :example.length] = example.ids
        learned = np.flatnonzero(example.learned[1:])
        rows.append(number * width + learned)
        owners.append(np.full(len(learned), number))
        shares.append(np.ones(len(learned), np.float32) if example.shares is None
                      else example.shares[learned + 1])
    before = np.concatenate(rows)
    parts = (ids, before, ids.reshape(-1)[before + 1], np.concatenate(owners),
             np.concatenate(shares))
    return Batch(*(torch.from_numpy(part).to(device) for part in parts),
                 choices=_choices(examples, device))


def _alike(example: Example) -> Sequence[np.ndarray]:
    """For each learned token all that are as right, itself at least."""
    if example.alike is not None:
        return example.alike
    return [example.ids[at + 1:at + 2] for at in np.flatnonzero(example.learned[1:])]


def _spread(batch: Batch, alike: Sequence[np.ndarray]) -> Batch:
    """A row for every token that is as right as the one that chance chose: the mean over the orders
    there could have been, instead of one of them, at the price of a few rows of the head."""
    counts = np.array([len(tokens) for tokens in alike])
    again = torch.from_numpy(np.repeat(np.arange(len(alike)), counts)).to(batch.ids.device)
    part = torch.from_numpy(np.repeat(1.0 / counts, counts).astype(np.float32)).to(again.device)
    tokens = torch.from_numpy(np.concatenate(alike)).to(again.device)
    choices = batch.choices and Choices(batch.choices.words, batch.choices.allowed[again])
    return Batch(batch.ids, batch.rows[again], tokens, batch.owners[again],
                 batch.shares[again] * part, choices)


def _choices(examples: Sequence[Example], device: torch.device | None) -> Choices | None:
    """None where no example is chosen among few; those that are not may be anything."""
    if any(example.choices is None for example in examples):
        return None
    rows = [row for example in examples for row in example.choices or ()]
    words = np.unique(np.concatenate(rows)) if rows else np.zeros(1, np.int64)
    allowed = np.zeros((len(rows), len(words)), np.bool_)
    for at, row in enumerate(rows):
        allowed[at, np.searchsorted(words, row)] = True
    return Choices(torch.from_numpy(words).to(device), torch.from_numpy(allowed).to(device))


def plan_epoch(lengths: Sequence[int], most_tokens: int, seed: int, epoch: int
               ) -> list[list[int]]:
    """The examples of every step: at most `most_tokens` tokens, padding counted, one at least."""
    chance = random.Random(f"{seed}/{epoch}")
    order = list(range(len(lengths)))
    chance.shuffle(order)
    size = max(1, most_tokens * len(lengths) // max(sum(lengths), 1)) * _POOL
    steps: list[list[int]] = []
    for start in range(0, len(order), size):
        # Sorting is stable, so equals stay in the order that chance gave them.
        pool = sorted(order[start:start + size], key=lambda number: lengths[number])
        steps += grouped(pool, lengths, most_tokens)
    chance.shuffle(steps)
    return steps


def grouped(order: Sequence[int], lengths: Sequence[int], most_tokens: int) -> list[list[int]]:
    """Neighbours together while they fit into `most_tokens`, padded to the longest."""
    steps: list[list[int]] = []
    held: list[int] = []
    width = 0
    for number in order:
        wider = max(width, lengths[number])
        if held and wider * (len(held) + 1) > most_tokens:
            steps.append(held)
            held, wider = [], lengths[number]
        held.append(number)
        width = wider
    return [*steps, held] if held else steps
