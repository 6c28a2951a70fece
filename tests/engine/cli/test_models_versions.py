"""`models versions` and `models back`: a trained model waits, is used, the earlier comes back."""

import json
from pathlib import Path

import pytest

from engine.cli.command import Context
from engine.cli.main import run
from engine.models.versions import ModelVersions
from engine.paths import AppPaths
from tests.engine.models.test_versions import made


@pytest.fixture
def context(isolated_home: AppPaths, tmp_path: Path) -> Context:
    shelf = ModelVersions(isolated_home.models, isolated_home.shipped_models)
    for version in ("aa", "bb"):
        shelf.place(made(tmp_path / version, version))
    return Context(isolated_home)


def listed(capsys: pytest.CaptureFixture[str], context: Context) -> list[tuple[str, str]]:
    assert run(["models", "versions", "moods", "--json"], context) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(one["version"], one["state"]) for one in told]


def test_a_waiting_version_is_used_and_taken_back(
        context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, context) == [("aa", "in use"), ("bb", "new")]
    assert run(["models", "list"], context) == 0
    assert "A new version waits: models back moods bb" in capsys.readouterr().out
    assert run(["models", "back", "moods", "b"], context) == 0
    assert "now version bb" in capsys.readouterr().err
    assert listed(capsys, context) == [("bb", "in use"), ("aa", "kept")]
    assert run(["models", "versions"], context) == 0
    assert "moods" in capsys.readouterr().out


def test_a_version_is_deleted_and_restored(
        context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "versions", "moods", "--delete", "bb"], context) == 0
    assert "--restore bb" in capsys.readouterr().err
    assert listed(capsys, context) == [("aa", "in use")]
    assert run(["models", "versions", "moods", "--restore", "bb"], context) == 0
    capsys.readouterr()
    assert listed(capsys, context) == [("aa", "in use"), ("bb", "kept")]


@pytest.mark.parametrize("line", [["versions", "nobody"], ["back", "nobody", "x"],
                                  ["back", "moods", "x"], ["versions", "moods", "--delete", "aa"]])
def test_what_cannot_be_is_said(context: Context, line: list[str],
                                capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", *line], context) == 2
    assert capsys.readouterr().err
