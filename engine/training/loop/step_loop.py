"""The loop that moves the weights of any learner: steps, judgements, checkpoints, an early end.

Knows neither models nor data: a Learner says what is learned and how bad it still is. The same
seed gives the same curve, also across stops, kills and pauses.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from pathlib import Path

from engine.events import Report
from engine.training.loop.learner import Learner
from engine.training.loop.outcome import Courtesy, NoCourtesy, Outcome
from engine.training.recipe import LoopOptions

CHECKPOINT = "checkpoint.safetensors"
BEST = "best.safetensors"


class StepLoop:
    """Teaches one learner in one folder.

    `folder` receives checkpoint.safetensors (the whole state: the last weights in fp32 under
    "weights.", moments, averages) and best.safetensors (the weights that learn, in fp32, by their
    names in `learner.model.state_dict()`). `goes_on` is the folder of an earlier loop of the same
    learner, whose last weights and moments are taken `options.epochs` further.

    Told by `report`: Started and Progress in steps (with the seconds left); Metric "loss" of
    split "train" for every step; every figure of `judge()` in split "valid", at step 0 first;
    "examples per second", "memory MB", "rate" and "watt hours" in split "run" about once a
    second; Sample after a judgement; Paused and Continued.
    """

    def __init__(self, learner: Learner, options: LoopOptions, folder: Path, report: Report,
                 courtesy: Courtesy | None = None, goes_on: Path | None = None) -> None:
        self.learner = learner
        self.options = options
        self.folder = folder
        self.report = report
        self.courtesy = courtesy or NoCourtesy()
        self.goes_on = goes_on

    def run(self, resume: bool = False) -> Outcome:
        """Learns to the end and leaves the best weights in the model, which is then in evaluation
        mode. With `resume` it goes on from the folder's checkpoint where there is one.

        Where the report raises Cancelled (a stop, a terminate) a checkpoint is written first.
        A loss that stops being a number ends it early, with the best weights kept: see `why` and
        `sentence` of the outcome. EngineError where a checkpoint does not fit the learner.
        """
        raise NotImplementedError
