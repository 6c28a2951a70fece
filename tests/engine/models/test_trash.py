"""A removed model can be put back until it has lain in the trash for a while."""

import shutil
import time
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.models.manifest import ModelManifest, write_manifest
from engine.models.registry import ModelRegistry
from engine.models.trash import (
    KEPT_DAYS,
    Removed,
    empty_trash,
    find_removed,
    remove_model,
    restore_model,
)

DAY = 86_400


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("alpha", "beta"):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(name.encode())
        write_manifest(folder, ModelManifest(id=name, name=name, kind="encoder", task="chat"))
    return tmp_path / "models"


def installed(models: Path) -> list[str]:
    return [entry.id for entry in ModelRegistry(models / "none", models).entries()]


def test_a_removed_model_is_gone_and_comes_back_whole(models: Path) -> None:
    removed = remove_model(models / "alpha")
    assert installed(models) == ["beta"]
    restore_model(removed)
    assert installed(models) == ["alpha", "beta"]
    assert (models / "alpha" / "model.onnx").read_bytes() == b"alpha"


def test_the_same_name_can_be_removed_twice(models: Path) -> None:
    first = remove_model(models / "alpha")
    shutil.copytree(models / "beta", models / "alpha")
    second = remove_model(models / "alpha")
    assert first.place != second.place
    # Only one of them has room to come back.
    restore_model(first)
    with pytest.raises(EngineError, match="There is a model in alpha again"):
        restore_model(second)


def test_what_is_not_there_is_said(models: Path) -> None:
    with pytest.raises(EngineError, match="not there any more"):
        remove_model(models / "gamma")
    with pytest.raises(EngineError, match="could not be put back"):
        restore_model(Removed(models / "gamma", models / ".removed" / "1-gamma"))


def test_the_trash_keeps_what_is_young_and_what_it_does_not_know(models: Path) -> None:
    removed = remove_model(models / "alpha")
    stranger = removed.place.with_name("somebody's folder")
    stranger.mkdir()
    empty_trash(models)
    empty_trash(models, now=time.time() + (KEPT_DAYS - 1) * DAY)
    assert removed.place.is_dir()
    empty_trash(models, now=time.time() + (KEPT_DAYS + 1) * DAY)
    assert not removed.place.exists() and stranger.is_dir()
    assert installed(models) == ["beta"]


def test_emptying_at_once_and_where_nothing_is(models: Path, tmp_path: Path) -> None:
    removed = remove_model(models / "beta")
    empty_trash(models, days=0)
    assert not removed.place.exists()
    empty_trash(tmp_path / "nowhere")


def test_what_was_removed_last_under_a_name_is_found(models: Path) -> None:
    first = remove_model(models / "alpha")
    shutil.copytree(first.place, models / "alpha")
    second = remove_model(models / "alpha")
    assert find_removed(models, "alpha") == second != first
    for absent in ("alph", "lpha", "*", "beta"):
        with pytest.raises(EngineError, match="No removed model"):
            find_removed(models, absent)
