"""What tests of the models share: model folders, fake jobs, and the presenter with its workshop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.jobs.job_folder import JobFolder
from engine.jobs.process import JobProcess
from engine.models.manifest import ModelManifest, write_manifest
from engine.models.registry import ModelRegistry
from engine.models.trials import TrialBook
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.jobs import JobWatcher
from gui.models.adding import Adding, Offered
from gui.models.leaving import Leaving
from gui.models.page import ModelsPage
from gui.models.presenter import Chosen, ModelsPresenter, Workshop
from gui.models.trial_runs import TrialRuns
from gui.models.upkeep import Upkeep
from gui.theme import ThemeSource
from tests.engine.jobs.conftest import end_for_good
from tests.fake_model_job import COMMAND

PATIENCE_MS = 30_000
CATALOGUE = (Offered("smol", "SmolLM2", "A small model.", 93_000_000, "Apache-2.0"),
             Offered("slow", "Slow one", "It takes its time.", 93_000_000, "MIT"),
             Offered("offline", "Far away", "It is far away.", 93_000_000, "MIT"))


@pytest.fixture
def queue(qapp: object) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def watcher(tmp_path: Path, qapp: object) -> Iterator[JobWatcher]:
    """Runs fake jobs; none of them outlives the test."""
    made = JobWatcher(tmp_path / "jobs", COMMAND)
    yield made
    made.close()
    for path in (tmp_path / "jobs").iterdir() if (tmp_path / "jobs").is_dir() else ():
        end_for_good(JobProcess(JobFolder(path)))


@dataclass
class Shop:
    """Everything behind the page. `chosen` is what the settings would say."""

    models: ModelsPresenter
    registry: ModelRegistry
    book: TrialBook
    own: Path
    chosen: Chosen = field(default_factory=Chosen)


@pytest.fixture
def book(tmp_path: Path) -> TrialBook:
    return TrialBook(tmp_path / "trials")


@pytest.fixture
def shop(tmp_path: Path, queue: WorkQueue, watcher: JobWatcher, book: TrialBook,
         qtbot: QtBot) -> Shop:
    """Two taggers, one other model, and a broken folder; the second tagger is chosen."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for place, name, task in ((shipped, "alpha", "mood-tagging"), (own, "beta", "mood-tagging"),
                              (own, "gamma", "something-else")):
        folder = place / name
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(b"0" * 1_500_000)
        write_manifest(folder, ModelManifest(
            id=name, name=name.title(), kind="encoder", task=task, about=f"About {name}.",
            precision="int8", licence="Apache-2.0", languages=("en",),
            quality={"gems9 macro AUC": 0.741, "int8 mean change": 0.01}))
    (own / "delta").mkdir()
    (own / "delta" / "model.json").write_text("{", "utf-8")
    registry = ModelRegistry(shipped, own)
    workshop = Workshop(Adding(watcher, own, CATALOGUE), TrialRuns(watcher, book, own),
                        Upkeep(queue), Leaving(watcher))
    models = ModelsPresenter(queue, registry.entries, lambda: made.chosen, workshop)
    made = Shop(models, registry, book, own, Chosen(tagger="beta"))
    return made


@pytest.fixture
def models(shop: Shop, qtbot: QtBot) -> ModelsPresenter:
    """The presenter, its models read."""
    with qtbot.waitSignal(shop.models.changed):
        shop.models.load()
    return shop.models


@pytest.fixture
def page(models: ModelsPresenter, qtbot: QtBot, qapp: QApplication) -> ModelsPage:
    return make_page(models, qtbot, qapp)


def make_page(models: ModelsPresenter, qtbot: QtBot, qapp: QApplication) -> ModelsPage:
    page = ModelsPage(models, IconSource(ThemeSource(qapp.styleHints())))
    qtbot.addWidget(page)
    return page


def words(page: ModelsPage) -> str:
    """All that can be read on the page."""
    return "\n".join(label.text() for label in page.findChildren(QLabel)
                     if label.isVisibleTo(page))


def button(page: ModelsPage, name: str) -> QPushButton:
    """The button of that accessible name or text that can be seen."""
    return next(b for b in page.findChildren(QPushButton)
                if name in (b.accessibleName(), b.text()) and b.isVisibleTo(page))


def has_button(page: ModelsPage, name: str) -> bool:
    return any(name in (b.accessibleName(), b.text()) and b.isVisibleTo(page)
               for b in page.findChildren(QPushButton))


Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Lets the window live until something holds."""
    return lambda holds: qtbot.waitUntil(holds, timeout=PATIENCE_MS)
