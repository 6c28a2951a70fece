"""Characters speak with the talker that came with the program where it joins the chat model."""

from pathlib import Path

import pytest

from engine.models.adapters import WEIGHTS
from engine.models.catalogue import TALKER
from engine.models.manifest import (
    TEXT_GENERATION,
    AdapterInfo,
    ModelManifest,
    describe_file,
    write_manifest,
)
from engine.models.registry import ModelRegistry
from engine.models.voices import usual_voice

BASE = TALKER.base.id


@pytest.fixture
def models(tmp_path: Path) -> Path:
    add(tmp_path, BASE)
    return tmp_path


def add(models: Path, model_id: str, joins: AdapterInfo | None = None, learned: str = "") -> None:
    folder = models / model_id
    folder.mkdir()
    (folder / WEIGHTS).write_bytes(model_id.encode())
    write_manifest(folder, ModelManifest(
        id=model_id, name=model_id, kind="adapter" if joins else "decoder", task=TEXT_GENERATION,
        adapter=joins, learned=learned))


def add_talker(models: Path, weights: str = "") -> None:
    held = describe_file(models / BASE, models / BASE / WEIGHTS).sha256
    add(models, TALKER.id, AdapterInfo(base=BASE, weights=weights or held))


def voice(models: Path, chosen: str = "") -> str:
    return usual_voice(ModelRegistry(models / "none", models), chosen)


def test_the_talker_speaks_where_its_base_is_in_use(models: Path) -> None:
    assert voice(models) == ""
    add_talker(models)
    assert voice(models) == TALKER.id
    assert voice(models, BASE) == TALKER.id
    assert voice(models, "gone") == TALKER.id


def test_whoever_chose_another_model_hears_that(models: Path) -> None:
    add_talker(models)
    add(models, "another")
    assert voice(models, "another") == voice(models, TALKER.id) == ""


def test_a_talker_of_another_base_is_left_alone(models: Path) -> None:
    add_talker(models, "0" * 64)
    assert voice(models) == ""
