"""Measuring decoders side by side: the questions a side answers, and what its times come to.

A side is a model in a process of its own, asked by JSON lines, so that rounds can go in turn. The
prompts are fixed token ids, the same for all. Knows no peer by name and starts nothing.
"""

import os
import statistics
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TextIO

import msgspec
import numpy as np

from engine.errors import EngineError
from engine.inference.decoder import Ids
from engine.inference.machine import peak_memory_mb

READY = "ready"
NOISY_SPREAD = 0.25  # the rounds of one figure on a machine that does nothing else stay within
_SEED = 7
_FIRST_PLAIN, _LAST_PLAIN = 300, 30_000  # ids every vocabulary has and no model treats apart

Answer = Mapping[str, Any]
Verb = Callable[[Mapping[str, Any]], Answer]


class Speed(msgspec.Struct, frozen=True):
    """One round: seconds to the first token after `context` tokens of prompt, then for each of
    `ids` after it, chosen greedily."""

    context: int
    prefill_seconds: float
    decode_seconds: float
    ids: tuple[int, ...]

    @property
    def prefill(self) -> float:
        """Tokens of the prompt a second."""
        return self.context / self.prefill_seconds

    @property
    def decode(self) -> float:
        """Tokens a second."""
        return (len(self.ids) - 1) / self.decode_seconds


class Figure(msgspec.Struct, frozen=True):
    """One line of the result: `measured` and what was to be `reached`, in words; `met` is None
    where nothing was asked for. `values` are the numbers behind it."""

    section: str
    name: str
    measured: str
    reach: str = ""
    met: bool | None = None
    values: dict[str, float] = {}


class Loaded(msgspec.Struct, frozen=True):
    """What a side runs: the model and the version of the program; and the seconds to open it."""

    about: str
    seconds: float


class Side(Protocol):
    """One way to run a model."""

    def load(self) -> Loaded:
        """Opens the model; what has to be made or tried before is not timed."""
        ...

    def measure(self, prompt: Ids, tokens: int) -> Speed:
        """Reads `prompt` anew, then writes 1 + `tokens` tokens, the first of them untimed."""
        ...


@dataclass(frozen=True, slots=True)
class Rounds:
    """The figures of one side at one context, a round each; tokens a second."""

    prefill: tuple[float, ...]
    decode: tuple[float, ...]

    @classmethod
    def of(cls, speeds: Sequence[Speed]) -> "Rounds":
        return cls(tuple(s.prefill for s in speeds), tuple(s.decode for s in speeds))

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, as a share of their median; the wider of the two."""
        return max(_spread(self.prefill), _spread(self.decode))


def fixed_prompt(length: int, vocabulary: int) -> Ids:
    """(length,) ids that are the same in every run and for every side."""
    last = min(vocabulary, _LAST_PLAIN)
    return np.random.default_rng(_SEED).integers(min(_FIRST_PLAIN, last // 2), last, length)


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Median of the ratios within each round: what a noisy minute does, it does to both."""
    return median([one / other for one, other in zip(ours, theirs, strict=True)])


def same_beginning(one: Sequence[int], other: Sequence[int]) -> int:
    """How many ids both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def serve(side: Side, asked: TextIO, answers: TextIO, more: Mapping[str, Verb] | None = None
          ) -> None:
    """Answers each line of `asked` until it ends. A failure is an answer too: {"error": ...}."""

    def measure(question: Mapping[str, Any]) -> Answer:
        prompt = np.array(question["prompt"], np.int64)
        return msgspec.to_builtins(side.measure(prompt, int(question["tokens"])))

    verbs: dict[str, Verb] = {"load": lambda _: msgspec.to_builtins(side.load()),
                              "measure": measure,
                              "memory": lambda _: {"peak_mb": peak_memory_mb()}, **(more or {})}
    _tell(answers, {"about": READY})
    for line in asked:
        question = msgspec.json.decode(line, type=dict[str, Any])
        try:
            _tell(answers, verbs[question["do"]](question))
        except Exception as failure:
            traceback.print_exc()
            said = failure.message if isinstance(failure, EngineError) else repr(failure)
            _tell(answers, {"error": said})


def serve_standard_streams(side: Side, more: Mapping[str, Verb] | None = None) -> None:
    """serve() over stdin and stdout; whatever libraries print goes to stderr instead."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with answers:
        serve(side, sys.stdin, answers, more)


def _tell(answers: TextIO, answer: Answer) -> None:
    answers.write(msgspec.json.encode(answer).decode() + "\n")
    answers.flush()


def _spread(values: Sequence[float]) -> float:
    return (max(values) - min(values)) / median(values) if values else 0.0
