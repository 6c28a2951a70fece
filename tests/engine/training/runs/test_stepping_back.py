"""Stepping back is done for every thread, by every means the system has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.training.runs import stepping_back

SCRIPT = """
import os, threading
from engine.training.runs.stepping_back import step_back
bell = threading.Event()
other = threading.Thread(target=bell.wait)
other.start()
step_back()
for thread in os.listdir("/proc/self/task"):
    print(os.getpriority(os.PRIO_PROCESS, int(thread)), os.sched_getscheduler(int(thread)))
bell.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness on Linux only")
def test_every_thread_takes_only_what_is_left() -> None:
    root = Path(stepping_back.__file__).parents[3]
    said = subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, capture_output=True,
                          text=True, check=True).stdout
    assert said.splitlines() == [f"19 {os.SCHED_IDLE}"] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="as above")
def test_a_system_that_refuses_is_no_trouble(tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError
    monkeypatch.setattr(os, "setpriority", refuse)
    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    stepping_back.step_back(tmp_path)
