"""The graph built from weights answers as the torch model they came from."""

from pathlib import Path

import numpy as np
import pytest

from engine.export.encoder_graph import EncoderShape, Weights, build_encoder_graph
from engine.export.to_onnx import plain_weights
from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids
from engine.training.tasks.mood_task import MoodModel
from tests.tiny_encoder import HEADS, PLACES, save_graph

SHAPE = EncoderShape(HEADS, 1e-12)
OUTPUTS = ("moods", "affect", "vector")
LENGTHS = (1, 2, 7, 64, 130, PLACES)


@pytest.fixture(scope="module")
def model(tiny_base: Path) -> MoodModel:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(3)
    return MoodModel(tiny_base, moods=5, label_sets=2).eval()


@pytest.fixture(scope="module")
def weights(model: MoodModel) -> Weights:
    return plain_weights(model)


@pytest.fixture(scope="module")
def exact(weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> EncoderRunner:
    file = tmp_path_factory.mktemp("graphs") / "exact.onnx"
    return EncoderRunner(OnnxModel.open(save_graph(file, weights, int8=False), 1), OUTPUTS)


@pytest.fixture(scope="module")
def small(weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> EncoderRunner:
    file = tmp_path_factory.mktemp("graphs") / "small.onnx"
    return EncoderRunner(OnnxModel.open(save_graph(file, weights, int8=True), 1), OUTPUTS)


def sequences(*lengths: int) -> list[Ids]:
    chance = np.random.default_rng(len(lengths))
    return [chance.integers(4, 150, length) for length in lengths]


def by_torch(model: MoodModel, asked: list[Ids]) -> list[np.ndarray]:
    """Moods, affect and vector of each sequence, read together with padding."""
    import torch

    ids = torch.zeros(len(asked), max(map(len, asked)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, sequence in enumerate(asked):
        ids[row, :len(sequence)] = torch.from_numpy(sequence)
        mask[row, :len(sequence)] = 1
    with torch.no_grad():
        vector = model.pooled(ids, mask)
        return [model.moods(vector).numpy(), torch.tanh(model.affect(vector)).numpy(),
                vector.numpy()]


@pytest.mark.parametrize("tokens", [1, 4 * PLACES], ids=["alone", "padded together"])
def test_fp32_is_torch(model: MoodModel, exact: EncoderRunner, tokens: int) -> None:
    asked = sequences(*LENGTHS)
    for name, ours, theirs in zip(OUTPUTS, exact.run(asked, tokens), by_torch(model, asked),
                                  strict=True):
        assert ours.dtype == np.float32
        assert ours == pytest.approx(theirs, abs=1e-4), name
    assert np.ptp(exact.run(asked)[0], axis=0).min() > 0.05, "texts must differ to tell anything"


def test_every_length_from_one_token_to_the_last_place(model: MoodModel,
                                                       exact: EncoderRunner) -> None:
    for length in (1, 3, PLACES - 1, PLACES):
        asked = sequences(length)
        assert exact.run(asked)[0] == pytest.approx(by_torch(model, asked)[0], abs=1e-4)


@pytest.mark.parametrize("tokens", [1, 4 * PLACES], ids=["alone", "padded together"])
def test_int8_stays_near(exact: EncoderRunner, small: EncoderRunner, tokens: int) -> None:
    asked = sequences(*LENGTHS, 20, 30, 40)
    ours, theirs = small.run(asked, tokens), exact.run(asked, tokens)
    scores = [1 / (1 + np.exp(-logits)) for logits in (ours[0], theirs[0])]
    assert np.abs(scores[0] - scores[1]).mean() < 0.01
    assert np.abs(ours[1] - theirs[1]).max() < 0.1
    assert np.corrcoef(ours[2].ravel(), theirs[2].ravel())[0, 1] > 0.99


def test_int8_is_a_third_of_fp32_and_keeps_no_wide_matrix(weights: Weights,
                                                          tmp_path: Path) -> None:
    exact = save_graph(tmp_path / "exact.onnx", weights, int8=False)
    small = save_graph(tmp_path / "small.onnx", weights, int8=True)
    assert small.stat().st_size < 0.45 * exact.stat().st_size
    assert not (tmp_path / "probe.onnx").exists()
    import onnx

    wide = [tensor.name for tensor in onnx.load(small).graph.initializer
            if tensor.data_type == onnx.TensorProto.FLOAT and np.prod(tensor.dims) > 2_048]
    assert wide == []


def test_the_graph_is_valid_and_tells_its_shapes(weights: Weights) -> None:
    graph = build_encoder_graph(weights, SHAPE).graph
    shapes = {value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
              for value in (*graph.input, *graph.output)}
    assert shapes == {"input_ids": ["batch", "tokens"], "attention_mask": ["batch", "tokens"],
                      "moods": ["batch", 5], "affect": ["batch", 2], "vector": ["batch", 32]}


def test_habits_of_label_sets_stay_behind(weights: Weights) -> None:
    assert not [name for name in weights if "habit" in name]
    assert all(array.dtype == np.float32 for array in weights.values())
