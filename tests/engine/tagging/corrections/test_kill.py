"""A program killed while somebody corrects loses nothing it acknowledged, and keeps nothing half.

Three kills here; `python -m tests.benchmarks.kill_while_correcting --kills 50` makes many.
"""

from pathlib import Path

from tests.benchmarks.kill_while_correcting import kill_often


def test_three_kills_lose_nothing_and_halve_nothing(tmp_path: Path) -> None:
    told = list(kill_often(tmp_path, kills=3, seed=5))
    assert len(told) == 3
    assert any("after 0 steps" not in line for line in told)
