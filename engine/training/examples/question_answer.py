"""Songs with moods as a generative tagger is asked and answers: Q:, an excerpt, A: and the moods.

The very question, excerpts, constraint and end that tagging has, so that what is learned is what
is asked later. Moods nobody was asked about are no choice: neither said nor punished. No torch.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from engine.errors import EngineError
from engine.inference.constraint import PhraseList
from engine.inference.tokenizer import Ids
from engine.paths import AppPaths, find_paths
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.generative_tagger import MOST_MOODS
from engine.tagging.mood_answers import phrases_of
from engine.tagging.mood_question import LEAD, SEPARATOR, ask
from engine.tagging.reading import lyric_from_text
from engine.tagging.vocabulary import Vocabulary
from engine.training.examples.example import Example
from engine.training.examples.talk_model import TalkModel
from engine.training.labelled_set import as_moods
from engine.training.recipe import Recipe
from engine.training.rows.row import BadRow, Row, TextRow

_LEAST_EXCERPT = 8
_BEGINNING = 60
_TELLING = 6
"""A set of fewer moods says nothing of how many a song has: one of four is all it could give."""


class QuestionOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`learn` "answer" or "all": whether the song's words are learned too. `excerpts` of a song at
    most, 0 all. `order` of its moods: "shuffled" (another for every excerpt, so that each may come
    first) or "list" (that of the vocabulary). `constrained`: chosen among the moods in question,
    as in tagging; else among all words. `alike`: of shuffled moods every one that could have come
    next is learned, each its part, and not only the one that chance put there. `words_learn`: see
    CausalLearner."""

    learn: str = "answer"
    excerpts: int = 2
    order: str = "shuffled"
    constrained: bool = True
    alike: bool = True
    words_learn: bool = False

    def __post_init__(self) -> None:
        for value, known in ((self.learn, ("answer", "all")), (self.order, ("shuffled", "list"))):
            if value not in known:
                raise ValueError(f"“{value}” is none of {', '.join(known)}")


@dataclass(frozen=True, slots=True)
class _Answer:
    """Token by token: the tokens, among which each is chosen, and which would be as right."""

    ids: list[int]
    choices: list[Ids]
    alike: list[Ids]


