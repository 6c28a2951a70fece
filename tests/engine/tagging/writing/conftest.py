"""A folder of music for every test here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.tagging.writing.music import Music


@pytest.fixture
def music(tmp_path: Path) -> Iterator[Music]:
    found = Music(tmp_path)
    yield found
    found.close()
