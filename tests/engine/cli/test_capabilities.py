"""`models capabilities` on the command line: asks once, keeps what it learned, says it."""

import json

import pytest

from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from engine.paths import AppPaths
from engine.settings import Settings
from tests.fakes import FakeTextModel


@pytest.fixture
def model(isolated_home: AppPaths) -> FakeTextModel:
    folder = isolated_home.models / "smol"
    folder.mkdir(parents=True)
    write_manifest(folder, ModelManifest(id="smol", name="Smol", kind="decoder",
                                         task=TEXT_GENERATION))
    return FakeTextModel("Nothing of use.")


@pytest.fixture
def line(isolated_home: AppPaths, model: FakeTextModel):
    def open_model(paths: AppPaths, model_id: str, settings: Settings) -> FakeTextModel:
        assert model_id == "smol"
        return model

    return lambda *words: run_line(["models", "capabilities", *words],
                                   Context(isolated_home, open_model=open_model))


def test_each_feature_is_checked_once(line, model: FakeTextModel,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    assert line("smol", "--feature", "explain", "--feature", "translate") == 0
    out, err = capsys.readouterr()
    assert [row.split()[:4] for row in out.splitlines()] == [
        ["explain", "0", "of", "50,"], ["translate", "0", "of", "50,"]]
    assert out.count("left out") == 2 and "explain: 50 of 50" in err
    assert len(model.prompts) == 100
    # WHEN asked again THEN the model is left alone, unless told otherwise
    line("smol", "--feature", "explain")
    assert len(model.prompts) == 100
    line("smol", "--feature", "explain", "--again")
    assert len(model.prompts) == 150


def test_scripts_get_an_object_a_feature(line, capsys: pytest.CaptureFixture[str]) -> None:
    assert line("smol", "--feature", "rewrite", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model"] == "smol" and told["feature"] == "rewrite" and told["total"] == 50
    assert told["allowed"] is False and "only" in told["reason"]
    assert len(told["missed"]) == 50 and told["missed"][0]["faults"]


def test_what_went_wrong_can_be_looked_at(line, capsys: pytest.CaptureFixture[str]) -> None:
    line("smol", "--feature", "rewrite", "--missed")
    out = capsys.readouterr().out
    assert "r01  does not say" in out and "Nothing of use." in out


@pytest.mark.parametrize("words, sentence", [
    (("gone",), "no model \"gone\""), (("smol", "--feature", "sing"), "no check of “sing”"),
    ((), "ID")])
def test_what_cannot_be_checked_is_said(line, capsys: pytest.CaptureFixture[str],
                                        words: tuple[str, ...], sentence: str) -> None:
    assert line(*words) == 2
    assert sentence in capsys.readouterr().err
