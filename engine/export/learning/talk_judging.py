"""How well a model foretells what was said in talks it has not seen, and what it says itself.

Figures with intervals over the talks, before and after a training on the same ones (paired
bootstrap, Efron and Tibshirani 1993). Asks the models as they will be used.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from engine.inference.language_model import LanguageModel
from engine.inference.sampling import GREEDY
from engine.inference.text_model import TextRequest
from engine.training.examples.example import Example
from engine.training.examples.talk import TalkMaker
from engine.training.examples.talk_model import TalkModel
from engine.training.examples.talk_prompts import TalkPrompts
from engine.training.examples.talk_script import TalkScripts
from engine.training.rows.row import TalkRow
from engine.training.runs.report import Measured

Floats = npt.NDArray[np.float64]
MOST_TOKENS = 16_000
"""Read in all to judge by, so that it takes seconds and not minutes."""
REPLY_TOKENS = 60
_ROUNDS = 2000
_FEWEST_TALKS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Surprise:
    """Over T talks: `nats` (T,) lost on their learned tokens in all, and how many `tokens` (T,)
    these are."""

    nats: Floats
    tokens: Floats

    @property
    def perplexity(self) -> float:
        """Of a token: the lower, the better foretold."""
        return float(np.exp(self.nats.sum() / max(self.tokens.sum(), 1)))


def few(examples: Sequence[Example], most_tokens: int = MOST_TOKENS) -> list[Example]:
    """Examples evenly from the whole, as many as so many tokens hold; one at least."""
    total = sum(example.length for example in examples)
    count = max(1, int(len(examples) * min(1.0, most_tokens / max(total, 1))))
    chosen = np.linspace(0, len(examples) - 1, min(count, len(examples))).round().astype(int)
    return [examples[at] for at in dict.fromkeys(chosen.tolist())]


def surprise(model: LanguageModel, examples: Sequence[Example]) -> Surprise:
    """How much what was said surprises a model, talk by talk."""
    groups = {name: at for at, name in enumerate(dict.fromkeys(map(_group, examples)))}
    nats, tokens = np.zeros(len(groups)), np.zeros(len(groups))
    for example in examples:
        places = np.flatnonzero(example.learned)
        at = groups[_group(example)]
        nats[at] -= float(model.held(example.ids, places.tolist()).astype(np.float64).sum())
        tokens[at] += len(places)
    return Surprise(nats, tokens)


def _group(example: Example) -> object:
    """The talk an example is of; where its row names none, the row."""
    return example.group or example.place


def compared(before: Surprise, after: Surprise, of: str) -> Measured:
    """Perplexity before and after. Without intervals where there are too few talks."""
    count = len(before.nats)
    figure = Measured(
        name="perplexity", before=before.perplexity, after=after.perplexity,
        difference=after.perplexity - before.perplexity, better_high=False, of=of)
    if count < _FEWEST_TALKS:
        return figure
    chosen = np.random.default_rng(7).integers(0, count, (_ROUNDS, count))
    worlds = [np.exp(each.nats[chosen].sum(1) / each.tokens[chosen].sum(1))
              for each in (before, after)]
    low, high = _ends(worlds[1] - worlds[0])
    return Measured(
        name=figure.name, before=figure.before, after=figure.after,
        before_interval=_ends(worlds[0]), after_interval=_ends(worlds[1]),
        difference=figure.difference, difference_interval=(low, high), sure=low * high > 0,
        better_high=False, of=of)


def verdict(figure: Measured) -> tuple[bool | None, str]:
    """Whether a figure says that it is better, and one sentence for the person."""
    before = "" if figure.before is None else f"{_told(figure.before)} before, "
    told = f"{figure.name} {before}{_told(figure.after)} after, {figure.of}"
    if not figure.sure or figure.difference is None:
        return None, f"It cannot be told for sure whether it is better: {told}."
    better = (figure.difference > 0) == figure.better_high
    return better, f"It is {'better' if better else 'worse'} than before: {told}."


def _told(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.0%}"


def last_replies(maker: TalkMaker, words: TalkModel, rows: Sequence[TalkRow],
                 most: int) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Of some talks what was said before a learned line, the prompt for that line, and what ends
    the reply."""
    for row in rows:
        learned = [at for at, line in enumerate(row.lines) if line.learned and at]
        if most <= 0:
            return
        if not learned:
            continue
        place = learned[len(learned) // 2]
        prompts = TalkPrompts(words, maker.form_of(row), TalkScripts(row, maker.options))
        text, stops = prompts.asked(place, REPLY_TOKENS)
        yield row.lines[place - 1].text, text, stops
        most -= 1


def said(model: LanguageModel, prompt: str, stops: tuple[str, ...],
         most_tokens: int = REPLY_TOKENS) -> str:
    """What a model answers, its likeliest words."""
    pieces = cast("Any", model.stream(prompt, TextRequest(most_tokens, GREEDY, stops)))
    with closing(pieces):
        return "".join(piece.text for piece in pieces).strip()


def _ends(worlds: Floats) -> tuple[float, float]:
    low, high = np.percentile(worlds, (2.5, 97.5)).tolist()
    return low, high
