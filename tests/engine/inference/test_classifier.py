"""Batches: every sequence once, little padding, and scores that do not know their company."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.inference.classifier import EncoderRunner, batches_by_length
from engine.inference.onnx_model import OnnxModel
from tests.tiny_encoder import save_graph, tiny_weights

OUTPUTS = ("moods", "affect", "vector")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("graph") / "exact.onnx"
    return save_graph(file, tiny_weights(), int8=False)


@pytest.fixture(scope="module")
def runner(graph: Path) -> EncoderRunner:
    return EncoderRunner(OnnxModel.open(graph, threads=1), OUTPUTS)


def sequences(*lengths: int) -> list[np.ndarray]:
    chance = np.random.default_rng(1)
    return [chance.integers(4, 100, length) for length in lengths]


@settings(deadline=None)
@given(st.lists(st.integers(1, 512), max_size=60), st.integers(1, 2_000))
def test_batches_hold_every_sequence_once(lengths: list[int], tokens: int) -> None:
    batches = list(batches_by_length(lengths, tokens))
    places = [place for batch in batches for place in batch.places]
    assert sorted(places) == list(range(len(lengths)))
    for batch in batches:
        assert batch.length == max(lengths[place] for place in batch.places)
        assert len(batch.places) == 1 or batch.length * len(batch.places) <= tokens
    # Longest first: a batch never waits for a longer one, so padding stays between neighbours.
    assert [lengths[place] for place in places] == sorted(lengths, reverse=True)


def test_answers_come_in_the_order_asked(runner: EncoderRunner) -> None:
    # GIVEN sequences of mixed lengths and what each says alone
    asked = sequences(7, 90, 1, 33, 90, 2)
    alone = [runner.run([one]) for one in asked]
    # WHEN they are asked together
    together = runner.run(asked, tokens=128)
    # THEN each stands in its row, as exact as fp32 is, whatever padding stood beside it
    for name, whole, parts in zip(OUTPUTS, together, zip(*alone, strict=True), strict=True):
        assert whole == pytest.approx(np.concatenate(parts), abs=1e-5), name


def test_batch_size_does_not_change_an_answer(runner: EncoderRunner) -> None:
    asked = sequences(5, 17, 64, 64, 3, 128)
    small, large = runner.run(asked, tokens=64), runner.run(asked, tokens=4096)
    for one, other in zip(small, large, strict=True):
        assert one == pytest.approx(other, abs=1e-5)
    assert np.ptp(small[0], axis=0).min() > 1e-3, "the rows must differ for order to mean anything"


@pytest.mark.parametrize("workers", [2, 3, 16])
def test_several_workers_answer_as_one(graph: Path, runner: EncoderRunner, workers: int) -> None:
    # GIVEN a runner that works at several batches at a time
    many = EncoderRunner(OnnxModel.open(graph, threads=1), OUTPUTS, workers)
    # THEN rows stand where they were asked, for many sequences, one, and none
    for asked in (sequences(*range(1, 60)), sequences(9), []):
        ours, theirs = many.run(asked), runner.run(asked)
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert one == pytest.approx(other, abs=1e-5)


def test_nothing_asked_gives_nothing(runner: EncoderRunner) -> None:
    assert runner.run([]) == ()


def test_a_broken_graph_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    for file in (tmp_path / "model.onnx", tmp_path / "missing.onnx", tmp_path):
        with pytest.raises(EngineError, match="cannot be opened") as caught:
            OnnxModel.open(file)
        assert caught.value.hint


def test_a_graph_with_any_letters_in_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "Müßige Lieder 歌 🎵"
    folder.mkdir()
    graph = save_graph(folder / "model.onnx", tiny_weights(), int8=True)
    model = OnnxModel.open(graph, threads=1)
    assert model.inputs == ("input_ids", "attention_mask")
    assert model.outputs == OUTPUTS
    assert model.device == "CPU"
