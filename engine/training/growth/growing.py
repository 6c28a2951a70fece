"""Lets a set of rows grow: a model proposes new ones after a few of the set, filters keep the good.

Self-instruct (Wang et al. 2022): examples are drawn by chance from the seeds and from what the
person approved; what is like any text of the set, ill-formed or out of proportion is dropped and
counted. Proposals are kept, and learned only once the person approves them. Closing stops.
"""

import random
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import cast

from engine.chat.direction.manner import is_garbled
from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.inference.sampling import SamplingSettings
from engine.inference.text_model import TextModel, TextPiece, TextRequest
from engine.models.template_manners import Message
from engine.training.growth.grown import GrownRow, GrownText, Growth, GrowthKind, RowState
from engine.training.growth.growth_prompt import asking_for_answer, asking_for_text
from engine.training.growth.growth_store import GrowthStore
from engine.training.growth.likeness import Likeness
from engine.training.rows.word_hashes import words_of

EXAMPLES = 4
TRIES_A_ROW = 4
_MOST_TOKENS = 400
_SHARE_OF_WINDOW = 0.5
_SAMPLING = SamplingSettings(temperature=0.9, min_p=0.05, repetition_penalty=1.05)
_ANSWERING = SamplingSettings(temperature=0.4, min_p=0.1)
_FEWEST_DIFFERENT = 0.4
_SHORTER, _LONGER = 0.4, 2.5


@dataclass(frozen=True, slots=True)
class Tried:
    """So many of the tries are done; `why` the last proposal was dropped, "" where it was kept."""

    done: int
    total: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal was kept."""

    row: GrownRow


@dataclass(frozen=True, slots=True)
class Grown:
    """The end: `kept` proposals of `tried`; `dropped` says of the others why, with how many."""

    tried: int
    kept: int
    dropped: dict[str, int] = field(default_factory=dict[str, int])


GrowEvent = Tried | Proposed | Grown
_Asking = Callable[[Sequence[GrownText]], Sequence[Message]]


class Grower:
    """Grows sets of one library with one model; `encoder` also compares by meaning."""

    def __init__(self, model: TextModel, store: GrowthStore,
                 encoder: SentenceEncoder | None = None) -> None:
        self._model = model
        self._store = store
        self._encoder = encoder

    def grow(self, growth_id: str, wanted: int, seed: int = 7) -> Iterator[GrowEvent]:
        """Proposals until `wanted` are kept, or as many tries as seem worth while are made.
        EngineError where the set is gone, or as of the model."""
        growth = self._store.growth(growth_id)
        known = self._store.rows(growth_id)
        run = _Run(self._model, growth, [row.text for row in known],
                   [row.text for row in known if row.state is RowState.APPROVED], self._encoder,
                   seed + len(known))
        tries, kept = wanted * TRIES_A_ROW, 0
        dropped: dict[str, int] = {}
        for done in range(1, tries + 1):
            text = run.text()
            why, alike, nearest = run.fault(text)
            if why:
                dropped[why] = dropped.get(why, 0) + 1
            else:
                run.keep(text)
                kept += 1
                yield Proposed(self._store.propose(growth_id, text, self._model.id, alike, nearest))
            yield Tried(done, tries, why)
            if kept == wanted:
                break
        yield Grown(kept + sum(dropped.values()), kept, dropped)


class _Run:
    """One growing: what examples there are, and what new texts must not be like."""

    def __init__(self, model: TextModel, growth: Growth, known: Sequence[GrownText],
                 approved: Sequence[GrownText], encoder: SentenceEncoder | None,
                 seed: int) -> None:
        self._model = model
        self._growth = growth
        self._examples = [*growth.seeds, *approved]
        self._likeness = Likeness([text.words for text in (*growth.seeds, *known)], encoder)
        self._chance = random.Random(seed)
        lengths = [len(text.words.split()) for text in growth.seeds]
        self._lengths = (_SHORTER * min(lengths, default=1), _LONGER * max(lengths, default=1))

    def text(self) -> GrownText:
        """What the model writes after some examples."""
        kind = self._growth.kind
        labels = self._chance.choice(self._examples).labels
        examples = self._drawn(labels)
        said = self._said(lambda some: asking_for_text(kind, some, labels), examples, _SAMPLING)
        if kind is not GrowthKind.ANSWERED:
            return GrownText(said, labels)
        system = examples[0].system
        answer = self._said(lambda some: asking_for_answer(some, said, system), examples,
                            _ANSWERING) if said else ""
        return GrownText(said, (), answer, system)

    def keep(self, text: GrownText) -> None:
        """What comes now shall not be like it."""
        self._likeness.add(text.words)

    def fault(self, text: GrownText) -> tuple[str, float, str]:
        """Why a text is not kept, "" where it is; how much it is like the nearest, and that one."""
        if not text.text:
            return "it found no end", 0.0, ""
        words = words_of(text.text)
        shortest, longest = self._lengths
        if not shortest <= len(text.text.split()) <= longest:
            return "too long or too short", 0.0, ""
        if len(set(words)) < _FEWEST_DIFFERENT * len(words) or is_garbled(text.answer or "so."):
            return "it repeats itself", 0.0, ""
        if self._growth.kind is GrowthKind.ANSWERED and not text.answer:
            return "the answer found no end", 0.0, ""
        alike, nearest = self._likeness.nearest(text.words)
        return ("" if self._likeness.is_new(text.words) else "like another", alike, nearest)

    def _drawn(self, labels: Sequence[str]) -> list[GrownText]:
        """A few examples by chance; those with just these labels come last, nearest to the wish."""
        alike = [text for text in self._examples if text.labels == labels]
        others = [text for text in self._examples if text.labels != labels]
        last = self._chance.sample(alike, min(len(alike), EXAMPLES // 2 if others else EXAMPLES))
        first = self._chance.sample(others, min(len(others), EXAMPLES - len(last)))
        return [*first, *last]

    def _said(self, asking: _Asking, examples: Sequence[GrownText],
              sampling: SamplingSettings) -> str:
        """What the model says to its end, "" where it found none; with as many of the examples,
        from the last, as leave room for it."""
        room = int(self._model.window * _SHARE_OF_WINDOW)
        prompt = self._model.render(asking(examples))
        while self._model.count(prompt) > room and len(examples) > 1:
            examples = examples[1:]
            prompt = self._model.render(asking(examples))
        most = min(_MOST_TOKENS, self._model.window - self._model.count(prompt))
        if most <= 0:
            return ""
        drawn = replace(sampling, seed=self._chance.randrange(1 << 31))
        request = TextRequest(most, drawn, self._model.reply_stops)
        stream = cast("Generator[TextPiece]", self._model.stream(prompt, request))
        said, ended = "", ""
        with closing(stream) as pieces:
            for piece in pieces:
                said, ended = said + piece.text, piece.ended
        return said.strip() if ended == "stop" else ""
