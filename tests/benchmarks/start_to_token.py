"""From starting the process to the first token, and what the process weighs with a full context.

    python -m tests.benchmarks.start_to_token --model FOLDER

Starts `main.py chat --no-store Hello` as a person would, in a home of its own that holds the model,
and waits for the first letter on its standard output. Then a text near 2,048 tokens, and the most
memory the process ever held, as the system tells it when the process ends.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.inference.benchmark import Figure, median
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import read_manifest
from tests.benchmarks.figures import needed, run_script
from tests.benchmarks.word_mill import milled_song

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES, CONTEXT = 1.5, 400.0, 2048
REPLY, MARGIN = 48, 96  # tokens of the reply, and of what the chat template adds


@dataclass
class Run:
    """One process: seconds to its first letter, and the most memory it held."""

    seconds: float
    peak_mb: float


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    needed(options, "model")
    with tempfile.TemporaryDirectory() as place:
        home = home_with(options.model, Path(place))
        run_chat(home, ["Hello"])  # disk warm
        runs = [run_chat(home, ["Hello"]) for _ in range(options.rounds)]
        seconds = median([run.seconds for run in runs])
        yield Figure("start", "process start to the first token of a reply to Hello",
                     f"{seconds:.2f} s ({median([r.peak_mb for r in runs]):.0f} MB)",
                     f"under {SECONDS:g} s", seconds < SECONDS, {"seconds": seconds})
        text = long_text(options.model, CONTEXT - REPLY - MARGIN)
        full = [run_chat(home, ["-"], text) for _ in range(2)]
        peak = max(run.peak_mb for run in full)
        yield Figure("start", f"most memory of that process at {CONTEXT} tokens of context",
                     f"{peak:.0f} MB", f"under {MEGABYTES:g} MB", peak < MEGABYTES,
                     {"peak_mb": peak})


def home_with(model: Path, place: Path) -> Path:
    """A home whose only model is this one, linked."""
    models = place / "models"
    models.mkdir(parents=True)
    (models / read_manifest(model).id).symlink_to(model.resolve(), target_is_directory=True)
    return place


def run_chat(home: Path, words: list[str], text: str = "") -> Run:
    """Talks once in a process of its own."""
    command = [sys.executable, str(ROOT / "main.py"), "chat", "--no-store", "--temperature", "0",
               "--max-tokens", str(REPLY), *words]
    environment: Mapping[str, str] = {**os.environ, "UNDERTONE_HOME": str(home)}
    with tempfile.TemporaryFile() as asked:
        asked.write(text.encode())
        asked.seek(0)
        began = time.perf_counter()
        child = subprocess.Popen(command, stdin=asked, stdout=subprocess.PIPE, env=environment,
                                 stderr=subprocess.PIPE)
        assert child.stdout is not None and child.stderr is not None
        first = os.read(child.stdout.fileno(), 1)
        seconds = time.perf_counter() - began
        child.stdout.read()
        said = child.stderr.read().decode("utf-8", "replace")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stdout.close()
        child.stderr.close()
    if not first or child.returncode:
        sys.exit(f"chat ended with {child.returncode} and no reply:\n{said}")
    return Run(seconds, usage.ru_maxrss / 1024)


def long_text(model: Path, tokens: int) -> str:
    """Milled words that are just below so many tokens."""
    tokenizer = Tokenizer.open(model / "tokenizer.json")
    words = " ".join(milled_song(number) for number in range(30)).split()
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = len(tokenizer.encode(" ".join(words[:middle])).ids) <= tokens
        low, high = (middle, high) if fits else (low, middle - 1)
    return " ".join(words[:low])


if __name__ == "__main__":
    sys.exit(run_script(__doc__ or "", measure))
