"""How well what is known answers a question: the clearest fact, and how sure that it does.

Meaning (a sentence encoder), words, and the shape of what is asked come together in a rule whose
weights were fitted on the questions to develop on; `tests.benchmarks.own_life --fit` prints them.
Decides nothing: what is said then is for others.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from engine.chat.memory.sentence_vectors import Floats, RememberingEncoder, SentenceEncoder
from engine.chat.truth.answers import holds, new_words
from engine.chat.truth.asked import Asked
from engine.chat.truth.lexicon import MOMENTS
from engine.chat.truth.questions import OwnQuestion
from engine.chat.truth.wording import Likeness, content, few_of, kin_of, stem, stems_of, words

FEATURES = ("meaning", "lead", "covered", "worst", "words", "holds", "lacks", "kind", "moment",
            "whether", "stranger")
_OPEN = frozenset({Asked.WHAT, Asked.KIND})
_SOFT = frozenset({Asked.KIND, Asked.REASON})


# In the order of FEATURES. Without an encoder words alone are compared, with weights of their own.
WEIGHTS = (12.06, 1.93, 5.08, 2.73, -2.38, 1.14, -3.92, 1.24, -2.76, 0.56, -1.74)
BIAS = -9.88
WORD_WEIGHTS = (0.0, 0.0, 9.33, -2.40, -1.60, 1.50, -2.44, 0.70, -1.80, 0.34, -1.87)
WORD_BIAS = -4.04
ANSWERS = -1.4
"""From this score on a fact is taken for the answer: where it was right most often for personas
it was not fitted on. By words alone it has to be 0.8 more."""
_WORDS_MORE = 0.8
SURELY = 1.0
"""From this one on even a question that does not ask for a life means the fact, if it is very
near."""
_VERY_NEAR = 0.5
BEARS = -4.0
"""From this one on it is worth telling, with the doubt, if it is near enough in meaning:"""
NEAR = 0.33
_NOTHING_NEW = 20.0
_FEW = 24  # facts that are looked at closely

OTHERS = (
    "I live in a small town.", "I have a brother.", "I work in an office.", "I like to cook.",
    "I was born in the spring.", "My mother was a teacher.", "I am afraid of spiders.",
    "I play the guitar.", "I have a cat.", "I never drink wine.", "I lost my keys last week.",
    "I am forty years old.", "My best friend is called Tom.", "I studied history.",
    "I once broke my arm.", "I collect stamps.", "My house is old.", "I travel by train.",
    "I sleep badly.", "I won a prize.", "My father told me a story.", "I dream of the sea.",
    "I speak two languages.", "I owe somebody money.")
"""What might be known of anybody. A fact has to be nearer than these: some questions are near to
everything, and of some people little is known."""


@dataclass(frozen=True, slots=True)
class Known:
    """A sentence a persona knows of its own life: as it is `told`, and as they would say it.
    `id` is that of a stored fact, "" where it is of the persona's description or the talk."""

    told: str
    spoken: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Supported:
    """What bears on a question: `ranked`, the surest first, with their scores. `covered`: how far
    the first holds the question's words, `nearness`: how near it is in meaning; 0 to 1."""

    ranked: tuple[Known, ...] = ()
    scores: tuple[float, ...] = ()
    covered: float = 0.0
    nearness: float = 0.0

    @property
    def answers(self) -> bool:
        """Whether the first is taken for the answer."""
        return bool(self.scores) and self.scores[0] >= ANSWERS

    @property
    def surely(self) -> bool:
        """Whether the first is the answer beyond the wording of the question."""
        return bool(self.scores) and self.scores[0] >= SURELY and self.nearness >= _VERY_NEAR

    @property
    def bears(self) -> bool:
        """Whether the first is worth telling where it may not be the answer."""
        return bool(self.scores) and self.scores[0] >= BEARS and self.is_near

    @property
    def is_near(self) -> bool:
        """Whether the first is about something like it."""
        return self.nearness >= NEAR

    @property
    def certainty(self) -> float:
        """How likely the first answers, 0 to 1."""
        return 1 / (1 + math.exp(ANSWERS - self.scores[0])) if self.scores else 0.0

    def near(self, distance: float, most: int = 2) -> tuple[Known, ...]:
        """The first, and those that answer too and are hardly less sure."""
        least = max(ANSWERS, self.scores[0] - distance)
        return tuple(fact for fact, score in zip(self.ranked[:most], self.scores, strict=False)
                     if score >= least)


