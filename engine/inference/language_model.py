"""A model that writes, as everything above the inference room sees it: text in, text out.

Joins tokenizer, chat template, decoder and loop of one model folder. Knows no conversation.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.inference.decoder import Decoder, Ids
from engine.inference.devices import CPU, Device
from engine.inference.generator import STOP, TokenGenerator, TokenRequest, check_length
from engine.inference.grammar import Grammars
from engine.inference.memory import give_back_memory
from engine.inference.prefix_store import BUDGET_BYTES, PrefixStore
from engine.inference.scoring import log_softmax, score_continuations
from engine.inference.text_model import LogProbs, TextModel, TextPiece, TextRequest
from engine.inference.text_pieces import TextPieces
from engine.inference.tokenizer import Tokenizer
from engine.models.adapters import require_base
from engine.models.chat_template import ChatTemplate, Message
from engine.models.manifest import (
    WRITING_TASKS,
    AdapterInfo,
    DecoderInfo,
    ModelManifest,
    read_manifest,
)

__all__ = ["LanguageModel", "LogProbs", "TextModel", "TextPiece", "TextRequest"]

_BREAKERS = ("\n", ":", '"', "*")  # no repeat reaches over these, or lists would come apart


class LanguageModel:
    """A TextModel over an open decoder. `note` says why the device wished for is not used."""

    def __init__(
        self,
        folder: Path,
        manifest: ModelManifest,
        info: DecoderInfo,
        tokenizer: Tokenizer,
        decoder: Decoder[Any],
        device: str = CPU.name,
        note: str = "",
    ) -> None:
        if tokenizer.size > info.vocabulary:
            raise EngineError(
                f"The tokenizer of {manifest.name} has {tokenizer.size} tokens, the model only "
                f"{info.vocabulary}: they do not belong together.",
                "Add the model again from its source.",
            )
        self.id = manifest.id
        self.name = manifest.name
        self.window = decoder.window
        self.device = device
        self.note = note
        self.tokenizer = tokenizer
        self.grammars = Grammars(tokenizer, info.vocabulary)
        self._folder = folder
        self._info = info
        self._decoder = decoder
        self._stop_ids = frozenset(info.stop_ids)
        self._has_encoder = info.layout == "encoder-decoder"
        self._prefixes = PrefixStore(decoder, 0 if self._has_encoder else BUDGET_BYTES)
        self._generator = TokenGenerator(decoder, self._prefixes, slides=not self._has_encoder)

    @classmethod
    def open(cls, folder: Path, threads: int = 0, device: Device = CPU,
             base: Path | None = None) -> "LanguageModel":
        """Opens a model folder; of an adapter `base` is the folder of what it joins, by default
        beside its own. EngineError where it is not a whole model that writes."""
        # The runtime takes a tenth of a second to import: not for who only names this class.
        from engine.inference.decoder_opening import open_decoder

        manifest = read_manifest(folder)
        info = manifest.decoder
        if manifest.task not in WRITING_TASKS or info is None:
            raise EngineError(f"{manifest.name} does not write.", "Choose another model.")
        if manifest.adapter is not None:
            return cls._open_adapter(folder, manifest, info, manifest.adapter, threads, device,
                                     base)
        tokenizer = Tokenizer.open(folder / "tokenizer.json")
        opened = open_decoder(folder, manifest, info, threads, device)
        give_back_memory()
        return cls(
            folder, manifest, info, tokenizer, opened.decoder, opened.device, opened.note
        )

    @classmethod
    def _open_adapter(cls, folder: Path, manifest: ModelManifest, info: DecoderInfo,
                      adapter: AdapterInfo, threads: int, device: Device,
                      base: Path | None) -> "LanguageModel":
        from engine.inference.decoder_opening import AdapterPlace, open_adapted

        base = base or folder.parent / adapter.base
        require_base(manifest, adapter, base)
        tokenizer = Tokenizer.open(base / "tokenizer.json")
        place = AdapterPlace(folder, manifest, adapter, base, info)
        opened = open_adapted(place, threads, device)
        give_back_memory()
        return cls(base, manifest, info, tokenizer, opened.decoder, opened.device, opened.note)

    @cached_property
    def _template(self) -> ChatTemplate:
        return ChatTemplate.load(self._folder)

    @cached_property
    def _breakers(self) -> frozenset[int]:
        return frozenset(
            token for text in _BREAKERS for token in self.tokenize(text).tolist()
        )

    @property
    def reply_stops(self) -> tuple[str, ...]:
        stops = self._template.stops
        return tuple(stop for stop in stops if self.tokenizer.special_id(stop.strip()) is None)

    def count(self, text: str) -> int:
        return len(self._encode(text))

    def tokenize(self, text: str) -> Ids:
        return self.tokenizer.continuation(text)

    def quote(self, text: str) -> str:
        return self.tokenizer.quote(text)

    def render(self, messages: Sequence[Message]) -> str:
        parts = self._template.render_parts(messages)
        return "".join(part.text if part.trusted else self.quote(part.text) for part in parts)

    def stream(self, prompt: str, request: TextRequest) -> Iterator[TextPiece]:
        pieces = TextPieces(self.tokenizer, request.stops)
        tokens = self._generator.generate(self._token_request(prompt, request))
        try:
            for said in tokens:
                text, ended = "", said.ended
                if said.token is not None:
                    text = pieces.add(said.token)
                elif ended:
                    text = pieces.rest()
                yield TextPiece(
                    text, said.token, said.logprob, said.prompt_done, said.prompt_total, ended
                )
                if pieces.stopped and not ended:
                    total = said.prompt_total
                    yield TextPiece("", None, None, total, total, STOP)
                    return
        finally:
            tokens.close()  # now, not when it is collected: the cache goes back to its place

    def _token_request(self, prompt: str, request: TextRequest) -> TokenRequest:
        return TokenRequest(
            self._encode(prompt),
            request.max_tokens,
            request.sampling,
            self._stop_ids,
            request.constraint,
            request.prefix,
            request.keep,
            self._breakers if request.sampling.dry_multiplier > 0 else frozenset(),
            request.logprobs,
            request.speculate and not self._has_encoder,
        )

    def logprobs(
        self, prompt: str, continuations: Sequence[str], prefix: str = ""
    ) -> list[LogProbs]:
        ids = self._encode(prompt)
        endings = [self.tokenize(text) for text in continuations]
        check_length(len(ids) + max(map(len, endings), default=0), self.window)
        return score_continuations(self._decoder, self._prefixes, ids, endings, prefix)

    def held(self, ids: Ids, places: Sequence[int]) -> LogProbs:
        """(n,) the log-probability of the tokens at these places of `ids`, each after all that
        stand before it; the first place is none of them. Not for encoder-decoders. EngineError
        where the ids do not fit the window."""
        check_length(len(ids), self.window)
        rows = [place - 1 for place in places]
        logits = self._decoder.read(self._decoder.new_cache(), ids, rows)
        return log_softmax(logits)[np.arange(len(rows)), ids[list(places)]]

    def forget(self, prefix: str) -> None:
        """Gives back the memory a conversation's cache holds."""
        self._prefixes.forget(prefix)

    def _encode(self, prompt: str) -> Ids:
        ids = self.tokenizer.encode_prompt(prompt)
        if self._has_encoder:
            return self.tokenizer.wrap(ids)
        start = np.array(self._info.start_ids, np.int64)
        if not np.array_equal(ids[: len(start)], start):
            ids = np.concatenate([start, ids])
        # A model must be asked something: the end of another text is the beginning of any.
        return ids if len(ids) else np.array([*self._info.stop_ids[:1], 0][:1], np.int64)
