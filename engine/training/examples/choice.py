"""Choices between replies as pairs of examples: one prompt, and the kept and the rejected reply.

The prompt is the very one the chat would write. Knows no torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.inference.tokenizer import Ids
from engine.paths import AppPaths
from engine.training.examples.example import Example
from engine.training.examples.talk import TalkMaker
from engine.training.examples.talk import open_maker as open_talk_maker
from engine.training.examples.talk_prompts import TalkPrompts
from engine.training.examples.talk_script import TalkScripts
from engine.training.recipe import Recipe
from engine.training.rows.row import BadRow, ChoiceRow, Line, Row, RowPlace


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two examples with one prompt; only the replies are learned."""

    chosen: Example
    rejected: Example

    @property
    def length(self) -> int:
        """Tokens of both."""
        return self.chosen.length + self.rejected.length


class ChoiceMaker:
    """Makes pairs of choices; an ExampleMaker whose examples are the kept reply and the rejected
    one, in turn."""

    def __init__(self, talks: TalkMaker) -> None:
        self._model = talks.model
        self.talks = talks

    def examples(self, row: Row) -> Iterator[Example | BadRow]:
        """Both examples of a choice, none of other rows."""
        pair = self.pair(row)
        yield from (pair,) if isinstance(pair, BadRow) else (pair.chosen, pair.rejected)

    def pair(self, row: Row) -> Pair | BadRow:
        """The pair of a choice; a BadRow says why there is none."""
        if not isinstance(row, ChoiceRow):
            return BadRow(row.place, "This is no choice between replies.")
        kept, other = row.chosen.strip(), row.rejected.strip()
        if not kept or not other or kept == other:
            return BadRow(row.place, "Two different replies are needed.", row.chosen[:80])
        try:
            return self._made(row, kept, other)
        except EngineError as refused:
            return BadRow(row.place, refused.message, row.chosen[:80])

    def _made(self, row: ChoiceRow, kept: str, other: str) -> Pair | BadRow:
        last = Line("assistant", kept, row.speaker)
        talk = replace(row.talk, lines=(*row.talk.lines, last))
        scripts = TalkScripts(talk, self.talks.options)
        prompts = TalkPrompts(self._model, self.talks.form_of(talk), scripts)
        place = len(row.talk.lines)
        longer = max(kept, other, key=len)
        start = 0 if prompts.pair(place, 0, longer) else prompts.new_start(place, longer)
        made = [prompts.pair(place, start, said) for said in (kept, other)]
        if made[0] is None or made[1] is None:
            return BadRow(row.place, f"The replies do not fit into {self._model.window} tokens"
                          " with what belongs to them.", kept[:80])
        return Pair(_example(*made[0], row.place, row.talk.talk),
                    _example(*made[1], row.place, row.talk.talk))


def open_maker(recipe: Recipe, folder: Path, paths: AppPaths | None = None) -> ChoiceMaker:
    """The maker of a recipe for the model of a folder. EngineError where the folder holds no
    model that writes, or the recipe's options are wrong."""
    return ChoiceMaker(open_talk_maker(recipe, folder, paths))


def _example(prompt: Ids, reply: Ids, place: RowPlace, group: str) -> Example:
    learned = np.zeros(len(prompt) + len(reply), np.bool_)
    learned[len(prompt):] = True
    return Example(np.concatenate([prompt, reply]), learned, place, group)
