"""What each stage of a recipe does differently: `[[options.stages]]`, one table a stage.

A table may hold `name`, `about`, the sections `loop` and `data` as far as they differ, and any
option of the method. Knows no rows and no model.
"""

from typing import Any, cast

import msgspec

from engine.errors import EngineError
from engine.training.recipe import Recipe, recipe_from_json

STAGES = "stages"
_SECTIONS = ("loop", "data", "lora")
_TOLD = ("name", "about")


def recipe_of_stage(recipe: Recipe, stage: int) -> Recipe:
    """The recipe of a stage counted from 0: the whole one, with what its table says put over it.

    A stage without a table is learned by the recipe as it stands. EngineError naming what is
    wrong.
    """
    tables = stage_tables(recipe)
    values = recipe.to_json()
    values["options"].pop(STAGES, None)
    if stage >= len(tables):
        return recipe_from_json(values)
    for name, value in tables[stage].items():
        if name in _TOLD:
            continue
        place = values if name in _SECTIONS else values["options"]
        place[name] = _over(place.get(name), value)
    return recipe_from_json(values)


def stage_name(recipe: Recipe, stage: int) -> str:
    """What a stage is called, "" where it has no name."""
    tables = stage_tables(recipe)
    return str(tables[stage].get("name", "")) if stage < len(tables) else ""


def _over(before: object, value: object) -> object:
    """A table put over another one; anything else stands in its place."""
    if isinstance(before, dict) and isinstance(value, dict):
        return {**cast("dict[str, Any]", before), **cast("dict[str, Any]", value)}
    return value


def stage_tables(recipe: Recipe) -> list[dict[str, Any]]:
    """The tables of the stages as the recipe holds them; empty for a recipe of one stage."""
    try:
        return msgspec.convert(cast("object", recipe.options.get(STAGES, [])),
                               list[dict[str, Any]])
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The stages of the recipe cannot be read: {wrong}.",
                          "Mend the recipe file.") from wrong
