"""What tests of the page of trainings share: a home with rows to learn from, and its presenters."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.events import Event, Metric, Progress, Sample, Started
from engine.jobs.job_folder import JobFolder
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from engine.training.learning_job import KIND
from engine.training.planning.goal import Goal
from engine.training.planning.plan import learning_job, plan_for
from engine.training.planning.recipes import RecipeShelf
from engine.training.rows.sources import OwnMoods
from engine.training.runs.report import LearningReport, write_report
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.jobs import JobWatcher
from gui.settings.fine_tuning.adopting import Adopting
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.page import FineTuningPage
from gui.settings.fine_tuning.runs import Runs
from gui.settings.fine_tuning.tools import LearningTools
from gui.settings.presenter import SettingsPresenter
from gui.theme import ThemeSource
from tests.engine.jobs.conftest import end_for_good
from tests.fake_job import COMMAND

PATIENCE_MS = 40_000


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Patient: the first check of data brings in much, and the machine may be busy."""
    wait = qtbot.waitUntil
    qtbot.waitUntil = partial(wait, timeout=PATIENCE_MS)  # type: ignore[method-assign]
    return qtbot


@pytest.fixture
def queue(qapp: object) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def memory(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def watcher(isolated_home: AppPaths, qapp: object) -> Iterator[JobWatcher]:
    made = JobWatcher(isolated_home.jobs, COMMAND)
    yield made
    made.close()
    for path in isolated_home.jobs.iterdir() if isolated_home.jobs.is_dir() else ():
        end_for_good(JobProcess(JobFolder(path)))


@pytest.fixture
def choosing(isolated_home: AppPaths, queue: WorkQueue, memory: QSettings) -> Iterator[Choosing]:
    made = Choosing(LearningTools(isolated_home), queue, memory)
    yield made
    made.close()


@pytest.fixture
def runs(watcher: JobWatcher, isolated_home: AppPaths, queue: WorkQueue) -> Runs:
    return Runs(watcher, isolated_home.jobs, queue)


@pytest.fixture
def page(choosing: Choosing, runs: Runs, queue: WorkQueue, isolated_home: AppPaths,
         qtbot: QtBot) -> FineTuningPage:
    """Shown, with all it asks for at first answered."""
    settings = SettingsPresenter(isolated_home.settings_file)
    theme = ThemeSource(QGuiApplication.styleHints(), "light")
    made = FineTuningPage(choosing, runs, Adopting(isolated_home, queue, lambda: settings.current),
                          theme, IconSource(theme))
    qtbot.addWidget(made)
    made.resize(900, 800)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: choosing.shelf is not None and runs.loaded)
    return made


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Forty texts with labels, one of them empty, two the same."""
    file = tmp_path / "rows.csv"
    lines = [f"the {word} of the {thing} number {n},{label}" for n, (word, thing, label) in
             enumerate([("song", "river", "calm"), ("noise", "street", "anger")] * 20)]
    file.write_text("\n".join(["text,mood", *lines, ",calm", lines[0]]) + "\n", "utf-8")
    return file


def steps(count: int, first: float = 2.0) -> list[Event]:
    """A training that gets better step by step, judged every fourth."""
    told: list[Event] = [Started(total=20, unit="steps")]
    for step in range(count + 1):
        loss = first / (1 + 0.2 * step)
        if step:
            told.append(Metric(step=step, name="loss", value=loss, split="train"))
        if step % 4 == 0:
            told += [Metric(step=step, name="loss", value=loss + 0.1, split="valid"),
                     Metric(step=step, name="macro-F1", value=1 - loss / 3, split="valid"),
                     Sample(step=step, text=f"said at {step}")]
    told += [Metric(step=count, name="examples per second", value=12.5, split="run"),
             Metric(step=count, name="memory MB", value=900.0, split="run"),
             Progress(done=count, total=20, unit="steps", seconds_left=90.0)]
    return told


def a_run(paths: AppPaths, title: str, events: Sequence[Event] = (),
          report: LearningReport | None = None) -> JobFolder:
    """A training that told these events; nobody runs it."""
    plan = plan_for(Goal.MOODS, RecipeShelf(paths), (OwnMoods(),))
    spec = JobSpec.ask(KIND, learning_job(plan, paths).as_arguments(), title, polite=False)
    folder = JobFolder.create(paths.jobs, spec)
    if report is not None:
        write_report(folder.output, report)
    with folder.lock.taken():
        for event in events:
            folder.append(event)
    return folder
