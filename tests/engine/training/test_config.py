"""A recipe is read whole, or the person is told which line to mend."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.paths import program_folder
from engine.training.config import TrainingConfig, config_from_json, read_recipe

LEAST = {"name": "Moods", "model_id": "moods", "base": "any", "label_sets": {"gems9": 1.0}}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return tmp_path / "recipe.toml"


def test_a_recipe_is_read_and_replayed(recipe: Path) -> None:
    recipe.write_text('name = "Moods"\nmodel_id = "moods"\nbase = "any"\nwindow = 64\n'
                      "encoder_rate = 1e-5\nepochs = 0\n"
                      'frame = ["nju4"]\n[label_sets]\ngems9 = 2\nnju4 = 0.5\n', "utf-8")
    config = read_recipe(recipe)
    assert (config.window, config.encoder_rate, config.frame) == (64, 1e-5, ("nju4",))
    assert config.label_sets == {"gems9": 2.0, "nju4": 0.5}
    assert config_from_json(config.to_json()) == config


def test_the_shipped_recipes_can_be_read() -> None:
    recipes = sorted((program_folder() / "resources" / "recipes").glob("*.toml"))
    assert recipes
    for file in recipes:
        assert isinstance(read_recipe(file), TrainingConfig)


@pytest.mark.parametrize("field, value, said", [
    ("window", 31, "32 and 512"), ("window", 513, "32 and 512"), ("window", "wide", "window"),
    ("epochs", -1, "epochs"), ("epochs", 1.5, "epochs"), ("songs_per_step", 0, "songs_per_step"),
    ("validate_every", 0, "validate_every"), ("warmup", 1.0, "warmup"), ("warmup", -0.1, "warmup"),
    ("precision", "fp8", "precision"), ("label_sets", {}, "label set"),
    ("label_sets", {"gems9": -1}, "label set"), ("label_sets", {"gems9": "much"}, "label_sets"),
    ("model_id", "../moods", "model_id"), ("model_id", "", "model_id"),
    ("model_id", ".base", "model_id"), ("epoch", 3, '"epoch"'), ("frame", "gems9", "frame"),
])
def test_what_is_wrong_is_named(field: str, value: object, said: str) -> None:
    with pytest.raises(EngineError) as caught:
        config_from_json(LEAST | {field: value})
    assert said in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("field", ["name", "model_id", "base"])
def test_what_is_missing_is_named(field: str) -> None:
    with pytest.raises(EngineError, match=field):
        config_from_json({name: value for name, value in LEAST.items() if name != field})


@pytest.mark.parametrize("content", [None, b"name = ", b"\xff\xfe", b""],
                         ids=["missing", "no toml", "no text", "empty"])
def test_a_file_that_cannot_be_read_says_so(recipe: Path, content: bytes | None) -> None:
    if content is not None:
        recipe.write_bytes(content)
    with pytest.raises(EngineError, match="recipe") as caught:
        read_recipe(recipe)
    assert caught.value.hint
