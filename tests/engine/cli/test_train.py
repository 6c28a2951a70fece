"""What `train` makes of a command line; that it really trains stands in tests/flows."""

import argparse
from pathlib import Path

import pytest

from engine.cli import train
from engine.cli.command import Context
from engine.cli.main import build_parser, run
from engine.errors import EngineError
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from engine.training.learning_job import KIND, WhileUsed, read_learning
from engine.training.recipe import Keep, Method, Recipe, Tuning
from engine.training.rows.sources import FileSource, FolderSource, OwnMoods, OwnTalks

RECIPE = """
name = "Talker"
model_id = "talker"
method = "dialogue"
base = "smollm2"
[loop]
epochs = 2
"""


@pytest.fixture
def context(isolated_home: AppPaths) -> Context:
    return Context(isolated_home)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    file = tmp_path / "talker.toml"
    file.write_text(RECIPE, "utf-8")
    return file


def options(*line: str | Path) -> argparse.Namespace:
    return build_parser("train").parse_args(["train", *map(str, line)])


def test_a_command_line_becomes_a_job(context: Context, recipe: Path, tmp_path: Path) -> None:
    rows = tmp_path / "talks.csv"
    rows.write_text("text\n", "utf-8")
    said = options(recipe, "--data", rows, "--data", "own-talks", "--stage", "own-edits",
                   "--epochs", "0.5", "--name", "My Aunt", "--tuning", "lora", "--keep", "adapter",
                   "--columns", "text=words, labels=tags", "--while-used", "pause", "--threads",
                   "1", "--base", "other")
    found = train.find_recipe(said.recipe, context)
    assert isinstance(found, Recipe)
    job = train.learning_job(found, said, context)
    assert job.stages == ((FileSource(rows, {"text": "words", "labels": "tags"}), OwnTalks()),
                          (OwnTalks(edited_only=True),))
    assert (job.recipe.name, job.recipe.model_id) == ("My Aunt", "my-aunt")
    assert (job.recipe.loop.epochs, job.recipe.base) == (0.5, "other")
    assert (job.recipe.tuning, job.recipe.keep) == (Tuning.LORA, Keep.ADAPTER)
    assert (job.manners.while_used, job.manners.threads) == (WhileUsed.PAUSE, 1)
    assert read_learning(JobSpec.ask(KIND, job.as_arguments(), "x").argument_values()) == job


def test_folders_and_own_data_are_known_by_name(context: Context, tmp_path: Path) -> None:
    said = options("classifier", tmp_path, "own-moods")
    assert train.stages_of(said) == ((FolderSource(tmp_path), OwnMoods()),)


def test_an_earlier_training_is_taken_further(context: Context, recipe: Path) -> None:
    said = options(recipe, "own-talks")
    found = train.find_recipe(said.recipe, context)
    assert isinstance(found, Recipe)
    job = train.learning_job(found, said, context)
    earlier = JobFolder.create(context.paths.jobs, JobSpec.ask(KIND, job.as_arguments(), "x"))
    more = train.further_job(options("--goes-on", earlier.id, "--epochs", "1"), context)
    assert more.goes_on == earlier.path.resolve()
    assert (more.recipe.loop.epochs, more.stages) == (1, job.stages)
    with pytest.raises(EngineError, match="How far"):
        train.further_job(options("--goes-on", earlier.id), context)


@pytest.mark.parametrize("line", [["nobody"], ["RECIPE"], ["RECIPE", "gone.csv"],
                                  ["--goes-on", "gone"]])
def test_what_cannot_be_is_said_before_a_job_is_made(
        context: Context, recipe: Path, line: list[str],
        capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(recipe) if word == "RECIPE" else word for word in line]
    assert run(["train", *words], context) == 2
    assert capsys.readouterr().err
    assert not context.paths.jobs.exists()


def test_a_recipe_of_a_way_is_left_to_the_ways(
        context: Context, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert isinstance(train.find_recipe("mood_tagger", context), Path)
    assert run(["train", "mood_tagger", "--data", str(tmp_path)], context) == 2
    assert "lyrics_moods" in capsys.readouterr().err
    assert run(["train", "mood_tagger"], context) == 2


def test_every_method_has_a_plain_recipe_or_a_file(context: Context) -> None:
    for recipe in sorted((context.paths.resources / "recipes").glob("*.toml")):
        found = train.find_recipe(recipe.stem, context)
        assert isinstance(found, Path) or found.method in Method
