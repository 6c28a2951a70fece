"""`models` and `selfcheck`, with whole, broken and absent models."""

import json
from pathlib import Path

import pytest

from engine.cli import models
from engine.cli.command import Check, Context
from engine.cli.job_watch import Watched
from engine.cli.main import run
from engine.errors import EngineError
from engine.events import Finished
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.manifest import LabelInfo, ModelManifest, write_manifest
from engine.models.trials import Outcome, Trial, TrialBook, model_trial
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
        "library": True, "tagging": False, "reply": True}


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


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[JobSpec]:
    """What `models` asks jobs to do; each is finished at once."""
    specs: list[JobSpec] = []

    def finish(folder: JobFolder, as_json: bool = False) -> Watched:
        specs.append(folder.spec())
        return Watched(0, Finished("It is ready.", ("made",)))

    monkeypatch.setattr(models, "stay_with", finish)
    return specs


def test_a_catalogue_model_is_asked_for(paths: AppPaths, asked: list[JobSpec],
                                        capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "add", "smollm2", "--index", "https://mirror/"], Context(paths)) == 0
    (spec,) = asked
    assert spec.kind == "fetch-model" and spec.argument_values() == {
        "model": "smollm2", "models": str(paths.models), "index": "https://mirror/"}
    told = capsys.readouterr()
    assert told.out == "made\n" and told.err == "It is ready.\n"


def test_what_is_installed_is_not_asked_for_again(paths: AppPaths, asked: list[JobSpec],
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    add_model(paths.models / "smollm2")
    assert run(["models", "add", "smollm2"], Context(paths)) == 0
    assert not asked and capsys.readouterr().out == "smollm2\n"


def test_a_file_of_ones_own_is_asked_for(paths: AppPaths, asked: list[JobSpec],
                                         tmp_path: Path) -> None:
    file = tmp_path / "it.gguf"
    file.touch()
    assert run(["models", "add", str(file), "--bits", "4", "--id", "mine"], Context(paths)) == 0
    assert asked[0].kind == "import-model" and asked[0].argument_values() == {
        "source": str(file), "models": str(paths.models), "bits": 4, "id": "mine"}


def test_a_source_that_is_nothing(paths: AppPaths, asked: list[JobSpec],
                                  capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "add", "gpt-5"], Context(paths)) == 2
    assert "There is no gpt-5." in capsys.readouterr().err and not asked


def test_a_model_is_removed_and_taken_back(paths: AppPaths,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    add_model(paths.models / "small")
    TrialBook(paths.trials).note(model_trial("small"), Trial(outcome=Outcome.CRASHED))
    assert run(["models", "remove", "small"], Context(paths)) == 0
    assert not (paths.models / "small").exists()
    assert "models restore small" in capsys.readouterr().err
    assert TrialBook(paths.trials).find(model_trial("small")) is None
    assert run(["models", "restore", "small"], Context(paths)) == 0
    assert (paths.models / "small" / "model.onnx").is_file()
    assert run(["models", "restore", "small"], Context(paths)) == 2
    assert run(["models", "remove", "absent"], Context(paths)) == 2
    assert "Installed are: small." in capsys.readouterr().err


def test_a_shipped_model_stays_and_a_broken_one_goes(paths: AppPaths,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    add_model(paths.shipped_models / "small")
    (paths.models / "broken").mkdir(parents=True)
    assert run(["models", "remove", "small"], Context(paths)) == 2
    assert "came with Undertone" in capsys.readouterr().err
    assert run(["models", "remove", "broken"], Context(paths)) == 0
    assert not (paths.models / "broken").exists()


def test_a_check_compares_and_tries(paths: AppPaths, asked: list[JobSpec],
                                    capsys: pytest.CaptureFixture[str]) -> None:
    add_model(paths.shipped_models / "small")
    assert run(["models", "check", "small"], Context(paths)) == 0
    assert asked[0].kind == "try-model" and asked[0].argument_values()["check"] is True
    assert capsys.readouterr().out == "It is ready.\n"
    (paths.models / "broken").mkdir(parents=True)
    assert run(["models", "check", "broken"], Context(paths)) == 2
    assert "holds no model.json" in capsys.readouterr().err


def test_a_model_that_crashes_is_marked(paths: AppPaths,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    add_model(paths.models / "small")
    monkeypatch.setattr(models, "stay_with", lambda folder, as_json: Watched(2, crashed=True))
    assert run(["models", "check", "small"], Context(paths)) == 2
    assert TrialBook(paths.trials).crashed(model_trial("small"))
