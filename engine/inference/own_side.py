"""Our own loop as a side of the benchmark: the decoder of a model folder, asked by token ids.

Measures what a reply costs: the same generator, sampler and cache as in a conversation. Text only
for the turns of a talk, where reading the template again is part of the time.
"""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import onnxruntime  # pyright: ignore[reportMissingTypeStubs] - it ships no types

from engine.inference.benchmark import Answer, Loaded, Speed
from engine.inference.decoder import Ids
from engine.inference.decoder_opening import open_decoder
from engine.inference.devices import Device
from engine.inference.generator import GeneratedToken, TokenGenerator, TokenRequest
from engine.inference.language_model import LanguageModel, TextRequest
from engine.inference.prefix_store import PrefixStore
from engine.inference.sampling import SamplingSettings
from engine.models.manifest import read_manifest
from engine.models.template_manners import Message

GREEDY = SamplingSettings(temperature=0)
REPLY_TOKENS = 32


class OwnSide:
    """One model folder on `threads` threads of a device."""

    def __init__(self, folder: Path, threads: int, device: Device) -> None:
        self._folder, self._threads, self._device = folder, threads, device
        self._model: LanguageModel | None = None

    def load(self) -> Loaded:
        began = time.perf_counter()
        manifest = read_manifest(self._folder)
        assert manifest.decoder is not None, "only models that write are measured"
        opened = open_decoder(self._folder, manifest, manifest.decoder, self._threads,
                              self._device)
        self._generator = TokenGenerator(opened.decoder, PrefixStore(opened.decoder, 0))
        version = str(onnxruntime.__version__)
        about = f"{manifest.name}, {manifest.precision}, onnxruntime {version} on {opened.device}"
        return Loaded(f"{about}. {opened.note}".rstrip(" ."), time.perf_counter() - began)

    def measure(self, prompt: Ids, tokens: int) -> Speed:
        began = time.perf_counter()
        said = self._generator.generate(TokenRequest(prompt, tokens + 1, GREEDY))
        ids = [next(_tokens(said))]
        read = time.perf_counter()
        ids += _tokens(said)
        return Speed(len(prompt), read - began, time.perf_counter() - read, tuple(ids))

    def turns(self, question: Mapping[str, Any]) -> Answer:
        """{"tokens", "round"}: seconds to the first token of a first turn of so many tokens, and
        of the second turn after a short reply."""
        model = self._model = self._model or LanguageModel.open(
            self._folder, self._threads, self._device)
        told = _story(model, int(question["tokens"]), int(question["round"]))
        talk = [Message("user", told)]
        name = f"talk {question['round']}"
        first, reply = _first_token(model, talk, name)
        talk += [Message("assistant", reply), Message("user", "And what came after that?")]
        second, _ = _first_token(model, talk, name)
        model.forget(name)
        return {"first": first, "second": second, "tokens": model.count(told)}


def _tokens(said: Iterator[GeneratedToken]) -> Iterator[int]:
    return (piece.token for piece in said if piece.token is not None)


def _story(model: LanguageModel, tokens: int, number: int) -> str:
    """A text of about so many tokens whose beginning differs with the number."""
    day = "On day {} we walked {} miles along the shore and counted {} boats before the rain."
    told, at = f"This is the story of journey {number}.", 1
    while model.count(told) < tokens:
        told += " " + day.format(at, at * 7 % 23 + number, at * 5 % 17)
        at += 1
    return told


def _first_token(model: LanguageModel, talk: list[Message], name: str) -> tuple[float, str]:
    """Seconds until the first token of a reply, and the reply."""
    began = time.perf_counter()
    asked = TextRequest(max_tokens=REPLY_TOKENS, sampling=GREEDY, prefix=name)
    seconds, reply = 0.0, ""
    for piece in model.stream(model.render(talk), asked):
        if piece.token is not None and not seconds:
            seconds = time.perf_counter() - began
        reply += piece.text
    return seconds, reply
