"""Rows of all stages: bad ones are told, no song judges here and is learned from there."""

import json
from pathlib import Path

import msgspec
import pytest

from engine.chat.persona import Persona
from engine.errors import EngineError
from engine.events import Event
from engine.export.learning.gathering import gather
from engine.export.learning.kept_rows import KeptRows, StageRows, read_kept_rows, write_rows
from engine.paths import AppPaths
from engine.training.learning_job import LearningJob
from engine.training.recipe import DataOptions, Method, Recipe
from engine.training.rows.row import ChoiceRow, Line, Person, PlainRow, RowPlace, TalkRow, TextRow
from engine.training.rows.sources import FileSource


def songs(file: Path, *names: str, bad: int = 0) -> FileSource:
    """Songs of one line each, by their names; what they say differs wholly."""
    lines = [json.dumps({"text": " ".join(f"{name} {name}word{at}" for at in range(8)),
                         "labels": ["sadness"], "song_id": name}) for name in names]
    file.write_text("\n".join([*lines, *["{"] * bad]), "utf-8")
    return FileSource(file)


@pytest.fixture
def job(isolated_home: AppPaths) -> LearningJob:
    return LearningJob(
        recipe=Recipe(name="R", model_id="r", method=Method.CLASSIFIER,
                      data=DataOptions(held_out=0.3, split_by="song")),
        stages=(), home=isolated_home.home, models=isolated_home.models)


def names_of(rows: tuple[object, ...]) -> set[str]:
    return {row.text.split()[0] for row in rows if isinstance(row, TextRow)}


def test_rows_are_divided_and_bad_ones_told(job: LearningJob, tmp_path: Path) -> None:
    source = songs(tmp_path / "a.jsonl", *"abcdefghij", bad=2)
    told: list[Event] = []
    rows = gather(msgspec.structs.replace(job, stages=((source,),)), told.append)
    stage, = rows.stages
    assert names_of(stage.learning) | names_of(stage.judging) == set("abcdefghij")
    assert not names_of(stage.learning) & names_of(stage.judging)
    assert rows.told.bad == 2 and sum(rows.told.sources.values()) == 10
    assert any("2 rows cannot be used. The first, a.jsonl, line 11" in event.sentence()
               for event in told)


def test_no_song_judges_in_one_stage_and_is_learned_in_another(
        job: LearningJob, tmp_path: Path) -> None:
    broad = songs(tmp_path / "broad.jsonl", *"abcdefghijklmn")
    exact = songs(tmp_path / "exact.jsonl", *"hijklmnop")
    told: list[Event] = []
    rows = gather(msgspec.structs.replace(job, stages=((broad,), (exact,))), told.append)
    one, two = rows.stages
    assert not names_of(one.learning) & names_of(two.judging)
    assert not names_of(two.learning) & names_of(one.judging)
    assert two.judging
    # AND what is left out for that is said
    left = 14 + 9 - sum(len(stage.learning) + len(stage.judging) for stage in rows.stages)
    assert left
    assert any(f"{left} rows of one stage are left out" in event.sentence() for event in told)


def test_so_many_rows_are_drawn_by_the_seed(job: LearningJob, tmp_path: Path) -> None:
    few = msgspec.structs.replace(job.recipe, data=DataOptions(most_rows=4, held_out=0.0))
    asked = msgspec.structs.replace(
        job, recipe=few, stages=((songs(tmp_path / "a.jsonl", *"abcdefghij"),),))
    one, two = (gather(asked, lambda _: None) for _ in range(2))
    assert one == two
    assert len(one.stages[0].learning) == 4


def test_nothing_to_learn_from_is_said(job: LearningJob, tmp_path: Path) -> None:
    empty = msgspec.structs.replace(job, stages=((songs(tmp_path / "a.jsonl", bad=1),),))
    with pytest.raises(EngineError):
        gather(empty, lambda _: None)


def test_every_kind_of_row_is_kept_whole(tmp_path: Path) -> None:
    place = RowPlace("rows", 3)
    talk = TalkRow((Line("user", "Hi «ü»\n", learned=True, facts=("a",)),), place, talk="t",
                   people=(Person("A", traits=("kind",), persona=Persona(name="A")),))
    rows = KeptRows((
        StageRows((TextRow("t", ("sadness",), place, ("sadness", "anger"), "s"), talk), ()),
        StageRows((ChoiceRow(talk, "yes", "no", place), PlainRow("p", place, "s")), (talk,))))
    write_rows(tmp_path / "rows", rows)
    assert read_kept_rows(tmp_path / "rows") == rows
