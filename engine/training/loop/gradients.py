"""The gradients of one step: of this process's share of its examples, summed over the crew.

Knows neither when a step is taken nor what becomes of it.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from engine.training.loop.crew import Crew
from engine.training.loop.learner import Divided, Learner
from engine.training.loop.moved import Moved

Precision = Callable[[], AbstractContextManager[object]]


def gather_step(learner: Learner, moved: Moved, examples: Sequence[int], precision: Precision,
                crew: Crew) -> float:
    """Leaves the mean gradient of the step with the masters; the step's loss."""
    own = crew.mine(examples)
    parts = learner.parts(own) if isinstance(learner, Divided) and own else [own] if own else []
    whole = crew.alone and len(parts) == 1  # the usual case, without a sum to make a mean of
    loss, weight = 0.0, 0.0
    learner.model.train()
    for part in parts:
        with precision():
            told = learner.loss(part)
        (told.loss if whole else told.loss * told.weight).backward()
        moved.gather()
        loss += float(told.loss.detach()) * told.weight
        weight += told.weight
    loss, weight = crew.add(moved, loss, weight)
    if not whole:
        moved.scale(1 / (weight or 1.0))
    return loss / (weight or 1.0)
