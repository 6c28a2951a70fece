"""Prompts read by their own graph leave the cache as the decoder would have, nearly."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.decoder import Ids
from engine.inference.onnx_model import OnnxModel
from engine.inference.prompt_reader import CHUNK, PromptReader, read_steps
from engine.inference.shared_cache_decoder import (
    FIRST_CAPACITY,
    SharedCache,
    SharedCacheDecoder,
)
from tests.contracts import DecoderContract
from tests.tiny_forms import every_row, off, opened, reach_of, some_ids, weights_of
from tests.tiny_hub import TinyShape, plain_logits

WINDOW = 700
NEAR = 0.04
"""Of the spread of logits. Another prompt would be half of it away."""
IDS = some_ids(WINDOW)


@dataclass
class Pair:
    """The same decoder with and without a graph for prompts."""

    fast: SharedCacheDecoder
    plain: SharedCacheDecoder


def pair(folder: Path, cache: str, shape: TinyShape | None = None) -> Pair:
    weights = weights_of(folder, shape or TinyShape(window=WINDOW))
    reach = reach_of(folder, weights, [IDS])
    scales = reach.cache_scales() if cache == "int8" else None
    return Pair(opened(folder / "fast", weights, scales, prompts=reach),
                opened(folder / "plain", weights, scales))


@pytest.fixture(scope="module", params=["int8", "float32"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pair(tmp_path_factory.mktemp(request.param), request.param)


def states(cache: SharedCache) -> dict[str, np.ndarray]:
    """What the cache holds, in its own numbers."""
    return {name: state.fetched()[:, :, :cache.length].astype(np.float32)
            for name, state in cache.states.items()}


def after(decoder: SharedCacheDecoder, *parts: Ids) -> SharedCache:
    cache = decoder.new_cache()
    for part in parts:
        decoder.read(cache, part)
    return cache


def said(decoder: SharedCacheDecoder, cache: SharedCache, ids: Ids = IDS[:6]) -> np.ndarray:
    """(T, V) what the decoder itself says after that, one graph for all."""
    return decoder.read(cache, ids, range(len(ids)))


class TestWithPrompts(DecoderContract):
    """A reader of prompts rounds more, and is held to all else."""

    near = 0.5

    @pytest.fixture
    def decoder(self, tmp_path: Path) -> SharedCacheDecoder:
        return pair(tmp_path, "int8", TinyShape(window=130)).fast


@pytest.mark.parametrize("length", [60, 255, 256, 257, 258, 600])
def test_what_is_in_the_cache_is_nearly_the_same(both: Pair, length: int) -> None:
    fast, plain = after(both.fast, IDS[:length]), after(both.plain, IDS[:length])
    assert fast.length == plain.length == length
    assert fast.capacity == plain.capacity
    for name, held in states(plain).items():
        # every place, so that no chunk ends up where another belongs
        misses = np.abs(states(fast)[name] - held).mean((0, 1, 3)) / held.std()
        assert misses.max() < 0.1 and misses.mean() < 0.04, name
    assert off(said(both.fast, fast), said(both.plain, plain)) < NEAR


def test_a_prompt_may_come_in_any_number_of_calls(both: Pair) -> None:
    whole = said(both.fast, after(both.fast, IDS[:500]))
    for ends in ((250,), (50, 100, 300), (1, 2, 60), (499,), (255, 256, 257)):
        cache = after(both.fast, *np.split(IDS[:500], ends))
        assert cache.length == 500
        assert off(said(both.fast, cache), whole) < NEAR / 3


def test_the_first_token_of_a_cut_is_where_the_prompt_goes_on(both: Pair) -> None:
    # GIVEN a cache that went another way
    cache = after(both.fast, np.concatenate([IDS[:100], some_ids(150, seed=7)]))
    both.fast.cut(cache, 100)
    # WHEN the prompt goes on
    both.fast.read(cache, IDS[100:400])
    # THEN it is as if it had always
    assert off(said(both.fast, cache), said(both.plain, after(both.plain, IDS[:400]))) < NEAR


def test_a_prompt_grows_the_cache_and_keeps_what_it_held(both: Pair) -> None:
    cache = after(both.fast, IDS[:FIRST_CAPACITY])
    before = states(cache)
    both.fast.read(cache, IDS[FIRST_CAPACITY:600])
    assert cache.length == 600 <= cache.capacity == WINDOW
    for name, held in before.items():
        assert np.array_equal(states(cache)[name][:, :, :FIRST_CAPACITY], held)
    assert off(said(both.fast, cache), said(both.plain, after(both.plain, IDS[:600]))) < NEAR


def test_asking_again_gives_the_same_answer(both: Pair) -> None:
    """To the last bit: a reply that is made anew must not differ by how its prompt was read."""
    for decoder in (both.fast, both.plain):
        cache = decoder.new_cache()
        first = decoder.read(cache, IDS[:300]).copy()
        decoder.cut(cache, 299)
        assert np.array_equal(decoder.read(cache, IDS[299:300]), first)


def test_a_fork_reads_a_prompt_of_its_own(both: Pair) -> None:
    cache = after(both.fast, IDS[:300])
    fork = both.fast.fork(cache, 200)
    both.fast.read(fork, some_ids(200, seed=5))
    assert off(said(both.fast, cache), said(both.plain, after(both.plain, IDS[:300]))) < NEAR
    expected = after(both.plain, IDS[:200], some_ids(200, seed=5))
    assert off(said(both.fast, fork), said(both.plain, expected)) < NEAR


def test_the_window_can_be_filled_with_a_prompt(both: Pair) -> None:
    cache = after(both.fast, IDS)
    assert cache.length == WINDOW
    with pytest.raises(ValueError):
        both.fast.read(cache, IDS[:1])


def test_rows_that_are_asked_for_are_never_left_to_the_prompt(both: Pair) -> None:
    wanted = [300, 299, -1, 301]
    found = both.fast.read(both.fast.new_cache(), IDS[:310], wanted)
    expected = both.plain.read(both.plain.new_cache(), IDS[:310], wanted)
    assert found.shape == (4, 300) and off(found, expected) < NEAR


@pytest.mark.parametrize("family", ["qwen2", "qwen3"])
def test_biases_and_norms_of_heads_are_in_the_prompt_too(family: str, tmp_path: Path) -> None:
    two = pair(tmp_path, "int8", TinyShape(family, window=WINDOW))
    assert off(said(two.fast, after(two.fast, IDS[:400])),
               said(two.plain, after(two.plain, IDS[:400]))) < NEAR


@pytest.mark.parametrize("cache", ["int8", "float32"])
def test_a_sliding_window_holds_for_prompts_of_any_length(cache: str, tmp_path: Path) -> None:
    shape = TinyShape("mistral", window=WINDOW, more={"sliding_window": 40})
    two = pair(tmp_path, cache, shape)
    # GIVEN two prompts that are the same in their last 90 tokens, more than two layers see
    ends = [np.concatenate([some_ids(CHUNK + 20, seed=seed), IDS[:90]]) for seed in (1, 2)]
    first, second = (said(two.fast, after(two.fast, ids)) for ids in ends)
    assert off(first, second) < 0.01
    assert off(first, said(two.plain, after(two.plain, ends[0]))) < NEAR


def test_the_plain_decoder_is_right_to_compare_with(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape())
    ids = IDS[:100]
    expected = plain_logits(weights, list(ids))
    assert every_row(opened(tmp_path, weights), ids) == pytest.approx(expected, abs=1e-3)
    fast = opened(tmp_path / "fast", weights, prompts=reach_of(tmp_path, weights, [IDS]))
    assert off(fast.read(fast.new_cache(), ids), expected[-1:]) < NEAR


def test_the_graph_is_opened_when_it_is_needed_and_once(both: Pair, tmp_path: Path) -> None:
    opened_times: list[int] = []
    weights = weights_of(tmp_path, TinyShape())
    opened(tmp_path, weights, prompts=reach_of(tmp_path, weights, [IDS[:50]]))

    def open_graph() -> OnnxModel:
        opened_times.append(1)
        return OnnxModel.open(tmp_path / "prompt.onnx", threads=1)

    decoder = SharedCacheDecoder(OnnxModel.open(tmp_path / "model.onnx"), 300, 128,
                                 PromptReader(open_graph))
    decoder.read(decoder.new_cache(), IDS[:20])
    decoder.read(decoder.new_cache(), IDS[:100], range(100))
    assert not opened_times
    for _ in range(2):
        decoder.read(decoder.new_cache(), IDS[:100])
    assert opened_times == [1]


def test_a_graph_that_cannot_be_opened_leaves_the_cache(both: Pair, tmp_path: Path) -> None:
    plain = both.plain
    decoder = SharedCacheDecoder(
        plain._model, 300, WINDOW,  # pyright: ignore[reportPrivateUsage]
        PromptReader(lambda: OnnxModel.open(tmp_path / "prompt.onnx")))
    cache = after(decoder, IDS[:10])
    with pytest.raises(EngineError, match=r"prompt\.onnx"):
        decoder.read(cache, IDS[10:200])
    assert cache.length == 10
    assert said(decoder, cache) == pytest.approx(said(plain, after(plain, IDS[:10])), abs=1e-4)


def test_short_pieces_after_much_else_are_read_singly(both: Pair) -> None:
    """An 8-bit cache is widened for each read: not for a handful of tokens."""
    shut = PromptReader(lambda: OnnxModel.open(Path("none.onnx")), {"past": np.ones(1, "f4")})
    assert not shut.takes(0, 0) and not shut.takes(40, 0) and shut.takes(100, 0)
    assert not shut.takes(60, 4000) and shut.takes(500, 4000)
    without = PromptReader(lambda: OnnxModel.open(Path("none.onnx")))
    assert without.takes(100, 4000)


def whole_steps(file: Path) -> np.ndarray:
    steps = np.random.default_rng(0).uniform(0.01, 1, (2, 3, 2, 8)).astype(np.float32)
    np.save(file, steps)
    return steps


def test_steps_are_read_as_they_were_written(tmp_path: Path) -> None:
    steps = whole_steps(tmp_path / "steps.npy")
    read = read_steps(tmp_path / "steps.npy", 3, 2, 8)
    assert set(read) == {f"past_key_values.{layer}.{part}" for layer in range(3)
                         for part in ("key", "value")}
    assert np.array_equal(read["past_key_values.2.key"][0, :, 0], steps[0, 2])
    assert read["past_key_values.1.value"].shape == (1, 2, 1, 8)
    assert np.array_equal(read["past_key_values.1.value"][0, :, 0], steps[1, 1])


def pickled(file: Path) -> None:
    file.write_bytes(pickle.dumps([1, 2]))


def objects(file: Path) -> None:
    np.save(file, np.array([{}], object), allow_pickle=True)


def compressed(file: Path) -> None:
    with file.open("wb") as out:
        np.savez_compressed(out, steps=np.ones((2, 3, 2, 8), np.float32))


def endless(file: Path) -> None:
    """A header that promises more than any memory holds."""
    with file.open("wb") as out:
        np.lib.format.write_array_header_1_0(out, {
            "descr": "<f4", "fortran_order": False, "shape": (2, 3, 2, 10 ** 15)})


def as_array(make: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    return lambda file: np.save(file, make(whole_steps(file)))


def as_bytes(make: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    def harm(file: Path) -> None:
        whole_steps(file)
        file.write_bytes(make(file.read_bytes()))

    return harm


BROKEN: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(missing_ok=True),
    "folder": lambda file: file.mkdir(),
    "empty": as_bytes(lambda held: b""),
    "cut": as_bytes(lambda held: held[:-8]),
    "header cut": as_bytes(lambda held: held[:40]),
    "text": as_bytes(lambda held: b"steps: none"),
    "pickle": pickled, "objects": objects, "compressed": compressed, "endless": endless,
    "double": as_array(lambda held: held.astype(np.float64)),
    "layers": as_array(lambda held: held[:, :2]),
    "heads": as_array(lambda held: held[:, :, :1]),
    "size": as_array(lambda held: held[..., :1]),
    "flat": as_array(np.ravel),
    "keys only": as_array(lambda held: held[:1]),
    "zero": as_array(lambda held: held * (held > held.min())),
    "negative": as_array(lambda held: -held),
    "nan": as_array(lambda held: np.where(held == held.max(), np.float32(np.nan), held)),
    "infinite": as_array(lambda held: np.where(held == held.max(), np.float32(np.inf), held)),
}


@pytest.mark.parametrize("harm", BROKEN.values(), ids=BROKEN.keys())
def test_broken_steps_are_a_sentence(harm: Callable[[Path], object], tmp_path: Path) -> None:
    harm(tmp_path / "cache_steps.npy")
    with pytest.raises(EngineError, match=r"cache_steps\.npy of this model") as caught:
        read_steps(tmp_path / "cache_steps.npy", 3, 2, 8)
    assert caught.value.hint
