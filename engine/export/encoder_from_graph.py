"""An encoder's weights out of a folder: fp32 from a hub's, or read back out of a graph of ours.

What int8 rounded stays rounded, which learning does not notice (measured:
tests/benchmarks/encoder_heads.py). Knows no labels.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.export.graph_constants import GraphConstants
from engine.export.safetensors_file import SafetensorsFolder
from engine.models.folder_json import read_object
from engine.models.manifest import FILE_NAME, ModelManifest, read_manifest

Floats = npt.NDArray[np.float32]
_EMBEDDINGS = "encoder.embeddings."
_LAYER = "encoder.encoder.layer."
_USUAL_WINDOW = 512
_HINT = "Choose another base model."


@dataclass(frozen=True, slots=True, eq=False)
class ReadEncoder:
    """`weights` are encoder.*, and of a mood tagger moods.*, affect.* and words.* as the graph
    builder takes them, in fp32; `labels` those of its heads. `window` is the most tokens."""

    weights: dict[str, Floats]
    heads: int
    norm_epsilon: float
    window: int
    tokenizer: Path
    name: str
    licence: str = ""
    labels: tuple[str, ...] = ()
    manifest: ModelManifest | None = None


def read_encoder(folder: Path) -> ReadEncoder:
    """The encoder of a folder. EngineError where it holds none of a kind that can learn."""
    if (folder / FILE_NAME).is_file():
        return _installed(folder)
    return _whole(folder)


def _whole(folder: Path) -> ReadEncoder:
    """Of a hub's folder with safetensors."""
    told = read_object(folder / "config.json")
    heads, epsilon = told.get("num_attention_heads"), told.get("layer_norm_eps")
    if (told.get("model_type"), told.get("hidden_act")) != ("bert", "gelu") or not isinstance(
            heads, int) or not isinstance(epsilon, float):
        raise EngineError(f"{folder.name} holds no encoder that can learn here.", _HINT)
    held = SafetensorsFolder.open(folder)
    kept = [name for name in sorted(held.names)
            if name.startswith(("embeddings.", "encoder.layer.")) and "position_ids" not in name]
    weights = {f"encoder.{name}": held.read_vector(name) for name in kept}
    if not weights or not all(np.isfinite(array).all() for array in weights.values()):
        raise EngineError(f"The weights in {folder.name} are damaged.", _HINT)
    places = told.get("max_position_embeddings")
    window = places if isinstance(places, int) else _USUAL_WINDOW
    return ReadEncoder(weights, heads, epsilon, window, folder / "tokenizer.json", folder.name)


def _installed(folder: Path) -> ReadEncoder:
    """Of a model folder whose graph is engine.export.encoder_graph's."""
    manifest = read_manifest(folder)
    refused = EngineError(f"{manifest.name} is no encoder that can learn here.", _HINT)
    if manifest.kind != "encoder":
        raise refused
    try:
        constants = GraphConstants.open(folder / manifest.graph)
        weights, heads = _Reading(constants).weights()
        epsilon = constants.norm_epsilon()
    except (OSError, ValueError, KeyError) as foreign:
        raise refused from foreign
    has_heads = "moods.weight" in weights or "logits.weight" in weights
    return ReadEncoder(
        weights, heads, epsilon, manifest.window, folder / "tokenizer.json", manifest.name,
        manifest.licence, tuple(label.id for label in manifest.labels) if has_heads else (),
        manifest)


class _Reading:
    """The constants of a graph turned back into the weights they were made of."""

    def __init__(self, constants: GraphConstants) -> None:
        self._constants = constants

    def weights(self) -> tuple[dict[str, Floats], int]:
        """By the builder's names, and the number of heads. KeyError where one is missing."""
        found = self._embeddings()
        apart = self._constants.read("apart").tolist()
        heads, size = apart[2] // 3, apart[3]
        layers = 0
        while self._constants.maybe(f"attention.{layers}") is not None:
            found |= self._layer(layers, size)
            layers += 1
        if not layers:
            raise KeyError("attention.0")
        return found | self._own_heads(), heads

    def _embeddings(self) -> dict[str, Floats]:
        places = self._rows("places")
        name = f"{_EMBEDDINGS}LayerNorm"
        return {f"{_EMBEDDINGS}word_embeddings.weight": self._rows("words"),
                f"{_EMBEDDINGS}position_embeddings.weight": places,
                # The builder adds the first of these to the places, where it already is.
                f"{_EMBEDDINGS}token_type_embeddings.weight": np.zeros_like(places[:2]),
                **self._pair(name)}

    def _layer(self, number: int, head_size: int) -> dict[str, Floats]:
        name, found = f"{_LAYER}{number}.", dict[str, Floats]()
        together, biases = self._matrix(f"attention.{number}")
        matrices = np.split(together, 3)
        parts = np.split(biases, 3)
        scale = np.float32(head_size**0.5)  # the builder folds its inverse into the query
        matrices[0], parts[0] = matrices[0] * scale, parts[0] * scale
        for part, matrix, bias in zip(("query", "key", "value"), matrices, parts, strict=True):
            found[f"{name}attention.self.{part}.weight"] = matrix
            found[f"{name}attention.self.{part}.bias"] = bias
        for place in ("attention.output.dense", "intermediate.dense", "output.dense"):
            matrix, bias = self._matrix(f"{name}{place}")
            found |= {f"{name}{place}.weight": matrix, f"{name}{place}.bias": bias}
        return (found | self._pair(f"{name}attention.output.LayerNorm")
                | self._pair(f"{name}output.LayerNorm"))

    def _own_heads(self) -> dict[str, Floats]:
        """moods.* and affect.* with words.*, or logits.*; nothing of an encoder without heads."""
        matrix, bias = self._constants.maybe("heads"), self._constants.maybe("heads.bias")
        if matrix is None or bias is None:
            return {}
        whole, added = _single(matrix), _single(bias)
        sizes = self._constants.maybe("outputs")
        if sizes is None:
            return {"logits.weight": whole, "logits.bias": added}
        moods = int(sizes[0])
        return {"moods.weight": whole[:moods], "moods.bias": added[:moods],
                "affect.weight": whole[moods:], "affect.bias": added[moods:],
                **self._words(moods)}

    def _words(self, moods: int) -> dict[str, Floats]:
        """What the words add, see word_branch; nothing where there is no such branch."""
        steps = self._constants.maybe("words.rarity")
        if steps is None:
            return {}
        table = _single(self._constants.read("words.table"))
        upon = (table @ _single(self._constants.read("words.heads"))).T
        rarity = _single(steps) * np.float32(self._constants.read("words.step").item())
        return {"words.rarity": rarity, "words.moods": np.ascontiguousarray(upon[:moods]),
                "words.affect": np.ascontiguousarray(upon[moods:])}

    def _rows(self, name: str) -> Floats:
        table, scale = self._constants.read(name), self._constants.maybe(f"{name}.scale")
        return _single(table) if scale is None else _single(table) * scale

    def _matrix(self, name: str) -> tuple[Floats, Floats]:
        """(out, in) and (out,)."""
        turned, scale = self._constants.read(name), self._constants.maybe(f"{name}.scale")
        whole = _single(turned) if scale is None else _single(turned) * scale
        return np.ascontiguousarray(whole.T), _single(self._constants.read(f"{name}.bias"))

    def _pair(self, name: str) -> dict[str, Floats]:
        return {f"{name}.{part}": _single(self._constants.read(f"{name}.{part}"))
                for part in ("weight", "bias")}


def _single(values: npt.NDArray[Any]) -> Floats:
    return np.ascontiguousarray(values, np.float32)
