"""What the figure scripts share: their options, and how they tell what they found.

Each runs by itself (`python -m tests.benchmarks.NAME --model FOLDER`) and as a part of `bench`,
which reads its figures as JSON lines.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from engine.inference.benchmark import Figure

Measure = Callable[[argparse.Namespace], Iterator[Figure]]


def run_script(about: str, measure: Measure) -> int:
    """Takes the figures; 0 if all that were to be reached were, 1 if not."""
    options = parser(about).parse_args()
    out = _answers() if options.json else sys.stdout
    missed = False
    for figure in measure(options):
        missed = missed or figure.met is False
        print(msgspec.json.encode(figure).decode() if options.json else as_text(figure), file=out,
              flush=True)
    if options.json:
        print('{"done": true}', file=out, flush=True)
    return 1 if missed else 0


def parser(about: str) -> argparse.ArgumentParser:
    """The options every script takes, used or not."""
    found = argparse.ArgumentParser(description=about.split("\n", 1)[0])
    found.add_argument("--model", type=Path, help="folder of a built chat model")
    found.add_argument("--gguf", type=Path, help="the file it was built from")
    found.add_argument("--data", type=Path, help="folder with lyrics and dialogues")
    found.add_argument("--work", type=Path, default=Path("build") / "bench")
    found.add_argument("--threads", type=int, default=2)
    found.add_argument("--rounds", type=int, default=5)
    found.add_argument("--json", action="store_true", help="one JSON object a line")
    return found


def needed(options: argparse.Namespace, *names: str) -> None:
    """Ends the script where it was not given what it cannot do without."""
    missing = [f"--{name}" for name in names if getattr(options, name) is None]
    if missing:
        sys.exit(f"Needs {', '.join(missing)}.")


def as_text(figure: Figure) -> str:
    met = {None: "", True: "  reached", False: "  NOT REACHED"}[figure.met]
    return f"{figure.name}: {figure.measured}  {figure.reach}{met}".rstrip()


def _answers() -> object:
    """Standard output for figures alone: what libraries print goes to standard error."""
    kept = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return kept
