from pathlib import Path

import msgspec

from engine.paths import find_paths
from engine.training.planning.known_labels import known_labels
from engine.training.planning.recipes import RecipeShelf
from engine.training.recipe import Recipe, Tuning


def moods_recipe() -> Recipe:
    shelf = RecipeShelf(find_paths())
    shelf.read()
    recipe = shelf.named("classifier_moods")
    assert recipe is not None
    return recipe


def shipped_tagger() -> Path:
    return find_paths().shipped_models / moods_recipe().base


def test_heads_that_are_taken_further_know_their_moods() -> None:
    assert "sadness" in known_labels(moods_recipe(), shipped_tagger())


def test_what_learns_from_nothing_knows_none() -> None:
    full = msgspec.structs.replace(moods_recipe(), tuning=Tuning.FULL)
    other = msgspec.structs.replace(moods_recipe(), options={"labels": "own"})
    assert known_labels(full, shipped_tagger()) == known_labels(other, shipped_tagger()) == ()
    assert known_labels(moods_recipe(), None) == ()
