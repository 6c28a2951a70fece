"""At most one process runs a folder, and the lock knows whether it lives."""

import json
import os
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.jobs.folder_lock import PATIENCE_TRIES, FolderLock


def test_held_exactly_while_taken(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    assert not lock.held() and lock.holder() is None and not lock.was_taken()
    with lock.taken():
        assert lock.held()
        assert lock.holder() == os.getpid()
    assert not lock.held() and lock.holder() is None
    assert lock.was_taken()


def test_given_back_when_the_work_breaks(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(ZeroDivisionError), lock.taken():
        raise ZeroDivisionError
    assert not lock.held()


def test_the_second_is_refused_after_some_patience(tmp_path: Path) -> None:
    pauses: list[float] = []
    with FolderLock(tmp_path).taken(), pytest.raises(EngineError, match="already running"):
        FolderLock(tmp_path).take(pauses.append)
    assert len(pauses) == PATIENCE_TRIES - 1


def test_a_look_at_the_same_instant_does_not_refuse_the_job(tmp_path: Path) -> None:
    # GIVEN somebody else holds the lock for an instant
    other = FolderLock(tmp_path).take()
    # WHEN it is given back while the job waits
    file = FolderLock(tmp_path).take(lambda _seconds: os.close(other))
    # THEN the job has it
    assert FolderLock(tmp_path).held()
    os.close(file)


@pytest.mark.parametrize("number", [1, os.getpid(), 2**22 - 1])
def test_a_recorded_number_alone_proves_nothing(tmp_path: Path, number: int) -> None:
    """The number may belong to somebody else by now."""
    (tmp_path / "lock").touch()
    (tmp_path / "pid.json").write_text(json.dumps({"pid": number}))
    assert FolderLock(tmp_path).holder() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "1"}', '{"pid": -1}', '{"pid": 0}'])
def test_a_broken_record_names_nobody(tmp_path: Path, text: str) -> None:
    lock = FolderLock(tmp_path)
    with lock.taken():
        (tmp_path / "pid.json").write_text(text)
        assert lock.held() and lock.holder() is None


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be written"):
        FolderLock(tmp_path / "gone").take()
