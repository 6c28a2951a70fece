"""Which models a training begins with and would stand for."""

from pathlib import Path

import msgspec
import pytest

from engine.errors import EngineError
from engine.export.learning.folders import find_base, find_replaced
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from engine.training.learning_job import LearningJob
from engine.training.recipe import Method, Recipe


def install(paths: AppPaths, name: str, task: str) -> Path:
    folder = paths.models / name
    folder.mkdir(parents=True)
    write_manifest(folder, ModelManifest(id=name, name=name, kind="any", task=task))
    return folder


def job_of(paths: AppPaths, method: Method, base: str = "", model_id: str = "mine") -> LearningJob:
    return LearningJob(recipe=Recipe(name="Mine", model_id=model_id, method=method, base=base),
                       stages=(), home=paths.home, models=paths.models)


def test_an_encoder_that_was_fetched_whole_comes_before_the_rounded_one(
        isolated_home: AppPaths) -> None:
    installed = install(isolated_home, "small", "sentence-vectors")
    job = job_of(isolated_home, Method.WORDS, "small")
    assert find_base(job) == installed
    whole = isolated_home.models / ".base" / "small"
    whole.mkdir(parents=True)
    assert find_base(job) == whole
    assert find_base(job_of(isolated_home, Method.MOOD, "small")) == installed
    named = msgspec.structs.replace(job, base_folder=isolated_home.home)
    assert find_base(named) == isolated_home.home


def test_what_cannot_be_begun_with_is_told(isolated_home: AppPaths) -> None:
    assert find_base(job_of(isolated_home, Method.MOOD)) is None
    with pytest.raises(EngineError, match="not installed") as gone:
        find_base(job_of(isolated_home, Method.DIALOGUE, "gone"))
    assert "models add gone" in gone.value.hint
    with pytest.raises(EngineError, match="cannot have the name"):
        find_base(job_of(isolated_home, Method.DIALOGUE, "mine"))


def test_a_tagger_stands_for_the_one_in_use_a_talker_for_its_base(
        isolated_home: AppPaths) -> None:
    shipped = next(isolated_home.shipped_models.iterdir())
    job = job_of(isolated_home, Method.CLASSIFIER)
    assert find_replaced(job, None) == shipped
    other = install(isolated_home, "other", "mood-tagging")
    save_settings(isolated_home.settings_file, Settings(tagger="other"))
    assert find_replaced(job, None) == other
    talker = install(isolated_home, "talker", TEXT_GENERATION)
    assert find_replaced(job_of(isolated_home, Method.DIALOGUE, "talker"), talker) == talker
    assert find_replaced(job_of(isolated_home, Method.WORDS), None) is None
    # AND one of its own id comes first
    mine = install(isolated_home, "mine", "mood-tagging")
    assert find_replaced(job, None) == mine
