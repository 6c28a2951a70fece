"""What tests of the settings share: a watcher of fake jobs, a book of trials, the devices."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.jobs.job_folder import JobFolder
from engine.jobs.process import JobProcess
from engine.models.trials import TrialBook
from gui.background import WorkQueue
from gui.jobs import JobWatcher
from gui.settings.devices import DevicesPresenter
from tests.engine.jobs.conftest import end_for_good
from tests.fake_model_job import COMMAND


@pytest.fixture
def queue(qapp: object) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def book(tmp_path: Path) -> TrialBook:
    return TrialBook(tmp_path / "trials")


@pytest.fixture
def watcher(tmp_path: Path, qapp: object) -> Iterator[JobWatcher]:
    """Runs fake jobs; none of them outlives the test."""
    made = JobWatcher(tmp_path / "jobs", COMMAND)
    yield made
    made.close()
    for path in (tmp_path / "jobs").iterdir() if (tmp_path / "jobs").is_dir() else ():
        end_for_good(JobProcess(JobFolder(path)))


@pytest.fixture
def devices(queue: WorkQueue, watcher: JobWatcher, tmp_path: Path) -> DevicesPresenter:
    return DevicesPresenter(queue, watcher, tmp_path / "trials",
                            lambda: {"threads": 2, "folder": ""})


Offer = Callable[..., None]


@pytest.fixture
def offer(devices: DevicesPresenter, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Offer:
    """Has the installed runtime offer these devices beside the processor."""
    def make(*names: str) -> None:
        from engine.inference import devices as room

        found = (room.CPU, *(room.Device(name, f"{name}Provider", name.title())
                             for name in names))
        monkeypatch.setattr(room, "offered_devices", lambda: found)
        with qtbot.waitSignal(devices.changed):
            devices.load()

    return make
