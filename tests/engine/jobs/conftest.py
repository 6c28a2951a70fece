"""What the tests of jobs share: folders of fake jobs, their processes, a clock that is moved."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Bell

import psutil
import pytest

from engine.jobs.job_folder import JobFolder
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from tests.fake_job import COMMAND


class MovedClock:
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Returns as soon as the condition holds; fails the test at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        Bell().wait(0.005)


def end_for_good(process: JobProcess) -> None:
    """Kills the job if it still runs. Also collects a process that was let go."""
    process.kill()
    wait_until(lambda: not process.living())
    for child in psutil.Process().children():
        if child.status() == psutil.STATUS_ZOMBIE:
            child.wait(10)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def new_folder(tmp_path: Path) -> Callable[[str], JobFolder]:
    """Makes the folder of a fake job that behaves as named."""
    def make(behaviour: str) -> JobFolder:
        spec = JobSpec.ask("fake", {"behaviour": behaviour}, "A fake job", polite=False)
        return JobFolder.create(tmp_path / "jobs", spec)
    return make


@pytest.fixture
def start() -> Iterator[Callable[[JobFolder], JobProcess]]:
    """Starts a folder's real process; nothing of it is left after the test."""
    started: list[JobProcess] = []

    def start_one(folder: JobFolder) -> JobProcess:
        started.append(JobProcess.start(folder, COMMAND))
        return started[-1]
    yield start_one
    for process in started:
        end_for_good(process)
