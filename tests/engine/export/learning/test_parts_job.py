"""The job that gets the training parts: tells the set-up's lines, and how it ended."""

from pathlib import Path

import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event
from engine.export.learning import parts_job

SET_UP = """
import sys
print("[1/2] torch ...", end="", flush=True)
print("\\r[1/2] torch: 12 MB fetched")
print(" ".join(sys.argv[1:]))
print("No room.", file=sys.stderr)
sys.exit({code})
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    monkeypatch.setattr(parts_job, "program_folder", lambda: tmp_path)
    return []


def run(told: list[Event], folder: Path, code: int) -> str:
    (folder / "installer").mkdir(exist_ok=True)
    (folder / "installer" / "dev.py").write_text(SET_UP.format(code=code), "utf-8")
    return parts_job.get_training_parts({}, folder, told.append, False).summary


def test_the_set_up_is_asked_for_training_and_its_lines_are_told(
        told: list[Event], tmp_path: Path) -> None:
    assert run(told, tmp_path, 0) == "Training is ready."
    assert [event.sentence() for event in told] == [
        "[1/2] torch ...", "[1/2] torch: 12 MB fetched", "--yes setup run train", "No room."]


def test_what_went_wrong_is_said(told: list[Event], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="could not be installed") as failed:
        run(told, tmp_path, 2)
    assert failed.value.hint == "No room."
    with pytest.raises(Cancelled):
        run(told, tmp_path, 130)


def test_without_a_set_up_there_is_nothing_to_run(told: list[Event]) -> None:
    with pytest.raises(EngineError, match="no set-up"):
        parts_job.get_training_parts({}, Path(), told.append, False)
