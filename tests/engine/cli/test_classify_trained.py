"""`classify --model` with a classifier that was trained: its own labels, quickly."""

import io
import json
from pathlib import Path

import onnx
import pytest

from engine.cli.command import Context
from engine.cli.main import run
from engine.export.encoder_graph import build_encoder_graph
from engine.models.manifest import TEXT_CLASSIFICATION, LabelInfo, ModelManifest, write_manifest
from engine.paths import AppPaths
from tests.tiny_encoder import MOODS, SHAPE, tiny_tokenizer, tiny_weights


def install(folder: Path, exclusive: bool) -> None:
    """The hand-made encoder whose heads give any labels."""
    folder.mkdir(parents=True)
    weights = {n: a for n, a in tiny_weights().items() if n.startswith("encoder.")}
    for part in ("weight", "bias"):
        weights[f"logits.{part}"] = tiny_weights()[f"moods.{part}"]
    onnx.save(build_encoder_graph(weights, SHAPE), folder / "model.onnx")
    (folder / "tokenizer.json").write_text(tiny_tokenizer().to_str(), "utf-8")
    write_manifest(folder, ModelManifest(
        id=folder.name, name="Mine", kind="encoder", task=TEXT_CLASSIFICATION,
        labels=tuple(LabelInfo(label) for label in MOODS), exclusive_labels=exclusive))


def test_a_trained_classifier_answers_in_its_own_labels(
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    install(isolated_home.models / "mine", exclusive=True)
    monkeypatch.setattr("sys.stdin", io.StringIO("tears tears tears\nsun sun sun\n"))
    assert run(["classify", "--model", "mine", "--json"], Context(isolated_home)) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["labels"], second["labels"]) == (["sadness"], ["happiness"])
    assert sum(first["scores"].values()) == pytest.approx(1, abs=1e-3)


def test_people_see_what_it_chose(isolated_home: AppPaths,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    install(isolated_home.models / "mine", exclusive=False)
    assert run(["classify", "tears tears", "--model", "mine"], Context(isolated_home)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "tears tears"
    assert lines[1].startswith("  * sadness")


def test_without_labels_a_chat_model_cannot_be_asked(
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["classify", "tears"], Context(isolated_home)) != 0
    assert "--labels" in capsys.readouterr().err
