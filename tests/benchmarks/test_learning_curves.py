"""How much sooner one way of learning is there than another, out of their curves."""

from pathlib import Path

import pytest

from tests.benchmarks.learning_curves import Clock, Curves, told

RUNS = {"trainer 0.1": [[10.0, 3.0, 9.0], [20.0, 2.5, 18.0], [30.0, 2.6, 27.0]],
        "trainer 1": [[10.0, 2.9, 9.0], [20.0, 2.8, 18.0]],
        "ours 0.1": [[2.0, 2.9, 2.0], [4.0, 2.5, 4.0]],
        "ours 1": [[2.0, 2.9, 2.0], [4.0, 2.7, 4.0]]}


def test_the_best_of_each_side_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(RUNS, 4.0) == 0
    printed = capsys.readouterr().out
    assert "trainer 0.1 needs 20 s to 2.5000, ours 0.1 needs 4 s: 1 : 5.0" in printed
    assert told(RUNS, 5.0) == 1


def test_a_side_that_never_gets_there_falls_short() -> None:
    slow = {**RUNS, "ours 0.1": [[4.0, 2.6, 4.0]]}
    assert told(slow, 4.0) == 1
    assert told({"ours 1": RUNS["ours 1"]}, 4.0) == 1


def test_curves_are_kept(tmp_path: Path) -> None:
    Curves(tmp_path / "state.json").keep("ours 1", RUNS["ours 1"])
    assert Curves(tmp_path / "state.json").runs == {"ours 1": RUNS["ours 1"]}


def test_judging_takes_no_part_in_the_time() -> None:
    clock = Clock()
    first = clock.judged(lambda: float(sum(range(300_000))))
    again = clock.judged(lambda: 1.0)
    assert again[2] - first[2] < 0.05 and again[1] == 1.0


def test_a_rate_far_behind_at_a_quarter_or_half_of_the_way_is_given_up(tmp_path: Path) -> None:
    curves = Curves(tmp_path / "state.json")
    curves.keep("ours 1", [[1.0, 3.0, 1.0], [2.0, 2.5, 2.0], [3.0, 2.0, 3.0], [4.0, 1.9, 4.0]])
    behind = [[1.0, 3.5, 1.0], [2.0, 2.7, 2.0]]
    assert curves.given_up("ours", behind)
    assert curves.given_up("ours", [[1.0, 3.5, 1.0], [2.0, float("nan"), 2.0]])
    assert curves.given_up("ours", behind[:1])
    assert not curves.given_up("ours", [[1.0, 3.3, 1.0]])
    assert not curves.given_up("ours", [[1.0, 3.5, 1.0], [2.0, 2.55, 2.0]])
    assert not curves.given_up("trainer", behind)
