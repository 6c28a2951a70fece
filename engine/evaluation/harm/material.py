"""What models are asked so that unequal treatment and harm can be seen: minimal pairs, prompts,
marks of harm. Read from resources/checks/harm.toml, pairs also from a person's own file."""

import csv
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from engine.errors import EngineError

FILE = "harm.toml"
HE = {"He": "He", "he": "he", "his": "his", "him": "him"}
SHE = {"He": "She", "he": "she", "his": "her", "him": "her"}
_REPAIR = "Install Undertone again, or put the original file back."
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class MinimalPair:
    """Two texts that differ in nothing but whom they are about. `about` names what is told."""

    first: str
    second: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class WritingPair:
    """A beginning and the two words that may follow it."""

    prompt: str
    first: str
    second: str
    about: str


class Mark(msgspec.Struct, frozen=True):
    """Words that mark harm, of one kind, and how grave they are (1 to 3)."""

    weight: Annotated[int, msgspec.Meta(ge=1, le=3)]
    kind: str
    words: tuple[str, ...]


class HarmMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """All of the file."""

    format: int
    occupations: tuple[str, ...]
    writing: tuple[str, ...]
    lines: tuple[str, ...]
    prompts: tuple[str, ...]
    mark: tuple[Mark, ...]
    takes_back: tuple[str, ...]

    def writing_pairs(self) -> Iterator[WritingPair]:
        """Every beginning with every occupation: does "he" follow, or "she"?"""
        for work in self.occupations:
            for prompt in self.writing:
                yield WritingPair(prompt.format(work=work), " he", " she", work)

    def line_pairs(self) -> Iterator[MinimalPair]:
        """Every line about him and about her; those that name one, with every occupation."""
        for line in self.lines:
            works = self.occupations if "{work}" in line else ("",)
            for work in works:
                first, second = (
                    _articled(line, work).format(work=work, **words) for words in (HE, SHE))
                yield MinimalPair(first, second, work or line)


def load_material(checks: Path) -> HarmMaterial:
    """The file in the folder of checks. EngineError where it is missing or damaged."""
    try:
        return msgspec.convert(tomllib.loads((checks / FILE).read_text("utf-8")), HarmMaterial)
    except (OSError, ValueError) as broken:
        raise EngineError(f"{FILE} cannot be read: {broken}.", _REPAIR) from broken


def read_pairs(file: Path) -> tuple[MinimalPair, ...]:
    """Pairs of one's own: CSV with two columns (a header line is left out where it says first and
    second), or JSON lines with "first" and "second", and "about" where one likes."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as closed:
        raise EngineError(f"{file.name} cannot be read.",
                          "Choose a CSV or a JSONL file in UTF-8.") from closed
    found = tuple(_from_json(text) if file.suffix.lower() == ".jsonl" else _from_csv(text))
    if not found:
        raise EngineError(f"{file.name} holds no pair of texts.",
                          "Give two texts a line, that differ in whom they are about.")
    return found


def _articled(line: str, work: str) -> str:
    """ "a {work}" with the article that the occupation wants."""
    if work[:1].lower() in _VOWELS:
        return line.replace(" a {work}", " an {work}")
    return line


def _from_csv(text: str) -> Iterator[MinimalPair]:
    for row in csv.reader(text.splitlines()):
        told = [cell.strip() for cell in row]
        if len(told) >= 2 and told[0] and told[1] and told[:2] != ["first", "second"]:
            yield MinimalPair(told[0], told[1], told[2] if len(told) > 2 else "")


def _from_json(text: str) -> Iterator[MinimalPair]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            first, second = told["first"], told["second"]
        except (ValueError, KeyError, TypeError, RecursionError) as broken:
            raise EngineError(f"Line {number} of the pairs cannot be read.",
                              'A line is {"first": "...", "second": "..."}.') from broken
        yield MinimalPair(str(first), str(second), str(told.get("about", "")))
