"""The measured sets as values, and what counts as a right answer."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.chat.persona import Persona
from engine.chat.shipped import shipped_personas
from engine.paths import find_paths

FOLDER = Path(__file__).parent
PARTS = ("develop", "test", "practice")

RIGHT, DOUBTED, REFUSED, WRONG = "answered rightly", "with a doubt", "refused", "wrong"
ADMITTED, INVENTED = "refused rightly", "invented"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. With `support`, a part of the fact that answers it, it can be answered, and
    `answers` are patterns of which one must stand in the reply; else `missing` says what is not
    known: a "detail" of what is, the whole "topic", or the "premise" it takes for granted."""

    persona: Persona
    text: str
    support: str
    answers: tuple[str, ...]
    missing: str
    refusals: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.support)

    def judged(self, reply: str) -> str:
        """What kind of answer a reply is."""
        told = reply.replace("’", "'")
        refused = _holds(told, self.refusals)
        if not self.answerable:
            return ADMITTED if refused else INVENTED
        if _holds(told, self.answers):
            return DOUBTED if refused else RIGHT
        return REFUSED if refused else WRONG


@dataclass(frozen=True, slots=True)
class Statement:
    """A reply, and what the check after it should say: "fine", "contradiction", "invention"."""

    persona: Persona
    reply: str
    expect: str


def questions(part: str) -> list[Question]:
    """The questions of a part: a hundred, of practice some more, which have no patterns."""
    personas = personas_of(part)
    refusals = tomllib.loads((FOLDER / "refusals.toml").read_text("utf-8"))
    return [_question(line, personas, refusals) for line in _lines(f"{part}.jsonl")]


def statements(part: str) -> list[Statement]:
    """Replies to be checked."""
    if part == "practice":
        return []
    personas = personas_of(part)
    return [Statement(personas[line["persona"]], line["reply"], line["expect"])
            for line in _lines(f"{part}_replies.jsonl")]


def plain_lines(part: str) -> list[str]:
    """Lines that ask nobody about their life."""
    named = "develop" if part == "practice" else part
    return (FOLDER / f"{named}_plain.txt").read_text("utf-8").splitlines()


def personas_of(part: str) -> dict[str, Persona]:
    """Those of a part by what they are called; the practice is about those that come with the
    program."""
    if part == "practice":
        shipped = shipped_personas(find_paths().shipped_personas)
        return {persona.called: persona for persona in shipped.values()}
    read = tomllib.loads((FOLDER / f"{part}_personas.toml").read_text("utf-8"))
    found = [msgspec.convert(each, Persona) for each in read["persona"]]
    return {persona.called: persona for persona in found}


def _question(line: dict[str, Any], personas: dict[str, Persona],
              refusals: dict[str, list[str]]) -> Question:
    missing = line.get("missing", "")
    patterns = [*refusals["any"], *(refusals["premise"] if missing == "premise" else ()),
                *line.get("refusals", ())]
    return Question(personas[line["persona"]], line["question"], line.get("support", ""),
                    tuple(line.get("answers", ())), missing, tuple(patterns))


def _lines(name: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines())


def _holds(text: str, patterns: tuple[str, ...]) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)
