"""What a process does that does not lead its crew: its share of every step, until the leader ends.

Judges, keeps and reports nothing; its weights are the leader's at every step.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import torch

from engine.training.loop.course import Course
from engine.training.loop.crew import Crew
from engine.training.loop.gradients import gather_step
from engine.training.loop.learner import Learner, OwnPrecision
from engine.training.loop.moved import Moved
from engine.training.loop.precision import wants_bf16
from engine.training.recipe import LoopOptions


def follow(learner: Learner, options: LoopOptions, crew: Crew) -> int:
    """Takes part in a loop led by another process; how many steps there were."""
    moved = Moved(learner.model, learner.groups(), options)
    bf16 = wants_bf16(options.precision) and not (
        isinstance(learner, OwnPrecision) and learner.own_precision)
    step, epoch, first_step = crew.begin(moved, (0, 0, 0))
    course = Course(learner.plan, options, epoch, first_step)

    def precision() -> torch.autocast:
        return torch.autocast(moved.device.type, dtype=torch.bfloat16, enabled=bf16)

    taken = 0
    while crew.go_on():
        gather_step(learner, moved, course.examples(step), precision, crew)
        moved.move(course.share(step))
        step, taken = step + 1, taken + 1
    return taken
