"""An installed tiny decoder and adapters of it, for tests."""

from pathlib import Path

import numpy as np

from engine.export.adapter_folder import Changes, LowRankChange, write_adapter
from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.export.decoder_weights import DecoderWeights
from engine.export.safetensors_source import read_safetensors
from engine.inference.language_model import LanguageModel
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from tests.tiny_hub import TinyShape, save_folder, tiny_arrays

ATTENTION = ("query", "key", "value", "output")
EVERY = (*ATTENTION, "gate", "up", "down")


def changes_of(weights: DecoderWeights, on: tuple[str, ...], seed: int = 3,
               size: float = 0.2) -> dict[str, LowRankChange]:
    """Random changes of rank 4 to these matrices of every layer."""
    chance = np.random.default_rng(seed)
    found = {}
    for number, layer in enumerate(weights.layers):
        for name in on:
            rows, columns = getattr(layer, name).shape
            found[f"layers.{number}.{name}"] = LowRankChange(
                chance.normal(0, size, (4, columns)).astype(np.float32),
                chance.normal(0, size, (rows, 4)).astype(np.float32))
    return found


class AdapterBench:
    """An installed base and adapters of it."""

    def __init__(self, models: Path, source: Path, bits: int) -> None:
        self.models = models
        self.weights = read_safetensors(source, bits)
        build_folder(folder_source(source, bits), models, lambda event: None)
        self.base = models / source.name

    def add(self, name: str, changes: Changes) -> Path:
        folder = self.models / name
        folder.mkdir()
        told = ModelManifest(id=name, name=name, kind="adapter", task=TEXT_GENERATION)
        write_manifest(folder, write_adapter(folder, self.base, changes, told))
        return folder

    def said(self, folder: Path, ids: list[int]) -> np.ndarray:
        decoder = LanguageModel.open(folder, 1)._decoder
        cache = decoder.new_cache()
        half = len(ids) // 2
        decoder.read(cache, np.array(ids[:half]))
        return np.array(decoder.read(cache, np.array(ids[half:]), range(len(ids) - half)))


def tiny_bench(place: Path, family: str = "llama", bits: int = 8, seed: int = 0,
               hidden: int = 64) -> AdapterBench:
    """A base of this family in `place`/models."""
    shape = TinyShape(family, tied=family == "llama", hidden=hidden)
    source = save_folder(place / "hub" / "tiny", shape, tiny_arrays(shape, seed) if seed else None)
    return AdapterBench(place / "models", source, bits)
