"""A side of the benchmark that can be run as a process: `fake_side.py HOW`.

"steady" answers with made-up times, "mute" ends at once, "breaks" fails when it is asked to load.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from engine.errors import EngineError
from engine.inference.benchmark import Loaded, Speed, serve_standard_streams

COMMAND = (sys.executable, str(Path(__file__).resolve()))


class FakeSide:
    """`rate` tokens a second to write, ten times as many to read."""

    def __init__(self, how: str, rate: float) -> None:
        self._how, self._rate = how, rate

    def load(self) -> Loaded:
        print("a word of a library that prints")
        if self._how == "breaks":
            raise EngineError("Its model is gone.")
        return Loaded(f"fake at {self._rate:.0f}", 0.1)

    def measure(self, prompt: np.ndarray, tokens: int) -> Speed:
        return Speed(len(prompt), len(prompt) / self._rate / 10, tokens / self._rate,
                     tuple(range(tokens + 1)))


if __name__ == "__main__":
    if sys.argv[1] == "mute":
        sys.exit("it ran into something")
    serve_standard_streams(FakeSide(sys.argv[1], float(sys.argv[2])), {
        "turns": lambda question: {"first": 2.0, "second": 0.2, "tokens": question["tokens"]}})
