"""`models list` and `selfcheck`, with whole, broken and absent models."""

import json
from pathlib import Path

import pytest

from engine.cli.command import Check, Context
from engine.cli.main import run
from engine.errors import EngineError
from engine.models.manifest import LabelInfo, ModelManifest, write_manifest
from engine.paths import AppPaths, program_folder


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    """No model at all: neither shipped nor the person's."""
    resources = tmp_path / "resources"
    resources.mkdir()
    (resources / "moods.toml").write_bytes(
        (program_folder() / "resources" / "moods.toml").read_bytes())
    return AppPaths(tmp_path / "home", resources)


def add_model(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"x" * 1_500_000)
    write_manifest(folder, ModelManifest(
        id=folder.name, name="Small moods", kind="encoder", task="mood-tagging",
        precision="int8", licence="Apache-2.0", languages=("en",),
        labels=(LabelInfo("sadness"), LabelInfo("anger"))))


def test_models_are_listed_and_a_broken_one_hides_none(
        paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    add_model(paths.shipped_models / "small")
    (paths.models / "broken").mkdir(parents=True)
    (paths.models / "broken" / "model.json").write_text("{")
    assert run(["models", "list"], Context(paths)) == 0
    told = capsys.readouterr().out
    assert "small   Small moods\n    mood-tagging   int8   1.5 MB   2 labels   en" in told
    assert "broken\n    model.json of broken cannot be read" in told
    assert run(["models", "list", "--json"], Context(paths)) == 0
    broken, small = map(json.loads, capsys.readouterr().out.splitlines())
    assert broken["id"] == "broken" and broken["error"] and not broken["shipped"]
    assert small["labels"] == ["sadness", "anger"] and small["shipped"]
    assert small["bytes"] == 1_500_000


def test_no_models_are_said(paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"], Context(paths)) == 0
    assert capsys.readouterr().out == "No model is installed.\n"


def test_tagging_without_a_model_is_a_known_error(
        paths: AppPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tag", str(tmp_path)], Context(paths)) == 2
    assert "No model is installed." in capsys.readouterr().err


def outcomes(out: str) -> dict[str, bool]:
    return {told["check"]: told["passed"] for told in map(json.loads, out.splitlines())}


def test_selfcheck_fails_without_a_model_and_still_looks_at_the_rest(
        paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["selfcheck", "--json"], Context(paths)) == 2
    assert outcomes(capsys.readouterr().out) == {
        "system": True, "shipped models": False, "session": False, "vocabulary": False,
        "library": True, "tagging": False}


def test_selfcheck_sees_a_changed_file(
        paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    add_model(paths.shipped_models / "small")
    (paths.shipped_models / "small" / "model.onnx").write_bytes(b"y" * 1_500_000)
    assert run(["selfcheck"], Context(paths)) == 2
    assert ("FAILED  shipped models: model.onnx of Small moods is not the file that was installed."
            in capsys.readouterr().out)


@pytest.mark.parametrize("failure, code", [
    (EngineError("No.", "Yes."), 2), (ZeroDivisionError(), 1)])
def test_the_worst_check_decides(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str],
                                 failure: Exception, code: int) -> None:
    def fail(paths: AppPaths) -> str:
        raise failure

    context = Context(isolated_home, checks=(
        Check("first", fail), Check("second", lambda paths: "fine")))
    assert run(["selfcheck", "--json"], context) == code
    told = outcomes(capsys.readouterr().out)
    assert (told["first"], told["second"], told["tagging"]) == (False, True, True)
