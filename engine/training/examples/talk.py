"""Talks as examples: every learned line stands after the very prompt the chat would write for it.

Lines whose prompts begin with what an example holds already are learned in that example, so that
a talk is read once. What does not fit is cut at turns. Knows no torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np

from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import CHAT_TEMPLATE, FormatShelf
from engine.errors import EngineError
from engine.inference.tokenizer import Ids
from engine.paths import AppPaths, find_paths
from engine.training.examples.example import Example
from engine.training.examples.talk_model import TalkModel
from engine.training.examples.talk_prompts import TalkPrompts
from engine.training.examples.talk_script import TalkOptions, TalkScripts, chance
from engine.training.examples.untold import is_told
from engine.training.recipe import Recipe
from engine.training.rows.row import BadRow, ChoiceRow, Line, Row, TalkRow


@dataclass(eq=False)
class Woven:
    """An example in the making."""

    ids: Ids = field(default_factory=lambda: np.zeros(0, np.int64))
    learned: list[bool] = field(default_factory=list[bool])

    def goes_on_as(self, prompt: Ids) -> bool:
        """Whether a prompt begins with all of it."""
        return len(self.ids) < len(prompt) and np.array_equal(self.ids, prompt[:len(self.ids)])

    def add(self, prompt: Ids, reply: Ids) -> None:
        """What of the prompt is new, and the reply, which is learned."""
        new = prompt[len(self.ids):]
        self.ids = np.concatenate([self.ids, new, reply])
        self.learned += [False] * len(new) + [True] * len(reply)


class TalkMaker:
    """An ExampleMaker of talks, for one model and the formats of one shelf."""

    def __init__(self, model: TalkModel, shelf: FormatShelf,
                 options: TalkOptions | None = None) -> None:
        self._model = model
        self._shelf = shelf
        self._options = options or TalkOptions()
        self._forms: dict[str, PromptFormat] = {}

    @property
    def model(self) -> TalkModel:
        """For which model."""
        return self._model

    @property
    def options(self) -> TalkOptions:
        """How talks are told."""
        return self._options

    def told(self, **changes: object) -> "TalkMaker":
        """The same maker with other options."""
        options = msgspec.structs.replace(self._options, **changes)
        return TalkMaker(self._model, self._shelf, options)

    def examples(self, row: Row) -> Iterator[Example | BadRow]:
        """The examples of a talk, none of other rows. Of a choice the kept reply is learned."""
        if isinstance(row, ChoiceRow):
            row = with_reply(row)
        if not isinstance(row, TalkRow):
            yield BadRow(row.place, "This is no talk.")
            return
        try:
            making = _Making(self._model, self.form_of(row), TalkScripts(row, self._options))
            woven = list(making.woven())
        except EngineError as refused:
            yield BadRow(row.place, refused.message, _beginning(row))
            return
        for each in woven:
            yield Example(each.ids, np.array(each.learned, np.bool_), row.place, row.talk)
        if why := making.fault(bool(woven)):
            yield BadRow(row.place, why, _beginning(row))

    def form_of(self, row: TalkRow) -> PromptFormat:
        """The format a talk is written in."""
        drawn = self._options.formats or (CHAT_TEMPLATE,)
        at = int(chance("form", row.talk, row.place.line) * len(drawn))
        name = row.form if row.form in self._shelf.names() else drawn[at]
        if name not in self._forms:
            self._forms[name] = self._shelf.read(name)
        return self._forms[name]


class _Making:
    """One row's way to its examples."""

    def __init__(self, model: TalkModel, form: PromptFormat, scripts: TalkScripts) -> None:
        self._window = model.window
        self._scripts = scripts
        self._prompts = TalkPrompts(model, form, scripts)
        self._first = 0 if scripts.is_plain else scripts.options.unlearned
        self._too_long = 0

    def woven(self) -> Iterator[Woven]:
        """The examples in the order they were begun."""
        made: list[Woven] = []
        start = 0
        for place in self._learned():
            pair = self._prompts.pair(place, start)
            if pair is None:
                start = self._prompts.new_start(place)
                pair = self._prompts.pair(place, start)
            if pair is None:
                self._too_long += 1
                continue
            into = next((each for each in reversed(made) if each.goes_on_as(pair[0])), None)
            if into is None:
                made.append(into := Woven())
            into.add(*pair)
        yield from made

    def fault(self, has_examples: bool) -> str:
        """Why there is no example, or what was left out; "" where all is well."""
        if self._too_long:
            return (f"{self._too_long} of its lines do not fit into {self._window} tokens with"
                    f" what belongs to them, and are not learned.")
        return "" if has_examples else "Nothing in this talk is to be learned."

    def _learned(self) -> list[int]:
        """The places of the lines that are learned."""
        return [place for place, line in enumerate(self._scripts.row.lines)
                if line.learned and line.text.strip() and line.role != "system"
                and place >= self._first and self._is_of_side(place)
                and self._is_told(place)]

    def _is_of_side(self, place: int) -> bool:
        side = self._scripts.side
        return not side or self._scripts.lines[place].speaker == side

    def _is_told(self, place: int) -> bool:
        scripts = self._scripts
        speaker = scripts.lines[place].speaker
        if scripts.is_plain or scripts.options.untold == "learn" or not place or (
                not scripts.knows_a_life(speaker)):
            return True
        own = [line.text for line in scripts.lines[:place] if line.speaker == speaker]
        known = "\n".join([scripts.told_of(speaker), *own])
        return is_told(scripts.lines[place - 1].text, scripts.lines[place].text, known, (speaker,))


def _beginning(row: TalkRow) -> str:
    return next((line.text for line in row.lines), "")[:80]


def with_reply(row: ChoiceRow) -> TalkRow:
    """The talk of a choice with the kept reply, which alone is learned."""
    before = tuple(replace(line, learned=False) for line in row.talk.lines)
    kept = Line("assistant", row.chosen, row.speaker, learned=True)
    return replace(row.talk, lines=(*before, kept))


def open_maker(recipe: Recipe, folder: Path, paths: AppPaths | None = None) -> TalkMaker:
    """The maker of a dialogue's recipe for the model of a folder. EngineError where the folder
    holds no model that writes, or the recipe's options are wrong."""
    model = TalkModel.open(folder, recipe.data.most_tokens)
    shelf, options = format_shelf(paths or find_paths()), talk_options(recipe)
    for name in options.formats:
        shelf.read(name)  # one that is not there is told now, not with every talk
    return TalkMaker(model, shelf, options)


def format_shelf(paths: AppPaths) -> FormatShelf:
    """The prompt formats there are."""
    return FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats)


def talk_options(recipe: Recipe) -> TalkOptions:
    """What the recipe says under `talk`. EngineError where it is wrong."""
    try:
        return msgspec.convert(recipe.options.get("talk", {}), TalkOptions)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The recipe cannot be read: talk: {wrong}.",
                          "Mend the recipe file.") from wrong
