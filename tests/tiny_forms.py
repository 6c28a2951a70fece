"""Decoders out of the builder, open: the exact one, one with an 8-bit cache, one with a graph for
prompts; and texts of ids for them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.export.activation_reach import Probe, Reach, smoothed
from engine.export.decoder_graph import CacheScales, build_decoder_graph, build_prompt_graph
from engine.export.decoder_weights import DecoderWeights
from engine.export.gguf_file import GgufFile
from engine.export.gguf_source import read_gguf
from engine.export.safetensors_source import read_safetensors
from engine.export.weight_file import save_graphs
from engine.inference.decoder import Ids, Logits
from engine.inference.onnx_model import OnnxModel
from engine.inference.prompt_reader import PromptReader, Steps
from engine.inference.shared_cache_decoder import SharedCacheDecoder
from tests.tiny_hub import TinyShape, save_folder, save_gguf


def some_ids(count: int, seed: int = 0, vocabulary: int = 300) -> Ids:
    return np.random.default_rng(seed).integers(0, vocabulary, count)


def weights_of(folder: Path, shape: TinyShape, kind: str = "") -> DecoderWeights:
    """Random weights, kept whole in memory: dense, in "8" or "4" bits, or a GGUF's type."""
    if kind in ("", "4", "8"):
        return _held(read_safetensors(save_folder(folder, shape), int(kind or 0)))
    folder.mkdir(parents=True, exist_ok=True)
    with GgufFile.open(save_gguf(folder / "tiny.gguf", shape, kind)) as file:
        return _held(read_gguf(file))


def reach_of(folder: Path, weights: DecoderWeights, texts: Iterable[Ids]) -> Reach:
    room = weights.config.window
    return Probe(weights, folder / "probe.onnx").reach([ids[:room] for ids in texts])


def steps_of(scales: CacheScales) -> Steps:
    """As they are read from a file."""
    return {f"past_key_values.{layer}.{part}": steps[layer][None, :, None, :]
            for part, steps in (("key", scales.keys), ("value", scales.values))
            for layer in range(len(steps))}


def opened(folder: Path, weights: DecoderWeights, scales: CacheScales | None = None,
           accuracy: int = 0, prompts: Reach | None = None) -> SharedCacheDecoder:
    """The decoder as the loop reads it; `prompts` gives it a graph for prompts, made by that
    reach."""
    folder.mkdir(parents=True, exist_ok=True)
    graphs = {"model.onnx": build_decoder_graph(weights, scales, accuracy)}
    reader = None
    if prompts is not None:
        graphs["prompt.onnx"] = build_prompt_graph(smoothed(weights, prompts))
        reader = PromptReader(lambda: OnnxModel.open(folder / "prompt.onnx", threads=1),
                              steps_of(scales) if scales else None)
    save_graphs(graphs, folder, "weights.bin")
    model = OnnxModel.open(folder / "model.onnx", threads=1)
    return SharedCacheDecoder(model, weights.config.vocabulary, weights.config.window, reader)


def every_row(decoder: SharedCacheDecoder, ids: Ids) -> Logits:
    """(T, V) read at once by a fresh cache."""
    return decoder.read(decoder.new_cache(), ids, range(len(ids)))


def off(found: Logits, expected: Logits) -> float:
    """The mean difference, in shares of how far the expected spread."""
    return float(np.abs(found - expected).mean() / expected.std())


def _held(weights: DecoderWeights) -> DecoderWeights:
    return replace(weights, layers=list(weights.layers))
