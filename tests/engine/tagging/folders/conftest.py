"""A watched folder for every test of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.tagging.folders.watched import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.close()
