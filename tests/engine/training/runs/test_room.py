"""What a training needs is said before it begins, with what to change."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.training.runs.room import (
    disk_needed,
    memory_needed,
    memory_sentence,
    require_disk,
)

LEARNED = 135_000_000


def test_a_disk_without_room_is_told_in_numbers(tmp_path: Path) -> None:
    needed = disk_needed(LEARNED, averages=False)
    # Weights and two moments in fp32, the best weights beside, each for a moment twice.
    assert 4.3e9 < needed < 4.6e9
    with pytest.raises(EngineError, match=r"needs 4\.5 GB .* 1\.0 GB are free"):
        require_disk(tmp_path, needed, lambda _: 1_000_000_000)
    require_disk(tmp_path, needed, lambda _: needed)
    require_disk(tmp_path, 1)


def test_short_memory_is_said_and_left_to_the_person() -> None:
    needed = memory_needed(LEARNED, averages=True)
    assert needed == 16 * LEARNED
    assert "needs 2.2 GB beside the model, 1.0 GB are free" in memory_sentence(needed, 10 ** 9)
    assert memory_sentence(needed, needed) == memory_sentence(needed, 0) == ""


def test_a_folder_that_is_not_there_yet_has_the_room_of_where_it_will_be(tmp_path: Path) -> None:
    require_disk(tmp_path / "not" / "yet", 1)
    with pytest.raises(EngineError, match="no room"):
        require_disk(tmp_path / "not" / "yet", 1 << 62)
