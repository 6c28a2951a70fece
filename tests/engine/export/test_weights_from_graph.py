"""An installed model gives back the weights that it multiplies with."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.decoder_folder import build_folder
from engine.export.decoder_graph import build_decoder_graph
from engine.export.decoder_import import folder_source
from engine.export.decoder_weights import DenseMatrix
from engine.export.weight_file import save_graphs
from engine.export.weights_from_graph import read_installed
from engine.models.manifest import (
    TEXT_GENERATION,
    DecoderInfo,
    ModelManifest,
    read_manifest,
    write_manifest,
)
from tests.tiny_decoder import write_tiny_chat_model
from tests.tiny_forms import every_row, off, opened, some_ids, weights_of
from tests.tiny_hub import TinyShape, plain_logits, save_folder

FORMS = [(TinyShape(), ""), (TinyShape(), "8"), (TinyShape(tied=False), "4"),
         (TinyShape(), "Q4_1"), (TinyShape("qwen2"), "8"), (TinyShape("qwen2", tied=False), ""),
         (TinyShape("qwen3"), "8"), (TinyShape("mistral", more={"sliding_window": 5}), "8")]


def installed(folder: Path, shape: TinyShape, kind: str) -> Path:
    """The decoder as it is installed."""
    weights = weights_of(folder / "source", shape, kind)
    place = folder / "model"
    place.mkdir()
    save_graphs({"model.onnx": build_decoder_graph(weights)}, place, "weights.bin")
    config = weights.config
    write_manifest(place, ModelManifest(
        id="model", name="Tiny", kind="decoder", task=TEXT_GENERATION, window=config.window,
        decoder=DecoderInfo(layout="shared-cache", layers=config.layers,
                            kv_heads=config.kv_heads, head_size=config.head_size,
                            vocabulary=config.vocabulary, stop_ids=(2,))))
    return place


@pytest.mark.parametrize(("shape", "kind"), FORMS, ids=lambda given: str(
    given if isinstance(given, str) else given.family))
def test_what_is_read_back_says_the_same(tmp_path: Path, shape: TinyShape, kind: str) -> None:
    source = weights_of(tmp_path / "source", shape, kind)
    read = read_installed(installed(tmp_path, shape, kind))
    ids = some_ids(16)
    # THEN its exact form is what the graph computes with exact inputs; a head that is an embedding
    # with float minima is a thirtieth of a step off in the graph
    exact = every_row(opened(tmp_path / "exact", source), ids)
    assert off(plain_logits(read, ids.tolist()), exact) < (1e-2 if kind == "Q4_1" else 1e-4)
    # AND what is built of it again says the same, in the same kind of blocks
    again = every_row(opened(tmp_path / "again", read), ids)
    assert off(again, exact) < (2e-2 if kind == "Q4_1" else 1e-4)
    assert type(read.layers[0].gate) is type(source.layers[0].gate)
    assert read.config.tied == source.config.tied
    assert read.config.family == source.config.family
    assert read.config.sliding_window == source.config.sliding_window
    np.testing.assert_allclose(read.config.frequencies, source.config.frequencies, rtol=1e-6)


def test_a_whole_installed_folder_is_read(tmp_path: Path) -> None:
    source = save_folder(tmp_path / "hub" / "tiny", TinyShape())
    build_folder(folder_source(source, 8), tmp_path / "models", lambda event: None)
    place = tmp_path / "models" / "tiny"
    read = read_installed(place)
    assert read.config.vocabulary == 300 and read.config.layers == 2
    assert not isinstance(read.layers[1].down, DenseMatrix)
    assert read_manifest(place).parameters == read.parameters()


def test_graphs_of_other_makers_are_refused(tmp_path: Path) -> None:
    other = write_tiny_chat_model(tmp_path / "other")
    with pytest.raises(EngineError, match="not as Undertone builds it"):
        read_installed(other)
    (other / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(EngineError, match="not as Undertone builds it"):
        read_installed(other)


def test_other_layouts_are_refused(tmp_path: Path) -> None:
    other = write_tiny_chat_model(tmp_path / "other")
    manifest = read_manifest(other)
    assert manifest.decoder is not None
    write_manifest(other, ModelManifest(
        id="other", name="Other", kind="decoder", task=TEXT_GENERATION,
        decoder=DecoderInfo(layout="past-present", layers=1, kv_heads=1, head_size=16,
                            vocabulary=300, stop_ids=(2,))))
    with pytest.raises(EngineError, match="cannot be trained further"):
        read_installed(other)
