"""The recipes there are: those that came with the program, and the person's own beside them.

A file of another kind of recipe is passed over, a broken one hides no other. Knows no data.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.training.planning.goal import NEEDS, Goal
from engine.training.recipe import (
    DataOptions,
    LoopOptions,
    Method,
    Recipe,
    Tuning,
    read_learning_recipe,
)

_PREFERENCE = "preference"
_LABELS, _ANY = "labels", "any"
"""See engine.training.classifier_options."""
_PLAIN: dict[Method, Recipe] = {
    Method.CLASSIFIER: Recipe(
        name="Moods of your songs", model_id="my-moods", method=Method.CLASSIFIER,
        loop=LoopOptions(epochs=3, rate=5e-5, head_rate=5e-4, batch_tokens=2048),
        data=DataOptions(held_out=0.2, most_tokens=128)),
    Method.MOOD: Recipe(name="A new mood", model_id="my-mood", method=Method.MOOD,
                        tuning=Tuning.HEAD, data=DataOptions(most_tokens=128)),
    Method.GENERATIVE_TAGGER: Recipe(
        name="Moods in words", model_id="my-generative-tagger", method=Method.GENERATIVE_TAGGER,
        loop=LoopOptions(epochs=2, rate=2e-4), data=DataOptions(most_tokens=128)),
    Method.DIALOGUE: Recipe(
        name="A way of talking", model_id="my-talker", method=Method.DIALOGUE,
        tuning=Tuning.LORA, loop=LoopOptions(epochs=2, rate=3e-4)),
    Method.PREFERENCE: Recipe(
        name="Replies you keep", model_id="my-preference", method=Method.PREFERENCE,
        tuning=Tuning.LORA, loop=LoopOptions(epochs=2, rate=5e-5)),
    Method.WORDS: Recipe(
        name="The words of your lyrics", model_id="my-words", method=Method.WORDS,
        loop=LoopOptions(epochs=2, rate=1e-4, batch_tokens=4096),
        data=DataOptions(most_tokens=128)),
}


class RecipeShelf:
    """Reads recipes below `resources/recipes` and `home/recipes`; the person's own win."""

    def __init__(self, paths: AppPaths) -> None:
        self._folders = (paths.resources / "recipes", paths.home / "recipes")
        self._known: dict[str, Recipe] | None = None

    def read(self) -> None:
        """Reads all files anew; who asks later is answered at once."""
        files = (file for folder in self._folders for file in sorted(folder.glob("*.toml")))
        found = ((file.stem, _read(file)) for file in files)
        self._known = {name: recipe for name, recipe in found if recipe is not None}

    def recipes(self) -> Mapping[str, Recipe]:
        """All that can be read, by the name of their file."""
        if self._known is None:
            self.read()
        return self._known or {}

    def named(self, name: str) -> Recipe | None:
        """The recipe of the file `name`.toml; None where there is none that can be read."""
        return self.recipes().get(name)

    def ways(self, goal: Goal, method: Method) -> tuple[Recipe, ...]:
        """All recipes that serve, the sensible one first."""
        first = self.for_goal(goal, method)
        others = (_of_any_labels(recipe) if goal is Goal.LABELS else recipe
                  for name, recipe in self.recipes().items()
                  if recipe.method is method and _serves(goal, name, recipe))
        return (first, *(recipe for recipe in others if recipe.name != first.name))

    def for_goal(self, goal: Goal, method: Method) -> Recipe:
        """The first recipe that serves, else a plain one of the method."""
        names = (_PREFERENCE,) if method is Method.PREFERENCE else NEEDS[goal].recipes
        found = (self.named(name) for name in names)
        fitting = (each for each in found if each is not None and each.method is method)
        recipe = next(fitting, _PLAIN[method])
        return _of_any_labels(recipe) if goal is Goal.LABELS else recipe


def _serves(goal: Goal, name: str, recipe: Recipe) -> bool:
    """Whether a recipe of the goal's method means the goal: labels or moods, one or any talker.
    Baselines take any labels."""
    if goal in (Goal.MOODS, Goal.LABELS):
        kind = recipe.options.get(_LABELS)
        return kind is None or (kind == _ANY) is (goal is Goal.LABELS)
    named = {each for needs in NEEDS.values() for each in needs.recipes}
    return name in NEEDS[goal].recipes or name not in named


def _of_any_labels(recipe: Recipe) -> Recipe:
    """The recipe of a classifier whose labels are no moods."""
    if recipe.options.get(_LABELS) == _ANY:
        return recipe
    if recipe is _PLAIN[Method.CLASSIFIER]:
        recipe = msgspec.structs.replace(recipe, name="Labels of your texts", model_id="my-labels")
    return msgspec.structs.replace(recipe, options={**recipe.options, _LABELS: _ANY})


def _read(file: Path) -> Recipe | None:
    """None for a recipe of the mood taggers' ways, and for a broken one."""
    try:
        return read_learning_recipe(file)
    except (EngineError, msgspec.ValidationError):
        return None