class QuestionMaker:
    """Makes the examples of a generative tagger, each at most `window` tokens."""

    def __init__(self, model: TalkModel, vocabulary: Vocabulary, window: int,
                 options: QuestionOptions | None = None, seed: int = 7) -> None:
        """EngineError where the window leaves no room for a lyric."""
        self._model = model
        self._vocabulary = vocabulary
        self._moods = vocabulary.ids
        self._phrases = phrases_of(vocabulary)
        self._options = options or QuestionOptions()
        self._seed = seed
        self.window = window
        self._budget = window - model.count(ask("")) - longest_answer(model, self._phrases)
        if self._budget < _LEAST_EXCERPT:
            raise EngineError("The examples have no room for a lyric beside question and answer.",
                              "Allow longer examples in the recipe.")

    def examples(self, row: Row) -> Iterator[Example | BadRow]:
        """One for each excerpt taken; a BadRow where there is none."""
        if not isinstance(row, TextRow):
            yield BadRow(row.place, "It has no moods, so a tagger cannot learn from it.")
            return
        row, = as_moods([row], self._vocabulary)
        said = [place for place, mood in enumerate(self._moods) if mood in row.labels]
        if not said:
            yield BadRow(row.place, "None of its labels is a mood of the list.",
                         row.text[:_BEGINNING])
            return
        texts = self._texts(row)
        if not texts:
            yield BadRow(row.place, "It has no words.", row.text[:_BEGINNING])
        for number, text in enumerate(texts):
            chance = random.Random(f"{self._seed}/{row.place.source}/{row.place.line}/{number}")
            yield self._example(row, text, said, chance)

    def _texts(self, row: TextRow) -> Sequence[str]:
        """The excerpts to learn from, cut as in tagging, spread over the song where there are
        more than are wanted."""
        try:
            lyric = lyric_from_text(row.text, row.title)
        except EngineError:
            return ()
        special = self._model.tokenizer.special_tokens
        texts = [e.text for e in cut_excerpts(lyric, self._model.tokenizer, self._budget + special)]
        wanted = self._options.excerpts or len(texts)
        if len(texts) <= wanted:
            return texts
        chance = random.Random(f"{self._seed}/{row.place.source}/{row.place.line}")
        return [texts[place] for place in sorted(chance.sample(range(len(texts)), wanted))]

    def _example(self, row: TextRow, text: str, said: Sequence[int],
                 chance: random.Random) -> Example:
        order = list(said)
        if self._options.order == "shuffled":
            chance.shuffle(order)
        prompt = self._model.encode(ask(text, self._model.quote))
        answer = self._answer(order, row)
        ids = np.concatenate([prompt, np.array(answer.ids, np.int64)])[:self.window]
        learned = np.zeros(len(ids), np.bool_)
        if self._options.learn == "all":
            learned[1:] = True
            return Example(ids, learned, row.place, row.song or row.artist)
        if not self._options.constrained:
            learned[len(prompt):] = True
            alike = tuple(answer.alike[:len(ids) - len(prompt)]) if answer.alike else None
            return Example(ids, learned, row.place, row.song or row.artist, alike=alike)
        places = [place for place, allowed in enumerate(answer.choices[:len(ids) - len(prompt)])
                  if len(allowed) > 1]  # what is forced teaches nothing
        learned[len(prompt) + np.array(places, np.int64)] = True
        return Example(
            ids, learned, row.place, row.song or row.artist,
            choices=tuple(answer.choices[place] for place in places),
            alike=tuple(answer.alike[place] for place in places) if answer.alike else None)

    def _answer(self, moods: Sequence[int], row: TextRow) -> _Answer:
        """The answer as tagging would let it be written, with the first of `moods`. Its end is a
        choice where the moods in question are enough to tell how many there are; where all that was
        asked holds, nothing else would be left to choose, so it is chosen among all."""
        asked, order = row.asked, moods[:MOST_MOODS]
        if asked is not None and set(asked) <= set(row.labels):
            asked = ()
        known = [phrase for mood, phrase in zip(self._moods, self._phrases, strict=True)
                 if not asked or mood in asked]
        tells = asked is None or len(asked) >= _TELLING
        constraint = PhraseList(self._model.tokenize, known, SEPARATOR,
                                most=MOST_MOODS if tells else len(order), lead=LEAD)
        written = LEAD + SEPARATOR.join(self._phrases[place] for place in order)
        answer = _Answer([], [], [])
        for token in self._model.tokenize(written).tolist():
            self._choose(answer, constraint, token, tells)
            constraint.accept(token)
        self._choose(answer, constraint, int(self._model.ending[0]), tells)
        if self._options.alike and self._options.order == "shuffled":
            answer.alike.extend(self._alike(moods, answer.ids))
        return answer

    def _alike(self, order: Sequence[int], ids: Sequence[int]) -> Iterator[Ids]:
        """For each token of the answer those of all moods that could have come there as well,
        after the same beginning. Nothing where moods are not written one after the other."""
        found: list[Ids] = []
        for at in range(min(len(order), MOST_MOODS)):
            between = SEPARATOR if at else LEAD
            written = [self._model.tokenize(between + self._phrases[place]).tolist()
                       for place in order[at:]]
            for place in range(len(written[0])):
                found.append(np.array([other[place] for other in written if len(other) > place
                                       and other[:place] == written[0][:place]], np.int64))
        found.append(np.array(ids[-1:], np.int64))
        if [int(right[0]) for right in found] == list(ids):
            yield from found

    def _choose(self, answer: _Answer, constraint: PhraseList, token: int, tells: bool) -> None:
        allowed = np.flatnonzero(constraint.allowed())
        ends = np.zeros(0, np.int64)
        if constraint.may_end:
            ends = self._model.ending if tells or not len(allowed) else ends
            allowed = allowed if tells else allowed[allowed == token]
        answer.ids.append(token)
        answer.choices.append(np.unique(np.concatenate([allowed, ends])).astype(np.int64))


def longest_answer(model: TalkModel, phrases: Sequence[str]) -> int:
    """Tokens of the longest answer there can be, its end included, as in tagging."""
    lengths = sorted((len(model.tokenize(SEPARATOR + phrase)) for phrase in phrases), reverse=True)
    return sum(lengths[:MOST_MOODS]) + 1


def question_options(recipe: Recipe) -> QuestionOptions:
    """The options of a recipe. EngineError naming what is wrong."""
    try:
        return msgspec.convert(recipe.options, QuestionOptions)
    except (msgspec.ValidationError, ValueError) as wrong:
        raise EngineError(f"The options of the recipe cannot be read: {wrong}.",
                          "Mend the recipe file.") from wrong


def open_maker(recipe: Recipe, folder: Path, paths: AppPaths | None = None) -> QuestionMaker:
    """The maker for a recipe upon the decoder in `folder`. EngineError where it is none."""
    model = TalkModel.open(folder, recipe.data.most_tokens)
    vocabulary = Vocabulary.load((paths or find_paths()).moods_file)
    return QuestionMaker(model, vocabulary, model.window, question_options(recipe),
                         recipe.loop.seed)
