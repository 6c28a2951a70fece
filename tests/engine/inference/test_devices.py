"""How many cores there are to work on, wherever the system tells it."""

import os

import pytest

from engine.inference.devices import usable_cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_cores_taken_from_the_process_are_not_counted() -> None:
    allowed = os.sched_getaffinity(0)
    assert usable_cores() == len(allowed)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize("told, cores", [(8, 8), (None, 1)])
def test_a_system_that_pins_nothing_tells_its_cores(monkeypatch: pytest.MonkeyPatch,
                                                    told: int | None, cores: int) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: told)
    assert usable_cores() == cores
