"""A score table comes back from its file as it went in, and a broken file is said so."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.evaluation.score_table import ScoreTable
from tests.engine.evaluation.songs_to_judge import table

PLAIN = table({"a": (0.1, 0.2, 0.3), "ü-1": (0.4, 0.5, 0.6)}, thresholds=(0.5, math.inf, 0.25))
WHOLE = dataclasses.replace(PLAIN, affect=np.array([[-1, 1], [0.5, 0]], np.float32),
                            fold=np.array([1, 0], np.int8), seconds=2.5, fixed=True)


@pytest.mark.parametrize("kept", [PLAIN, WHOLE])
def test_what_is_written_is_read(tmp_path: Path, kept: ScoreTable) -> None:
    file = tmp_path / "new folder" / "scores.npz"
    kept.write(file)
    found = ScoreTable.read(file)
    for name in ("tagger", "name", "ids", "moods", "thresholds", "seconds", "fixed"):
        assert getattr(found, name) == getattr(kept, name), name
    for name in ("scores", "affect", "fold"):
        one, other = getattr(found, name), getattr(kept, name)
        assert (one is None) == (other is None)
        if one is not None:
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
    assert [each.name for each in file.parent.iterdir()] == ["scores.npz"]


def test_an_empty_table_is_a_table(tmp_path: Path) -> None:
    empty = ScoreTable("t", "T", (), ("sadness",), np.zeros((0, 1), np.float32), None, (0.5,))
    empty.write(tmp_path / "scores.npz")
    assert ScoreTable.read(tmp_path / "scores.npz").scores.shape == (0, 1)


def test_rows_are_taken_by_id_in_the_order_asked() -> None:
    part = WHOLE.rows(["ü-1"])
    assert part.ids == ("ü-1",) and part.scores.tolist() == [pytest.approx([0.4, 0.5, 0.6])]
    assert part.affect is not None and part.affect.tolist() == [[0.5, 0]]
    assert part.fold is not None and part.fold.tolist() == [0]
    assert WHOLE.rows(["ü-1", "a"]).ids == ("ü-1", "a")
    with pytest.raises(KeyError):
        WHOLE.rows(["b"])


def test_a_column_is_taken_by_mood() -> None:
    assert PLAIN.column("power").tolist() == pytest.approx([0.2, 0.5])
    with pytest.raises(KeyError):
        PLAIN.column("joy")


@pytest.mark.parametrize("change", [
    {"ids": ("a",)}, {"ids": ("a", "a")}, {"moods": ("x", "y")}, {"moods": ("x", "x", "y")},
    {"thresholds": (0.5,)}, {"affect": np.zeros((2, 3), np.float32)},
    {"fold": np.zeros(3, np.int8)}])
def test_parts_that_do_not_fit_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        dataclasses.replace(WHOLE, **change)


def test_broken_files_are_said_in_a_sentence(tmp_path: Path) -> None:
    WHOLE.write(tmp_path / "whole.npz")
    whole = (tmp_path / "whole.npz").read_bytes()
    broken = {"cut.npz": whole[:len(whole) // 2], "empty.npz": b"", "words.npz": b"not an archive"}
    for name, data in broken.items():
        (tmp_path / name).write_bytes(data)
    np.savez(tmp_path / "half.npz", tagger=np.array("x"))
    np.savez(tmp_path / "pickled.npz", tagger=np.array([{"a": 1}], dtype=object))
    for name in (*broken, "half.npz", "pickled.npz", "missing.npz"):
        with pytest.raises(EngineError, match=f"scores in {name} cannot be read"):
            ScoreTable.read(tmp_path / name)
