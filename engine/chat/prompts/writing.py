"""A script into the model's window, and what of it had to be left out: never silently.

Kept first are the persona, the scene, the facts in use, the summary and the lore, as long as they
leave room for the talk; then the turns, newest first. Older turns go in steps, so that the prompt
begins the same way for some turns to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.chat.prompt_budget import MOST_REPLY_SHARE, STEP_SHARE, PromptBudget
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.layout import layout_of
from engine.chat.prompts.pieces import PartKind, pieces_of
from engine.chat.prompts.script import Script
from engine.inference.tokenizer import GUARD
from engine.models.template_manners import Message

# Of the room for the prompt, what stands before the talk takes at most this share.
HEAD_SHARE = 0.75
MOST_LETTERS = 12  # a token: no text is denser


class PromptModel(Protocol):
    """What of a TextModel is needed to write for it."""

    window: int

    @property
    def reply_stops(self) -> tuple[str, ...]: ...
    def count(self, text: str) -> int: ...
    def quote(self, text: str) -> str: ...
    def render(self, messages: Sequence[Message]) -> str: ...


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A part of the prompt, or one that found no room (`kept` False). `tokens` of turns that were
    left out is judged by their letters; the frame is the format's own words."""

    kind: PartKind
    title: str
    text: str
    tokens: int
    kept: bool = True


@dataclass(frozen=True, slots=True)
class WrittenPrompt:
    """The prompt as the model gets it.

    `shown` is the same for people and for reading back. `messages` are those of a chat, () else.
    In `budget`, `dropped` counts the turns of the script left out from the oldest on, and
    `first_kept` is unknown here. `stops` end the reply, `most_tokens` is the longest that fits.
    """

    text: str
    shown: str
    messages: tuple[Message, ...]
    parts: tuple[PromptPart, ...]
    stops: tuple[str, ...]
    budget: PromptBudget
    most_tokens: int


def written(script: Script, form: PromptFormat, model: PromptModel,
            longest_reply: int) -> WrittenPrompt:
    """The prompt for a reply of up to `longest_reply` tokens.

    Turns without words are passed over. Where not even the last turn fits, `budget.fits` is
    False. EngineError where the model's template cannot take the messages.
    """
    return _Writing(script, form, model, longest_reply).written()


