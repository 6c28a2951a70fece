"""What a training job carries, and what it asks the program that runs it for."""

from pathlib import Path

from engine.paths import program_resources
from engine.training.learning_job import LearningJob, read_learning
from engine.training.recipe import read_learning_recipe


def test_a_job_of_a_program_that_lay_elsewhere_finds_the_files_of_this_one(tmp_path: Path) -> None:
    recipe = read_learning_recipe(program_resources() / "recipes" / "dialogue.toml")
    job = LearningJob(recipe=recipe, stages=(), home=tmp_path, models=tmp_path / "models")
    asked = {**job.as_arguments(), "resources": str(tmp_path / "gone" / "resources")}

    assert read_learning(asked).paths.moods_file.is_file()
    assert "resources" not in job.as_arguments()
