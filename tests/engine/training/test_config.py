"""A recipe is read whole, or the person is told which line to mend."""

import tomllib
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


def ways_recipes() -> list[Path]:
    """The recipes of the mood taggers' ways; those of other methods name their method."""
    recipes = sorted((program_folder() / "resources" / "recipes").glob("*.toml"))
    return [file for file in recipes if "method" not in tomllib.loads(file.read_text("utf-8"))]


def test_the_shipped_recipes_can_be_read() -> None:
    recipes = ways_recipes()
    assert recipes
    for file in recipes:
        assert isinstance(read_recipe(file), TrainingConfig)


def test_recipes_make_models_that_stand_beside_each_other() -> None:
    folder = program_folder() / "resources" / "recipes"
    made = [read_recipe(file).model_id for file in ways_recipes()]
    assert len(set(made)) == len(made)
    # The shipped tagger is stacked; the encoder that was fine-tuned before it can be made anew.
    shipped, before = (read_recipe(folder / f"{name}.toml") for name in ("mood_tagger",
                                                                         "fine_tuned"))
    assert (shipped.way, before.way) == ("stacked", "encoder")
    assert shipped.label_sets == before.label_sets
    assert shipped.stacked.choices.keys() <= shipped.label_sets.keys()
    assert not shipped.calls_at_half and shipped.learn_from_validation


def test_what_is_chosen_can_be_said_in_a_recipe(recipe: Path) -> None:
    recipe.write_text('name = "S"\nmodel_id = "s"\nbase = "any"\nway = "stacked"\n'
                      "[stacked]\nbalance = 0.5\nchoices = {nju4 = 2}\n"
                      "[label_sets]\ngems9 = 1\n", "utf-8")
    config = read_recipe(recipe)
    assert (config.way, config.stacked.balance, config.stacked.choices) == (
        "stacked", 0.5, {"nju4": 2.0})
    assert config.stacked.pull == 0.15 and config_from_json(config.to_json()) == config


@pytest.mark.parametrize("field, value, said", [
    ("window", 31, "32 and 512"), ("window", 513, "32 and 512"), ("window", "wide", "window"),
    ("epochs", -1, "epochs"), ("epochs", 1.5, "epochs"), ("songs_per_step", 0, "songs_per_step"),
    ("validate_every", 0, "validate_every"), ("warmup", 1.0, "warmup"), ("warmup", -0.1, "warmup"),
    ("precision", "fp8", "precision"), ("label_sets", {}, "label set"),
    ("label_sets", {"gems9": -1}, "label set"), ("label_sets", {"gems9": "much"}, "label_sets"),
    ("model_id", "../moods", "model_id"), ("model_id", "", "model_id"),
    ("model_id", ".base", "model_id"), ("epoch", 3, '"epoch"'), ("frame", "gems9", "frame"),
    ("way", "guess", "encoder, stacked, multi-tag"), ("multi_tag", {"mask": True}, '"mask"'),
    ("multi_tag", {"masked": "yes"}, "masked"), ("multi_tag", 3, "multi_tag"),
    ("multi_tag", {"positive_weight": 1.5}, "positive_weight"),
    ("multi_tag", {"largest_weight": 0.5}, "largest_weight"),
    ("multi_tag", {"thresholds": "best"}, "half or base-rates"),
    ("multi_tag", {"decay": -1}, "decay"), ("binary", {"tags": 0}, "tags"),
    ("binary", {"resampling": "over"}, "resampling"), ("binary", {"neighbors": 3}, '"neighbors"'),
    ("stacked", {"feeling_epochs": -1}, "feeling_epochs"),
    ("stacked", {"base_share": 1.1}, "base_share"), ("stacked", {"components": 1}, "components"),
    ("stacked", {"layer_decay": 0}, "layer_decay"), ("stacked", {"inner_folds": 1}, "inner_folds"),
    ("stacked", {"word_decay": -1}, "word_decay"), ("stacked", {"stack_decay": 0}, "stack_decay"),
    ("stacked", {"rarest": 0}, "rarest"), ("stacked", {"balance": 1.5}, "balance"),
    ("stacked", {"choices": {"nju4": -1}}, "choices"), ("stacked", {"choice": {}}, '"choice"'),
])
def test_what_is_wrong_is_named(field: str, value: object, said: str) -> None:
    with pytest.raises(EngineError) as caught:
        config_from_json(LEAST | {field: value})
    assert said in caught.value.message
    assert caught.value.hint


def test_a_way_reads_its_own_section(recipe: Path) -> None:
    recipe.write_text('name = "All"\nmodel_id = "all"\nbase = "any"\nway = "multi-tag"\n'
                      "[multi_tag]\nmasked = true\npositive_weight = 0.5\n"
                      'thresholds = "base-rates"\n[label_sets]\ngems9 = 1\n', "utf-8")
    config = read_recipe(recipe)
    assert (config.way, config.multi_tag.masked, config.multi_tag.positive_weight) == (
        "multi-tag", True, 0.5)
    assert config_from_json(config.to_json()) == config
    # AND a recipe without a word on it is the fine-tuned encoder, as it always was
    assert config_from_json(LEAST).way == "encoder"


def test_only_a_way_that_says_so_calls_at_half() -> None:
    plain = LEAST | {"way": "multi-tag"}
    assert config_from_json(plain).calls_at_half
    assert not config_from_json(plain | {"multi_tag": {"thresholds": "base-rates"}}).calls_at_half
    assert not config_from_json(LEAST | {"multi_tag": {"thresholds": "half"}}).calls_at_half


def test_the_cures_differ_from_the_plain_recipe_in_one_thing_each() -> None:
    folder = program_folder() / "resources" / "recipes"
    plain = read_recipe(folder / "multi_tag.toml").to_json()
    cures = {"thresholds": ["thresholds"], "masked": ["masked"], "weighted": ["positive_weight"],
             "cured": ["masked", "positive_weight"]}
    for name, changed in cures.items():
        cured = read_recipe(folder / f"multi_tag_{name}.toml").to_json()
        different = [field for field in plain if cured[field] != plain[field]]
        assert sorted(different) == ["model_id", "multi_tag", "name"]
        assert changed == [field for field, value in plain["multi_tag"].items()
                           if cured["multi_tag"][field] != value]


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
