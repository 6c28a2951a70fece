"""What every test may rely on: a home of its own, and nothing left behind by the one before."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

from engine.paths import AppPaths, program_folder

# A change passes or fails by what it changes: the same examples each time, however slow the
# machine. `pytest --hypothesis-profile=default` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


@pytest.fixture(autouse=True)
def isolated_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppPaths:
    """All of the person's data lives in this test's own folder; resources are the project's."""
    home = tmp_path / "home"
    monkeypatch.setenv("UNDERTONE_HOME", str(home))
    return AppPaths(home=home, resources=program_folder() / "resources")


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fails a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    # Python keeps a stand-in of Qt's threads for ever, once one of them has started a pool; whether
    # those of Qt have ended is looked at where there are windows.
    left = [thread for thread in threading.enumerate()
            if thread not in before and not isinstance(thread, threading._DummyThread)]
    assert not left, f"threads left running: {left}"


@pytest.fixture(autouse=True, scope="module")
def no_manners_left_behind() -> Iterator[None]:
    """Fails a module after which this process lets others go first: all later tests would wait."""
    before = psutil.Process().nice()
    yield
    assert psutil.Process().nice() == before


@pytest.fixture(autouse=True, scope="module")
def no_process_left_running() -> Iterator[None]:
    """Fails the last test of a module that leaves a child process behind."""
    before = set(psutil.Process().children(recursive=True))
    yield
    # One that ends just now is no longer listed as running, but not yet waited for either.
    started = set(psutil.Process().children(recursive=True)) - before
    _, left = psutil.wait_procs(started, timeout=3)
    assert not left, f"processes left running: {left}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true",
                     help="write the golden numbers anew, to be reviewed as a diff")
