"""Writes a decoder's graphs in the fastest form that says the same as its source, by measurement.

The form: an 8-bit cache, and a second graph for prompts. What it says is compared with the exact
decoder on a text that nothing was measured on; where it differs too much, the cache stays in 32
bits and there is no second graph. So it is where there is too little to measure by.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from engine.export.activation_reach import Probe, Reach, smoothed
from engine.export.decoder_graph import (
    build_decoder_graph,
    build_exactness_graph,
    build_prompt_graph,
)
from engine.export.decoder_weights import DecoderWeights
from engine.export.sample_text import JUDGED, MEASURED
from engine.export.weight_file import save_graphs
from engine.inference.decoder import Logits
from engine.inference.integer_products import FILE as EXACTNESS
from engine.inference.onnx_model import OnnxModel
from engine.inference.prompt_reader import PromptReader, read_steps
from engine.inference.shared_cache_decoder import SharedCacheDecoder
from engine.inference.tokenizer import Ids

GRAPH, PROMPT_GRAPH, WEIGHTS, STEPS = (
    "model.onnx", "prompt.onnx", "weights.bin", "cache_steps.npy")
MOST_LOST = 0.02
"""Of perplexity, against exact products and an exact cache."""
MOST_FOR_PROMPTS = 3_000_000_000
"""Parameters. The graph for prompts has weights of its own, a byte each; beyond this they would
crowd a laptop's memory."""
LEAST_TOKENS = 100
"""Fewer tell too little, and the graph for prompts would not be tried on them."""
_MOST_TOKENS = 384


@dataclass(frozen=True, slots=True)
class DecoderForm:
    """What was written. `lost` is by how much the perplexity is greater than the exact one's."""

    cache: str = "float32"
    cache_steps: str = ""
    prompt_graph: str = ""
    lost: float = 0.0


def write_decoder(weights: DecoderWeights, encode: Callable[[str], Ids],
                  folder: Path) -> DecoderForm:
    """Writes the graphs of a decoder into `folder`; `encode` gives the tokens of a text."""
    room = min(_MOST_TOKENS, weights.config.window)
    measured, judged = ([encode(text)[:room] for text in texts] for texts in (MEASURED, JUDGED))
    if min(map(len, [*measured, *judged])) < LEAST_TOKENS:
        return _write_plain(weights, folder)
    # A file that is open still may not be removed everywhere.
    with TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
        reach, exact = _probed(weights, measured, judged, Path(place) / "probe.onnx")
    form = _write_fast(weights, reach, folder)
    lost = _lost(weights, form, judged, exact, folder)
    if not lost <= MOST_LOST:  # what is no number is too much as well
        for name in (PROMPT_GRAPH, STEPS, EXACTNESS):
            (folder / name).unlink(missing_ok=True)
        form = _write_plain(weights, folder)
        lost = _lost(weights, form, judged, exact, folder)
    return replace(form, lost=lost)


def _probed(weights: DecoderWeights, measured: list[Ids], judged: list[Ids],
            file: Path) -> tuple[Reach, list[Logits]]:
    """How far values reach in the measured texts, and what the exact decoder says of the judged."""
    probe = Probe(weights, file)
    return probe.reach(measured), [probe.logits(ids) for ids in judged]


def _write_fast(weights: DecoderWeights, reach: Reach, folder: Path) -> DecoderForm:
    scales = reach.cache_scales()
    graphs = {GRAPH: build_decoder_graph(weights, scales)}
    if prompts := weights.parameters() <= MOST_FOR_PROMPTS:
        graphs[PROMPT_GRAPH] = build_prompt_graph(smoothed(weights, reach))
        (folder / EXACTNESS).write_bytes(build_exactness_graph().SerializeToString())
    save_graphs(graphs, folder, WEIGHTS)
    np.save(folder / STEPS, np.stack([scales.keys, scales.values]), allow_pickle=False)
    return DecoderForm("int8", STEPS, PROMPT_GRAPH if prompts else "")


def _write_plain(weights: DecoderWeights, folder: Path) -> DecoderForm:
    save_graphs({GRAPH: build_decoder_graph(weights)}, folder, WEIGHTS)
    return DecoderForm()


def _lost(weights: DecoderWeights, form: DecoderForm, judged: list[Ids], exact: list[Logits],
          folder: Path) -> float:
    """How much greater the perplexity is, in shares, of the second half of each text.

    The first half is read as a prompt, by its own graph where there is one.
    """
    decoder = _opened(weights, form, folder)
    differences: list[float] = []
    for ids, expected in zip(judged, exact, strict=True):
        half = len(ids) // 2
        cache = decoder.new_cache()
        decoder.read(cache, ids[:half])
        found = decoder.read(cache, ids[half:], range(len(ids) - half))
        differences.append(_surprise(found, ids[half:]) - _surprise(expected[half:], ids[half:]))
    return float(np.expm1(np.mean(differences)))


def _opened(weights: DecoderWeights, form: DecoderForm, folder: Path) -> SharedCacheDecoder:
    prompts, config = None, weights.config
    if form.prompt_graph:
        steps = read_steps(folder / STEPS, config.layers, config.kv_heads, config.head_size)
        prompts = PromptReader(lambda: OnnxModel.open(folder / PROMPT_GRAPH), steps)
    return SharedCacheDecoder(OnnxModel.open(folder / GRAPH), config.vocabulary,
                              config.window, prompts)


def _surprise(logits: Logits, ids: Ids) -> float:
    """Mean negative log-probability (nats) of each token after the one before it."""
    rows = logits[:-1].astype(np.float64)
    rows -= rows.max(1, keepdims=True)
    chosen = rows[np.arange(len(rows)), ids[1:]]
    return float((np.log(np.exp(rows).sum(1)) - chosen).mean())
