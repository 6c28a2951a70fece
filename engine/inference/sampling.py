"""Chooses the next token from logits: greedy, or by chance within top-k, top-p and min-p.

Numbers in, a number out. Knows no text and no model; the same seed makes the same choices.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.decoder import Ids, Logits
from engine.inference.repetition import punish_loops, punish_repeats

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How freely a reply is chosen. Each filter looks at the model's own probabilities.

    temperature: 0 always takes the likeliest token. top_k: 0 is off. top_p: 1 is off.
    min_p: tokens less likely than this share of the likeliest are left out; 0 is off.
    repetition_penalty: logits of recent tokens are divided by it (Keskar et al. 2019); 1 is off.
    dry_*: a token that would continue a repeat longer than `dry_allowed_length` loses
    multiplier * base ** (length - allowed); a multiplier of 0 is off.
    seed: the same seed gives the same text; None draws one.
    """

    temperature: float = 0.7
    top_k: int = 0
    top_p: float = 0.95
    min_p: float = 0.05
    repetition_penalty: float = 1.0
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    seed: int | None = None


_NONE = 1e-30  # what is less likely than this share of the likeliest is never said
_FEW = 2000
_COLDEST = 1e-6  # below, 32 bits hold no temperature
GREEDY = SamplingSettings(temperature=0.0)


class Sampler:
    """Draws one number of chance a token, so that a text is the same however it was computed.

    `breakers` are tokens over which no repeat reaches (line ends, quotes, ends of turns): they
    come again by nature, and nothing makes them less likely for it.
    """

    def __init__(
        self, settings: SamplingSettings, breakers: frozenset[int] = frozenset()
    ) -> None:
        self._settings = settings
        self._breakers = breakers
        seed = settings.seed if settings.seed is not None else int.from_bytes(os.urandom(8))
        self._draw: Callable[[], float] = np.random.default_rng(seed).random

    def choose(self, logits: Logits, history: Ids) -> int:
        """One of the V tokens of `logits` (V,); minus infinity forbids a token.

        `history` (n,): the tokens before it, oldest first. EngineError where the logits are no
        numbers, or forbid every token.
        """
        settings = self._settings
        if settings.repetition_penalty != 1 and len(history):
            logits = punish_repeats(
                logits, history, settings.repetition_penalty, self._breakers
            )
        if settings.dry_multiplier > 0 and len(history):
            logits = punish_loops(
                logits,
                history,
                settings.dry_multiplier,
                settings.dry_base,
                settings.dry_allowed_length,
                self._breakers,
            )
        likeliest = int(logits.argmax())  # the first that is no number, where there is one
        check(float(logits[likeliest]))
        if settings.temperature <= 0:
            return likeliest
        return self._drawn(logits, float(logits[likeliest]))

    def _drawn(self, logits: Logits, top: float) -> int:
        tokens = likely_tokens(logits, top, self._settings)
        # The likeliest has 0 before and after, so nothing can overflow.
        heights = (logits[tokens] - np.float32(top)) / max(self._settings.temperature, _COLDEST)
        weights: Floats = np.cumsum(np.exp(heights), dtype=np.float64)
        drawn = self._draw() * float(weights[-1])
        place = int(np.searchsorted(weights, drawn, side="right"))
        return int(tokens[min(place, len(tokens) - 1)])


def check(greatest: float) -> None:
    """Raises EngineError where the greatest logit is not a finite number."""
    if not np.isfinite(greatest):
        raise EngineError(
            "The model gave numbers that are none, so nothing can be chosen from them.",
            "The model's files may be damaged: check it under Models, or choose another device.",
        )


def likely_tokens(logits: Logits, top: float, settings: SamplingSettings) -> Ids:
    """The tokens that pass the filters, in no certain order. `top` is the greatest logit.

    The V logits are exponentiated once, in float32; only the few that may pass are sorted.
    """
    chances = np.exp(logits - np.float32(top))
    least = np.float32(max(settings.min_p, _NONE))
    if 0 < settings.top_k < len(chances):
        kth = np.partition(chances, -settings.top_k)[-settings.top_k]
        counted = _in_order(chances, np.flatnonzero(chances >= kth))[: settings.top_k]
        whole = float(chances[counted].sum())
        tokens = counted[chances[counted] >= least]
    else:
        whole = float(chances.sum())
        tokens = np.flatnonzero(chances >= least)
    if settings.top_p >= 1:
        return tokens
    return _nucleus(chances, tokens, settings.top_p * whole)


def _nucleus(chances: Logits, tokens: Ids, mass: float) -> Ids:
    """The fewest of the tokens, likeliest first, that hold the mass, or all."""
    least = 1e-2
    while len(tokens) > _FEW and least > _NONE:
        some = tokens[chances[tokens] >= least]
        if chances[some].sum() >= mass:
            tokens = some
            break
        least /= 10
    tokens = _in_order(chances, tokens)
    heights = np.cumsum(chances[tokens], dtype=np.float64)
    return tokens[: int(np.searchsorted(heights, mass)) + 1]


def _in_order(chances: Logits, tokens: Ids) -> Ids:
    return tokens[np.argsort(-chances[tokens], kind="stable")]
