"""What every tag format shares here: reading a file at a place, our fields' names, the refusals.

Knows no format.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from engine.errors import EngineError
from engine.tagging.writing.splice import Splice
from engine.tagging.writing.values import FileMoods

MOOD, MODEL, SCORES = "MOOD", "MOOD_MODEL", "MOOD_SCORES"
NAMES = (MOOD, MODEL, SCORES)
JOINT = "; "  # between moods where a format knows one value only
_PARTS = re.compile(r"[;\x00/]")


class TagHolder(Protocol):
    """A place in a file where moods can stand. `label` names it for the person."""

    label: str

    def read(self) -> FileMoods:
        """Our fields as they stand there now."""
        ...

    def normal(self, moods: FileMoods) -> FileMoods:
        """`moods` as they will be read back once they are written there."""
        ...

    def sound(self) -> Iterator[tuple[int, int]]:
        """The stretches of the file that are its sound: these must never change."""
        ...

    def splices(self, moods: FileMoods) -> list[Splice]:
        """What to change so that our fields are `moods`; an empty field is taken out.

        EngineError where it cannot be done.
        """
        ...


class Source:
    """A file that is read here and there. Reading beyond its end means it is damaged."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)

    def at(self, start: int, count: int) -> bytes:
        """Just `count` bytes from `start`. EngineError where the file does not have them."""
        if start < 0 or count < 0 or start + count > self.size:
            raise damaged()
        self._file.seek(start)
        data = self._file.read(count)
        if len(data) != count:
            raise damaged()
        return data

    def some(self, start: int, count: int) -> bytes:
        """At most `count` bytes from `start`; fewer at the end of the file."""
        start = max(0, start)
        return self.at(start, max(0, min(count, self.size - start)))


def damaged() -> EngineError:
    """The refusal of a file whose tag does not hold together."""
    return EngineError("The tag of this file is damaged, so nothing is written into it.",
                       "Mend it with a tag editor, or write a file beside it instead.")


def unsupported(kind: str) -> EngineError:
    """The refusal of a kind of file that has no place for moods."""
    return EngineError(f"{kind} cannot hold moods.", "Write a file beside it instead.")


def too_large() -> EngineError:
    """The refusal of a tag that has no room left in its format."""
    return EngineError("The tag of this file is as large as its format allows.",
                       "Make its picture smaller, or write a file beside it instead.")


def parts(value: str) -> tuple[str, ...]:
    """The moods within one value, as other programs join them."""
    return tuple(part for piece in _PARTS.split(value) if (part := piece.strip()))


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Values without empty ones and doubles, the first of each kept."""
    return tuple(dict.fromkeys(value for value in values if value.strip()))


def several_values(moods: FileMoods) -> FileMoods:
    """How a format that knows several values of a field reads `moods` back."""
    return FileMoods(unique(moods.moods), moods.tagger, moods.scores)


def one_value(moods: FileMoods) -> FileMoods:
    """How a format that knows one value of a field reads `moods` back."""
    joined = JOINT.join(unique(moods.moods))
    return FileMoods((joined,) if joined else (), moods.tagger, moods.scores)


def fields_of(moods: FileMoods) -> list[tuple[str, tuple[str, ...]]]:
    """The fields that are to stand in a file, by name; empty ones are left out."""
    wanted = ((MOOD, unique(moods.moods)), (MODEL, unique([moods.tagger])),
              (SCORES, unique([moods.scores])))
    return [(name, values) for name, values in wanted if values]


def moods_of(fields: Iterable[tuple[str, str]]) -> FileMoods:
    """Our fields from (name, value) as they were found, in any case and order."""
    found: dict[str, list[str]] = {name: [] for name in NAMES}
    for name, value in fields:
        found[name.upper()].append(value)
    return FileMoods(unique(found[MOOD]), JOINT.join(found[MODEL]), JOINT.join(found[SCORES]))
