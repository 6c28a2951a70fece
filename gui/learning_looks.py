"""The looks of the page of trainings: first, with data, running, trained, failed, compared.

Runs are written into the throwaway home as a training writes them: real folders, told events.
"""

import math
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QWidget

from engine.events import Event, Failed, Finished, Metric, Progress, Sample, Started
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.registry import ModelRegistry
from engine.training.learning_job import KIND
from engine.training.planning.goal import Goal, method_of
from engine.training.planning.plan import Plan, learning_job
from engine.training.planning.recipes import RecipeShelf
from engine.training.rows.sources import OwnMoods, OwnTalks, Source
from engine.training.runs.report import LearningReport, Measured, Spoken, write_report
from gui.app import Program
from gui.growth_looks import growth_looks
from gui.shots import NARROW, SCALED, Settle, Shot
from gui.tagger_shelf import MOOD_TAGGING

_STEPS, _EVERY = 400, 40
_COLUMNS, _COMPARE = (680, 620), (860, 640)
_ROWS = """text,mood
"The kettle sings and I sing back, the window holds the snow",joy
"We left the porch light burning for a car that did not come",sadness
"The kettle sings and I sing back, the window holds the snow",sadness
"Slow river, carry me where nothing has a name",calm
,joy
"""


def learning_looks(program: Program, folder: Path, settle: Settle) -> Iterator[Shot]:
    """`folder` takes a made-up file."""
    program.window.show_page("settings")
    program.settings_page.show_fine_tuning()
    room = program.fine_tuning
    settle(lambda: room.choosing is not None and room.choosing.shelf is not None
           and room.runs.loaded)
    yield Shot("training-first")
    yield from _data_looks(program, folder, settle)
    yield from _past_looks(program, settle)
    yield from _run_looks(program, settle)
    assert room.choosing is not None
    room.choosing.leave_goal()
    program.settings_page.show_part("general")


def _data_looks(program: Program, folder: Path, settle: Settle) -> Iterator[Shot]:
    room = program.fine_tuning
    choosing = room.choosing
    assert choosing is not None
    choosing.choose(Goal.LABELS)
    yield Shot("training-empty")
    rows = folder / "Lines of mine.csv"
    rows.write_text(_ROWS + "".join(
        f'"Line {n}: the road goes on and so do I",{("joy", "calm")[n % 2]}\n'
        for n in range(60)), "utf-8")
    choosing.bring([rows])
    settle(lambda: not choosing.check.running and choosing.brought[0].glance is not None)
    yield Shot("training-data")
    yield Shot("training-data-end", end=True)
    yield Shot("training-data-narrow", NARROW)
    yield Shot("training-data-scaled", SCALED, scale=2, end=True)
    room.built.data.file_rows[0].show_columns()
    dialog = program.window.findChildren(QWidget, "columns")[-1]
    yield Shot("training-columns", _COLUMNS, widget=dialog)
    yield Shot("training-columns-scaled", _COLUMNS, scale=2, widget=dialog)
    dialog.close()
    yield from growth_looks(program, settle)
    room.built.how.toggle_more()
    yield Shot("training-more", end=True)
    yield Shot("training-more-narrow", NARROW, end=True)
    room.built.how.toggle_more()
    choosing.bring([folder / "Not there.csv"])
    settle(lambda: not choosing.check.running)
    yield Shot("training-data-failed")
    choosing.drop(folder / "Not there.csv")
    settle(lambda: not choosing.check.running)


def _past_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    runs = program.fine_tuning.runs
    _write_finished(program, "Moods of your songs", 1.0)
    _write_finished(program, "Moods, a higher rate", 0.86)
    broken = _write(program, "A way of talking", Goal.TALKING, (OwnTalks(),), curve(90, 2.4))
    _tell(broken, [Failed(message="The disk is full.", hint="Make room, then resume the job.")])
    runs.load()
    settle(lambda: len(runs.past) > 2)
    yield Shot("training-past", end=True)
    failed, finished = runs.past[0], runs.past[-1]
    runs.look_at(finished)
    settle(lambda: runs.looked_story is not None)
    yield Shot("training-report")
    yield Shot("training-report-narrow", NARROW)
    yield Shot("training-report-scaled", SCALED, scale=2)
    runs.look_at(failed)
    settle(lambda: runs.looked_story is not None)
    yield Shot("training-failed")
    runs.look_at(None)
    runs.compare(runs.past[1:])
    settle(lambda: bool(program.window.findChildren(QWidget, "compare")))
    dialog = program.window.findChildren(QWidget, "compare")[-1]
    yield Shot("training-compare", _COMPARE, widget=dialog)
    yield Shot("training-compare-scaled", _COMPARE, scale=2, widget=dialog)
    dialog.close()


