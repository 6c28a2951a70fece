"""The graph of averaged word vectors says what the heads said, whatever else is in the batch."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.export.word_graph import build_word_graph
from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.training.heads import Heads
from engine.training.tasks.word_vectors import mean_vectors
from engine.training.word_tokenizer import PADDING, UNKNOWN

OUTPUTS = ("moods", "affect", "vector")
WORDS, WIDTH, MOODS = 40, 6, 3
Ids = np.ndarray


@pytest.fixture(scope="module")
def heads() -> Heads:
    chance = np.random.default_rng(5)
    parts = ((MOODS, WIDTH), (MOODS,), (2, WIDTH), (2,))
    return Heads(*(chance.normal(size=shape).astype(np.float32) for shape in parts))


@pytest.fixture(scope="module")
def table() -> np.ndarray:
    """Even padding has a row that would be heard, were it counted."""
    return np.random.default_rng(6).normal(size=(WORDS, WIDTH)).astype(np.float32)


@pytest.fixture(scope="module")
def model(heads: Heads, table: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    file = tmp_path_factory.mktemp("graph") / "model.onnx"
    built = build_word_graph({"words.weight": table, **heads.arrays()})
    onnx.checker.check_model(built)
    onnx.save(built, file)
    return OnnxModel.open(file, threads=1)


def texts() -> list[Ids]:
    chance = np.random.default_rng(7)
    return [chance.integers(0, WORDS, size) for size in (1, 2, 9, 60, 130, 500)]


@pytest.mark.parametrize("tokens", [1, 10_000], ids=["alone", "padded together"])
def test_it_says_what_the_heads_said(model: OnnxModel, heads: Heads, table: np.ndarray,
                                     tokens: int) -> None:
    logits, affect, vectors = EncoderRunner(model, OUTPUTS).run(texts(), tokens)
    means = mean_vectors(texts(), table)
    expected, places = heads.say(means)
    assert vectors == pytest.approx(means, abs=1e-5)
    assert logits == pytest.approx(expected, abs=1e-4)
    assert affect == pytest.approx(places, abs=1e-5)
    assert np.ptp(logits, axis=0).min() > 0.1, "texts must differ to tell anything"


@pytest.mark.parametrize("ids", [[UNKNOWN], [PADDING, UNKNOWN, UNKNOWN]])
def test_a_text_without_a_known_word_says_what_any_text_would(model: OnnxModel, heads: Heads,
                                                              ids: list[int]) -> None:
    logits, affect, vector = EncoderRunner(model, OUTPUTS).run([np.array(ids)])
    assert not vector.any()
    assert logits[0] == pytest.approx(heads.moods_bias, abs=1e-6)
    assert affect[0] == pytest.approx(np.tanh(heads.affect_bias), abs=1e-6)


def test_the_mask_bars_whatever_stands_behind_it(model: OnnxModel) -> None:
    ids = np.array([[5, 6, 7, 8], [5, 6, 9, 9]])
    mask = np.array([[1, 1, 0, 0], [1, 1, 0, 0]])
    [logits] = model.run(("moods",), {"input_ids": ids, "attention_mask": mask})
    assert (logits[0] == logits[1]).all()
    [whole] = model.run(("moods",), {"input_ids": ids, "attention_mask": np.ones_like(mask)})
    assert not np.allclose(logits, whole)


def test_unknown_words_thin_nothing_out(model: OnnxModel) -> None:
    run = EncoderRunner(model, OUTPUTS).run
    plain = run([np.array([4, 5])])[0]
    assert run([np.array([4, UNKNOWN, 5, UNKNOWN, UNKNOWN])])[0] == pytest.approx(plain, abs=1e-6)


def test_it_speaks_as_the_encoder_tagger(heads: Heads, table: np.ndarray) -> None:
    graph = build_word_graph({"words.weight": table, **heads.arrays()}).graph
    shapes = {value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
              for value in (*graph.input, *graph.output)}
    assert shapes == {"input_ids": ["batch", "tokens"], "attention_mask": ["batch", "tokens"],
                      "moods": ["batch", MOODS], "affect": ["batch", 2],
                      "vector": ["batch", WIDTH]}


@pytest.mark.parametrize("moods", [1, 12])
def test_any_number_of_moods(table: np.ndarray, tmp_path: Path, moods: int) -> None:
    heads = Heads(np.ones((moods, WIDTH), "f4"), np.zeros(moods, "f4"),
                  np.zeros((2, WIDTH), "f4"), np.zeros(2, "f4"))
    onnx.save(build_word_graph({"words.weight": table, **heads.arrays()}), tmp_path / "model.onnx")
    runner = EncoderRunner(OnnxModel.open(tmp_path / "model.onnx", 1), OUTPUTS)
    assert runner.run([np.array([3, 4])])[0].shape == (1, moods)
