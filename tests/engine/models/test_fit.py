"""The memory of a model, told before it is opened."""

import pytest

from engine.models.fit import Fit, MemoryNeed, cache_bytes, memory_need
from engine.models.manifest import DecoderInfo, ModelFile, ModelManifest


def writer(layout: str = "shared-cache", cache: str = "int8", weights: int = 200_000_000,
           window: int = 8192) -> ModelManifest:
    return ModelManifest(
        id="it", name="It", kind="decoder", task="text-generation", window=window,
        files=(ModelFile("weights.bin", weights, ""),),
        decoder=DecoderInfo(layout=layout, layers=30, kv_heads=3, head_size=64, vocabulary=100,
                            stop_ids=(), cache=cache))


def test_a_token_takes_what_its_cache_holds() -> None:
    assert cache_bytes(writer()) == 2 * 30 * 3 * 64
    assert cache_bytes(writer(cache="float32")) == 4 * cache_bytes(writer())
    # Graphs that take the past in and give it out hold it twice.
    assert cache_bytes(writer("past-present", "float32")) == 8 * cache_bytes(writer())
    assert cache_bytes(ModelManifest(id="e", name="E", kind="encoder", task="t")) == 0


def test_the_range_grows_with_weights_context_and_the_base_of_an_adapter() -> None:
    need = memory_need(writer())
    assert need.context == 2048 and need.low < 200_000_000 < need.high
    assert memory_need(writer(), context=8192).high - need.high == 6144 * cache_bytes(writer())
    assert memory_need(writer(window=512)).context == 512
    whole = memory_need(writer(weights=5_000_000), writer())
    assert whole.low > need.low and whole.high > need.high


@pytest.mark.parametrize("free, expected", [
    (0, Fit.UNKNOWN), (99, Fit.TOO_LARGE), (100, Fit.TIGHT), (199, Fit.TIGHT), (200, Fit.FITS)])
def test_it_fits_is_tight_or_does_not(free: int, expected: Fit) -> None:
    assert MemoryNeed(100, 200, 1).fit(free) is expected