def _run_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    runs = program.fine_tuning.runs
    folder = _write(program, "Mira", Goal.CHARACTER, (OwnTalks(),), ())
    with folder.lock.taken():
        program.jobs.find_again(program.desk)
        settle(lambda: runs.live is not None)
        yield Shot("training-begins")
        for event in _talking(curve(260, 1.9)):
            folder.append(event)
        settle(lambda: runs.live is not None and len(runs.live.story.train) >= 260
               and runs.live.view.done == 260)
        yield Shot("training-busy")
        yield Shot("training-busy-narrow", NARROW)
        yield Shot("training-busy-scaled", SCALED, scale=2)
        folder.append(Finished(summary="It kept its role more often than before."))
    settle(lambda: runs.live is None and runs.looked is not None)
    runs.look_at(None)


def curve(steps: int, height: float) -> tuple[Event, ...]:
    """The losses of a training that gets better, then learns by heart."""
    told: list[Event] = [Started(total=_STEPS, unit="steps")]
    for step in range(steps + 1):
        share = step / _STEPS
        noise = 0.12 * math.sin(12.9898 * step * step + 78.233)
        loss = height * (0.35 + 0.65 * math.exp(-5 * share))
        if step:
            told.append(Metric(step=step, name="loss", value=loss * (1 + noise), split="train"))
        if step % _EVERY == 0:
            valid = loss * 1.04 + 0.55 * max(0.0, share - 0.55) ** 2
            told += [Metric(step=step, name="loss", value=valid, split="valid"),
                     Metric(step=step, name="macro-F1", value=0.46 - 0.2 * valid / height,
                            split="valid")]
    left = (_STEPS - steps) * 1.4
    told += [Metric(step=steps, name="examples per second", value=11.6, split="run"),
             Metric(step=steps, name="memory MB", value=1240.0, split="run"),
             Metric(step=steps, name="watt hours", value=6.4, split="run"),
             Progress(done=steps, total=_STEPS, unit="steps", seconds_left=left)]
    return tuple(told)


def _talking(events: tuple[Event, ...]) -> Iterator[Event]:
    yield from events[:2]
    yield Sample(step=0, text="Who are you? — I am a helpful assistant. How can I help you today?")
    yield from events[2:]
    yield Sample(step=240, text="Who are you? — Mira. I keep the lighthouse, and the gulls keep me."
                 " What brings you up all those stairs?")


def _write_finished(program: Program, title: str, height: float) -> None:
    folder = _write(program, title, Goal.MOODS, (OwnMoods(),), curve(_STEPS, height))
    taggers = ModelRegistry(program.paths.shipped_models, program.paths.models).usable(MOOD_TAGGING)
    tagger = next((entry.manifest for entry in taggers), None)
    write_report(folder.output, LearningReport(
        model_id=tagger.id if tagger else "", model_version=tagger.version if tagger else "",
        verdict="It agrees with you more often than before: better on songs it has not seen.",
        better=True, learned_rows=612, judged_rows=71, steps=_STEPS, best_step=280, seconds=540.0,
        figures=(
            Measured(name="macro-F1", before=0.312, after=0.401, before_interval=(0.27, 0.36),
                     after_interval=(0.35, 0.45), difference=0.089,
                     difference_interval=(0.031, 0.15), sure=True, of="71 songs held back"),
            Measured(name="mean average precision", before=0.372, after=0.391,
                     before_interval=(0.33, 0.42), after_interval=(0.34, 0.44), difference=0.019,
                     difference_interval=(-0.02, 0.06), of="71 songs held back")),
        spoken=(Spoken(asked="The porch light burns for a car that does not come",
                       before="sadness 0.41, calm 0.30", after="sadness 0.72, longing 0.55"),),
        energy="Roughly 2 to 9 watt-hours: 15 min of processor time at 3 to 12 watts a core, which"
        " is an assumption and no measurement."))
    _tell(folder, [Finished(summary="It is better.", produced=("my-moods",))])


def _write(program: Program, title: str, goal: Goal, sources: tuple[Source, ...],
           events: tuple[Event, ...]) -> JobFolder:
    recipe = RecipeShelf(program.paths).for_goal(goal, method_of(goal, sources))
    job = learning_job(Plan(goal=goal, recipe=recipe, sources=sources), program.paths)
    folder = JobFolder.create(program.paths.jobs, JobSpec.ask(KIND, job.as_arguments(), title))
    _tell(folder, events)
    return folder


def _tell(folder: JobFolder, events: "tuple[Event, ...] | list[Event]") -> None:
    if events:
        with folder.lock.taken():
            for event in events:
                folder.append(event)

