"""From a GGUF on disk to a model that answers: `python -m tests.benchmarks.gguf_to_answer`.

Adds the file with `main.py models add` in an empty home, as a person would, then asks the model
something. Both processes count, from the start of the first to the first letter of the answer.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine.inference.benchmark import Figure, median
from tests.benchmarks.figures import needed, run_script
from tests.benchmarks.start_to_token import ROOT, run_chat

SECONDS, ROUNDS = 20.0, 3


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    needed(options, "gguf")
    added, answered = zip(*(_once(options.gguf) for _ in range(min(ROUNDS, options.rounds))),
                          strict=True)
    seconds = median(answered)
    yield Figure("setup", f"{options.gguf.name} on disk to a model that answers",
                 f"{seconds:.1f} s ({median(added):.1f} s of them to build it)",
                 f"under {SECONDS:g} s", seconds < SECONDS, {"seconds": seconds})


def _once(gguf: Path) -> tuple[float, float]:
    """Seconds until the model is there, and until it answers."""
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        add_model(gguf, Path(home))
        added = time.perf_counter() - began
        return added, added + run_chat(Path(home), ["Hello"]).seconds


def add_model(source: Path, home: Path) -> None:
    """Builds a model into a home; ends the script where that fails."""
    done = subprocess.run([sys.executable, str(ROOT / "main.py"), "models", "add", str(source)],
                          env={**os.environ, "UNDERTONE_HOME": str(home)}, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        sys.exit(f"models add ended with {done.returncode}:\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(run_script(__doc__ or "", measure))
