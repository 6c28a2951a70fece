"""The fields of a JSON object that another program wrote, each taken as it was meant.

A number for a text, a text for a list, null for anything: what can be used of a value is given,
else nothing. Remembers what was asked for, so that the rest can be kept. Knows no card.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from engine.chat.stored_values import one_line

Object = dict[str, Any]

MOST_LETTERS = 1_000_000
_YES, _NO = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off", ""})
_LATEST = 1 << 40  # seconds: past the year 30000
_MILLISECONDS = 100_000_000_000  # seconds would be the year 5138


class Fields:
    """One object. Where a method takes several names, the first that holds something counts."""

    def __init__(self, given: Mapping[str, Any], said: list[str]) -> None:
        self._given = given
        self._said = said
        self._taken: set[str] = set()

    def value(self, *names: str) -> Any:
        """As it stands, None where there is nothing."""
        for name in names:
            if name == names[0] or self._given.get(name) is not None:
                self._taken.add(name)
            if self._given.get(name) is not None:
                return self._given[name]
        return None

    def text(self, *names: str) -> str:
        """The first that is not blank."""
        full = [name for name in names if text_of(self._given.get(name)).strip()]
        return self._cut(text_of(self.value(*(full or names)[:1])))

    def line(self, *names: str) -> str:
        """A short text in one line: lists and sentences name a character by it."""
        return one_line(self.text(*names))

    def texts(self, most: int, *names: str, commas: bool = False) -> tuple[str, ...]:
        """A list of texts, blank ones left out. One text alone is taken for a list of one, with
        `commas` for one parted by commas."""
        value = self.value(*names)
        if isinstance(value, str):
            value = value.split(",") if commas else [value]
        found = [self._cut(text_of(each)) for each in list_of(value)]
        found = [each.strip() if commas else each for each in found if each.strip()]
        if len(found) > most:
            self._said.append(f"“{names[0]}” has {len(found):,} entries; only the first {most:,}"
                              " were taken.")
        return tuple(found[:most])

    def number(self, *names: str) -> float | None:
        value = self.value(*names)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            found = float(value)
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    def count(self, *names: str) -> int | None:
        """A number of something: whole, not below 0."""
        found = self.number(*names)
        return int(found) if found is not None and 0 <= found < _LATEST else None

    def truth(self, *names: str) -> bool | None:
        value = self.value(*names)
        if isinstance(value, str):
            word = value.strip().casefold()
            return True if word in _YES else False if word in _NO else None
        return bool(value) if isinstance(value, bool | int | float) else None

    def moment(self, *names: str) -> int:
        """Seconds since 1970, 0 where unknown; milliseconds and ISO dates are taken too."""
        value = self.value(*names)
        seconds = self.number(*names)
        if seconds is not None and seconds >= _MILLISECONDS:
            seconds /= 1000
        if seconds is None and isinstance(value, str):
            seconds = _from_iso(value)
        return int(seconds) if seconds is not None and 0 < seconds < _LATEST else 0

    def object(self, *names: str) -> Object:
        return object_of(self.value(*names))

    def rest(self) -> Object:
        """What was not asked for, as it stands."""
        return {name: value for name, value in self._given.items() if name not in self._taken}

    def _cut(self, text: str) -> str:
        if len(text) > MOST_LETTERS:
            self._said.append(f"A text of this card is longer than {MOST_LETTERS:,} letters and"
                              " was cut.")
        return text[:MOST_LETTERS]


def object_of(value: Any) -> Object:
    """The object, an empty one where it is something else."""
    return cast("Object", value) if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The list, an empty one where it is something else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """Lists of texts are their lines; line ends are "\\n"; there are no zero bytes."""
    if isinstance(value, list):
        value = "\n".join(each for each in list_of(value) if isinstance(each, str))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _from_iso(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
