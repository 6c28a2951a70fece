"""What training needs and is not there is told in a sentence, with the way to it."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.errors import EngineError
from engine.training import parts


def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec",
                        lambda name: None if name == "torch" else SimpleNamespace())


def test_nothing_is_said_where_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: SimpleNamespace())
    assert parts.look_for_parts().sentence == ""
    parts.require_parts()


def test_a_missing_part_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch,
                                                tmp_path: Path) -> None:
    # GIVEN a Python that is not the one our set-up fills
    without_torch(monkeypatch)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    found = parts.look_for_parts()
    assert found.missing == ("torch",) and not found.offered
    assert "setup train" in found.hint
    with pytest.raises(EngineError, match="torch"):
        parts.require_parts()


def test_a_checkout_of_its_own_can_fetch_it(monkeypatch: pytest.MonkeyPatch,
                                            tmp_path: Path) -> None:
    without_torch(monkeypatch)
    (tmp_path / "installer").mkdir()
    (tmp_path / "installer" / "dev.py").touch()
    monkeypatch.setattr(parts, "program_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    assert parts.look_for_parts().offered
    assert parts.look_for_parts().bytes
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert not parts.look_for_parts().offered
