"""A written talk read back: what a format wrote gives the same turns again.

Takes texts by other hands too: whatever opens no turn belongs to the turn before it. Every line
is data. Knows no model.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from engine.chat.prompts.chat_names import ChatNames
from engine.chat.prompts.format import PromptFormat, slots_of
from engine.chat.prompts.marks import Marks, head_starts, unquoted
from engine.chat.prompts.script import Script
from engine.chat.scene import SpokenLine
from engine.models.template_manners import ASSISTANT, SYSTEM, Message

_SLOT_LINE = re.compile(r"\{([a-z_]+)\}\Z")
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """Somebody as the head tells of them, in words; "" is unknown."""

    name: str
    gender: str = ""
    age: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadScript:
    """What was read. `speaker` is who was about to speak at the end, None where nobody was; ""
    is the narrator. `head` has what stood before the talk by its slot; `asides` are the lines to
    the model within it."""

    turns: tuple[SpokenLine, ...]
    speaker: str | None = None
    facts: tuple[str, ...] = ()
    people: tuple[ReadPerson, ...] = ()
    head: dict[str, str] = field(default_factory=dict[str, str])
    asides: tuple[str, ...] = ()


def read_dialogue(text: str, form: PromptFormat,
                  names: Collection[str] | None = None) -> ReadScript:
    """A talk written as text in this format. With `names` nobody else opens a turn.

    Without the mark the talk begins after, all of the text is the talk. White space after the
    last word is no part of it.
    """
    lines = text.split("\n")
    mark = form.talk_mark
    begin = lines.index(mark) + 1 if mark in lines else 0
    marks = Marks(form)
    turns, asides = _turns(lines[begin:], marks, names)
    speaker = None
    if turns and not turns[-1].text.strip():
        speaker = turns.pop().speaker
    head = _head(lines[:max(begin - 1, 0)], form)
    return ReadScript(tuple(turn for turn in turns if turn.text.strip()), speaker,
                      tuple(filter(None, head.get("facts", "").split("\n"))),
                      tuple(_people(head.get("people", ""), form, marks)), head, tuple(asides))


def read_messages(messages: Sequence[Message], form: PromptFormat, script: Script) -> ReadScript:
    """A talk written as messages. `script` says who talks and who speaks next.

    Words of the system are asides but for the first, which is the head as it stands.
    """
    spoken = ChatNames(script, form)
    rest = list(messages)
    head = rest.pop(0).content if rest and rest[0].role == SYSTEM else ""
    turns: list[SpokenLine] = []
    asides: list[str] = []
    for message in rest:
        if message.role == SYSTEM:
            asides.append(message.content)
        elif message.content != spoken.nudge:
            turns.append(spoken.read(message))
    speaker = None
    if turns and rest[-1].role == ASSISTANT and not turns[-1].text.strip():
        speaker = turns.pop().speaker
    return ReadScript(tuple(turns), speaker, head={"head": head} if head else {},
                      asides=tuple(asides))


def _turns(lines: Iterable[str], marks: Marks,
           names: Collection[str] | None) -> tuple[list[SpokenLine], list[str]]:
    turns: list[tuple[str, list[str]]] = []
    asides: list[str] = []
    for line in lines:
        aside = marks.aside_in(line)
        opened = marks.opened(line)
        if aside is not None:
            asides.append(aside)
        elif opened and (names is None or not opened[0] or opened[0] in names):
            turns.append((opened[0], [opened[1]]))
        elif turns:
            turns[-1][1].append(line)
    spoken = [SpokenLine(name, unquoted("\n".join(said))) for name, said in turns]
    if spoken:
        spoken[-1] = SpokenLine(spoken[-1].speaker, spoken[-1].text.rstrip("\n"))
    return spoken, asides


def _head(lines: Iterable[str], form: PromptFormat) -> dict[str, str]:
    """What stands in each slot that has words of the format before it, on its line or above."""
    places = _places(form)
    found: dict[str, list[str]] = {}
    slot = ""
    for line in lines:
        start = next((start for start in head_starts(form) if line.startswith(start)), None)
        if start is not None:
            slot = places.get(start, "")
            line = line[len(start):].removeprefix(" ")
        found.setdefault(slot, []).append(line)
    texts = {slot: unquoted("\n" + "\n".join(held)).strip("\n") for slot, held in found.items()}
    return {slot: text for slot, text in texts.items() if slot and text}


def _places(form: PromptFormat) -> dict[str, str]:
    """Which slot the words a line begins with lead to."""
    places: dict[str, str] = {}
    above = ""
    for line in filter(str.strip, form.head.split("\n")):
        bare = _SLOT_LINE.match(line)
        start = line.partition("{")[0].strip() if slots_of(line) else line.strip()
        if bare and above:
            places[above] = bare[1]
        above = "" if slots_of(line) else start
        if start and (slot := _SLOT_LINE.search(line)):
            places[start] = slot[1]
    return places


def _people(text: str, form: PromptFormat, marks: Marks) -> Iterable[ReadPerson]:
    """The people of a format that tells each in a line with all that is said about them."""
    template = form.person.strip("\n")
    if "\n" in template or not {"name", "about"} <= slots_of(template):
        return
    pattern = re.escape(template).replace(r"\{name\}", "(?P<name>.+?)")
    line = re.compile(pattern.replace(r"\{about\}", "(?P<about>[^{}]*)"))
    for told in text.split("\n"):
        if found := line.fullmatch(told):
            gender, age, *tags = [*found["about"].split(", "), "", ""]
            yield ReadPerson(marks.name_of(found["name"]), _known(gender), _known(age),
                             tuple(filter(None, tags)))


def _known(word: str) -> str:
    return "" if word == _UNKNOWN else word
