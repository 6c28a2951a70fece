"""Which labels a model knows before it learns: of those any single word is worth learning from."""

from pathlib import Path

from engine.models.manifest import read_manifest
from engine.training.recipe import Method, Recipe, Tuning


def known_labels(recipe: Recipe, folder: Path | None) -> tuple[str, ...]:
    """The labels that a recipe takes further in the model of `folder`, rather than learning them
    from nothing. EngineError where the model cannot be read."""
    if folder is None or recipe.method is not Method.CLASSIFIER or recipe.tuning is not Tuning.HEAD:
        return ()
    if recipe.options.get("labels") != "moods":
        return ()
    return tuple(label.id for label in read_manifest(folder).labels)
