"""The loop that moves the weights of any learner: steps, judgements, checkpoints, an early end.

Knows neither models nor data: a Learner says what is learned and how bad it still is. The same
seed gives the same curve, also across stops, kills and pauses.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from engine.errors import Cancelled
from engine.events import (
    Continued,
    Metric,
    Note,
    Paused,
    Progress,
    Pulse,
    Report,
    Sample,
    Started,
)
from engine.inference.free_memory import free_memory
from engine.inference.process_figures import resident_bytes
from engine.training.loop.breaths import breathing
from engine.training.loop.course import Course
from engine.training.loop.crew import Alone, Crew
from engine.training.loop.gradients import gather_step
from engine.training.loop.keeping import BEST, CHECKPOINT, Keeper
from engine.training.loop.learner import Learner, OwnPrecision
from engine.training.loop.moved import Moved
from engine.training.loop.outcome import ENOUGH_FILE, Courtesy, NoCourtesy, Outcome, Why
from engine.training.loop.precision import wants_bf16
from engine.training.loop.standing import Standing
from engine.training.recipe import LoopOptions
from engine.training.runs.energy import EnergyMeter
from engine.training.runs.pace import Pace
from engine.training.runs.room import disk_needed, memory_needed, memory_sentence, require_disk

__all__ = ["BEST", "CHECKPOINT", "StepLoop"]

_BREATH_SECONDS = 0.01  # of computing, at least, between two looks at who needs the machine
_TELL_SECONDS = 1.0  # between two tellings of what the run costs
_SEEDS = 1_000_003  # apart, so that two runs of neighbouring seeds share no step's chances
_NO_MEMORY = ("can't allocate memory", "out of memory")


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
                 courtesy: Courtesy | None = None, goes_on: Path | None = None,
                 clock: Callable[[], float] = time.monotonic,
                 crew: Crew | None = None) -> None:
        self.learner = learner
        self.options = options
        self.folder = folder
        self.report = report
        self.courtesy = courtesy or NoCourtesy()
        self._crew = crew or Alone()
        self._keeper = Keeper(folder, goes_on, clock)
        self._clock = clock
        self._moved = Moved(learner.model, learner.groups(), options)
        self._stands = Standing()
        self._course = Course(learner.plan, options)
        self._pace = Pace()
        self._meter = EnergyMeter()
        self._torn = False  # while the weights are neither those of this step nor of the next
        self._swapped = False  # while the averaged weights are in the place of the current ones
        self._waited = 0.0  # seconds, for others
        self._breathed_at = clock()
        self._told_at = -_TELL_SECONDS
        self._bf16 = wants_bf16(options.precision) and not (
            isinstance(learner, OwnPrecision) and learner.own_precision)

    def run(self, resume: bool = False) -> Outcome:
        """Learns to the end and leaves the best weights in the model, which is then in evaluation
        mode. With `resume` it goes on from the folder's checkpoint where there is one.

        Where the report raises Cancelled (a stop, a terminate) a checkpoint is written first.
        A loss that stops being a number ends it early, with the best weights kept: see `why` and
        `sentence` of the outcome. EngineError where a checkpoint does not fit the learner.
        """
        self._look_for_room()
        self._begin(resume)
        self.report(Started(total=self._course.end - self._course.first_step, unit="steps"))
        self._breathed_at = self._clock()
        try:
            with breathing(self._moved.weights, self._breathe):
                self._learn()
            self._crew.go_on(False)
        except (Cancelled, KeyboardInterrupt, MemoryError):
            if not self._torn and not self._swapped:
                self._save()
            raise
        except RuntimeError as trouble:
            if any(words in str(trouble) for words in _NO_MEMORY):
                raise MemoryError(str(trouble)) from trouble
            raise
        self._save()
        if self._stands.best:
            self._keeper.read_best(self._moved)
        else:
            self._keeper.write_best(self._moved)
        self.learner.model.eval()
        return self._outcome()

    def _begin(self, resume: bool) -> None:
        self._stands = stands = self._keeper.open(self._moved, resume)
        self._course = Course(self.learner.plan, self.options, stands.began_epoch,
                              stands.began_step)
        stands.next_epoch = self._course.next_epoch
        if stands.judged_at < 0 and stands.step:
            self._judge_earlier_best()
        self._pace = Pace(stands.seconds, stands.examples)
        self._meter = EnergyMeter(stands.core_seconds, stands.joules)
        self._crew.begin(self._moved, (stands.step, stands.began_epoch, stands.began_step))

    def _look_for_room(self) -> None:
        learned, averages = self._moved.count, self._moved.averages
        kept = sum(file.stat().st_size for file in self.folder.glob("*.safetensors"))
        require_disk(self.folder, disk_needed(learned, averages) - kept)
        short = memory_sentence(memory_needed(learned, averages), free_memory())
        if short:
            self.report(Note(message=short))

    def _judge_earlier_best(self) -> None:
        """What more epochs have to beat: judged anew, since the rows that judge may be others."""
        self._keeper.read_earlier_best(self._moved)
        figures = self._figures()
        if figures:
            self._stands.best = figures
            self._keeper.write_best(self._moved)
        self._keeper.go_on(self._moved)

    def _learn(self) -> None:
        while True:
            stands = self._stands
            judged = stands.judged_at != stands.step and self._judgement_due()
            if judged:
                self._judge()
            if stands.step > self._course.first_step and self._keeper.is_time(judged):
                self._save()
            why = self._why()
            if why is Why.ENOUGH and stands.judged_at != stands.step:
                self._judge()  # what was learned since the last time may be the best there is
            if stands.step >= self._course.end or why is not Why.DONE:
                return
            self._take_step()

    def _judgement_due(self) -> bool:
        step = self._stands.step
        return step == self._course.first_step or self._course.judges_after(step - 1)

    def _take_step(self) -> None:
        self._crew.go_on()
        step = self._stands.step
        examples = self._course.examples(step)
        torch.manual_seed(self.options.seed * _SEEDS + step)  # dropout knows its step, no more
        began, waited = self._clock(), self._waited
        loss = gather_step(self.learner, self._moved, examples, self._precision, self._crew)
        share = self._course.share(step)
        self._torn = True
        self._stands.stepped(self._moved.move(share))
        self._torn = False
        self._pace.stepped(self._clock() - began - (self._waited - waited), len(examples))
        self._tell_step(loss, share)

    def _breathe(self) -> None:
        """Waits where the person needs the machine. Called within steps and judgements, where the
        masters are whole: those of the last step."""
        began = self._clock()
        if began - self._breathed_at < _BREATH_SECONDS:
            return
        self.report(Pulse())  # a stop is felt here: on a busy machine a step may take a minute
        self.courtesy.breathe(began - self._breathed_at)
        why = self.courtesy.wants_pause()
        if why and not self._enough():
            self._pause(why)
        self._breathed_at = self._clock()
        self._waited += self._breathed_at - began

    def _pause(self, why: str) -> None:
        if not self._swapped:
            self._save()
        self.report(Paused(why=why))
        while self.courtesy.wants_pause() and not self._enough():
            self.report(Pulse())
            self.courtesy.wait()
        self.report(Continued())

    def _judge(self) -> None:
        began, waited = self._clock(), self._waited
        self._swap()
        try:
            figures = self._figures()
            said = self._samples()
            self._torn = True  # a best judgement without its weights
            newest = self.options.keeps == "last"
            if self._stands.judge(figures, newest) and figures:
                self._keeper.write_best(self._moved)
            self._torn = False
        finally:
            torn = self._torn
            self._swap()
            self._torn = torn
        if self._stands.step > self._course.first_step:
            self._pace.judged(self._clock() - began - (self._waited - waited))
        for name, value in figures.items():
            self._tell(name, value, "valid")
        for text in said:
            self.report(Sample(step=self._stands.step, text=text))

    def _figures(self) -> dict[str, float]:
        """What the learner says of the weights in the model."""
        self.learner.model.eval()
        torch.manual_seed(self.options.seed)
        with torch.no_grad(), self._precision():
            return {name: float(value) for name, value in self.learner.judge().items()}

    def _samples(self) -> Sequence[str]:
        torch.manual_seed(self.options.seed)
        with torch.no_grad(), self._precision():
            return self.learner.samples()

    def _swap(self) -> None:
        self._torn = True
        self._moved.swap()
        self._swapped = self._moved.averages and not self._swapped
        self._torn = False

    def _tell_step(self, loss: float, share: float) -> None:
        stands, course = self._stands, self._course
        self._tell("loss", loss, "train")
        if self._clock() - self._told_at >= _TELL_SECONDS:
            self._told_at = self._clock()
            self._tell_costs(share)
        left = self._pace.seconds_left(course.end - stands.step, course.judgements(stands.step))
        self.report(Progress(done=stands.step - course.first_step, unit="steps",
                             total=course.end - course.first_step, seconds_left=left))

    def _tell_costs(self, share: float) -> None:
        self._tell("examples per second", self._pace.examples_per_second, "run")
        self._tell("rate", self.options.rate * share, "run")
        self._tell("watt hours", self._meter.read().high, "run")
        held = resident_bytes()
        if held is not None:
            self._tell("memory MB", held / 2**20, "run")

    def _tell(self, name: str, value: float, split: str) -> None:
        number = value if abs(value) < float("inf") else None
        self.report(Metric(step=self._stands.step, name=name, value=number, split=split))

    def _save(self) -> None:
        stands, energy = self._stands, self._meter.read()
        stands.seconds, stands.examples = self._pace.worked, self._pace.examples
        stands.core_seconds, stands.joules = energy.core_seconds, self._meter.joules
        self._keeper.save(self._moved, stands)

    def _why(self) -> Why:
        if self._stands.diverged:
            return Why.DIVERGED
        if self._enough():
            return Why.ENOUGH
        patience = self.options.patience
        return Why.PATIENCE if patience and self._stands.waited >= patience else Why.DONE

    def _enough(self) -> bool:
        """Whether the person asked for what there is now."""
        return (self.folder.parent / ENOUGH_FILE).exists()

    def _outcome(self) -> Outcome:
        stands, why = self._stands, self._why()
        if stands.step >= self._course.end and why in (Why.PATIENCE, Why.ENOUGH):
            why = Why.DONE
        return Outcome(stands.step, stands.best_step, stands.first, stands.best, stands.last, why,
                       _sentence(why, stands), stands.seconds, stands.examples,
                       self._meter.read().sentence())

    def _precision(self) -> torch.autocast:
        return torch.autocast(self._moved.device.type, dtype=torch.bfloat16, enabled=self._bf16)


def _sentence(why: Why, stands: Standing) -> str:
    kept = f"What was best, after step {stands.best_step}, is kept."
    if why is Why.PATIENCE:
        return (f"It stopped after step {stands.step}, because it had grown no better over "
                f"{stands.waited} judgements. {kept}")
    if why is Why.ENOUGH:
        return f"You ended it after step {stands.step}. {kept}"
    if why is Why.DIVERGED:
        return (f"The loss ran away by step {stands.step}, so it stopped there. {kept} "
                "A lower learning rate would help.")
    return ""
