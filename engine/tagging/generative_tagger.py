"""The tagger that answers: a question, an excerpt, "A:", and a model writes a list of moods.

The list is made of the vocabulary's words only, each once; or, to compare, it is written freely
and repaired afterwards. Any text-generation model serves, one trained for it serves well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.inference.constraint import PhraseList
from engine.inference.sampling import GREEDY
from engine.inference.text_model import TextModel, TextRequest
from engine.models.manifest import GENERATIVE_MOOD_TAGGING, ModelManifest
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.lyric import Lyric
from engine.tagging.mood_answers import affect_of, fingerprint, phrases_of, unit_rows
from engine.tagging.mood_list import MoodList, parse_moods
from engine.tagging.mood_question import ANSWER, LEAD, QUESTION, SEPARATOR, ask
from engine.tagging.phrase_chances import phrase_chances
from engine.tagging.results import Excerpt, ExcerptScores, Scores
from engine.tagging.tagger import NONE_EXPERIMENTAL
from engine.tagging.vocabulary import Vocabulary

TASK = GENERATIVE_MOOD_TAGGING
MOST_MOODS = 4
CACHE = "moods"  # one cache serves all excerpts: the question is read once
_LEAST_EXCERPT = 8  # tokens; below, an excerpt would be shreds of lines
_NEVER = 1.0  # what no probability of several reaches
_FREE_ROOM = 2  # free answers may be this many times as long: they use words of their own


@dataclass(slots=True)
class FreeTally:
    """What became of the moods written freely: `kept` as written, `repaired`, `doubled`,
    and `dropped` for want of any mood they could mean."""

    kept: int = 0
    repaired: int = 0
    doubled: int = 0
    dropped: int = 0

    def count(self, said: MoodList) -> None:
        """Adds the fates of one answer."""
        self.kept += len(said.moods) - len(said.repaired)
        self.repaired += len(said.repaired)
        self.doubled += said.doubled
        self.dropped += len(said.dropped)

    def sentence(self) -> str:
        """All four numbers, for a person; "" where nothing was written."""
        written = self.kept + self.repaired + self.doubled + self.dropped
        return (f"Moods written freely: {written}, of them {self.kept} as they stand in the list, "
                f"{self.repaired} repaired, {self.doubled} doubled, {self.dropped} dropped."
                if written else "")


class GenerativeTagger:
    """Scores excerpts by what a language model answers.

    A mood's score is the mean of two things: whether it was said (0 or 1), and how probable it
    was that it would be. So what was said lies at 0.5 and above, and all else below. A model
    trained to answer has learned how probable each mood is to be said first: then that is the
    score, with a threshold of its own for every mood.
    """

    def __init__(
        self,
        model: TextModel,
        vocabulary: Vocabulary,
        window: int,
        free: bool = False,
        languages: frozenset[str] = frozenset(),
        version: str = "1",
        thresholds: Mapping[str, float] | None = None,
    ) -> None:
        """`window` holds question, excerpt and answer together. EngineError if it cannot.

        `thresholds` by mood are those of a trained model; what it never learned is never given.
        """
        self._model = model
        self._vocabulary = vocabulary
        self._phrases = phrases_of(vocabulary)
        self._free = free
        self._version = version
        self._window = min(window, model.window)
        self.moods = vocabulary.ids
        self._trained = thresholds is not None and not free
        bars = dict.fromkeys(self.moods, 0.5) if thresholds is None or free else thresholds
        self.thresholds = tuple(bars.get(mood, _NEVER) for mood in self.moods)
        self.experimental = NONE_EXPERIMENTAL
        self.languages = languages
        self.tally = FreeTally()
        self._room = answer_room(model, self._phrases, free)
        self._budget = self._window - model.count(ask("")) - self._room
        if self._budget < _LEAST_EXCERPT:
            raise EngineError(
                f"{model.name} has no room for a lyric beside the question and its answer.",
                "Choose a model with a larger window, or longer excerpts in Settings.",
            )

    @property
    def id(self) -> str:
        """Form, model and version; the window and what is asked change the answer, so they are
        part of it."""
        asked = fingerprint((QUESTION, ANSWER, SEPARATOR, *self._phrases))
        form = "generative-free" if self._free else "generative"
        return f"{form}:{self._model.id}@{self._version}/{self._window}-{asked}"

    @property
    def window(self) -> int:
        """Tokens of question, excerpt and answer together."""
        return self._window

    def cut(self, lyric: Lyric) -> tuple[Excerpt, ...]:
        """Excerpts that fit the window with question and answer, by the model's own count.

        Tokens may join differently where excerpt and question meet, so the whole is counted, and
        cut again a little shorter in the rare case that it does not fit.
        """
        budget = self._budget
        while budget >= 1:
            excerpts = cut_excerpts(lyric, self._model.tokenizer,
                                    budget + self._model.tokenizer.special_tokens)
            over = max((self._over(excerpt.text) for excerpt in excerpts), default=0)
            if over <= 0:
                return excerpts
            budget -= over
        raise EngineError("This lyric cannot be cut to fit the model.", "Choose another model.")

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        shape = (len(excerpts), len(self.moods))
        chances, said = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        for row, excerpt in enumerate(excerpts):
            prompt = self._asked(excerpt.text)
            if self._trained:
                chances[row] = said[row] = self._first(prompt)
                continue
            places = self._answer(prompt)
            chances[row] = self._chances(prompt, places)
            said[row, places] = 1
        moods = ((chances + said) / 2).astype(np.float32)
        return ExcerptScores(moods, affect_of(self._vocabulary, moods), unit_rows(moods))

    def say(self, text: str) -> tuple[str, ...]:
        """The moods said of an excerpt's text, in the order they were said."""
        return tuple(self.moods[place] for place in self._answer(self._asked(text)))

    def say_freely(self, text: str) -> MoodList:
        """What the model writes without constraint, repaired; what no mood was is counted."""
        return parse_moods(self._written(self._asked(text), None), self._vocabulary)

    def _answer(self, prompt: str) -> list[int]:
        """The places in the vocabulary of what is said, in order, none twice."""
        if self._free:
            said = parse_moods(self._written(prompt, None), self._vocabulary)
            self.tally.count(said)
            return [self.moods.index(mood) for mood in said.moods]
        constraint = PhraseList(self._model.tokenize, self._phrases, SEPARATOR,
                                most=MOST_MOODS, lead=LEAD)
        written = self._written(prompt, constraint).removeprefix(LEAD)
        return [self._phrases.index(phrase) for phrase in written.split(SEPARATOR)]

    def _asked(self, text: str) -> str:
        return ask(text, self._model.quote)

    def _written(self, prompt: str, constraint: PhraseList | None) -> str:
        stops = () if constraint else ("\n",)
        request = TextRequest(self._room, GREEDY, stops, constraint, prefix=CACHE)
        return "".join(piece.text for piece in self._model.stream(prompt, request))

    def _chances(self, prompt: str, said: Sequence[int]) -> Scores:
        """(M,) how probable each mood was to be said, by the chain rule along the answer.

        Item by item the model's probability of every phrase that was still free, over all of
        them; a mood is missed if it is missed at every item. An answer of no moods still has one
        item, which was not said.
        """
        missed = np.ones(len(self._phrases))
        before = ""
        for item in range(max(1, min(len(said), MOST_MOODS))):
            free = [place for place in range(len(self._phrases)) if place not in said[:item]]
            lead = SEPARATOR if before else LEAD
            items = [lead + self._phrases[place] for place in free]
            missed[free] *= 1 - self._shares(prompt + before, items)
            before += lead + self._phrases[said[item]] if said else ""
        return np.clip(1 - missed, 0, 1).astype(np.float32)

    def _first(self, prompt: str) -> Scores:
        """(M,) how probable each mood is to be said first, among all there are."""
        return self._shares(prompt, [LEAD + phrase for phrase in self._phrases])

    def _shares(self, prompt: str, phrases: Sequence[str]) -> Scores:
        """How probable each phrase is to come next, where one of them has to."""
        return phrase_chances([self._model.tokenize(phrase).tolist() for phrase in phrases],
                              self._model.logprobs(prompt, phrases, CACHE))

    def _over(self, text: str) -> int:
        """Tokens by which question, excerpt and the longest answer exceed the window."""
        return self._model.count(self._asked(text)) + self._room - self._window


def trained_thresholds(manifest: ModelManifest | None) -> dict[str, float] | None:
    """The thresholds of a model that was trained to answer; None of any other."""
    if manifest is None or manifest.task != TASK or not manifest.labels:
        return None
    return {label.id: label.threshold for label in manifest.labels}


def answer_room(model: TextModel, phrases: Sequence[str], free: bool = False) -> int:
    """Tokens of the longest answer there can be, its end included; twice that for a free one."""
    lengths = sorted((len(model.tokenize(SEPARATOR + phrase)) for phrase in phrases), reverse=True)
    return (sum(lengths[:MOST_MOODS]) + 1) * (_FREE_ROOM if free else 1)


def window_for(
    model: TextModel, vocabulary: Vocabulary, excerpt_tokens: int, free: bool = False
) -> int:
    """The window in which an excerpt of so many tokens has room; at most the model's own."""
    room = answer_room(model, phrases_of(vocabulary), free)
    return min(model.window, model.count(ask("")) + room + excerpt_tokens)
