"""Perplexity of the built model beside its source: `python -m tests.benchmarks.perplexity`.

    --model FOLDER --gguf FILE --data FOLDER

30 validation lyrics and 30 validation dialogues of 256 tokens each, the first of every artist and
source. The source is the GGUF brought back to fp32 by transformers; llama.cpp reads the GGUF itself
where it is installed. Ours is measured in both ways it works: a text read at once (how prompts and
scores are made), and from the middle on token by token (how replies are written).
"""

import argparse
import gzip
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.inference.benchmark import Figure
from engine.inference.decoder import Decoder
from engine.inference.decoder_opening import open_decoder
from engine.inference.devices import CPU
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import read_manifest
from tests.benchmarks.figures import needed, run_script

TEXTS, LENGTH = 30, 256
REACH = 0.02

Read = Callable[[np.ndarray], np.ndarray]
"""Token ids (T,) to logits (T', V) after the last T' of them but the last."""


@dataclass
class Score:
    """For every text and place (texts, places): the negative log-likelihood of the token there,
    and the token that was likeliest."""

    losses: np.ndarray
    best: np.ndarray

    def last(self, places: int) -> "Score":
        """Of the last so many places of each text."""
        return Score(self.losses[:, -places:], self.best[:, -places:])

    @property
    def perplexity(self) -> float:
        return float(np.exp(self.losses.mean()))


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    needed(options, "model", "gguf", "data")
    tokenizer = Tokenizer.open(options.model / "tokenizer.json")
    texts = {"lyrics": token_texts(lyrics(options.data), tokenizer),
             "dialogues": token_texts(dialogues(options.data), tokenizer)}
    source = source_reader(options.gguf, options.threads)
    readers = own_readers(options.model, options.threads)
    if llama := llama_reader(options.gguf, options.threads):
        readers["llama.cpp on the source"] = llama
    for kind, ids in texts.items():
        expected = scored(source, ids)
        for name, read in readers.items():
            yield compared(kind, name, scored(read, ids), expected)


def compared(kind: str, name: str, found: Score, source: Score) -> Figure:
    """One reader beside the source, on the places that both judged."""
    base = source.last(found.losses.shape[1])
    more = found.perplexity / base.perplexity - 1
    agree = float((found.best == base.best).mean())
    ours = name.startswith("ours")
    return Figure(
        "perplexity", f"perplexity on {len(found.losses)} validation {kind}, {name}",
        f"{found.perplexity:.3f}, source {base.perplexity:.3f}: {more:+.2%}; "
        f"likeliest token the same {agree:.1%}",
        f"at most {REACH:+.0%}" if ours else "", more <= REACH if ours else None,
        {"perplexity": found.perplexity, "source": base.perplexity, "more": more,
         "agreement": agree})


def scored(read: Read, texts: Sequence[np.ndarray]) -> Score:
    """All texts, each read alone."""
    pairs = [judged(read(ids), ids) for ids in texts]
    return Score(np.stack([losses for losses, _ in pairs]), np.stack([best for _, best in pairs]))


def judged(logits: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T',) losses of the last T' of `ids`, and the likeliest tokens instead."""
    wide = logits.astype(np.float64)
    top = wide.max(1, keepdims=True)
    chance = wide - top - np.log(np.exp(wide - top).sum(1, keepdims=True))
    after = ids[len(ids) - len(wide):]
    return -chance[np.arange(len(after)), after], wide.argmax(1)


def own_readers(folder: Path, threads: int) -> dict[str, Read]:
    """The built model, at once and step by step."""
    manifest = read_manifest(folder)
    assert manifest.decoder is not None
    decoder: Decoder[Any] = open_decoder(folder, manifest, manifest.decoder, threads, CPU).decoder

    def at_once(ids: np.ndarray) -> np.ndarray:
        return decoder.read(decoder.new_cache(), ids[:-1], tuple(range(len(ids) - 1)))

    def by_steps(ids: np.ndarray) -> np.ndarray:
        half, cache = len(ids) // 2, decoder.new_cache()
        rows = [decoder.read(cache, ids[:half])[0].copy()]
        rows += [decoder.read(cache, ids[at:at + 1])[0].copy() for at in range(half, len(ids) - 1)]
        return np.stack(rows)

    return {"ours, read at once": at_once, "ours, step by step": by_steps}


def source_reader(gguf: Path, threads: int) -> Read:
    """The source's weights in fp32."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    import transformers

    torch.set_num_threads(threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32).eval()

    def read(ids: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(torch.from_numpy(ids[None, :-1])).logits[0].numpy()

    return read


def llama_reader(gguf: Path, threads: int) -> Read | None:
    """llama.cpp on the same file; None where it is not installed."""
    try:
        from tests.benchmarks.peers.llama_peer import LlamaSide
    except ImportError:
        return None
    side = LlamaSide(gguf, "", None, threads)
    side.load()
    return lambda ids: side.logits(ids[:-1])


def lyrics(data: Path) -> Iterator[str]:
    """Validation lyrics, one an artist."""
    seen: set[str] = set()
    for song in _lines(data / "lyrics" / "lyrics_moods.jsonl.gz"):
        if song.get("split") == "valid" and song.get("lyrics") and song["artist"] not in seen:
            seen.add(song["artist"])
            yield song["lyrics"]


def dialogues(data: Path) -> Iterator[str]:
    """Validation dialogues as a play's text, the sources in turn."""
    files = sorted((data / "dialogues").glob("*.jsonl.gz"))
    sources = [_plays(file) for file in files]
    while sources:
        for source in list(sources):
            play = next(source, None)
            if play is None:
                sources.remove(source)
            else:
                yield play


def _plays(file: Path) -> Iterator[str]:
    for talk in _lines(file):
        if talk.get("split") == "valid":
            yield "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in talk["turns"])


def token_texts(texts: Iterator[str], tokenizer: Tokenizer) -> list[np.ndarray]:
    """The first LENGTH tokens of the first TEXTS that have as many."""
    found: list[np.ndarray] = []
    for text in texts:
        ids = tokenizer.encode(text).ids
        if len(ids) >= LENGTH:
            found.append(ids[:LENGTH])
        if len(found) == TEXTS:
            break
    return found


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    sys.exit(run_script(__doc__ or "", measure))
