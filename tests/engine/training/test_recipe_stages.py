"""What a stage says stands over the recipe, table by table; the rest stays."""

import pytest

from engine.errors import EngineError
from engine.training.recipe import LoopOptions, Method, Recipe
from engine.training.recipe_stages import recipe_of_stage, stage_name

RECIPE = Recipe(name="R", model_id="r", method=Method.DIALOGUE, loop=LoopOptions(epochs=2, seed=3),
                options={"lives": {"talks": 600, "unknown": 0.5}, "samples": 2, "stages": [
                    {"name": "broad"},
                    {"name": "exact", "about": "Few.", "loop": {"epochs": 1.0},
                     "lives": {"talks": 10}, "samples": 4}]})


def test_a_stage_changes_what_it_names() -> None:
    first, second, third = (recipe_of_stage(RECIPE, stage) for stage in range(3))
    assert first.options == {"lives": {"talks": 600, "unknown": 0.5}, "samples": 2}
    assert first == third
    assert second.loop == LoopOptions(epochs=1, seed=3)
    assert second.options == {"lives": {"talks": 10, "unknown": 0.5}, "samples": 4}
    assert [stage_name(RECIPE, stage) for stage in range(3)] == ["broad", "exact", ""]


def test_what_cannot_be_is_told() -> None:
    for stages in ("both", [{"loop": {"epochs": "many"}}], [{"loop": {"nothing": 1}}]):
        broken = Recipe(name="R", model_id="r", method=Method.DIALOGUE, options={"stages": stages})
        with pytest.raises(EngineError, match="cannot be read"):
            recipe_of_stage(broken, 0)
