"""A model that talks: taught by talks, and by invented lives that teach to say "I don't know".

What is learned is written by the chat's own prompts. Built merged or as an adapter, judged on
talks nobody learned from.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from engine.errors import EngineError
from engine.events import Note, Pulse, Report
from engine.export.learned_decoder import trainable
from engine.export.learning.given import Given
from engine.export.learning.kit import Judged
from engine.export.learning.life_judging import questions
from engine.export.learning.talk_hearing import Trial, hear, judged, models_of
from engine.export.learning.talk_judging import few, last_replies
from engine.export.learning.writer_folder import build_writer
from engine.export.weights_from_graph import read_installed
from engine.models.manifest import ModelManifest
from engine.training.examples.example import Example, ExampleMaker
from engine.training.examples.negatives import LifeOptions, life_talks
from engine.training.examples.negatives_lives import read_life_words
from engine.training.examples.negatives_own import own_life_talks
from engine.training.examples.talk import open_maker, with_reply
from engine.training.recipe import Recipe
from engine.training.rows.row import ChoiceRow, Row, TalkRow

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.tasks.causal.learner import CausalLearner

_SAMPLED_OF = 8
_WATCHED_TOKENS = 6_000  # judged by on the way, ten times an epoch
_QUESTIONS = 40
_TOLD_ROWS = 20


def life_options(recipe: Recipe) -> LifeOptions:
    """What the recipe says under `lives`. EngineError where it is wrong."""
    try:
        return msgspec.convert(recipe.options.get("lives", {}), LifeOptions)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The recipe cannot be read: lives: {wrong}.",
                          "Mend the recipe file.") from wrong


class Talks:
    """The talks of one stage as examples."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.maker = open_maker(given.recipe, given.require_base(), given.paths)
        self.words = self.maker.model
        self.judge = self.maker.told(untold="learn", partner="told")
        self.lives = self.maker.told(untold="learn", unlearned=0)

    def learning(self) -> list[Example]:
        """What is learned: the rows', and invented lives'. Tells what had to be left out."""
        found, bad = examples_of(self.maker, self._given.learning, self._given.report)
        if bad:
            self._given.report(Note(message=f"{bad:,} talks gave no example or were cut: see the"
                                            " check of the data."))
        found += self._of_lives()
        if not found:
            raise EngineError("Nothing in this data can be learned as talk.",
                              "Choose other data, or another thing to make better.")
        return found

    def judging(self) -> list[Example]:
        """What is judged by: every line, whether learned from others or not."""
        return examples_of(self.judge, self._given.judging)[0]

    def held_out(self) -> list[TalkRow]:
        """The talks that judge."""
        rows = (with_reply(row) if isinstance(row, ChoiceRow) else row
                for row in self._given.judging)
        return [row for row in rows if isinstance(row, TalkRow)]

    def _of_lives(self) -> list[Example]:
        options = life_options(self._given.recipe)
        if not options.talks and not options.own:
            return []
        phrases = read_life_words(self._given.paths)
        people = [person for row in self._given.learning if isinstance(row, TalkRow)
                  for person in row.people]
        strangers = [trait for person in people for trait in person.traits]
        talks = [*life_talks(phrases, options, strangers),
                 *own_life_talks(phrases, people, options)]
        return examples_of(self.lives, talks)[0]


class DialogueKit:
    """The kit of the method "dialogue"."""

    def learner(self, given: Given) -> "Learner":
        """A decoder and its talks."""
        from engine.training.tasks.causal.learner import CausalLearner
        from engine.training.tasks.saying import Saying

        talks = Talks(given)
        found = [(asked, talks.words.encode(text)) for asked, text, _ in last_replies(
            talks.judge, talks.words, talks.held_out(), _SAMPLED_OF)]
        prompts = sorted(found, key=lambda each: len(each[1]))[:1]  # it is read for every token
        saying = Saying(talks.words.tokenizer, prompts, talks.words.ending.tolist())
        weights = trainable(read_installed(given.require_base()))
        judging = few(talks.judging(), _WATCHED_TOKENS)
        return CausalLearner(weights, given.recipe, talks.learning(), judging,
                             saying if prompts else None)

    def build(self, given: Given, learner: "Learner | None", place: Path,
              report: Report) -> ModelManifest:
        """Merged and quantized, or an adapter of the base."""
        taught = cast("CausalLearner", learner)
        return build_writer(given, taught.model, place, report)

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        """Perplexity on the talks that judge, answers about lives where lives were learned, and
        what it says to a few lines, beside the model before."""
        talks = Talks(given)
        learned_lives = life_options(given.recipe).talks > 0
        lives = questions(read_life_words(given.paths), _QUESTIONS) if learned_lives else []
        trial = Trial(talks.words, talks.judge, few(talks.judging()), talks.held_out(),
                      "of talks nobody learned from", lives, talks.lives)
        before, after = (hear(model, trial) for model in models_of(given, place))
        return judged(trial, before, after)


def examples_of(maker: ExampleMaker, rows: Sequence[Row],
                report: Report = lambda _: None) -> tuple[list[Example], int]:
    """The examples of rows, and how many of these gave none or lost something."""
    found: list[Example] = []
    bad = 0
    for done, row in enumerate(rows):
        for each in maker.examples(row):
            if isinstance(each, Example):
                found.append(each)
            else:
                bad += 1
        if done % _TOLD_ROWS == 0:
            report(Pulse())  # a stop is felt here
    return found, bad
