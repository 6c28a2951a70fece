"""What is measured inside a decoder is what is there, and what follows from it keeps its words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.export.activation_reach import Probe, Reach, smoothed
from engine.export.decoder_weights import DecoderWeights, DenseMatrix
from engine.inference.decoder import Ids
from tests.tiny_forms import off, opened, reach_of, some_ids, weights_of
from tests.tiny_hub import TinyShape, plain_logits

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
ONE, OTHER = some_ids(30), some_ids(50, seed=1)


def first_normed(weights: DecoderWeights, ids: Ids) -> np.ndarray:
    """(T, hidden) what the first layer's attention sees."""
    rows = weights.embedding.dense()[ids]
    scale = np.sqrt(np.square(rows).mean(1, keepdims=True) + weights.config.norm_epsilon)
    return rows / scale * weights.layers[0].attention_norm


def with_outlier(weights: DecoderWeights, size: float) -> DecoderWeights:
    """One column of every norm is so many times as large; what it is multiplied with is not."""
    def grown(gain: np.ndarray) -> np.ndarray:
        return np.where(np.arange(len(gain)) == 3, gain * size, gain).astype(np.float32)

    return replace(weights, layers=[
        replace(layer, attention_norm=grown(layer.attention_norm), ffn_norm=grown(layer.ffn_norm))
        for layer in weights.layers])


def test_the_reach_is_the_greatest_absolute_value(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape("qwen2"))
    reach = reach_of(tmp_path, weights, [ONE, OTHER])
    normed = first_normed(weights, np.concatenate([ONE, OTHER]))
    assert reach.inputs["0.attention"] == pytest.approx(np.abs(normed).max(0), rel=1e-4)
    # AND so is that of values, which do not turn; each head's numbers have their own
    layer = weights.layers[0]
    values = normed @ layer.value.dense().T + layer.value_bias
    assert reach.values.shape == reach.keys.shape == (2, 2, 16)
    assert reach.values[0].ravel() == pytest.approx(np.abs(values).max(0), rel=1e-4)
    # AND it is the furthest of all texts, in whichever order
    apart = [reach_of(tmp_path, weights, [ids]) for ids in (ONE, OTHER)]
    turned = reach_of(tmp_path, weights, [OTHER, ONE])
    for name in ("keys", "values"):
        most = np.maximum(*(getattr(one, name) for one in apart))
        assert getattr(reach, name) == pytest.approx(most)
        assert np.array_equal(getattr(reach, name), getattr(turned, name))
    for place, found in reach.inputs.items():
        assert found == pytest.approx(np.maximum(*(one.inputs[place] for one in apart)))


def test_the_probe_is_exact(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape(), "4")
    probe = Probe(weights, tmp_path / "probe.onnx")
    assert probe.logits(ONE) == pytest.approx(plain_logits(weights, list(ONE)), abs=1e-3)
    assert probe.logits(ONE[:1]).shape == (1, 300)


def test_a_step_holds_all_that_was_seen_and_is_never_nothing(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape())
    reach = reach_of(tmp_path, weights, [ONE])
    scales = reach.cache_scales()
    assert scales.keys.dtype == scales.values.dtype == np.float32
    for seen, steps in ((reach.keys, scales.keys), (reach.values, scales.values)):
        # some room is left, and not so much that the numbers get coarse
        assert np.all(seen / steps <= 127 / 1.1) and np.all(seen / steps >= 127 / 2)
    silent = Reach({}, np.zeros((1, 1, 4), np.float32), np.zeros((1, 1, 4), np.float32))
    assert np.all(silent.cache_scales().keys > 0) and np.all(silent.cache_scales().values > 0)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["", "4"])
def test_a_smoothed_decoder_says_the_same(family: str, kind: str, tmp_path: Path) -> None:
    weights = with_outlier(weights_of(tmp_path, TinyShape(family), kind), 30)
    shared = smoothed(weights, reach_of(tmp_path, weights, [ONE, OTHER]))
    assert plain_logits(shared, list(ONE)) == pytest.approx(
        plain_logits(weights, list(ONE)), abs=2e-3)


def test_columns_reach_less_far_apart_once_they_are_smoothed(tmp_path: Path) -> None:
    weights = with_outlier(weights_of(tmp_path, TinyShape()), 30)
    before = reach_of(tmp_path, weights, [ONE, OTHER])
    after = reach_of(tmp_path, smoothed(weights, before), [ONE, OTHER])
    for place, reach in before.inputs.items():
        spread = [found.max() / np.median(found) for found in (reach, after.inputs[place])]
        assert spread[1] < spread[0], place
    assert after.inputs["0.attention"].max() < 0.5 * before.inputs["0.attention"].max()


def test_columns_that_are_never_used_break_nothing(tmp_path: Path) -> None:
    # GIVEN a norm that closes a column, and a column that no matrix reads
    weights = weights_of(tmp_path, TinyShape())
    layer = weights.layers[0]
    gain = layer.attention_norm.copy()
    gain[5] = 0
    unread = {name: DenseMatrix(getattr(layer, name).dense() * (np.arange(64) != 9))
              for name in ("query", "key", "value")}
    closed = replace(layer, attention_norm=gain, **unread)
    weights = replace(weights, layers=[closed, weights.layers[1]])
    shared = smoothed(weights, reach_of(tmp_path, weights, [ONE]))
    assert plain_logits(shared, list(ONE)) == pytest.approx(
        plain_logits(weights, list(ONE)), abs=1e-3)


def test_smoothing_helps_a_prompt_that_is_read_in_whole_steps(tmp_path: Path) -> None:
    """The reason for all of this: outliers of a few columns spoil a token's whole row."""
    weights = with_outlier(weights_of(tmp_path, TinyShape()), 40)
    reach = reach_of(tmp_path, weights, [ONE, OTHER])
    flat = replace(reach, inputs={name: np.ones_like(held) for name, held in
                                  reach.inputs.items()})
    ids = some_ids(100, seed=2)
    expected = plain_logits(weights, list(ids))[-1:]
    misses = {}
    for name, made in (("measured", reach), ("flat", flat)):
        decoder = opened(tmp_path / name, weights, prompts=made)
        misses[name] = off(decoder.read(decoder.new_cache(), ids), expected)
    assert misses["measured"] < 0.7 * misses["flat"] and misses["measured"] < 0.1
