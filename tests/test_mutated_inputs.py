"""Damaged and hostile files are read or refused with a sentence; the whole thousand of each kind is
`python -m tests.benchmarks.mutated_inputs`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import EngineError
from tests.benchmarks.mutated_inputs import Watch, try_reader
from tests.mutations import Reader, readers

WHOLE = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    yield Watch()


@pytest.mark.parametrize("name", [*readers()])
def test_no_reader_breaks(name: str, watch: Watch) -> None:
    tally = try_reader(readers()[name], 40, 3, watch)
    assert tally.read + tally.refused == 40
    assert tally.faults == []


def test_faults_are_seen(watch: Watch, tmp_path: Path) -> None:
    """The watch itself: a reader that breaks, one that writes elsewhere, one that says nothing."""
    def broken(file: Path) -> object:
        if file.read_bytes() != WHOLE:
            raise KeyError("a bug")
        return None

    def wandering(file: Path) -> object:
        return (tmp_path / "elsewhere").write_bytes(file.read_bytes())

    def mute(file: Path) -> object:
        if file.read_bytes() != WHOLE:
            raise EngineError("")
        return None

    def make(folder: Path) -> Path:
        (folder / "file").write_bytes(WHOLE)
        return folder / "file"

    assert len(try_reader(Reader(make, broken), 9, 1, watch).faults) > 5
    assert "elsewhere" in " ".join(try_reader(Reader(make, wandering), 5, 1, watch).faults)
    assert len(try_reader(Reader(make, mute), 9, 1, watch).faults) > 5
