"""Killed three times at any moment, a run follows the curve of an unbroken one to its end."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.events import Metric, decode_lines
from engine.training.checkpoint import read_checkpoint
from tests.engine.jobs.conftest import wait_until
from tests.engine.training.loop import killed_loop

KILLS = 3
PATIENCE = 300.0  # seconds to load torch in, on a machine that has much else to do


Start = Callable[[Path], "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Teaches in a folder, in a process of its own; none is left after the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def run(folder: Path) -> "subprocess.Popen[bytes]":
        folder.mkdir(exist_ok=True)
        begun.append(subprocess.Popen(
            [sys.executable, str(Path(killed_loop.__file__)), str(folder)]))
        return begun[-1]
    yield run
    for process in begun:
        process.kill()
        process.wait(30)


def told(folder: Path) -> dict[tuple[str, str, int], float]:
    """Every figure, as it was told last."""
    file = folder / "events.jsonl"
    lines = file.read_bytes() if file.exists() else b""
    return {(e.split, e.name, e.step): e.value or 0.0 for e in decode_lines(lines)
            if isinstance(e, Metric)}


def steps(folder: Path) -> int:
    return max((step for _, _, step in told(folder)), default=0)


def test_three_kills_change_nothing(tmp_path: Path, start: Start) -> None:
    chance = random.Random(5)
    # GIVEN a run that nobody disturbs, and one that is killed at random steps
    whole = start(tmp_path / "whole")
    assert whole.wait(PATIENCE) == 0
    broken = tmp_path / "broken"
    for kill in range(KILLS):
        process = start(broken)
        at = chance.randrange(kill * 30 + 5, kill * 30 + 35)
        wait_until(lambda at=at, process=process: steps(broken) >= at  # type: ignore[misc]
                   or process.poll() is not None, seconds=PATIENCE)
        process.kill()
        process.wait(30)
        assert not (broken / "ended").exists()
        # THEN what lies there is whole or not there at all
        for name in ("best.safetensors", "checkpoint.safetensors"):
            if (broken / name).exists():
                read_checkpoint(broken / name)
    # WHEN it is resumed to its end
    assert start(broken).wait(PATIENCE) == 0
    # THEN curves and weights are those of the unbroken run
    assert told(broken) == pytest.approx(told(tmp_path / "whole"), abs=1e-6)
    one, other = (read_checkpoint(run / "best.safetensors")[0]
                  for run in (broken, tmp_path / "whole"))
    assert all(one[name] == pytest.approx(other[name], abs=1e-6) for name in one)
