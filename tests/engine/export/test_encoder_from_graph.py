"""An encoder read back out of its graph answers as the graph does."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.export.encoder_from_graph import read_encoder
from engine.export.encoder_graph import EncoderShape, build_encoder_graph
from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.models.manifest import ModelManifest, write_manifest
from tests.tiny_encoder import (
    HEADS,
    MOODS,
    sample_ids,
    save_base,
    save_graph,
    save_sentence_encoder,
    save_tagger,
    tiny_weights,
)


def rebuilt(folder: Path, place: Path) -> Path:
    read = read_encoder(folder)
    onnx.save(build_encoder_graph(read.weights, EncoderShape(read.heads, read.norm_epsilon)), place)
    return place


def answers(graph: Path, *names: str) -> tuple[np.ndarray, ...]:
    return EncoderRunner(OnnxModel.open(graph, 1), names).run(sample_ids())


def test_an_int8_tagger_comes_back_with_its_heads(tmp_path: Path) -> None:
    save_tagger(tmp_path / "tagger")
    read = read_encoder(tmp_path / "tagger")
    assert (read.heads, read.labels) == (HEADS, MOODS)
    names = ("moods", "affect", "vector")
    ours = answers(rebuilt(tmp_path / "tagger", tmp_path / "again.onnx"), *names)
    for found, expected in zip(ours, answers(tmp_path / "tagger" / "model.onnx", *names),
                               strict=True):
        assert np.abs(found - expected).mean() < 0.05


def test_exact_weights_come_back_exactly(tmp_path: Path) -> None:
    folder = tmp_path / "exact"
    folder.mkdir()
    save_graph(folder / "model.onnx", tiny_weights(), int8=False)
    write_manifest(folder, ModelManifest(id="exact", name="Exact", kind="encoder",
                                         task="mood-tagging"))
    ours = answers(rebuilt(folder, tmp_path / "again.onnx"), "moods")
    assert np.allclose(ours, answers(folder / "model.onnx", "moods"), atol=1e-4)


def test_an_encoder_without_heads_has_no_labels(tmp_path: Path) -> None:
    read = read_encoder(save_sentence_encoder(tmp_path / "sentences"))
    assert read.labels == ()
    assert "moods.weight" not in read.weights


def test_a_hubs_folder_is_read_whole(tmp_path: Path) -> None:
    read = read_encoder(save_base(tmp_path / "base"))
    assert read.heads == HEADS
    assert all(name.startswith("encoder.") for name in read.weights)


def test_what_is_no_encoder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "writer"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"no graph")
    write_manifest(folder, ModelManifest(id="w", name="Writer", kind="encoder", task="x"))
    with pytest.raises(EngineError, match="no encoder that can learn"):
        read_encoder(folder)
