"""The closed list of moods, and the one spelling each of them has.

Reads resources/moods.toml and refuses a list that contradicts itself. Knows no tagger, no song
and no colour; the person's own moods join through `with_moods`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from engine.errors import EngineError

_IGNORED = re.compile(r"[\s_\-\u2010-\u2015\u0300-\u036f]+")
_REPAIR = "Install Undertone again, or put the original moods.toml back."

Coordinate = Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)]
Text = Annotated[str, msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class Mood:
    """One mood. `valence` and `arousal` are its place on the circumplex, -1 to 1 each.

    `synonyms` are other words for it, `label_sets` the label sets of the training data that
    know it; a mood of the person's own has none.
    """

    id: Text
    name: Text
    valence: Coordinate
    arousal: Coordinate
    synonyms: tuple[Text, ...] = ()
    about: str = ""
    label_sets: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything it may be called: id, name, synonyms."""
        return (self.id, self.name, *self.synonyms)


@dataclass(frozen=True, slots=True)
class _MoodFile:
    format: int
    mood: Annotated[tuple[Mood, ...], msgspec.Meta(min_length=1)]


class Vocabulary:
    """The moods in file order, found by id or by any spelling. Never changes."""

    def __init__(self, moods: Iterable[Mood]) -> None:
        """Raises ValueError for an id that is double or no plain word, and for a spelling that
        belongs to two moods."""
        self._moods = tuple(moods)
        self._by_id: dict[str, Mood] = {}
        self._by_spelling: dict[str, str] = {}
        for mood in self._moods:
            if mood.id in self._by_id:
                raise ValueError(f'the mood "{mood.id}" stands in it twice')
            if not re.fullmatch(r"\w+", mood.id):
                raise ValueError(f'the id "{mood.id}" is more than letters, digits and _')
            self._by_id[mood.id] = mood
            self._learn(mood)

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        """The vocabulary of a moods.toml. Raises EngineError if it is missing or damaged."""
        try:
            stored = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _MoodFile)
            if stored.format != 1:
                raise ValueError(f"it is of format {stored.format}, and only 1 is known")
            return cls(stored.mood)
        except OSError as reason:
            message = f"The list of moods could not be opened: {reason.strerror or reason}."
            raise EngineError(message, _REPAIR) from reason
        except ValueError as reason:
            raise EngineError(f"The list of moods is damaged: {reason}.", _REPAIR) from reason

    @property
    def moods(self) -> tuple[Mood, ...]:
        return self._moods

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._by_id)

    @property
    def spellings(self) -> dict[str, str]:
        """Every known spelling, folded by `fold`, with the id of its mood."""
        return dict(self._by_spelling)

    def get(self, mood_id: str) -> Mood | None:
        """The mood of exactly this id, or None."""
        return self._by_id.get(mood_id)

    def canonical(self, word: str) -> str | None:
        """The id of the mood a word stands for, blind to case, spaces, hyphens and underscores."""
        return self._by_spelling.get(fold(word))

    def with_moods(self, more: Iterable[Mood]) -> "Vocabulary":
        """This vocabulary with the person's own moods after it. Raises ValueError on a clash."""
        return Vocabulary((*self._moods, *more))

    def _learn(self, mood: Mood) -> None:
        for spelling in mood.spellings:
            key = fold(spelling)
            owner = self._by_spelling.setdefault(key, mood.id)
            if not key:
                raise ValueError(f'the mood "{mood.id}" has a spelling without letters')
            if owner != mood.id:
                raise ValueError(f'"{spelling}" belongs to "{owner}" and to "{mood.id}"')


def fold(word: str) -> str:
    """A word as spellings are compared: "Joyful-Activation" gives "joyfulactivation".

    Case, spaces, hyphens, underscores and accents do not count.
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKD", word).casefold())