class _Writing:
    """One script's way into the window."""

    def __init__(self, script: Script, form: PromptFormat, model: PromptModel,
                 longest_reply: int) -> None:
        self._model = model
        self._places = [n for n, turn in enumerate(script.turns) if turn.text.strip()]
        self._turns = [script.turns[n] for n in self._places]
        self._layout = layout_of(script, form, self._turns)
        self._is_chat = form.form == "chat"
        self._pieces = pieces_of(script, form)
        self._sizes = [model.count(model.quote(piece.text)) for piece in self._pieces]
        self._reply = max(1, min(longest_reply, int(model.window * MOST_REPLY_SHARE)))
        self._longest = longest_reply
        self._room = model.window - self._reply
        self._last = max(len(self._turns) - 1, 0)

    def written(self) -> WrittenPrompt:
        if self._may_fit():
            every = range(len(self._pieces))
            if self._count(every, 0) <= self._room:
                return self._told(every, 0)
        kept = self._first_pieces()
        start = self._stepped(self._first_that_fits(kept))
        while self._count(kept, start) > self._room:
            if start < self._last:
                start += 1
            elif kept:
                kept = kept[:-1]
            else:
                break
        return self._told(kept, start)

    def _may_fit(self) -> bool:
        """Whether it is worth while to try all of it."""
        letters = sum(len(turn.text) for turn in self._turns)
        return sum(self._sizes) + letters / MOST_LETTERS <= self._room

    def _first_pieces(self) -> list[int]:
        """The places of the pieces that are kept, whatever was said before the last turn."""
        frame = self._count([], len(self._turns))
        left = min((self._room - frame) * HEAD_SHARE, self._room - self._count([], self._last))
        kept: list[int] = []
        for place, size in enumerate(self._sizes):
            if size + 1 <= left:
                kept.append(place)
                left -= size + 1
        return kept

    def _first_that_fits(self, kept: Sequence[int]) -> int:
        """From which turn on all fit, by their tokens and what a template puts around each."""
        left = self._room - self._count(kept, self._last)
        around = self._around()
        start = self._last
        while start > 0:
            left -= self._size(self._layout.turn(self._turns[start - 1])) + around
            if left < 0:
                break
            start -= 1
        return start

    def _around(self) -> int:
        """Tokens a message or a line takes beside its words."""
        if not self._is_chat:
            return 1
        few = [Message("user", "a"), Message("assistant", "a")]
        twice = self._model.count(self._model.render([*few, *few, *few[:1]]))
        return max(0, -(-(twice - self._model.count(self._model.render(few[:1]))) // 4) - 1)

    def _stepped(self, first: int) -> int:
        """A start at or after `first`, the same one for some turns to come."""
        if first == 0:
            return 0
        step = 2
        while step < (len(self._turns) - first) * STEP_SHARE:
            step *= 2
        return min(-(-first // step) * step, self._last)

    def _laid_out(self, kept: Sequence[int], start: int) -> tuple[str, tuple[Message, ...]]:
        plain, messages = self._layout.laid_out([self._pieces[place] for place in kept], start)
        text = self._model.render(messages) if self._is_chat else self._model.quote(plain)
        return text, messages

    def _count(self, kept: Sequence[int], start: int) -> int:
        return self._model.count(self._laid_out(kept, start)[0])

    def _size(self, text: str) -> int:
        return self._model.count(self._model.quote(text))

    def _told(self, kept: Sequence[int], start: int) -> WrittenPrompt:
        text, messages = self._laid_out(kept, start)
        prompt = self._model.count(text)
        parts = self._parts(kept, start, prompt)
        left_out = sum(part.tokens for part in parts if not part.kept)
        dropped = self._places[start] if self._places else 0
        budget = PromptBudget(window=self._model.window, prompt=prompt, reply=self._reply,
                              whole=prompt + left_out, dropped=dropped if start else 0)
        own_stops = self._model.reply_stops if self._is_chat else ()
        return WrittenPrompt(
            text, text.replace(GUARD, ""), messages, parts,
            tuple(dict.fromkeys([*own_stops, *self._layout.stops])), budget,
            max(1, min(self._longest, self._model.window - prompt)))

    def _parts(self, kept: Sequence[int], start: int, prompt: int) -> tuple[PromptPart, ...]:
        chosen = frozenset(kept)
        parts = [PromptPart(piece.kind, piece.title, piece.text, size, place in chosen)
                 for place, (piece, size) in enumerate(zip(self._pieces, self._sizes,
                                                           strict=True))]
        turns = self._turn_parts(start)
        frame = prompt - sum(part.tokens for part in (*parts, *turns) if part.kept)
        return (PromptPart("frame", "The format's own words", "", max(frame, 0)), *_merged(parts),
                *turns)

    def _turn_parts(self, start: int) -> list[PromptPart]:
        gone = "\n".join(f"{turn.speaker}: {turn.text}" for turn in self._turns[:start])
        read = "\n".join(self._layout.turn(turn) for turn in self._turns[start:])
        tokens = self._size(read) if read else 0
        guess = round(len(gone) * tokens / max(len(read), 1))
        parts = [PromptPart("turns", "Earlier turns", gone, guess, kept=False)] if gone else []
        return parts + ([PromptPart("turns", "Turns", read, tokens)] if read else [])


def _merged(parts: Sequence[PromptPart]) -> list[PromptPart]:
    """Pieces of one text that stay, or go, together are one part."""
    merged: list[PromptPart] = []
    for part in parts:
        last = merged[-1] if merged else None
        if last and (last.kind, last.title, last.kept) == (part.kind, part.title, part.kept):
            merged[-1] = PromptPart(part.kind, part.title, f"{last.text}\n{part.text}",
                                    last.tokens + part.tokens, part.kept)
        else:
            merged.append(part)
    return merged
