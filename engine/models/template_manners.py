"""What a chat template can take, found by trying it, and how messages are folded to suit it.

Some templates raise at a system text or at two turns of one role; others silently leave them
out. Knows how to call a template, nothing of files and tokens.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.errors import EngineError
from engine.models.template_meter import TemplateTooBusy

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"
NEUTRAL_TURN = "Hello."
LONG = 40
_MARK = re.compile(r"</?[^<>\s]{1,60}>|\[/?[A-Z_]{2,30}\]")
_SHORTEST_HEADER = 3


@dataclass(frozen=True, slots=True)
class Message:
    """One turn as a template sees it: `role` is "system", "user" or "assistant"."""

    role: str
    content: str


Skeleton = Callable[[Sequence[Message], bool], str]
"""Renders messages (and the reply prompt). EngineError where the template refuses them."""


@dataclass(frozen=True, slots=True)
class Manners:
    """`folds_system`: system text goes into the first user turn. `folds_late_system`: only one
    at the beginning is taken. `joins_turns`: turns of a role in a row are joined.
    `starts_with_user`: a leading turn of the assistant is given a user turn before it."""

    folds_system: bool = False
    folds_late_system: bool = False
    joins_turns: bool = False
    starts_with_user: bool = False


def find_manners(render: Skeleton) -> Manners:
    """Tries a template out. EngineError where it cannot take even a question and an answer."""
    asked = [_turn(USER, 0)]
    manners = Manners(
        folds_system=not _takes(render, [_turn(SYSTEM, 9), *asked]),
        folds_late_system=not _takes(render, [*_talk(2), _turn(SYSTEM, 9), _turn(USER, 8)]),
        joins_turns=not (_takes(render, [*asked, _turn(USER, 1)])
                         and _takes(render, [*_talk(2), _turn(ASSISTANT, 8), _turn(USER, 9)])),
        starts_with_user=not _takes(render, [_turn(ASSISTANT, 8), *asked]))
    manners = _with_what_their_mix_needs(render, manners)
    for trial in (asked, [_turn(SYSTEM, LONG), *_talk(LONG - 1)]):
        folded = fold(trial, manners)
        lost = _lost(render(folded, True), folded)
        if lost:
            raise EngineError("The chat template of this model leaves out what is said to it.",
                              "Choose another model, or one that was made for talk.")
    return manners


def fold(messages: Sequence[Message], manners: Manners) -> list[Message]:
    """The same talk in turns the template takes. No word of it is lost."""
    turns = _system_folded(messages, manners)
    if turns and turns[-1].role == SYSTEM and all(turn.role == SYSTEM for turn in turns):
        turns.append(Message(USER, NEUTRAL_TURN))
    first = next((n for n, turn in enumerate(turns) if turn.role != SYSTEM), 0)
    if manners.starts_with_user and turns and turns[first].role == ASSISTANT:
        turns.insert(first, Message(USER, NEUTRAL_TURN))
    if manners.joins_turns:
        turns = _joined(turns)
    return turns or [Message(USER, NEUTRAL_TURN)]


def find_stops(render: Skeleton, manners: Manners, eos: str) -> tuple[str, ...]:
    """What stands right after an answer: its end marker, or else the head of the next turn."""
    talk = _talk(3)
    try:
        inner, last = render(fold(talk, manners), False), render(fold(talk[:2], manners), False)
    except EngineError:
        return ()
    answer, following = talk[1].content, talk[2].content
    if answer not in inner or answer not in last:
        return ()
    after = inner.rpartition(answer)[2]
    between = after.partition(following)[0]
    at_end = last.rpartition(answer)[2]
    if eos and between.strip().startswith(eos):
        return (eos,)
    marked = _MARK.match(between.strip()) if at_end.strip() else None
    if marked and at_end.strip().startswith(marked.group()):
        return (marked.group(),)
    shared = _shared(between, at_end).strip()
    header = shared or between.strip()
    return (header,) if len(header) >= _SHORTEST_HEADER else ()


def _with_what_their_mix_needs(render: Skeleton, manners: Manners) -> Manners:
    """A template may take a system text, and an answer first, but not both in a row."""
    mixed = [_turn(SYSTEM, 0), _turn(ASSISTANT, 1), _turn(USER, 2)]
    if not _takes(render, fold(mixed, manners)):
        manners = replace(manners, starts_with_user=True)
    doubled = [_turn(SYSTEM, 0), _turn(USER, 1), _turn(USER, 2)]
    if not _takes(render, fold(doubled, manners)):
        manners = replace(manners, joins_turns=True)
    return manners


def _system_folded(messages: Sequence[Message], manners: Manners) -> list[Message]:
    leading = 0
    while leading < len(messages) and messages[leading].role == SYSTEM:
        leading += 1
    head = "\n\n".join(m.content for m in messages[:leading] if m.content.strip())
    turns = [m if m.role != SYSTEM or not manners.folds_late_system else Message(USER, m.content)
             for m in messages[leading:]]
    if manners.folds_late_system:
        turns = _joined(turns)
    if not head:
        return turns
    if not manners.folds_system:
        return [Message(SYSTEM, head), *turns]
    if turns and turns[0].role == USER:
        return [Message(USER, f"{head}\n\n{turns[0].content}"), *turns[1:]]
    return [Message(USER, head), *turns]


def _joined(turns: Sequence[Message]) -> list[Message]:
    joined: list[Message] = []
    for turn in turns:
        if joined and joined[-1].role == turn.role:
            joined[-1] = Message(turn.role, f"{joined[-1].content}\n\n{turn.content}")
        else:
            joined.append(turn)
    return joined


def _takes(render: Skeleton, messages: Sequence[Message]) -> bool:
    """Whether a template renders these messages and leaves none out."""
    try:
        return not _lost(render(messages, True), messages)
    except TemplateTooBusy:
        raise
    except EngineError:
        return False


def _lost(text: str, messages: Sequence[Message]) -> bool:
    return any(part not in text for m in messages for part in m.content.split("\n\n"))


def _turn(role: str, number: int) -> Message:
    return Message(role, f"Probe{number}of{role}.")


def _talk(turns: int) -> list[Message]:
    """User and assistant in turn, the user first."""
    return [_turn((USER, ASSISTANT)[n % 2], n) for n in range(turns)]


def _shared(one: str, other: str) -> str:
    """The beginning that two texts share."""
    length = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                  min(len(one), len(other)))
    return one[:length]
