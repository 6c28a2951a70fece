"""Tries a device beside the processor: does it answer the same, how fast, and what falls back.

For a child process, because a broken driver ends the process it is tried in. Knows graphs and
text models as they are opened elsewhere; keeps no record.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.inference.devices import CPU, Device
from engine.inference.language_model import TextModel, TextRequest
from engine.inference.onnx_model import Array, OnnxModel
from engine.inference.sampling import SamplingSettings
from engine.models.template_manners import Message

RUNS = 5
TOKENS = 32
QUESTION = "Name three things one finds at the sea, and say a sentence about each."
MOST_OFF = 0.05  # of the spread of the processor's answers; 16-bit sums stay well below
MOST_UNLIKELY = 0.5  # nats a token by which the same words may be less likely on the device

OpenModel = Callable[[Device], TextModel]


@dataclass(frozen=True, slots=True)
class GraphTrial:
    """How a small graph did. Milliseconds a run; `off` is the greatest difference between the
    answers, in standard deviations of the processor's."""

    milliseconds: float
    processor_milliseconds: float
    off: float
    on_device: int
    fallen_back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speech:
    """What a model said, greedily: seconds to open it and tokens a second after the first."""

    tokens: tuple[int, ...]
    text: str
    load_seconds: float
    tokens_per_second: float
    log_chance: float


@dataclass(frozen=True, slots=True)
class WriterTrial:
    """A chat model on the device and on the processor."""

    device: Speech
    processor: Speech

    @property
    def same_tokens(self) -> int:
        """How many tokens both begin with."""
        pairs = zip(self.device.tokens, self.processor.tokens, strict=False)
        return next((at for at, (one, other) in enumerate(pairs) if one != other),
                    min(len(self.device.tokens), len(self.processor.tokens)))


def try_graph(graph: Path, inputs: Mapping[str, Array], device: Device) -> GraphTrial:
    """Runs a graph of one output on both. EngineError where the device does not run it, or
    answers differently."""
    expected, usual = _timed(OnnxModel.open(graph), inputs)
    model = OnnxModel.open(graph, 0, device)
    if model.note:
        raise EngineError(model.note, "Update the driver of the device, or go on without it.")
    found, milliseconds = _timed(model, inputs)
    off = float(np.abs(found - expected).max() / max(float(expected.std()), 1e-6))
    if not off <= MOST_OFF:  # not a number is off too
        raise _wrong(device)
    return GraphTrial(milliseconds, usual, off, model.on_device, model.fallen_back)


def try_writer(open_model: OpenModel, device: Device) -> WriterTrial:
    """Lets a chat model say the same on both, one after the other. EngineError where what the
    processor says is much less likely on the device."""
    processor = _speech(open_model, CPU, "")
    there = _speech(open_model, device, processor.text)
    if not processor.log_chance - there.log_chance <= MOST_UNLIKELY:
        raise _wrong(device)
    return WriterTrial(there, processor)


def _timed(model: OnnxModel, inputs: Mapping[str, Array]) -> tuple[np.ndarray, float]:
    """The answer, and the milliseconds of the fastest of some runs after the first."""
    answer = model.run(model.outputs[:1], inputs)[0]
    seconds: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        model.run(model.outputs[:1], inputs)
        seconds.append(time.perf_counter() - began)
    return answer.astype(np.float64), 1000 * min(seconds)


def _speech(open_model: OpenModel, device: Device, likely: str) -> Speech:
    """`likely` is the text whose chance is asked, "" for the model's own."""
    began = time.perf_counter()
    model = open_model(device)
    load_seconds = time.perf_counter() - began
    prompt = model.render([Message("user", QUESTION)])
    asked = TextRequest(max_tokens=TOKENS, sampling=SamplingSettings(temperature=0))
    pieces = [(piece, time.perf_counter()) for piece in model.stream(prompt, asked)]
    written = [(piece.token, at) for piece, at in pieces if piece.token is not None]
    if not written:
        raise EngineError(f"{model.name} says nothing, so {device.title} cannot be tried with it.",
                          "Choose another chat model, then try again.")
    text = "".join(piece.text for piece, _ in pieces)
    chances = model.logprobs(prompt, [likely or text])[0]
    return Speech(tuple(token for token, _ in written), text, load_seconds,
                  (len(written) - 1) / max(written[-1][1] - written[0][1], 1e-9),
                  float(chances.mean()) if chances.size else 0.0)


def _wrong(device: Device) -> EngineError:
    return EngineError(f"{device.title} runs the model, but its answers are wrong.",
                       "Update the driver of the device, or go on without it.")
