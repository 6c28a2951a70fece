"""A new mood by a recipe: rows of a file in, a head among the installed models out."""

import json
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.events import Event
from engine.export.learning.job import run_learning_job
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from engine.tagging.opening import open_tagging
from engine.tagging.own_moods import open_vocabulary, own_moods
from engine.tagging.reading import lyric_from_text
from engine.training.learning_job import LearningJob
from engine.training.recipe import Method, Recipe, read_learning_recipe
from engine.training.rows.sources import FileSource
from tests.engine.export.learning.labelled_songs import mood_rows
from tests.tiny_encoder import save_tagger


@pytest.fixture
def paths(isolated_home: AppPaths) -> AppPaths:
    """A home whose tagger is the tiny one."""
    save_tagger(isolated_home.models / "tiny")
    save_settings(isolated_home.settings_file, Settings(tagger="tiny"))
    return isolated_home


def songs(file: Path, count: int = 60) -> Path:
    """Sad songs are those of the night, which no mood of the tagger is called."""
    rows = [{"text": row.text, "labels": ["late night"] if "sadness" in row.labels else ["day"],
             "artist": row.artist} for row in mood_rows(count)]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return file


def job(paths: AppPaths, file: Path, **recipe: object) -> LearningJob:
    values = {"name": "Late night", "model_id": "mood-late_night",
              "options": {"mood": "late night", "about": "When the city sleeps."}} | recipe
    return LearningJob(recipe=Recipe(method=Method.MOOD, **values),  # type: ignore[arg-type]
                       stages=((FileSource(file),),), home=paths.home, models=paths.models)


def run(wanted: LearningJob, output: Path) -> list[Event]:
    told: list[Event] = []
    output.mkdir(exist_ok=True)
    run_learning_job(wanted.as_arguments(), output, told.append, False)
    return told


def test_a_mood_of_a_file_joins_the_tagger_in_use(paths: AppPaths, tmp_path: Path) -> None:
    # GIVEN a file of songs, some of which carry a label the tagger does not know
    wanted = job(paths, songs(tmp_path / "songs.jsonl"))
    # WHEN its recipe runs as a job
    run(wanted, tmp_path / "output")
    # THEN the mood is installed and joins the tagger, whose own moods come first
    (installed,) = own_moods(paths)
    assert installed.mood.about == "When the city sleeps."
    assert open_vocabulary(paths).canonical("Late Night") == "late_night"
    tagger = open_tagging(paths, "", Settings(tagger="tiny"))
    assert tagger.moods[-1] == "late_night"
    # AND tells the songs apart
    night, day = (tagger.score(tagger.cut(lyric_from_text(text))).moods[:, -1].mean()
                  for text in ("tears tears tears\ntears tears", "sun sun sun\nsun sun"))
    assert night > installed.threshold > day
    assert (installed.folder / "README.md").is_file()


def test_a_mood_too_few_songs_carry_is_refused(paths: AppPaths, tmp_path: Path) -> None:
    wanted = job(paths, songs(tmp_path / "songs.jsonl", 10))
    with pytest.raises(EngineError, match=r"[Oo]nly|at least|few"):
        run(wanted, tmp_path / "output")
    assert own_moods(paths) == ()


@pytest.mark.parametrize("model_id", ["late_night", "mood-", "mood-two words", "mood-sadness"])
def test_an_id_that_is_none_of_a_mood_is_refused(
    paths: AppPaths, tmp_path: Path, model_id: str,
) -> None:
    with pytest.raises(EngineError):
        run(job(paths, songs(tmp_path / "songs.jsonl"), model_id=model_id), tmp_path / "output")


def test_the_recipe_that_came_with_the_program_reads(paths: AppPaths) -> None:
    recipe = read_learning_recipe(paths.resources / "recipes" / "new_mood.toml")
    assert recipe.method is Method.MOOD
    assert recipe.model_id == "mood-late_night"
