"""What `train check` tells of data, in words and as JSON."""

import json
from pathlib import Path

import pytest

from engine.cli.command import Context
from engine.cli.main import run
from engine.paths import AppPaths
from tests.tiny_decoder import write_tiny_chat_model

RECIPE = """
name = "Talker"
model_id = "talker"
method = "dialogue"
[data]
most_tokens = 256
"""


@pytest.fixture
def context(isolated_home: AppPaths) -> Context:
    return Context(isolated_home)


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    file = tmp_path / "talks.jsonl"
    rows = [{"messages": [{"role": "user", "content": f"hi {n}"},
                          {"role": "assistant", "content": f"hello {n}"}]} for n in range(20)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "oops\n", "utf-8")
    return file


def test_what_is_wrong_is_told_with_its_line(context: Context, talks: Path,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "check", str(talks)], context) == 0
    told = capsys.readouterr().out
    assert "messages=messages" in told and "20 talks: 18 to learn from, 2 to judge by" in told
    assert "! 1 row cannot be used." in told and "talks.jsonl, line 21" in told
    assert "Name a recipe" in told


def test_json_says_the_same(context: Context, talks: Path,
                            capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "check", str(talks), "--json"], context) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["can_start"] and told["report"]["rows"] == 20
    assert told["report"]["bad"][0]["place"] == {"source": "talks.jsonl", "line": 21}


def test_data_that_teach_nothing_are_an_error_of_use(context: Context, tmp_path: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "songs.csv"
    file.write_text("text,labels\n" + "rain on the roof,calm\n", "utf-8")
    assert run(["train", "check", str(file)], context) == 2
    assert "✗ No label has" in capsys.readouterr().out


def test_no_data_and_an_unknown_recipe_are_sentences(context: Context, talks: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "check"], context) == 2
    assert "nothing to look at" in capsys.readouterr().err
    assert run(["train", "check", str(talks), "--recipe", "none"], context) == 2
    assert "There is no recipe none." in capsys.readouterr().err


def test_the_first_examples_are_shown_with_what_is_learned(
        context: Context, talks: Path, tmp_path: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "talker.toml"
    recipe.write_text(RECIPE, "utf-8")
    base = tmp_path / "tiny"
    write_tiny_chat_model(base, window=512)
    assert run(["train", "check", str(talks), "--recipe", str(recipe), "--base", str(base)],
               context) == 0
    told = capsys.readouterr().out
    assert "Example 1, of talks.jsonl, line 1" in told
    assert "⟪hello 0" in told.replace("⟪ ", "⟪")
