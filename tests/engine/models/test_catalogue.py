"""The catalogue pins every model to one file."""

import re

import pytest

from engine.errors import EngineError
from engine.models.catalogue import CHAT_MODELS, MINILM, OFFERED, find_wheel_model


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
