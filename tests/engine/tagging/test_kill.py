"""A program killed while it tags loses nothing it has answered.

Three kills here; `python -m tests.benchmarks.kill_while_tagging --kills 50` makes many.
"""

from pathlib import Path

from tests.benchmarks.kill_while_tagging import kill_often


def test_three_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    told = list(kill_often(tmp_path, kills=3, songs=1500, fake=True, seed=7))
    assert len(told) == 3
    assert any("new songs" in line and "after 0 new" not in line for line in told)
