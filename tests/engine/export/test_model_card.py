"""A card says what a model is made from, how it learned, and on what its figures were taken."""

import tomllib
from pathlib import Path

import pytest

from engine.export.model_card import FOLDED, HELD_OUT, NOT_JUDGED, write_card
from engine.models.manifest import LabelInfo, ModelManifest
from engine.training.config import TrainingConfig, config_from_json, read_recipe

RECIPES = Path(__file__).parents[3] / "resources" / "recipes"
LEAST = {"name": "Mill", "model_id": "mill", "base": "tiny-bert",
         "label_sets": {"gems9": 2.0, "nju4": 0.5}}
MANIFEST = ModelManifest(
    id="mill", name="Moods of the mill", kind="encoder", task="mood-tagging",
    labels=(LabelInfo("sadness", 0.5),), languages=("en",), window=512, precision="int8",
    about="Reads lyrics.", parameters=1_234_567, licence="Apache-2.0", made_from=("a base (MIT)",),
    quality={"gems9 macro AUC": 0.712, "valence Spearman": 0.4})


def card(folder: Path, config: TrainingConfig, judged_on: str = HELD_OUT) -> str:
    write_card(folder, MANIFEST, config, judged_on)
    text = (folder / "README.md").read_text("utf-8")
    assert "{" not in text and "}" not in text, "every blank is filled in"
    return " ".join(text.split())


@pytest.mark.parametrize("way", ["encoder", "stacked", "multi-tag", "binary-words",
                                 "binary-sentences"])
def test_every_way_tells_the_common_things(tmp_path: Path, way: str) -> None:
    text = card(tmp_path, config_from_json(LEAST | {"way": way}))
    for said in ("# Moods of the mill", "a base (MIT)", "Apache-2.0", "gems9 (2), nju4 (0.5)",
                 "excerpts of 128 tokens", "int8", "1,234,567 parameters",
                 "- gems9 macro AUC: 0.712", "- valence Spearman: 0.4", "Words only", HELD_OUT):
        assert said in text, said


@pytest.mark.parametrize("judged_on", [HELD_OUT, FOLDED, NOT_JUDGED])
def test_it_says_on_what_songs_it_was_judged(tmp_path: Path, judged_on: str) -> None:
    text = card(tmp_path, config_from_json(LEAST), judged_on)
    said = [each for each in (HELD_OUT, FOLDED, NOT_JUDGED) if each in text]
    assert said == [judged_on]
    # The figures follow the sentence about them.
    assert text.index("## Measured") < text.index(judged_on) < text.index("macro AUC")


def test_the_stacked_way_names_what_its_encoder_learned_from(tmp_path: Path) -> None:
    config = config_from_json(LEAST | {"way": "stacked", "seed": 11, "stacked": {
        "feeling_epochs": 1.5, "feeling_rate": 2e-4, "base_share": 0.4}})
    text = card(tmp_path, config)
    for said in ("with heads taught", "were masked", "GoEmotions, Apache-2.0",
                 "EmoBank, CC BY-SA 4.0", "1.5 times", "rate 0.0002", "seed 11", "40% of the way",
                 "how often people give a mood"):
        assert said in text, said
    assert "fine-tuned" not in text


def test_an_encoder_that_learned_no_feelings_does_not_claim_them(tmp_path: Path) -> None:
    config = config_from_json(LEAST | {"way": "stacked", "stacked": {"feeling_epochs": 0.0}})
    text = card(tmp_path, config)
    assert "GoEmotions" not in text and "way back" not in text
    assert "No label of a song" in text and "tf-idf" in text


def test_the_encoder_was_fine_tuned(tmp_path: Path) -> None:
    text = card(tmp_path, config_from_json(LEAST | {"epochs": 3, "encoder_rate": 4e-5}))
    assert "fine-tuned on songs" in text and "Epochs: 3" in text and "4e-05" in text
    assert "GoEmotions" not in text


@pytest.mark.parametrize("way, section, said", [
    ("multi-tag", {"masked": True}, "were masked"),
    ("multi-tag", {"masked": False}, 'counted as "no"'),
    ("multi-tag", {"thresholds": "half"}, "from a score of 0.5"),
    ("multi-tag", {"thresholds": "base-rates"}, "as often as people gave it"),
    ("binary-words", {"masked": False}, 'counted as "no"'),
    ("binary-sentences", {"resampling": "smote"}, "smote"),
])
def test_options_are_told(tmp_path: Path, way: str, section: dict[str, object],
                          said: str) -> None:
    name = "multi_tag" if way == "multi-tag" else "binary"
    assert said in card(tmp_path, config_from_json(LEAST | {"way": way, name: section}))


def test_the_shipped_recipes_have_cards(tmp_path: Path) -> None:
    ways = set()
    for file in RECIPES.glob("*.toml"):
        if "method" in tomllib.loads(file.read_text("utf-8")):
            continue  # no recipe of a tagger's way: its card is written otherwise
        config = read_recipe(file)
        assert f"gems9 ({config.label_sets['gems9']:g})" in card(tmp_path, config, FOLDED)
        ways.add(config.way)
    assert {"stacked", "encoder"} <= ways
