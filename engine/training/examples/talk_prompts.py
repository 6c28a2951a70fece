"""The prompts of one talk as tokens, each with what is to be said after it.

Written by the very code that writes the chat's prompts, so that what is learned is what is asked
later. Knows no torch.
"""

import numpy as np

from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.marks import Marks
from engine.chat.prompts.writing import written
from engine.errors import EngineError
from engine.inference.tokenizer import Ids
from engine.models.template_manners import Message
from engine.training.examples.talk_model import TalkModel
from engine.training.examples.talk_script import TalkScripts

CARRIED = 0.3
"""Where a talk is longer than an example, the next one begins with turns of this share of it."""


class TalkPrompts:
    """The prompts and replies of one talk, as tokens."""

    def __init__(self, model: TalkModel, form: PromptFormat, scripts: TalkScripts) -> None:
        self._model = model
        self._form = form
        self._scripts = scripts
        self._marks = Marks(form)

    def pair(self, place: int, start: int, said: str = "") -> tuple[Ids, Ids] | None:
        """What the model reads before line `place` where turns from `start` on are told, and what
        it is to say: the line, or `said` in its stead. None where both are longer than an
        example."""
        said = said or self._scripts.lines[place].text
        asked = self._prompt(place, start, len(self._model.tokenize(f" {said}")) + 1)
        if asked is None:
            return None
        text = asked[0]
        reply = self._reply(place, said, text.endswith(":"))
        prompt = self._model.encode(text)
        return (prompt, reply) if len(prompt) + len(reply) <= self._model.window else None

    def asked(self, place: int, most_tokens: int) -> tuple[str, tuple[str, ...]]:
        """What the model is asked for line `place`, and what ends its reply of at most so many
        tokens. EngineError where that does not fit."""
        found = self._prompt(place, 0, most_tokens) or self._prompt(
            place, max(place - 1, 0), most_tokens)
        if found is None:
            raise EngineError("A line of this talk is too long for the model.", "Shorten it.")
        return found

    def _prompt(self, place: int, start: int, reply: int) -> tuple[str, tuple[str, ...]] | None:
        """None where some of it would have to be left out though it need not."""
        if self._scripts.is_plain:
            return self._model.render(self._messages(place, start)), self._model.reply_stops
        made = written(self._scripts.before(place, start), self._form, self._model, reply)
        is_cut = made.budget.dropped > 0 or not all(part.kept for part in made.parts)
        return None if is_cut and start < place - 1 else (made.text, made.stops)

    def _reply(self, place: int, said: str, named: bool) -> Ids:
        """The words and what ends them."""
        if not self._scripts.is_plain and self._form.form == "text":
            return self._in_text(place, said)
        words = f" {said}" if named else said
        return np.concatenate([self._model.tokenize(words), self._model.ending])

    def _in_text(self, place: int, said: str) -> Ids:
        """There, the next turn's opening ends a reply."""
        lines = self._scripts.lines
        speaker = lines[place].speaker
        words = self._marks.turn(speaker, said).removeprefix(self._marks.opening(speaker))
        if place + 1 == len(lines):
            return np.concatenate([self._model.tokenize(words), self._model.ending])
        following = self._marks.opening(lines[place + 1].speaker)
        return self._model.tokenize(f"{words}\n{following}")

    def _messages(self, place: int, start: int) -> list[Message]:
        """System texts at the beginning always stand."""
        lines = self._scripts.row.lines
        head = next((n for n, line in enumerate(lines) if line.role != "system"), 0)
        kept = [*lines[:head], *lines[max(start, head):place]]
        return [Message(line.role, line.text) for line in kept if line.text.strip()]

    def new_start(self, place: int, said: str = "") -> int:
        """From which turn on an example is filled by half, so that more lines fit behind."""
        start = max(place - 1, 0)
        while start > 0:
            pair = self.pair(place, start - 1, said)
            if pair is None or len(pair[0]) > self._model.window * CARRIED:
                break
            start -= 1
        return start