class Support:
    """Weighs what is known for questions. `encoder` without width leaves words alone to tell.
    `known` reads what is known, as the encoder would, and remembers."""

    def __init__(self, encoder: SentenceEncoder, known: SentenceEncoder | None = None) -> None:
        self._encoder = RememberingEncoder(encoder, most=4096)
        self._known = known or self._encoder
        self._like = Likeness(self._encoder)

    def weigh(self, question: OwnQuestion, known: Sequence[Known]) -> Supported:
        """What may bear on it, in the order in which it answers. EngineError where the encoder
        cannot be run."""
        if not known:
            return Supported()
        meaning = self._meaning(question, known)
        few = few_of([fact.spoken for fact in known], question.text, meaning[:, 0], _FEW)
        chosen = [known[place] for place in few]
        features = self._rows(question, chosen, meaning[few])
        scores = self._scores(question, chosen, features)
        order: list[int] = np.argsort(-scores, kind="stable").tolist()
        return Supported(tuple(chosen[at] for at in order), tuple(scores[order].tolist()),
                         float(features[order[0], FEATURES.index("covered")]),
                         float(features[order[0], FEATURES.index("meaning")]))

    def features(self, question: OwnQuestion, known: Sequence[Known]) -> Floats:
        """(N, F) of N sentences, in the order of FEATURES."""
        if not known:
            return np.zeros((0, len(FEATURES)), np.float32)
        return self._rows(question, known, self._meaning(question, known))

    def _rows(self, question: OwnQuestion, known: Sequence[Known], meaning: Floats) -> Floats:
        self._like.read([question.text, *(fact.spoken for fact in known)])
        rows = np.zeros((len(known), len(FEATURES)), np.float32)
        rows[:, :2] = meaning
        for row, fact in zip(rows, known, strict=True):
            row[2:] = self._pair(question, fact.spoken)
        return rows

    def _scores(self, question: OwnQuestion, known: Sequence[Known], features: Floats) -> Floats:
        """(N,) how surely each answers; the higher the surer."""
        if self._encoder.width:
            weights, bias = WEIGHTS, BIAS
        else:
            weights, bias = WORD_WEIGHTS, WORD_BIAS - _WORDS_MORE
        nothing = [_says_nothing_new(question, fact.spoken) for fact in known]
        scores = features @ np.array(weights) + bias - _NOTHING_NEW * np.array(nothing)
        return scores.astype(np.float32)

    def _meaning(self, question: OwnQuestion, known: Sequence[Known]) -> Floats:
        """(N, 2) how near each is in meaning to the question, or to the nearest of its parts, and
        by how much it is nearer than the others and `OTHERS`."""
        asked = self._encoder.vectors([question.text, *question.parts])
        told = [*(fact.spoken for fact in known), *OTHERS]
        every = (self._known.vectors(told) @ asked.T).max(axis=1)
        near = every[:len(known)]
        return np.column_stack([near, near - every.mean()])

    def _pair(self, question: OwnQuestion, fact: str) -> list[float]:
        stems = stems_of(fact)
        hard, soft = self._shapes(question, fact)
        moments = {stem(word) for word in words(question.text) if word.lower() in MOMENTS}
        return [
            *max(self._covered(part, fact, stems) for part in (question.text, *question.parts)),
            max(hard, 0.0), max(-hard, 0.0), soft, float(bool(moments - stems)),
            float(any(kind is Asked.WHETHER for kind, _ in question.asks)),
            float(_is_of_others(question.text, fact)),
        ]

    def _covered(self, question: str, fact: str, stems: Collection[str]) -> tuple[float, ...]:
        """How far the fact holds the words of a question: in the mean, the worst of them, and the
        share that stands there itself."""
        asked = content(question)
        best = self._like.between(asked, content(fact)).max(axis=1, initial=0.0)
        if not asked:
            return 0.0, 0.0, 0.0
        same = sum(stem(word) in stems for word in asked) / len(asked)
        return float(best.mean()), float(best.min()), same

    def _shapes(self, question: OwnQuestion, fact: str) -> tuple[float, float]:
        hard: list[float] = []
        soft: list[float] = []
        for asked, of in question.asks:
            held = holds(asked, of, fact, question.text, self._like.best)
            if held is not None:
                (soft if asked in _SOFT else hard).append(2 * held - 1)
        return max(hard, default=0.0), max(soft, default=0.0)


def _is_of_others(question: str, fact: str) -> bool:
    """Whether a question names kin of which the fact knows nothing."""
    asked = [kin for word in content(question) if (kin := kin_of(word))]
    told = frozenset[str]().union(*map(kin_of, content(fact)))
    return bool(asked) and not any(kin & told for kin in asked)


def _says_nothing_new(question: OwnQuestion, fact: str) -> bool:
    """Whether a fact that is asked what, or which, has no word for it."""
    kinds = {kind for kind, _ in question.asks}
    return bool(kinds) and kinds <= _OPEN and not new_words(fact, question.text)
