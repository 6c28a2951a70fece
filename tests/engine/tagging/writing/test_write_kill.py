"""A program killed while it writes into files leaves every one of them whole.

Three kills here; `python -m tests.benchmarks.write_kills --kills 50` makes many.
"""

from pathlib import Path

from tests.benchmarks.write_kills import kill_often


def test_three_kills_damage_nothing(tmp_path: Path) -> None:
    told = list(kill_often(tmp_path, kills=3, files=24, seed=3))
    assert len(told) == 4
    assert "0 damaged, 0 left over" in told[-1]
