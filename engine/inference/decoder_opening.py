"""Opens the decoder of a model folder, whichever layout its graphs have.

Knows manifests and devices; what is read with the decoder is not its matter.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.inference.adapters import read_adapter
from engine.inference.binding import HOST
from engine.inference.decoder import Decoder
from engine.inference.devices import CPU, Device, graph_for, usable_cores
from engine.inference.encoder_decoder import EncoderDecoder
from engine.inference.integer_products import FILE, multiplies_exactly
from engine.inference.onnx_model import OnnxModel
from engine.inference.past_present_decoder import PastPresentDecoder
from engine.inference.prompt_reader import PromptReader, read_steps
from engine.inference.shared_cache_decoder import SharedCacheDecoder
from engine.inference.shared_sessions import shared_session
from engine.models.manifest import AdapterInfo, DecoderInfo, ModelManifest

SHARED_CACHE, PAST_PRESENT, ENCODER_DECODER = "shared-cache", "past-present", "encoder-decoder"
ENCODER_GRAPH = "encoder_model.onnx"


@dataclass(frozen=True, slots=True)
class OpenDecoder:
    """A decoder, the provider that really runs it, and why it is not the one wished for."""

    decoder: Decoder[Any]
    device: str
    note: str


def open_decoder(
    folder: Path, manifest: ModelManifest, info: DecoderInfo, threads: int, device: Device
) -> OpenDecoder:
    """EngineError where a graph is missing, broken or of another layout than the manifest says."""
    shared = info.layout == SHARED_CACHE
    graph = graph_for(folder, manifest.graph, device) if shared else folder / manifest.graph
    model = OnnxModel.open(graph, threads or _default_threads(), device, steps=True)
    note = model.note
    if note and graph != folder / manifest.graph:
        # The halved graph is for the device alone: the processor is very slow with it.
        model = OnnxModel.open(
            folder / manifest.graph, threads or _default_threads(), steps=True
        )
    _check_vocabulary(manifest, info, model)
    window = manifest.window
    decoder: Decoder[Any]
    if shared:
        prompts = _prompt_reader(folder, info, threads) if model.memory == HOST else None
        decoder = SharedCacheDecoder(model, info.vocabulary, window, prompts)
    elif info.layout == PAST_PRESENT:
        decoder = PastPresentDecoder(model, info.vocabulary, window)
    elif info.layout == ENCODER_DECODER:
        encoder = OnnxModel.open(folder / ENCODER_GRAPH, threads or _default_threads(), device)
        start = info.decoder_start or 0
        decoder = EncoderDecoder(encoder, model, info.vocabulary, window, start)
    else:
        raise EngineError(
            f'{manifest.name} is of a layout this program does not know: "{info.layout}".',
            "Update Undertone to use it.",
        )
    return OpenDecoder(decoder, model.device, note)


@dataclass(frozen=True, slots=True)
class AdapterPlace:
    """An adapter's folder with what its manifest says, and the base it joins: the same."""

    folder: Path
    manifest: ModelManifest
    adapter: AdapterInfo
    base: Path
    info: DecoderInfo


def open_adapted(place: AdapterPlace, threads: int, device: Device) -> OpenDecoder:
    """The base's decoder as the adapter changes it. Adapters of one base that change the same
    matrices share one session, so that going from one to the other loads nothing.

    EngineError as `open_decoder`.
    """
    threads = threads or _default_threads()
    model = shared_session(place.folder / place.manifest.graph, place.base, threads, device)
    _check_vocabulary(place.manifest, place.info, model)
    prompts = _adapted_prompts(place, threads) if model.memory == HOST else None
    decoder = SharedCacheDecoder(
        model, place.info.vocabulary, place.manifest.window, prompts,
        read_adapter(place.folder / place.adapter.file, model))
    return OpenDecoder(decoder, model.device, model.note)


def _adapted_prompts(place: AdapterPlace, threads: int) -> PromptReader | None:
    info, graph = place.info, place.adapter.prompt_graph
    if not graph or not multiplies_exactly(place.base / FILE):
        return None
    steps = None
    if info.cache == "int8":
        steps = read_steps(place.base / info.cache_steps, info.layers, info.kv_heads,
                           info.head_size)
    return PromptReader(
        lambda: shared_session(place.folder / graph, place.base, threads, CPU), steps,
        lambda model: read_adapter(place.folder / place.adapter.file, model, prompts=True))


def _prompt_reader(folder: Path, info: DecoderInfo, threads: int) -> PromptReader | None:
    """What reads long prompts on the processor, where the model brings a graph for it."""
    if not info.prompt_graph or not multiplies_exactly(folder / FILE):
        return None
    steps = None
    if info.cache == "int8":
        steps = read_steps(folder / info.cache_steps, info.layers, info.kv_heads, info.head_size)

    def open_graph() -> OnnxModel:
        return OnnxModel.open(folder / info.prompt_graph, threads or _default_threads(),
                              steps=True)

    return PromptReader(open_graph, steps)


def _default_threads() -> int:
    """0 lets the runtime take one thread a physical core, which it counts over the whole machine;
    where this process may not use all of it, as many as it may."""
    usable = usable_cores()
    return 0 if usable == (os.cpu_count() or 1) else usable


def _check_vocabulary(manifest: ModelManifest, info: DecoderInfo, model: OnnxModel) -> None:
    kind = model.output_kinds.get("logits")
    if kind is None:
        raise EngineError(f"{manifest.name} gives no logits.", "Choose another model.")
    told = kind.shape[-1]
    if isinstance(told, int) and told != info.vocabulary:
        raise EngineError(
            f"{manifest.name} was said to have {info.vocabulary} tokens, its graph has {told}.",
            "Add the model again from its source.",
        )
