"""What an adapter costs in decode speed, and what going from one to another costs.

    python -m tests.benchmarks.adapter_speed MODEL [--rank 8] [--rounds 7]

MODEL is the folder of an installed chat model (our graph). Adapters with random matrices are made
beside a copy of its manifest; speed does not depend on what they hold. Plain and adapted decoders
take turns in one run. Printed: tokens per second after 128 tokens and their ratio, by the matrices
that learn; the first token after another's turn; opening a second adapter of the same base.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from engine.errors import EngineError
from engine.export.adapter_folder import LowRankChange, widths_of, write_adapter
from engine.export.weights_from_graph import read_installed
from engine.inference.language_model import LanguageModel
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest

READ, WRITTEN = 128, 64
FORMS: Mapping[str, tuple[str, ...]] = {
    "query, value": ("query", "value"),
    "attention": ("query", "key", "value", "output"),
    "every matrix": ("query", "key", "value", "output", "gate", "up", "down"),
}


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    try:
        with TemporaryDirectory() as place:
            for line in table(options, Path(place)):
                print(line, flush=True)
    except EngineError as known:
        print(known.message, known.hint, file=sys.stderr)
        return 2
    return 0


def table(options: argparse.Namespace, place: Path) -> list[str]:
    base: Path = options.model.resolve()
    models = {"plain": LanguageModel.open(base, options.threads)}
    for name, on in FORMS.items():
        models[name] = opened(made(place, base, name, on, options.rank), base, options.threads)
    speeds: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(options.rounds):
        for name, model in models.items():
            speeds[name].append(decode_speed(model))
    plain = median(speeds["plain"])
    lines = [f"{'adapter':16}{'tokens/s':>10}{'of plain':>10}"]
    lines += [f"{name:16}{median(found):10.1f}{median(found) / plain:9.0%}"
              for name, found in speeds.items()]
    return [*lines, *switching(place, base, options)]


def switching(place: Path, base: Path, options: argparse.Namespace) -> list[str]:
    """A second adapter of the same form: how long it takes to open, and to answer in turn."""
    on = FORMS["attention"]
    first = opened(made(place, base, "first", on, options.rank), base, options.threads)
    other = made(place, base, "second", on, options.rank)
    began = time.perf_counter()
    second = opened(other, base, options.threads)
    lines = [f"opening a second adapter: {(time.perf_counter() - began) * 1000:.0f} ms"]
    caches = [(model._decoder, model._decoder.new_cache()) for model in (first, second)]
    for decoder, cache in caches:
        decoder.read(cache, np.arange(100, 100 + READ))
    waits: list[float] = []
    for turn in range(10):
        decoder, cache = caches[turn % 2]
        began = time.perf_counter()
        decoder.read(cache, np.array([7]))
        waits.append(time.perf_counter() - began)
        for _ in range(8):
            decoder.read(cache, np.array([7]))
    return [*lines, f"first token of a turn: {median(waits) * 1000:.1f} ms"]


def made(place: Path, base: Path, name: str, on: tuple[str, ...], rank: int) -> Path:
    shape = read_installed(base).config
    chance = np.random.default_rng(len(name))
    changes = {f"layers.{layer}.{matrix}": LowRankChange(
        chance.normal(0, 0.01, (rank, columns)).astype(np.float32),
        chance.normal(0, 0.01, (rows, rank)).astype(np.float32))
        for layer in range(shape.layers) for matrix, (rows, columns) in widths_of(shape).items()
        if matrix in on}
    folder = place / name.replace(", ", "-").replace(" ", "-")
    folder.mkdir()
    told = ModelManifest(id=folder.name, name=name, kind="adapter", task=TEXT_GENERATION)
    write_manifest(folder, write_adapter(folder, base, changes, told))
    return folder


def opened(folder: Path, base: Path, threads: int) -> LanguageModel:
    return LanguageModel.open(folder, threads, base=base)


def decode_speed(model: LanguageModel) -> float:
    """Tokens per second after READ tokens."""
    decoder = model._decoder
    cache = decoder.new_cache()
    decoder.read(cache, np.arange(100, 100 + READ))
    decoder.read(cache, np.array([5]))
    began = time.perf_counter()
    for token in range(WRITTEN):
        decoder.read(cache, np.array([5 + token]))
    return WRITTEN / (time.perf_counter() - began)


if __name__ == "__main__":
    raise SystemExit(main())
