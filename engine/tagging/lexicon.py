"""What a word list says of a text's polarity (VADER, Hutto and Gilbert 2014): no model at all.

Stands beside a model's answer, so that one sees what the model adds. English only.
"""

# VADER ships no types.
# pyright: reportMissingTypeStubs=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_POSITIVE = frozenset({"positive", "pos", "good", "pleasant", "favourable", "favorable"})
_NEGATIVE = frozenset({"negative", "neg", "bad", "unpleasant", "unfavourable", "unfavorable"})
_NEUTRAL = frozenset({"neutral", "neither", "mixed"})
_CLEAR = 0.05  # from here on VADER's authors call a text positive or negative


@dataclass(frozen=True, slots=True)
class LexiconView:
    """`compound` from -1, all negative, to 1, all positive; `label` is the one it stands for,
    "" where none of the labels asked for does. `known` says whether any word was in the list."""

    compound: float
    label: str
    known: bool


def is_polarity(labels: Sequence[str]) -> bool:
    """Whether the labels ask for polarity: a positive one and a negative one, perhaps a neutral."""
    sides = [_side(label) for label in labels]
    return {1, -1} <= set(sides) and len(set(sides)) == len(sides) and None not in sides


class Lexicon:
    """The word list, read when first asked."""

    def __init__(self) -> None:
        self._analyser: Any = None

    def view(self, text: str, labels: Sequence[str]) -> LexiconView:
        """What the list says of a text, in terms of polarity labels. ValueError for others.

        Without a neutral label, a text of no known polarity stands for none.
        """
        if not is_polarity(labels):
            raise ValueError("a word list of polarity knows no such labels")
        told = self._opened().polarity_scores(text)
        compound = float(told["compound"])
        side = 0 if abs(compound) < _CLEAR else 1 if compound > 0 else -1
        label = next((label for label in labels if _side(label) == side), "")
        return LexiconView(compound, label, bool(told["pos"] or told["neg"]))

    def _opened(self) -> Any:
        if self._analyser is None:
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

            self._analyser = SentimentIntensityAnalyzer()
        return self._analyser


def _side(label: str) -> int | None:
    word = label.strip().casefold()
    sides = ((_POSITIVE, 1), (_NEGATIVE, -1), (_NEUTRAL, 0))
    return next((side for words, side in sides if word in words), None)
