"""Growing rows on the command line: proposals, the person's word, and what can be learned."""

import json
from pathlib import Path

import pytest

from engine.cli.command import Context
from engine.cli.main import run
from engine.paths import AppPaths
from engine.training.rows.reading import read_rows
from engine.training.rows.sources import GrownRows
from tests.fakes import FakeTextModel

NEW = ["the evening comes slowly here", "snow has fallen on the roof"]


@pytest.fixture
def context(isolated_home: AppPaths) -> Context:
    left = iter(NEW)
    model = FakeTextModel(lambda _: next(left, "a boat drifts under stars"))
    return Context(isolated_home, open_model=lambda *_: model)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    file = tmp_path / "calm.csv"
    file.write_text("text,label\nthe lake lies still tonight,calm\n"
                    "no wind moves in the reeds,calm\nwe sit and watch the water,calm\n", "utf-8")
    return file


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_from_seeds_to_rows_that_can_be_learned(context: Context, seeds: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["grow", "new", str(seeds), "--count", "2", "--name", "Calm", "--json"],
               context) == 0
    rows = said(capsys)
    assert [row["text"]["text"] for row in rows] == NEW  # type: ignore[index]
    run(["grow", "list", "--json"], context)
    [growth] = said(capsys)
    assert (growth["name"], growth["proposed"], growth["seeds"]) == ("Calm", 2, 3)
    number = str(growth["id"])
    # WHEN one is approved and the other refused
    assert run(["grow", "approve", number, str(rows[0]["id"])], context) == 0
    assert f"grown:{number}" in capsys.readouterr().err
    run(["grow", "refuse", number, "all"], context)
    # THEN only the approved one can be learned
    assert [row.text for row in read_rows(GrownRows(number), context.paths)] == NEW[:1]
    run(["grow", "show", number], context)
    assert "refused" in capsys.readouterr().out
    # AND the set grows on, and goes
    assert run(["grow", "more", number, "--count", "1"], context) == 0
    assert run(["grow", "remove", number], context) == 0
    run(["grow", "list"], context)
    assert "No rows were grown yet." in capsys.readouterr().out


def test_what_cannot_be_is_a_sentence(context: Context, seeds: Path, tmp_path: Path,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    few = tmp_path / "few.csv"
    few.write_text("text,label\na line of words,calm\n", "utf-8")
    assert run(["grow", "new", str(few)], context) == 2
    assert "3 or more" in capsys.readouterr().err
    assert run(["grow", "show", "none"], context) == 2
    run(["grow", "new", str(seeds), "--count", "1"], context)
    capsys.readouterr()
    run(["grow", "list", "--json"], context)
    [growth] = said(capsys)
    assert run(["grow", "approve", str(growth["id"]), "999"], context) == 2
    assert "no row 999" in capsys.readouterr().err
