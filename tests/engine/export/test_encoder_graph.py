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
from tests.tiny_encoder import HEADS, LAYERS, PLACES, WIDTH, save_graph

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


def stacked(weights: Weights, seed: int = 5) -> Weights:
    """Heads upon every layer side by side, and upon words, with the same encoder."""
    chance = np.random.default_rng(seed)
    encoder = {name: value for name, value in weights.items() if name.startswith("encoder.")}
    size = len(encoder["encoder.embeddings.word_embeddings.weight"])
    rarity = chance.uniform(1, 6, size).astype(np.float32)
    rarity[:4] = 0
    shapes = {"moods.weight": (5, (LAYERS + 1) * WIDTH), "moods.bias": (5,),
              "affect.weight": (2, (LAYERS + 1) * WIDTH), "affect.bias": (2,),
              "words.moods": (5, size), "words.affect": (2, size)}
    made = {name: (0.2 * chance.normal(size=shape)).astype(np.float32)
            for name, shape in shapes.items()}
    return {**encoder, **made, "words.rarity": rarity}


def of_layers(base: Path, weights: Weights, asked: list[Ids]) -> list[np.ndarray]:
    """Logits and affect before its tanh, each sequence read by torch, words added by hand."""
    import torch

    from engine.export.word_branch import word_table
    from engine.training.tasks.layer_vectors import LayerVectors

    vectors = LayerVectors(base, "fp32")
    rarity = weights["words.rarity"]
    both = np.concatenate([weights["words.moods"], weights["words.affect"]])
    table = word_table(rarity, both, np.exp(1 - rarity))
    words = table.heads @ table.words.astype(np.float32).T
    known = table.rarity * np.float32(table.rarity_step)
    found = []
    for sequence in asked:
        ids = torch.from_numpy(sequence)[None]
        with torch.no_grad():
            seen = vectors.pooled(ids, torch.ones_like(ids)).numpy()[0]
        met, count = np.unique(sequence, return_counts=True)
        share = (1 + np.log(count)) * known[met]
        added = words[:, met] @ (share / max(np.linalg.norm(share), 1e-6))
        heads = [weights[f"{name}.weight"] @ seen + weights[f"{name}.bias"]
                 for name in ("moods", "affect")]
        found.append(np.concatenate(heads) + added)
    both = np.stack(found)
    return [both[:, :-2], np.tanh(both[:, -2:])]


@pytest.mark.parametrize("tokens", [1, 4 * PLACES], ids=["alone", "padded together"])
def test_heads_upon_every_layer_and_word_are_torch(tiny_base: Path, weights: Weights,
                                                   tmp_path: Path, tokens: int) -> None:
    whole = stacked(weights)
    file = save_graph(tmp_path / "stacked.onnx", whole, int8=False)
    asked = [*sequences(*LENGTHS), np.array([2, 9, 9, 9, 3]), np.array([2, 3])]
    runner = EncoderRunner(OnnxModel.open(file, 1), OUTPUTS)
    said = runner.run(asked, tokens)
    for ours, theirs in zip(said, of_layers(tiny_base, whole, asked), strict=False):
        assert ours == pytest.approx(theirs, abs=1e-4)
    # AND the vector, by which songs are alike, is the last layer's mean as ever
    assert said[2].shape == (len(asked), WIDTH)


def test_stacked_heads_stay_near_in_int8(weights: Weights, tmp_path: Path) -> None:
    whole = stacked(weights)
    asked = sequences(*LENGTHS, 20, 30, 40)
    exact, small = (
        EncoderRunner(OnnxModel.open(save_graph(tmp_path / f"{int8}.onnx", whole, int8), 1),
                      OUTPUTS).run(asked) for int8 in (False, True))
    scores = [1 / (1 + np.exp(-logits)) for logits in (exact[0], small[0])]
    assert np.abs(scores[0] - scores[1]).mean() < 0.01
    assert np.abs(exact[1] - small[1]).max() < 0.1
    import onnx

    wide = [tensor.name for tensor in onnx.load(tmp_path / "True.onnx").graph.initializer
            if tensor.data_type == onnx.TensorProto.FLOAT and np.prod(tensor.dims) > 2_048]
    assert wide == []


def test_heads_upon_the_last_layers_alone(tiny_base: Path, weights: Weights,
                                          tmp_path: Path) -> None:
    # GIVEN heads as wide as two layers, which look at the last two
    whole = stacked(weights)
    for name in ("moods", "affect"):
        whole[f"{name}.weight"][:, :WIDTH] = 0
    narrow = {name: value[:, WIDTH:] if name in ("moods.weight", "affect.weight") else value
              for name, value in whole.items()}
    asked = sequences(*LENGTHS)
    wide, less = (
        EncoderRunner(OnnxModel.open(save_graph(tmp_path / f"{n}.onnx", each, False), 1),
                      OUTPUTS).run(asked) for n, each in enumerate((whole, narrow)))
    for ours, theirs in zip(less, wide, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)
