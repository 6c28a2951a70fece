"""A plan is sensible before anybody touches it, follows its data, and becomes a job."""

from pathlib import Path

import msgspec
import pytest

from engine.paths import AppPaths
from engine.training.learning_job import Manners, WhileUsed, read_learning
from engine.training.planning.goal import (
    NEEDS,
    Enough,
    Goal,
    bounds,
    enough,
    goal_of,
    method_of,
)
from engine.training.planning.plan import (
    LEAST_STEP,
    fitted,
    further,
    learning_job,
    model_id_of,
    plan_for,
    renamed,
    with_exact,
    with_loop,
    with_personas,
    with_sources,
)
from engine.training.planning.recipes import RecipeShelf
from engine.training.recipe import Method
from engine.training.rows.sources import FileSource, OwnChoices, OwnMoods, OwnTalks


@pytest.fixture
def shelf(isolated_home: AppPaths) -> RecipeShelf:
    return RecipeShelf(isolated_home)


@pytest.mark.parametrize("goal", Goal)
def test_every_goal_has_a_recipe_of_its_method_and_becomes_a_job(
        goal: Goal, shelf: RecipeShelf, isolated_home: AppPaths) -> None:
    # GIVEN a plan with data of a kind the goal takes
    source = next(iter(NEEDS[goal].own), FileSource(Path("/songs.csv")))
    plan = plan_for(goal, shelf, (source,))
    # THEN it is learned by the goal's method, and the job comes back whole from its arguments
    assert plan.recipe.method is method_of(goal, (source,))
    job = learning_job(plan, isolated_home)
    carried = msgspec.json.decode(msgspec.json.encode(job.as_arguments()))
    assert read_learning(carried) == job
    assert job.stages == ((source,),)
    assert goal_of(plan.recipe, (source,)) in (goal, Goal.TALKING)


def test_labels_that_are_no_moods_are_said_to_be_none(shelf: RecipeShelf) -> None:
    moods, labels = plan_for(Goal.MOODS, shelf), plan_for(Goal.LABELS, shelf)
    assert labels.recipe.options["labels"] == "any"
    assert labels.recipe.model_id != moods.recipe.model_id
    assert goal_of(labels.recipe, (FileSource(Path("/rows.csv")),)) is Goal.LABELS


def test_kept_replies_alone_are_learned_by_preference(shelf: RecipeShelf) -> None:
    plan = plan_for(Goal.TALKING, shelf, (OwnTalks(),))
    assert plan.recipe.method is Method.DIALOGUE
    chosen = with_sources(plan, (OwnChoices(),), shelf)
    assert chosen.recipe.method is Method.PREFERENCE
    # WHEN talks come back, so does their method
    assert with_sources(chosen, (OwnTalks(),), shelf).recipe.method is Method.DIALOGUE


def test_other_data_keep_what_was_chosen(shelf: RecipeShelf) -> None:
    plan = plan_for(Goal.MOODS, shelf, (OwnMoods(),))
    changed = with_loop(plan, msgspec.structs.replace(plan.recipe.loop, epochs=9.0))
    more = with_sources(changed, (OwnMoods(), FileSource(Path("/a.csv"))), shelf)
    assert more.recipe.loop.epochs == 9.0 and len(more.stages[0]) == 2


def test_a_small_set_is_learned_last_and_never_alone(shelf: RecipeShelf) -> None:
    broad, small = FileSource(Path("/broad.jsonl")), FileSource(Path("/small.jsonl"))
    plan = with_exact(plan_for(Goal.TALKING, shelf, (broad, small)), (small,))
    assert plan.stages == ((broad,), (small,))
    assert with_exact(plan, (broad, small)).stages == ((broad, small),)
    assert with_sources(plan, (small,), shelf).stages == ((small,),)


def test_few_rows_are_gone_through_more_often_unless_somebody_decided(shelf: RecipeShelf) -> None:
    plan = plan_for(Goal.MOODS, shelf, (OwnMoods(),))
    few = fitted(plan, 40, 4000)
    assert few.recipe.loop.epochs > plan.recipe.loop.epochs
    assert few.recipe.loop.batch_tokens == LEAST_STEP and few.untouched
    assert fitted(plan, 50_000, 10_000_000).recipe == plan.recipe
    touched = with_loop(plan, plan.recipe.loop)
    assert fitted(touched, 40, 4000) == touched


def test_a_name_gives_an_id_a_folder_can_have(shelf: RecipeShelf) -> None:
    recipe = plan_for(Goal.CHARACTER, shelf).recipe
    named = renamed(recipe, "  Mira  of the Läuchtturm! ")
    assert (named.name, named.model_id) == ("Mira of the Läuchtturm!", "mira-of-the-lauchtturm")
    assert renamed(recipe, "未来").model_id == recipe.model_id
    assert renamed(recipe, "   ") == recipe
    assert model_id_of("../../x") == "x"


def test_a_run_is_taken_further_from_its_folder(shelf: RecipeShelf, isolated_home: AppPaths,
                                               tmp_path: Path) -> None:
    job = learning_job(plan_for(Goal.MOODS, shelf, (OwnMoods(),),
                                Manners(while_used=WhileUsed.PAUSE)), isolated_home)
    more = further(job, tmp_path, 2.0)
    assert more.goes_on == tmp_path and more.recipe.loop.epochs == 2.0
    assert more.manners.while_used is WhileUsed.PAUSE


def test_enough_is_said_by_the_method() -> None:
    least, good = bounds(Goal.MOODS, Method.CLASSIFIER)
    assert enough(Goal.MOODS, 0) is Enough.NONE
    assert enough(Goal.MOODS, least - 1) is Enough.TOO_FEW
    assert enough(Goal.MOODS, least) is Enough.FEW
    assert enough(Goal.MOODS, good) is Enough.GOOD
    assert enough(Goal.TALKING, 10, Method.PREFERENCE) is Enough.FEW


def test_talks_of_one_persona_are_talks_of_one_persona() -> None:
    assert with_personas(OwnTalks(), (3,)) == OwnTalks(personas=(3,))
    assert with_personas(OwnMoods(), (3,)) == OwnMoods()


def test_ones_own_recipe_wins_and_a_broken_one_hides_no_other(isolated_home: AppPaths) -> None:
    own = isolated_home.home / "recipes"
    own.mkdir(parents=True)
    (own / "dialogue.toml").write_text(
        'name = "Mine"\nmodel_id = "mine"\nmethod = "dialogue"\nbase = "smollm2"\n', "utf-8")
    (own / "character.toml").write_text("name = [", "utf-8")
    shelf = RecipeShelf(isolated_home)
    assert shelf.for_goal(Goal.TALKING, Method.DIALOGUE).name == "Mine"
    assert shelf.for_goal(Goal.CHARACTER, Method.DIALOGUE).method is Method.DIALOGUE
    assert shelf.recipes()["dialogue"].name == "Mine" and "character" in shelf.recipes()


def test_all_ways_to_a_goal_are_offered_the_sensible_one_first(shelf: RecipeShelf) -> None:
    ways = shelf.ways(Goal.MOODS, Method.CLASSIFIER)
    assert ways[0] == shelf.for_goal(Goal.MOODS, Method.CLASSIFIER) and len(ways) > 1
    assert all(way.options.get("labels") != "any" for way in ways)
    labels = shelf.ways(Goal.LABELS, Method.CLASSIFIER)
    assert all(way.options["labels"] == "any" for way in labels)
    assert len({way.name for way in labels}) == len(labels)
    assert [way.name for way in shelf.ways(Goal.WORDS, Method.WORDS)]
