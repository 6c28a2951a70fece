"""The lines beginning with @@ that a lore entry's content may open with, read into rules.

Follows the decorators of the character card specification V3, those that have a meaning in a
chat. Any other is passed over; none ever becomes part of the text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.chat.conversation import Role
from engine.chat.lore.places import LoreSpot

_LINE = re.compile(r"\s*(@@@?)(?!@)([^\n]*)(?:\n|$)")
_NUMBER = re.compile(r"-?\d{1,9}")
_SPOTS = {"before_desc": LoreSpot.BEFORE_CHAR, "after_desc": LoreSpot.AFTER_CHAR,
          "personality": LoreSpot.PERSONALITY, "scenario": LoreSpot.SCENARIO}


@dataclass(frozen=True, slots=True)
class LoreRules:
    """When and where an entry is told, beyond its keys; None and False are no rule.

    `only_after`, `only_every` count the replies given so far. `keeps`: once called, always called;
    `once`: never again. `more_keys`: of each group one must be found too; `not_keys`: none may.
    `greeting`: only where the talk began with that one. `gives_way`: left out first where room
    is short. `always` goes over all else but an entry that is off; `never` but over `always`.
    """

    depth: int | None = None
    role: Role | None = None
    spot: LoreSpot | None = None
    scan_depth: int | None = None
    only_after: int | None = None
    only_every: int | None = None
    greeting: int | None = None
    keeps: bool = False
    once: bool = False
    always: bool = False
    never: bool = False
    gives_way: bool = False
    more_keys: tuple[tuple[str, ...], ...] = ()
    not_keys: tuple[str, ...] = ()


def read_decorators(content: str) -> tuple[LoreRules, str]:
    """The rules a content opens with, and the text without their lines."""
    rules: dict[str, Any] = {}
    end, settled = 0, True
    while line := _LINE.match(content, end):
        end = line.end()
        # A fallback (@@@) counts where the decorator before it, and those between, did not.
        if line[1] == "@@" or not settled:
            settled = _read(line[2], rules)
    more_keys = tuple(rules.pop("more_keys", ()))
    return LoreRules(more_keys=more_keys, **rules), content[end:].strip("\r\n")


def _read(line: str, rules: dict[str, Any]) -> bool:
    """Takes one decorator in; False where it is unknown or its value is none."""
    name, value = [*line.split(None, 1), "", ""][:2]
    known = _DECORATORS.get(name)
    if known is None:
        return False
    field, read = known
    found = read(value.strip())
    if found is None:
        return False
    if field == "more_keys":
        rules.setdefault(field, []).append(found)
    else:
        rules.setdefault(field, found)  # the first of a name counts
    return True


def _number(value: str) -> int | None:
    return int(value) if _NUMBER.fullmatch(value) else None


def _not_negative(value: str) -> int | None:
    number = _number(value)
    return None if number is None else max(number, 0)


def _count(value: str) -> int | None:
    number = _number(value)
    return number if number and number > 0 else None


def _keys(value: str) -> tuple[str, ...] | None:
    return tuple(key.strip() for key in value.split(",") if key.strip()) or None


def _role(value: str) -> Role | None:
    return Role(value.lower()) if value.lower() in set(Role) else None


def _yes(_: str) -> bool:
    return True


_DECORATORS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "depth": ("depth", _not_negative), "role": ("role", _role), "position": ("spot", _SPOTS.get),
    "scan_depth": ("scan_depth", _not_negative), "activate_only_after": ("only_after", _number),
    "activate_only_every": ("only_every", _count), "is_greeting": ("greeting", _number),
    "keep_activate_after_match": ("keeps", _yes), "dont_activate_after_match": ("once", _yes),
    "activate": ("always", _yes), "dont_activate": ("never", _yes),
    "ignore_on_max_context": ("gives_way", _yes), "additional_keys": ("more_keys", _keys),
    "exclude_keys": ("not_keys", _keys)}
