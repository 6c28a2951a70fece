"""What of a model that writes is needed to make examples for it: tokens, template, a turn's end.

Writes tokens just as the opened model would read them; its weights stay on disk.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.inference.tokenizer import GUARD, Ids, Tokenizer
from engine.models.chat_template import ChatTemplate
from engine.models.manifest import DecoderInfo, ModelManifest, read_manifest
from engine.models.template_manners import Message

_REMEMBERED = 256  # texts; a talk's prompts share their pieces


class TalkModel:
    """A PromptModel of a model folder. `window` is the longest example, in tokens."""

    def __init__(self, tokenizer: Tokenizer, template: ChatTemplate, info: DecoderInfo,
                 window: int) -> None:
        self.window = window
        self.tokenizer = tokenizer
        self._template = template
        self._start = np.array(info.start_ids, np.int64)
        self.ending = self._found_ending(info)
        self._remembered: dict[str, Ids] = {}
        self._rendered: tuple[tuple[Message, ...], str] = ((), "")

    @classmethod
    def open(cls, folder: Path, window: int) -> "TalkModel":
        """EngineError where the folder holds no model that writes one token after the other."""
        manifest = read_manifest(folder)
        info = _info(manifest)
        return cls(Tokenizer.open(folder / "tokenizer.json"), ChatTemplate.load(folder), info,
                   min(window, manifest.window))

    @property
    def reply_stops(self) -> tuple[str, ...]:
        """As the open model has them."""
        stops = self._template.stops
        return tuple(stop for stop in stops if self.tokenizer.special_id(stop.strip()) is None)

    def count(self, text: str) -> int:
        """Tokens of a prompt."""
        return len(self.encode(text))

    def quote(self, text: str) -> str:
        """A foreign text as it may stand in a prompt."""
        return self.tokenizer.quote(text)

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt of these messages, ready for the reply."""
        key = tuple(messages)
        if not key or self._rendered[0] != key:  # a prompt is counted before it is told
            parts = self._template.render_parts(messages)
            self._rendered = key, "".join(
                part.text if part.trusted else self.quote(part.text) for part in parts)
        return self._rendered[1]

    def tokenize(self, text: str) -> Ids:
        """The tokens of a foreign text that follows other text; none of them is special."""
        parts = [self.tokenizer.continuation(part) for part in self.quote(text).split(GUARD)]
        return np.concatenate(parts)

    def encode(self, prompt: str) -> Ids:
        """The tokens of a prompt, with those that stand before every prompt."""
        held = self._remembered.get(prompt)
        if held is None:
            held = self.tokenizer.encode_prompt(prompt)
            if not np.array_equal(held[: len(self._start)], self._start):
                held = np.concatenate([self._start, held])
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[prompt] = held
        return held

    def _found_ending(self, info: DecoderInfo) -> Ids:
        """The token that ends a reply in this model's template, or else any that ends one."""
        marks = (self.tokenizer.special_id(stop.strip()) for stop in self._template.stops)
        found = [mark for mark in marks if mark is not None] or list(info.stop_ids)
        return np.array(found[:1], np.int64)


def _info(manifest: ModelManifest) -> DecoderInfo:
    info = manifest.decoder
    if info is None or info.layout == "encoder-decoder":
        raise EngineError(f"{manifest.name} cannot be taught to talk.",
                          "Choose a model that writes, such as SmolLM2.")
    return info
