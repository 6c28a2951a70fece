"""The figure scripts count and judge rightly; the times themselves are nobody's to promise."""

import gzip
import json
from pathlib import Path

import gguf
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.inference.benchmark import Figure
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import DecoderInfo
from tests.benchmarks import figures
from tests.benchmarks.big_llama import _add_blocks
from tests.benchmarks.perplexity import (
    LENGTH,
    REACH,
    Score,
    compared,
    dialogues,
    judged,
    lyrics,
    own_readers,
    scored,
    token_texts,
)
from tests.benchmarks.read_bandwidth import cache_bytes, weight_bytes
from tests.benchmarks.start_to_token import home_with, long_text
from tests.fakes import byte_tokenizer
from tests.tiny_decoder import write_tiny_chat_model


def test_losses_are_those_of_a_softmax() -> None:
    # GIVEN logits that give the right token a half, then a quarter
    logits = np.log(np.array([[0.5, 0.3, 0.2], [0.25, 0.25, 0.5]], np.float32)) + 7
    losses, best = judged(logits, np.array([9, 0, 1]))
    assert np.exp(-losses) == pytest.approx([0.5, 0.25])
    assert best.tolist() == [0, 2]
    assert Score(losses[None], best[None]).perplexity == pytest.approx(8 ** 0.5)


def test_ours_is_compared_on_the_places_both_judged() -> None:
    source = Score(np.array([[9.0, 9.0, 1.0, 1.0]]), np.array([[1, 2, 3, 4]]))
    ours = Score(np.array([[1.01, 1.01]]), np.array([[3, 5]]))
    figure = compared("lyrics", "ours, step by step", ours, source)
    assert figure.values["more"] == pytest.approx(np.exp(0.01) - 1)
    assert figure.values["agreement"] == 0.5
    assert figure.met is (figure.values["more"] <= REACH) is True
    worse = Score(ours.losses + 0.1, ours.best)
    assert compared("lyrics", "ours, step by step", worse, source).met is False
    assert compared("lyrics", "llama.cpp on the source", worse, source).met is None


def test_both_ways_of_reading_judge_alike(tmp_path: Path) -> None:
    readers = own_readers(write_tiny_chat_model(tmp_path / "tiny", window=64), 1)
    ids = [np.random.default_rng(3).integers(0, 200, 40)]
    at_once, by_steps = (scored(read, ids) for read in readers.values())
    assert at_once.losses.shape == (1, 39) and by_steps.losses.shape == (1, 20)
    assert by_steps.losses == pytest.approx(at_once.last(20).losses, abs=1e-3)
    assert (by_steps.best == at_once.last(20).best).all()


def write_lines(file: Path, *values: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(value) + "\n" for value in values)


def test_texts_are_validation_texts_of_many_hands(tmp_path: Path) -> None:
    write_lines(tmp_path / "lyrics" / "lyrics_moods.jsonl.gz",
                {"split": "train", "artist": "a", "lyrics": "no"},
                {"split": "valid", "artist": "a", "lyrics": "one"},
                {"split": "valid", "artist": "a", "lyrics": "another of the same"},
                {"split": "valid", "artist": "b", "lyrics": ""},
                {"split": "valid", "artist": "c", "lyrics": "two"})
    assert list(lyrics(tmp_path)) == ["one", "two"]
    for name in "xy":
        write_lines(tmp_path / "dialogues" / f"{name}.jsonl.gz", *(
            {"split": split, "turns": [{"speaker": "A", "text": f"{name}{n}"},
                                       {"speaker": "B", "text": "Yes."}]}
            for n, split in enumerate(["train", "valid", "valid"])))
    assert [play.split("\n")[0] for play in dialogues(tmp_path)] == [
        "A: x1", "A: y1", "A: x2", "A: y2"]


def test_texts_are_cut_to_one_length_and_short_ones_left_out() -> None:
    found = token_texts(iter(["short", "x" * LENGTH, "y" * 3 * LENGTH]), byte_tokenizer())
    assert [len(ids) for ids in found] == [LENGTH, LENGTH]


def test_only_what_a_token_reads_whole_is_weighed(tmp_path: Path) -> None:
    tables = {"embedding": np.zeros((100, 8), np.float32), "rotary": np.zeros((64, 4), np.float32),
              "codes": np.zeros((16, 1, 8), np.uint8), "scales": np.zeros(16, np.float32)}
    graph = helper.make_graph(
        [helper.make_node("Gather", ["embedding", "x"], ["a"]),
         helper.make_node("GroupQueryAttention", ["a", "rotary"], ["b"], domain="com.microsoft"),
         helper.make_node("MatMulNBits", ["b", "codes", "scales"], ["y"],
                          domain="com.microsoft")], "g",
        [helper.make_tensor_value_info("x", TensorProto.INT64, ["T"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["T", 16])],
        [numpy_helper.from_array(value, name) for name, value in tables.items()])
    file = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph), str(file))
    assert weight_bytes(file) == 16 * 8 + 16 * 4


@pytest.mark.parametrize("cache, size", [("float32", 4), ("float16", 2), ("int8", 1)])
def test_the_cache_is_weighed_by_its_elements(cache: str, size: int) -> None:
    info = DecoderInfo(layout="shared-cache", layers=30, kv_heads=3, head_size=64,
                       vocabulary=10, stop_ids=(), cache=cache)
    assert cache_bytes(info, 1024) == 30 * 2 * 3 * 64 * 1024 * size


def test_a_text_is_as_long_as_the_window_allows(tmp_path: Path) -> None:
    folder = write_tiny_chat_model(tmp_path / "tiny")
    tokenizer = Tokenizer.open(folder / "tokenizer.json")
    length = len(tokenizer.encode(long_text(folder, 500)).ids)
    assert 480 < length <= 500


def test_a_home_holds_the_model_alone(tmp_path: Path) -> None:
    folder = write_tiny_chat_model(tmp_path / "tiny")
    home = home_with(folder, tmp_path / "home")
    assert [model.resolve() for model in (home / "models").iterdir()] == [folder.resolve()]


def test_random_blocks_are_whole_numbers_of_a_sane_size(tmp_path: Path) -> None:
    file = tmp_path / "random.gguf"
    writer = gguf.GGUFWriter(str(file), "llama")
    _add_blocks(writer, "w", (8, 64), np.random.default_rng(0))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    tensor = gguf.GGUFReader(str(file)).tensors[0]
    values = gguf.dequantize(tensor.data, tensor.tensor_type)
    assert values.shape == (8, 64)
    assert abs(values.mean()) < 0.03 and 0.08 < values.std() < 0.2


def test_a_script_ends_by_saying_so_and_tells_a_miss(
        monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["x"])
    told = [Figure("a", "one", "1", "at least 2", False), Figure("a", "two", "3")]
    assert figures.run_script("About.", lambda options: iter(told)) == 1
    assert capfd.readouterr().out == "one: 1  at least 2  NOT REACHED\ntwo: 3\n"
    assert figures.run_script("About.", lambda options: iter(told[1:])) == 0
