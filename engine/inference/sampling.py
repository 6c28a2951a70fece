"""Chooses the next token from logits: greedy, or by chance within top-k, top-p and min-p.

Numbers in, a number out. Knows no text and no model; the same seed makes the same choices.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.inference.decoder import Logits


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How freely a reply is chosen.

    temperature: 0 always takes the likeliest token. top_k: 0 is off. top_p: 1 is off.
    min_p: tokens less likely than this share of the likeliest are left out.
    repetition_penalty: 1 is off. dry_multiplier: 0 is off.
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


GREEDY = SamplingSettings(temperature=0.0)


class Sampler:
    """Draws one number of chance a token, so that a text is the same however it was computed."""

    def __init__(self, settings: SamplingSettings) -> None:
        self._settings = settings
        seed = settings.seed if settings.seed is not None else int.from_bytes(os.urandom(8))
        self._chance = np.random.default_rng(seed)

    def choose(self, logits: Logits, history: Sequence[int]) -> int:
        """One of the V tokens of `logits` (V,). `history`: the ids before it, oldest first."""
        if self._settings.temperature <= 0:
            return int(logits.argmax())
        chance = logits.astype(np.float64) / self._settings.temperature
        chance = np.exp(chance - chance.max())
        return int(self._chance.choice(len(chance), p=chance / chance.sum()))
