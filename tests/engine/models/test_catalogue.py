"""The catalogue pins every model to one file."""

import re

import pytest

from engine.errors import EngineError
from engine.export.model_jobs import TAUGHT_FOLDER
from engine.models.catalogue import (
    CHAT_MODELS,
    MINILM,
    OFFERED,
    TaughtModel,
    find_wheel_model,
)
from engine.models.manifest import check_files, read_manifest
from engine.paths import find_paths


def test_a_model_is_found_by_its_id_and_pinned() -> None:
    model = find_wheel_model("all-MiniLM-L6-v2")
    assert model == MINILM
    assert re.fullmatch("[0-9a-f]{64}", model.sha256)
    assert model.file.endswith(".whl") and model.inside.endswith("/")
    assert model.licence


def test_an_unknown_model_names_the_known() -> None:
    with pytest.raises(EngineError, match='"gpt-9"') as caught:
        find_wheel_model("gpt-9")
    assert MINILM.id in caught.value.hint


def test_whatever_is_offered_can_be_told_to_a_person() -> None:
    assert MINILM in OFFERED and MINILM not in CHAT_MODELS and set(CHAT_MODELS) < set(OFFERED)
    for model in OFFERED:
        assert model.name and model.about.endswith(".") and model.bytes > 0


@pytest.mark.parametrize("taught", [each for each in OFFERED if isinstance(each, TaughtModel)],
                         ids=lambda each: each.id)
def test_what_we_taught_lies_whole_in_the_resources(taught: TaughtModel) -> None:
    folder = find_paths().resources / TAUGHT_FOLDER / taught.id
    told = read_manifest(folder)
    check_files(folder, told)
    assert (told.id, told.name, told.licence) == (taught.id, taught.name, taught.licence)
    assert told.adapter is not None and told.adapter.base == taught.base.id
    assert told.data and told.quality["held"] < 0
    assert "Learned from" in (folder / "README.md").read_text("utf-8").replace(
        "Label sets learned", "Learned")
