"""The fast graph reads like any other decoder, whatever its cache is made of."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.inference.decoder import Ids
from engine.inference.onnx_model import OnnxModel
from engine.inference.shared_cache_decoder import CHUNK, FIRST_CAPACITY, SharedCacheDecoder
from tests.contracts import DecoderContract
from tests.tiny_decoder import TinyShape, tiny_graph

VOCABULARY = 60


def saved(folder: Path, cache: str = "float32", window: int = 700) -> SharedCacheDecoder:
    file = folder / f"{cache}-{window}.onnx"
    onnx.save(tiny_graph(TinyShape(VOCABULARY, window=window, cache=cache)), file)
    return SharedCacheDecoder(OnnxModel.open(file, threads=1, steps=True), VOCABULARY, window)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> SharedCacheDecoder:
    return saved(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def in_bytes(tmp_path_factory: pytest.TempPathFactory) -> SharedCacheDecoder:
    return saved(tmp_path_factory.mktemp("bytes"), "int8", window=40)


class TestPlainCache(DecoderContract):
    @pytest.fixture
    def decoder(self, plain: SharedCacheDecoder) -> SharedCacheDecoder:
        return plain


class TestByteCache(DecoderContract):
    @pytest.fixture
    def decoder(self, in_bytes: SharedCacheDecoder) -> SharedCacheDecoder:
        return in_bytes


def some(count: int) -> Ids:
    return np.random.default_rng(3).integers(0, VOCABULARY, count)


def test_a_short_talk_costs_little_and_a_long_one_grows(plain: SharedCacheDecoder) -> None:
    ids = some(700)
    cache = plain.new_cache()
    plain.read(cache, ids[:FIRST_CAPACITY])
    small = cache.bytes
    # WHEN one token more comes than there is room for, it is read as if there always had been
    grown = plain.read(cache, ids[FIRST_CAPACITY:FIRST_CAPACITY + 1]).copy()
    whole = plain.read(plain.new_cache(), ids[:FIRST_CAPACITY + 1])
    assert grown == pytest.approx(whole, abs=1e-4)
    assert cache.bytes == 2 * small
    # AND the window is the most
    plain.read(cache, ids[FIRST_CAPACITY + 1:])
    assert cache.bytes == small * 700 // FIRST_CAPACITY


def test_a_long_read_is_done_in_chunks_and_gives_rows_of_each(plain: SharedCacheDecoder) -> None:
    ids = some(2 * CHUNK + 9)
    rows = [0, CHUNK - 1, CHUNK, 2 * CHUNK + 8, 5]
    found = plain.read(plain.new_cache(), ids, rows)
    cache = plain.new_cache()
    one_by_one = np.stack([plain.read(cache, ids[at:at + 1])[0].copy() for at in range(len(ids))])
    assert found == pytest.approx(one_by_one[rows], abs=1e-3)


def test_a_fork_has_room_for_what_it_holds(plain: SharedCacheDecoder) -> None:
    ids = some(FIRST_CAPACITY + 30)
    cache = plain.new_cache()
    plain.read(cache, ids)
    fork = plain.fork(cache, 20)
    assert fork.bytes < cache.bytes
    assert plain.read(fork, ids[20:40]) == pytest.approx(
        plain.read(plain.new_cache(), ids[:40]), abs=1e-4)


def test_an_8_bit_cache_is_a_quarter(tmp_path: Path) -> None:
    sizes = {cache: saved(tmp_path, cache).new_cache().bytes for cache in ("float32", "int8")}
    assert sizes["float32"] == 4 * sizes["int8"]


def test_a_graph_of_another_kind_is_a_sentence(tmp_path: Path) -> None:
    graph = tiny_graph(TinyShape(VOCABULARY))
    for value in [value for value in graph.graph.input if value.name == "rows"]:
        value.name = "lines"
    for node in graph.graph.node:
        node.input[:] = ["lines" if name == "rows" else name for name in node.input]
    onnx.save(graph, tmp_path / "other.onnx")
    model = OnnxModel.open(tmp_path / "other.onnx", threads=1)
    with pytest.raises(EngineError, match="rows"):
        SharedCacheDecoder(model, VOCABULARY, 40)
