"""Time left by the usual step, whatever a pause, a sleep or a first step does."""

import pytest

from engine.training.runs.pace import Pace


def test_nothing_is_said_before_enough_was_seen() -> None:
    pace = Pace()
    for _ in range(2):
        pace.stepped(1.0, 8)
        assert pace.seconds_left(10, 1) is None
    pace.stepped(1.0, 8)
    assert pace.seconds_left(10, 1) == 10.0


def test_the_first_step_and_a_sleeping_laptop_spoil_nothing() -> None:
    pace = Pace(worked=100.0, examples=50)
    pace.stepped(9.0, 8)
    for _ in range(5):
        pace.stepped(2.0, 8)
    # WHEN the laptop is closed for a night within a step
    pace.stepped(30_000.0, 8)
    pace.judged(3.0)
    # THEN the night was no work
    assert pace.seconds_left(10, 2) == pytest.approx(26.0)
    assert pace.worked == 100 + 9 + 10 + 2 + 3
    assert pace.examples == 50 + 7 * 8
    assert pace.examples_per_second == pytest.approx(56 / 21)
