"""A decoder is written in the fastest form that was measured to say the same, and in no other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.export import decoder_forms
from engine.export.decoder_forms import (
    GRAPH,
    LEAST_TOKENS,
    PROMPT_GRAPH,
    STEPS,
    WEIGHTS,
    DecoderForm,
    write_decoder,
)
from engine.export.decoder_graph import build_prompt_graph
from engine.export.decoder_weights import DecoderWeights, DenseMatrix
from engine.export.sample_text import JUDGED, MEASURED
from engine.inference.decoder import Ids
from engine.inference.integer_products import FILE
from engine.inference.onnx_model import OnnxModel
from engine.inference.prompt_reader import PromptReader, read_steps
from engine.inference.shared_cache_decoder import SharedCacheDecoder
from tests.tiny_forms import every_row, off, opened, some_ids, weights_of
from tests.tiny_hub import TinyShape, plain_logits

ALL = {GRAPH, PROMPT_GRAPH, WEIGHTS, STEPS, FILE}
EXACT = {GRAPH, WEIGHTS}
Encode = Callable[[str], Ids]


def encode(text: str) -> Ids:
    return np.frombuffer(text.encode("utf-8"), np.uint8).astype(np.int64)


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir() if file.is_file()}


def decoder_of(folder: Path, weights: DecoderWeights, form: DecoderForm) -> SharedCacheDecoder:
    config, prompts = weights.config, None
    if form.prompt_graph:
        steps = read_steps(folder / form.cache_steps, config.layers, config.kv_heads,
                           config.head_size)
        prompts = PromptReader(lambda: OnnxModel.open(folder / form.prompt_graph), steps)
    return SharedCacheDecoder(OnnxModel.open(folder / GRAPH), config.vocabulary, config.window,
                              prompts)


def telling(folder: Path, weights: DecoderWeights, start: Ids | None = None,
            length: int = 128) -> Encode:
    """Texts of bytes, but for the one that is judged by: `start`, gone on with by the exact
    decoder. It is sure of that one, and whatever says otherwise says worse."""
    decoder = opened(folder / "exact", weights)
    ids = list(some_ids(8) if start is None else start)
    cache = decoder.new_cache()
    fresh = np.array(ids)
    while len(ids) < length:
        ids.append(int(decoder.read(cache, fresh)[0].argmax()))
        fresh = np.array(ids[-1:])
    judged = np.array(ids)
    return lambda text: judged if text in JUDGED else encode(text)


def test_a_good_decoder_gets_the_fast_form(tmp_path: Path) -> None:
    weights = weights_of(tmp_path / "hub", TinyShape(), "8")
    folder = tmp_path / "M\u00fcllers Modelle"
    folder.mkdir()
    form = write_decoder(weights, telling(tmp_path, weights), folder)
    assert names(folder) == ALL
    assert (form.cache, form.cache_steps, form.prompt_graph) == ("int8", STEPS, PROMPT_GRAPH)
    assert -0.1 < form.lost <= decoder_forms.MOST_LOST
    # AND it says what the weights say, prompts too
    ids = encode(MEASURED[0])[:120]
    decoder = decoder_of(folder, weights, form)
    expected = plain_logits(weights, list(ids))
    assert off(every_row(decoder, ids), expected) < 0.05
    assert off(decoder.read(decoder.new_cache(), ids), expected[-1:]) < 0.1
    # AND the two graphs share what they can
    assert (folder / GRAPH).stat().st_size + (folder / PROMPT_GRAPH).stat().st_size < 80_000


def test_a_form_that_says_otherwise_is_not_kept(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    weights = weights_of(tmp_path / "hub", TinyShape())
    told = telling(tmp_path, weights)
    assert write_decoder(weights, told, tmp_path).cache == "int8"
    large = (tmp_path / WEIGHTS).stat().st_size
    monkeypatch.setattr(decoder_forms, "MOST_LOST", -9.0)
    form = write_decoder(weights, told, tmp_path)
    assert (form.cache, form.cache_steps, form.prompt_graph) == ("float32", "", "")
    assert names(tmp_path) == EXACT
    assert (tmp_path / WEIGHTS).stat().st_size < large
    ids = some_ids(60)
    decoder = decoder_of(tmp_path, weights, form)
    assert off(every_row(decoder, ids), plain_logits(weights, list(ids))) < 0.01


def overflowing(folder: Path) -> DecoderWeights:
    """Words above 256 have keys and values forty times as far as those below."""
    weights = weights_of(folder, TinyShape(layers=1))
    table = weights.embedding.dense().copy()
    table[:, 0] = np.where(np.arange(300) < 256, 0, 3)
    layer = weights.layers[0]
    far = {name: getattr(layer, name).dense() * np.where(np.arange(64) == 0, 40, 1)
           for name in ("key", "value")}
    grown = {name: DenseMatrix(held.astype(np.float32)) for name, held in far.items()}
    return replace(weights, embedding=DenseMatrix(table), layers=[replace(layer, **grown)])


def test_a_cache_that_overflows_is_noticed(tmp_path: Path) -> None:
    weights = overflowing(tmp_path / "hub")
    # GIVEN that nothing measured had such a word, and what is judged begins with them
    told = telling(tmp_path, weights, 256 + some_ids(20, vocabulary=44))
    form = write_decoder(weights, told, tmp_path)
    assert form.cache == "float32" and names(tmp_path) == EXACT
    # AND what is lost is what the form that was kept loses
    assert form.lost < 0.05


def test_a_graph_for_prompts_that_says_otherwise_is_noticed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the fewest tokens as well: what was not tried must not be trusted."""
    weights = weights_of(tmp_path / "hub", TinyShape(), "8")
    told = telling(tmp_path, weights, length=LEAST_TOKENS)
    assert write_decoder(weights, told, tmp_path).prompt_graph

    def mistaken(smooth: DecoderWeights) -> onnx.ModelProto:
        return build_prompt_graph(replace(smooth, layers=[
            replace(layer, attention_norm=-layer.attention_norm) for layer in smooth.layers]))

    monkeypatch.setattr(decoder_forms, "build_prompt_graph", mistaken)
    form = write_decoder(weights, told, tmp_path)
    assert not form.prompt_graph and names(tmp_path) == EXACT


