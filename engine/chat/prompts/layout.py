"""A prompt of chosen pieces and the turns from a chosen one on, as text or as messages.

Two layouts with one face. Neither knows how much room there is, nor the model.
"""

from collections.abc import Sequence
from typing import Protocol

from engine.chat.prompts.chat_names import ChatNames
from engine.chat.prompts.format import PromptFormat, filled
from engine.chat.prompts.marks import Marks
from engine.chat.prompts.pieces import ASIDE, Piece, about_of, names_of
from engine.chat.prompts.script import Script
from engine.chat.scene import SpokenLine
from engine.models.template_manners import ASSISTANT, SYSTEM, USER, Message

LATE_DEPTH = 1
_DESCRIBED = "{name}: {description}\n{name}'s traits: {traits}"


class Layout(Protocol):
    """`laid_out` gives (text, ()) or ("", messages)."""

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts that end a reply because they begin another's turn or are marks."""
        ...

    def turn(self, line: SpokenLine) -> str:
        """A turn as it will stand in the prompt, but for what a template puts around."""
        ...

    def laid_out(self, pieces: Sequence[Piece], start: int) -> tuple[str, tuple[Message, ...]]:
        """The prompt with these pieces and the turns from `start` on."""
        ...


def layout_of(script: Script, form: PromptFormat, turns: Sequence[SpokenLine]) -> Layout:
    """The layout a format asks for. `turns` are those of the script that have words."""
    return (_ChatLayout if form.form == "chat" else _TextLayout)(script, form, turns)


class _Frame:
    """What both layouts share: the head, and what stands between the turns."""

    def __init__(self, script: Script, form: PromptFormat, turns: Sequence[SpokenLine]) -> None:
        self._script = script
        self._form = form
        self._turns = turns
        self._marks = Marks(form)
        self._others = script.others
        self._values = names_of(script)

    def _filled(self, template: str, pieces: Sequence[Piece]) -> str:
        values = dict(self._values)
        for piece in pieces:
            if piece.slot != ASIDE:
                values[piece.slot] = _joined(values.get(piece.slot, ""), piece.text)
        values["people"] = self._people(self._form.person, pieces)
        values["descriptions"] = self._people(_DESCRIBED, pieces)
        return filled(template, values, self._marks.in_head)

    def _people(self, template: str, pieces: Sequence[Piece]) -> str:
        told: list[str] = []
        for place, persona in enumerate(self._script.cast):
            values = {**about_of(persona), "name": self._marks.spoken(persona.called)}
            for piece in pieces:
                if piece.owner == place and piece.slot in ("description", "traits"):
                    values[piece.slot] = _joined(values.get(piece.slot, ""), piece.text)
            told.append(filled(template, values))
        return "\n".join(filter(None, told))

    def _asides(self, pieces: Sequence[Piece], start: int) -> dict[int, list[Message]]:
        """By the place of the turn each stands before; a deep one stands before the first."""
        found: dict[int, list[Message]] = {}
        late = self._filled(self._form.late, pieces) if self._form.late else ""
        depths = [(piece.depth, Message(piece.role.value, piece.text)) for piece in pieces
                  if piece.slot == ASIDE]
        for depth, message in [*depths, *([(LATE_DEPTH, Message(SYSTEM, late))] if late else [])]:
            found.setdefault(max(start, len(self._turns) - depth), []).append(message)
        return found


class _TextLayout(_Frame):
    """One text: head, the talk's lines, and the opening of who speaks next."""

    @property
    def stops(self) -> tuple[str, ...]:
        # A reply is one turn: it ends before the next, even if that is the speaker's own.
        names = [self._marks.opening(name) for name in [*self._others, self._script.speaker]]
        openings = [*names, self._form.narrator, self._form.talk_mark]
        return tuple(f"\n{text}" for text in dict.fromkeys([*openings, *self._marks.signs]))

    def turn(self, line: SpokenLine) -> str:
        return self._marks.turn(line.speaker, line.text)

    def laid_out(self, pieces: Sequence[Piece], start: int) -> tuple[str, tuple[Message, ...]]:
        asides = self._asides(pieces, start)
        lines = [self._filled(self._form.head, pieces)]
        for place in range(start, len(self._turns) + 1):
            lines += [self._marks.aside(message.content) for message in asides.get(place, ())]
            if place < len(self._turns):
                lines.append(self.turn(self._turns[place]))
        lines.append(self._marks.turn(self._script.speaker, self._script.begun))
        return "\n".join(lines), ()


class _ChatLayout(_Frame):
    """Messages, for the model's own template."""

    def __init__(self, script: Script, form: PromptFormat, turns: Sequence[SpokenLine]) -> None:
        super().__init__(script, form, turns)
        self._names = ChatNames(script, form)

    @property
    def stops(self) -> tuple[str, ...]:
        return tuple(f"\n{self._marks.spoken(name)}:" for name in self._others)

    def turn(self, line: SpokenLine) -> str:
        return self._names.content(line)

    def laid_out(self, pieces: Sequence[Piece], start: int) -> tuple[str, tuple[Message, ...]]:
        asides = self._asides(pieces, start)
        head = self._filled(self._form.head, pieces)
        messages = [Message(SYSTEM, head)] if head.strip() else []
        for place in range(start, len(self._turns) + 1):
            messages += asides.get(place, ())
            if place < len(self._turns):
                line = self._turns[place]
                messages.append(Message(self._names.role(line.speaker), self.turn(line)))
        if not self._turns or self._turns[-1].speaker == self._script.speaker:
            messages.append(Message(USER, self._names.nudge))
        cue = self._names.cue(self._script.begun)
        return "", (*messages, *([Message(ASSISTANT, cue)] if cue else []))


def _joined(one: str, other: str) -> str:
    return f"{one}\n{other}" if one else other
