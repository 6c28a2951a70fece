"""Makes the folder of an adapter: its matrices as the graphs take them, the graphs, the manifest.

The base it joins stays as it is: its weights are read where they lie. Knows no training.
"""
# onnx and safetensors are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import onnx
from safetensors.numpy import save_file

from engine.errors import EngineError
from engine.export.adapter_graph import (
    matrices_of,
    scales_of_prompts,
    with_adapters,
)
from engine.export.decoder_weights import DecoderConfig, Floats
from engine.export.weights_from_graph import read_installed
from engine.inference.adapters import DOWN, PROMPT, UP
from engine.models.adapters import weights_sha256
from engine.models.manifest import (
    AdapterInfo,
    DecoderInfo,
    ModelManifest,
    describe_file,
    read_manifest,
)
from engine.training.recipe import MATRICES

FILE, GRAPH, PROMPT_GRAPH = "adapter.safetensors", "adapted.onnx", "adapted_prompt.onnx"
KIND = "adapter"
_ATTENTION = frozenset({"query", "key", "value"})


@dataclass(frozen=True, slots=True, eq=False)
class LowRankChange:
    """What is added to a matrix (N, K): up (N, R) times down (R, K), its scale within `up`."""

    down: Floats
    up: Floats


Changes = Mapping[str, LowRankChange]
"""By the matrix: "layers.3.query". Every layer has the same matrices, of one rank."""


def write_adapter(folder: Path, base: Path, changes: Changes,
                  manifest: ModelManifest) -> ModelManifest:
    """Fills `folder` and returns the manifest as it should be written; it is not written here.

    `manifest` brings id, name and what is told for people; its version becomes that of the
    matrices. EngineError where the base is no
    decoder whose graphs can be adapted.
    """
    told = read_manifest(base)
    if told.decoder is None or told.decoder.layout != "shared-cache":
        raise EngineError(f"{told.name} cannot take an adapter.", "Keep the result merged.")
    changed = {name.rsplit(".", 1)[1] for name in changes}
    on = tuple(name for name in MATRICES if name in changed)
    weights = read_installed(base)
    widths = widths_of(weights.config)
    graphs = {GRAPH: base / told.graph}
    if told.decoder.prompt_graph:
        graphs[PROMPT_GRAPH] = base / told.decoder.prompt_graph
    arrays: dict[str, Floats] = {}
    for name, source in graphs.items():
        graph = with_adapters(onnx.load(str(source), load_external_data=False), on, widths)
        (folder / name).write_bytes(graph.SerializeToString())
        scales: Mapping[str, Floats] = {}
        if name == PROMPT_GRAPH:
            scales = scales_of_prompts(base / told.graph, source, weights)
        products = [each.name.removesuffix(DOWN) for each in graph.graph.input
                    if each.name.endswith(DOWN)]
        prefix = PROMPT if name == PROMPT_GRAPH else ""
        for product in products:
            down, up = joined(product, changes, widths, scales)
            arrays[prefix + product + DOWN], arrays[prefix + product + UP] = down, up
    save_file(arrays, folder / FILE)
    version = describe_file(folder, folder / FILE).sha256[:8]
    return msgspec.structs.replace(
        _described(manifest, told, told.decoder, on, changes, PROMPT_GRAPH in graphs),
        version=version)


def joined(product: str, changes: Changes, widths: Mapping[str, tuple[int, int]],
           scales: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """(K, R) and (R, N) of a product of one or several matrices: ranks side by side, each adding
    to its own rows only. `scales` is what the product's input was divided by."""
    place, word = product.rsplit(".", 1)
    parts = [(part, changes.get(f"{place}.{part}")) for part in matrices_of(word)]
    downs = [change.down.T for _, change in parts if change is not None]
    rank, rows = sum(down.shape[1] for down in downs), sum(widths[part][0] for part, _ in parts)
    up = np.zeros((rank, rows), np.float32)
    low = row = 0
    for part, change in parts:
        if change is not None:
            high = low + change.up.shape[1]
            up[low:high, row:row + len(change.up)] = change.up.T
            low = high
        row += widths[part][0]
    down = np.concatenate(downs, 1).astype(np.float32)
    return np.ascontiguousarray(_rescaled(down, place, parts[0][0], scales)), up


def _rescaled(down: Floats, place: str, part: str, scales: Mapping[str, Floats]) -> Floats:
    if part == "output":
        return down
    before = "attention" if part in _ATTENTION else "down" if part == "down" else "ffn"
    scale = scales.get(f"{place}.{before}")
    return down if scale is None else (down * scale[:, None]).astype(np.float32)


def widths_of(shape: DecoderConfig) -> dict[str, tuple[int, int]]:
    """(N, K) of every matrix of a layer."""
    return {name: (shape.rows(name), shape.columns(name)) for name in MATRICES}


def _described(manifest: ModelManifest, base: ModelManifest, info: DecoderInfo,
               on: Collection[str], changes: Changes, prompts: bool) -> ModelManifest:
    rank = next(iter(changes.values())).down.shape[0]
    adapter = AdapterInfo(
        base=base.id, weights=weights_sha256(base), file=FILE,
        prompt_graph=PROMPT_GRAPH if prompts else "", rank=rank, on=tuple(on))
    parameters = sum(change.down.size + change.up.size for change in changes.values())
    return msgspec.structs.replace(
        manifest, kind=KIND, graph=GRAPH, window=base.window, adapter=adapter,
        decoder=msgspec.structs.replace(info, prompt_graph=""),
        parameters=parameters, precision="fp32")