@pytest.mark.parametrize("tokens", [0, 1, 2, 3, 50, LEAST_TOKENS - 1])
@pytest.mark.parametrize("texts", [JUDGED, MEASURED, MEASURED[:1], (*JUDGED, *MEASURED)],
                         ids=["judged", "measured", "one", "all"])
def test_too_few_tokens_to_tell_by_mean_the_exact_form(tokens: int, texts: tuple[str, ...],
                                                       tmp_path: Path) -> None:
    weights = weights_of(tmp_path / "hub", TinyShape(layers=1), "4")
    form = write_decoder(
        weights, lambda text: encode(text)[:tokens] if text in texts else encode(text), tmp_path)
    assert form == DecoderForm() and names(tmp_path) == EXACT
    decoder = decoder_of(tmp_path, weights, form)
    assert np.isfinite(every_row(decoder, some_ids(10))).all()


@pytest.mark.parametrize("window", [1, 7, 60])
def test_a_small_window_means_the_exact_form(window: int, tmp_path: Path) -> None:
    weights = weights_of(tmp_path / "hub", TinyShape(window=window), "8")
    assert write_decoder(weights, encode, tmp_path) == DecoderForm()
    ids = some_ids(window)
    found = every_row(decoder_of(tmp_path, weights, DecoderForm()), ids)
    assert off(found, plain_logits(weights, list(ids))) < 0.04


def test_texts_longer_than_the_window_are_cut(tmp_path: Path) -> None:
    weights = weights_of(tmp_path / "hub", TinyShape(window=LEAST_TOKENS), "8")
    assert min(map(len, map(encode, MEASURED))) > LEAST_TOKENS
    told = telling(tmp_path, weights, length=LEAST_TOKENS)
    assert write_decoder(weights, told, tmp_path).cache == "int8"


def test_a_large_decoder_gets_no_second_weights(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    weights = weights_of(tmp_path / "hub", TinyShape(), "8")
    monkeypatch.setattr(decoder_forms, "MOST_FOR_PROMPTS", weights.parameters() - 1)
    form = write_decoder(weights, telling(tmp_path, weights), tmp_path)
    assert (form.cache, form.cache_steps, form.prompt_graph) == ("int8", STEPS, "")
    assert names(tmp_path) == {GRAPH, WEIGHTS, STEPS}


@pytest.mark.parametrize("family", ["mistral", "qwen2", "qwen3"])
def test_every_family_has_a_fast_form(family: str, tmp_path: Path) -> None:
    weights = weights_of(tmp_path / "hub", TinyShape(family, tied=False), "8")
    form = write_decoder(weights, telling(tmp_path, weights), tmp_path)
    assert form.prompt_graph
    ids = encode(MEASURED[1])[:100]
    decoder = decoder_of(tmp_path, weights, form)
    found = decoder.read(decoder.new_cache(), ids, [-2, -1])
    assert off(found, plain_logits(weights, list(ids))[-2:]) < 0.1


def test_real_texts_are_long_enough_for_any_tokenizer() -> None:
    """Even one whose tokens are whole words."""
    assert all(len(text.split()) >= LEAST_TOKENS for text in (*MEASURED, *JUDGED))
    assert not set(MEASURED) & set(JUDGED)
