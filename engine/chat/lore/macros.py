"""What {{char}}, {{user}}, {{random:a,b}} and the like stand for in the texts of cards.

Pure: the same text, names, seed and turn give the same words. A name is data, whatever it holds:
nothing that is put in is looked through for macros again. What is unknown stays as it is.
"""

import datetime
import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.chat.lore.macro_text import TRIM, PutIn, replaced

MOST_DICE = 100
MOST_SIDES = 1_000_000

_DICE = re.compile(r"\s*(?:(\d{0,3})d)?(\d{1,7})\s*", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\\),")
_OLD = {"<user>": "user", "<bot>": "char", "<char>": "char"}


@dataclass(frozen=True, slots=True)
class Names:
    """Who {{char}} and {{user}} are. `char` is what the persona is called in talk."""

    char: str
    user: str


def local_now() -> datetime.datetime:
    """The time on this machine's clock, where it stands."""
    return datetime.datetime.now().astimezone()


def fill_macros(text: str, names: Names, seed: int, *, turn: int = 0, original: str | None = None,
                clock: Callable[[], datetime.datetime] = local_now) -> str:
    """The text as it is said, in time linear in it. To be called once for a text, never for what
    it returned.

    `seed` is the conversation's: {{pick:..}} chooses the same for the same text ever after,
    {{random:..}} and {{roll:..}} for the same `turn` too. `original` stands for {{original}} (what
    a card's own system prompt took the place of); None leaves that as it is.
    """
    filling = _Filling(text, names, seed, turn, clock)
    if original is not None:
        filling.words["original"] = lambda: PutIn(original)
    return replaced(text, filling.value)


def searched_text(text: str, names: Names | None = None) -> str:
    """The text as keys are looked for in it: asides left out, hidden keys shown, and the names
    put in where they are known. Nothing is left to chance."""
    if "{{" not in text and "<" not in text:
        return text
    return replaced(text, lambda pieces: _searched(pieces, names))


def _searched(pieces: Sequence[str], names: Names | None) -> PutIn | None:
    name, arguments = _parted(pieces)
    if name in ("//", "comment"):
        return PutIn(" ")
    if name == "hidden_key":
        return PutIn(f" {''.join(arguments)} ")
    if names is not None and not arguments and name in ("char", "user"):
        return PutIn(names.char if name == "char" else names.user)
    return None


def _parted(pieces: Sequence[str]) -> tuple[str, list[str]]:
    """A macro's name and what is behind its colon. The name is never of what was put in."""
    if pieces[0].lower() in _OLD and len(pieces) == 1:
        return _OLD[pieces[0].lower()], []
    if pieces[0].lstrip().startswith("//"):
        return "//", []
    name, colon, rest = pieces[0].partition(":")
    if not colon and len(pieces) > 1:
        return "", []
    return name.strip().lower(), [rest, *pieces[1:]] if colon else []


class _Filling:
    """The values for one text."""

    def __init__(self, text: str, names: Names, seed: int, turn: int,
                 clock: Callable[[], datetime.datetime]) -> None:
        self._text = text
        self._seed = seed
        self._turn = turn
        self._clock = clock
        self.words: dict[str, Callable[[], PutIn]] = {
            "char": lambda: PutIn(names.char), "user": lambda: PutIn(names.user),
            "newline": lambda: PutIn("\n"), "trim": lambda: TRIM,
            "date": lambda: PutIn(self._now.date().isoformat()),
            "time": lambda: PutIn(self._now.strftime("%H:%M"))}
        self._takers: Mapping[str, Callable[[list[str]], PutIn | None]] = {
            "random": lambda ways: _one_of(ways, self._chance),
            "pick": lambda ways: _one_of(ways, self._lasting_chance),
            "roll": lambda dice: _rolled("".join(dice), self._chance),
            "reverse": lambda said: PutIn("".join(said)[::-1]),
            "hidden_key": lambda _: PutIn(), "comment": lambda _: PutIn()}

    def value(self, pieces: Sequence[str]) -> PutIn | None:
        name, arguments = _parted(pieces)
        if name == "//":
            return PutIn()
        if arguments:
            return self._takers[name](arguments) if name in self._takers else None
        return self.words[name]() if name in self.words else None

    @cached_property
    def _now(self) -> datetime.datetime:
        return self._clock()

    @cached_property
    def _chance(self) -> random.Random:
        return random.Random(f"random {self._seed} {self._turn} {self._digest}")

    @cached_property
    def _lasting_chance(self) -> random.Random:
        return random.Random(f"pick {self._seed} {self._digest}")

    @cached_property
    def _digest(self) -> str:
        return hashlib.blake2b(self._text.encode("utf-8", "surrogatepass")).hexdigest()


def _one_of(arguments: Sequence[str], chance: random.Random) -> PutIn:
    return PutIn(chance.choice(_ways(arguments)))


def _ways(arguments: Sequence[str]) -> list[str]:
    """The ways to choose from: parted by "::" where there is one, else by commas.

    A backslash before a comma makes it part of the words; what was put in is never parted."""
    first = arguments[0].removeprefix(":")
    pieces = [first, *arguments[1:]]
    doubled = any("::" in piece for piece in pieces if not isinstance(piece, PutIn))
    ways: list[list[str]] = [[]]
    for piece in pieces:
        if isinstance(piece, PutIn):
            ways[-1].append(piece)
            continue
        said, *others = piece.split("::") if doubled else _COMMA.split(piece)
        ways[-1].append(said.replace("\\,", ","))
        ways += [[other.replace("\\,", ",")] for other in others]
    return ["".join(way).strip() for way in ways]


def _rolled(dice: str, chance: random.Random) -> PutIn | None:
    found = _DICE.fullmatch(dice)
    if not found:
        return None
    count, sides = int(found[1] or 1), int(found[2])
    if not (1 <= count <= MOST_DICE and 1 <= sides <= MOST_SIDES):
        return None
    return PutIn(sum(chance.randint(1, sides) for _ in range(count)))
