"""What a model that talks is asked to be judged by, what it says to that, and the judgement of it.

The same for every method that teaches talk; each model is heard alone, so that two are never in
memory at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.export.learning.given import Given
from engine.export.learning.kit import Judged
from engine.export.learning.life_judging import Asked, rights
from engine.export.learning.life_judging import compared as lives_compared
from engine.export.learning.talk_judging import (
    Surprise,
    compared,
    last_replies,
    said,
    surprise,
    verdict,
)
from engine.export.sample_text import JUDGED
from engine.inference.language_model import LanguageModel
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import read_manifest
from engine.training.examples.example import Example
from engine.training.examples.talk import TalkMaker
from engine.training.examples.talk_model import TalkModel
from engine.training.rows.row import TalkRow
from engine.training.runs.report import Measured, Spoken

_SPOKEN = 4


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """All that models are asked: `examples` to be foretold, of `of`; `lives` to be asked about by
    the prompts of `life_maker`; and `rows` of which some lines are answered."""

    words: TalkModel
    maker: TalkMaker
    examples: Sequence[Example]
    rows: Sequence[TalkRow]
    of: str
    lives: Sequence[Asked] = ()
    life_maker: TalkMaker | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What one model did in a trial."""

    surprise: Surprise | None
    rights: Sequence[bool]
    said: Sequence[str]


def models_of(given: Given, place: Path) -> Iterator[LanguageModel]:
    """The model before, then the one built at `place`; the first is let go in between. One that
    cuts words otherwise cannot be asked the same: the base stands in for it."""
    before = given.replaces or given.require_base()
    if not _same_words(before, given.require_base()):
        before = given.require_base()
    yield LanguageModel.open(before)
    yield LanguageModel.open(place, base=given.base)


def _same_words(one: Path, other: Path) -> bool:
    """Whether two models that write have the same tokens; False where one cannot be read."""
    try:
        first, second = (Tokenizer.open(_words_of(folder)) for folder in (one, other))
    except EngineError:
        return False
    return first.size == second.size and all(
        np.array_equal(first.encode(text).ids, second.encode(text).ids) for text in JUDGED)


def _words_of(folder: Path) -> Path:
    """The tokenizer of a model; an adapter has that of its base."""
    adapter = read_manifest(folder).adapter
    return (folder.parent / adapter.base if adapter else folder) / "tokenizer.json"


def hear(model: LanguageModel, trial: Trial) -> Heard:
    """A model in a trial."""
    maker = trial.life_maker or trial.maker
    return Heard(
        surprise(model, trial.examples) if trial.examples else None,
        rights(model, trial.words, maker, trial.lives),
        [said(model, text, stops) for _, text, stops in _spoken(trial)])


def judged(trial: Trial, before: Heard, after: Heard,
           more: Sequence[Measured] = ()) -> Judged:
    """What came of it; `more` figures stand first, and the first of all gives the verdict."""
    figures = list(more)
    if before.surprise is not None and after.surprise is not None:
        figures.append(compared(before.surprise, after.surprise, trial.of))
    if trial.lives:
        figures += lives_compared(trial.lives, before.rights, after.rights)
    if not figures:
        return Judged(verdict="There were no talks to judge it by.")
    better, sentence = verdict(figures[0])
    spoken = tuple(Spoken(asked=asked, before=first, after=then) for (asked, _, _), first, then
                   in zip(_spoken(trial), before.said, after.said, strict=True))
    return Judged(tuple(figures), spoken, better, sentence,
                  quality={figure.name: figure.after for figure in figures})


def _spoken(trial: Trial) -> list[tuple[str, str, tuple[str, ...]]]:
    return list(last_replies(trial.maker, trial.words, trial.rows, _SPOKEN))
