"""The decode loop: token ids in, token ids out, one at a time, until a stop or the length.

Knows decoders, caches, sampling and constraints; knows no text. Closing the generator stops at
once, and what was read is kept for the conversation's next turn.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic

import numpy as np

from engine.errors import EngineError
from engine.inference.constraint import BoolArray, Constraint
from engine.inference.decoder import C, Decoder, Ids, Logits
from engine.inference.prefix_store import HeldCache, PrefixStore
from engine.inference.sampling import Sampler, SamplingSettings
from engine.inference.speculation import LookupReader, StepReader, reads_alike

STOP, LENGTH, CONSTRAINT = "stop", "length", "constraint"


@dataclass(frozen=True, slots=True, eq=False)
class TokenRequest:
    """What to continue, and how. `prompt` (n,), n at least 1.

    `prefix` names the conversation whose cache serves. `keep`: tokens of the prompt's beginning
    that stay when the window is full. `breakers`: see Sampler. `logprobs` asks for each token's
    log-probability.
    """

    prompt: Ids
    max_tokens: int = 512
    sampling: SamplingSettings = SamplingSettings()  # noqa: RUF009 - frozen
    stop_ids: frozenset[int] = frozenset()
    constraint: Constraint | None = None
    prefix: str = ""
    keep: int = 0
    breakers: frozenset[int] = frozenset()
    logprobs: bool = False
    speculate: bool = False


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """One token, or progress in reading (token None), or the end (`ended` set, token None)."""

    token: int | None
    logprob: float | None
    prompt_done: int
    prompt_total: int
    ended: str = ""


class TokenGenerator(Generic[C]):
    """Continues prompts with one decoder. One request at a time.

    `slides`: where the window is full the oldest half of what follows the kept beginning is
    dropped and the rest read again; else the reply ends there with "length".
    """

    def __init__(self, decoder: Decoder[C], prefixes: PrefixStore[C], slides: bool = True) -> None:
        self._decoder = decoder
        self._prefixes = prefixes
        self._slides = slides

    def generate(self, request: TokenRequest) -> Generator[GeneratedToken, None, None]:
        """Progress while the prompt is read, then tokens, then one value with `ended`.

        EngineError where the prompt is longer than the window, or the logits are no numbers.
        """
        total = len(request.prompt)
        if total == 0:
            raise ValueError("an empty prompt has no next token")
        check_length(total, self._decoder.window)
        guesses = request.speculate and self._reads_alike
        held = self._prefixes.take(request.prefix, request.prompt)
        reader = (LookupReader if guesses else StepReader)(self._decoder, held)
        try:
            yield from self._reply(_Reply(request, self._decoder, held, reader), held)
        except GeneratorExit:
            self._prefixes.give_back(request.prefix, held)
            raise
        # After any other error the cache is not to be trusted, and is left to go.
        self._prefixes.give_back(request.prefix, held)

    @cached_property
    def _reads_alike(self) -> bool:
        return reads_alike(self._decoder)

    def _reply(self, reply: "_Reply[C]", held: HeldCache[C]) -> Iterator[GeneratedToken]:
        request = reply.request
        yield from reply.read(request.prompt[len(held) :], len(held))
        for room in range(request.max_tokens, 0, -1):
            ended = reply.choose()
            if ended:
                yield reply.progress(ended)
                return
            yield reply.spoken()
            if room == 1:
                break
            if len(held) == self._decoder.window:
                if not self._slides:
                    break
                yield from reply.slide()
            reply.step(room - 1)
        constraint = request.constraint
        whole = constraint is not None and constraint.finished
        yield reply.progress(CONSTRAINT if whole else LENGTH)


class _Reply(Generic[C]):
    """One request being answered: what was read, what was said last, what may come."""

    def __init__(
        self,
        request: TokenRequest,
        decoder: Decoder[C],
        held: HeldCache[C],
        reader: StepReader[C],
    ) -> None:
        self.request = request
        self._decoder = decoder
        self._held = held
        self._reader = reader
        self._sampler = Sampler(request.sampling, request.breakers | request.stop_ids)
        self._stops = np.array(sorted(request.stop_ids), np.int64)
        self._logits: Logits = np.empty(0, np.float32)
        self._token = -1

    def progress(self, ended: str = "", done: int | None = None) -> GeneratedToken:
        total = len(self.request.prompt)
        return GeneratedToken(None, None, total if done is None else done, total, ended)

    def spoken(self) -> GeneratedToken:
        """The token chosen last."""
        total = len(self.request.prompt)
        logprob = log_chance(self._logits, self._token) if self.request.logprobs else None
        return GeneratedToken(self._token, logprob, total, total)

    def read(self, ids: Ids, done: int) -> Iterator[GeneratedToken]:
        """Reads ids in chunks, and tells between them."""
        for start in range(0, len(ids), self._decoder.chunk):
            yield self.progress(done=min(done + start, len(self.request.prompt)))
            part = ids[start : start + self._decoder.chunk]
            self._logits = self._decoder.read(self._held.cache, part)[0]
            self._held.add(part)
        yield self.progress()

    def choose(self) -> str:
        """Chooses the next token; how the reply ended where it did."""
        constraint = self.request.constraint
        if constraint is None:
            self._token = self._sampler.choose(self._logits, self._held.ids)
        else:
            if constraint.finished:
                return CONSTRAINT
            if not self._choose_within(constraint):
                return STOP
        return STOP if self._token in self.request.stop_ids else ""

    def _choose_within(self, constraint: Constraint) -> bool:
        """False where the model ends the reply by its choice."""
        mask = constraint.allowed()
        if mask is not None:
            mask = widened(mask, self._decoder.vocabulary)
            if constraint.may_end and len(self._stops):
                mask[self._stops] = True
            # A model without a token to stop with may say that it is done by any other.
            if len(self._stops) or not constraint.may_end:
                logits = np.where(mask, self._logits, np.float32(-np.inf))
                self._token = self._sampler.choose(logits, self._held.ids)
                if self._token not in self.request.stop_ids:
                    constraint.accept(self._token)
                return True
        self._token = self._sampler.choose(self._logits, self._held.ids)
        if mask is not None and not mask[self._token]:
            return False
        if self._token not in self.request.stop_ids:
            constraint.accept(self._token)
        return True

    def step(self, room: int) -> None:
        """Reads the token chosen last."""
        self._logits = self._reader.after(self._token, room)

    def slide(self) -> Iterator[GeneratedToken]:
        """Makes room: keeps the beginning asked for and the newer half of the rest."""
        ids = self._held.ids.copy()
        kept = min(self.request.keep, len(ids) // 2)
        rest = ids[kept + (len(ids) - kept + 1) // 2 :]
        self._decoder.cut(self._held.cache, kept)
        self._held.cut(kept)
        yield from self.read(rest, len(self.request.prompt))


def check_length(tokens: int, window: int) -> None:
    """Raises EngineError for a prompt of more tokens than the window holds."""
    if tokens > window:
        raise EngineError(
            f"The text has {tokens} tokens, and the model can take {window} at most.",
            "Shorten it, or choose a model with a larger window.",
        )


def log_chance(logits: Logits, token: int) -> float:
    """The natural logarithm of a token's probability under logits (V,)."""
    top = logits.max()
    return float(logits[token] - top - np.log(np.exp(logits - top).sum()))


def widened(mask: BoolArray, vocabulary: int) -> BoolArray:
    """A copy of a mask over the whole vocabulary."""
    whole = np.zeros(vocabulary, np.bool_)
    whole[: len(mask)] = mask[:vocabulary]
    return whole


