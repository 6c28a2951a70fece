"""The label sets of the data: which tags each could have given, and how it is judged.

A set that gives one label a song is judged by the argmax over its tags; one that gives many, tag
by tag. Knows no song and no model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import EngineError

_SPELLING = "canonical_map"
_FORM = ('It says which tags each label set could have given: {"name": {"kind": "single label", '
         '"tags": ["happiness", "sadness"]}, …}.')
SINGLE, MULTI, VERDICTS, WEAK = "single", "multi", "verdicts", "weak"
SINGLE_LABEL = frozenset(
    {"quadrant_lastfm", "quadrant_allmusic", "quadrant_mer180", "nju4", "rasbt_binary"}
)
MULTI_LABEL = frozenset({"gems9", "lastfm27"})
COMPLETE = frozenset({"gems9"})
COUNTED = "gems9"
TITLES = {
    "gems9": "Nine emotions, by people on the lyrics",
    "lastfm27": "Last.fm tags in 27 emotions",
    "quadrant_lastfm": "Happy, angry, sad or calm (Last.fm)",
    "quadrant_allmusic": "Happy, angry, sad or calm (AllMusic)",
    "quadrant_mer180": "Happy, angry, sad or calm (people, 180 songs)",
    "nju4": "Happy, angry, sad or calm (NJU)",
    "rasbt_binary": "Happy or sad",
    "mirex_adjective": "One mood adjective (AllMusic)",
    "own": "Your own labels",
}


@dataclass(frozen=True, slots=True)
class LabelSpace:
    """The tags each label set could have given, and the moods learned or judged (M).

    `kinds` says of each set how it is judged: "multi" (any number of tags a song), "single" (one),
    "verdicts" (only the tags a song names were asked about, a count of 0 is a no) or "weak" (not
    from people: never judged). Sets it does not name are known by their name, or are "multi".
    """

    sets: Mapping[str, tuple[str, ...]]
    moods: tuple[str, ...]
    spelling: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        one = SINGLE_LABEL | {"mirex_adjective"}
        kinds = {name: self.kinds.get(name, SINGLE if name in one else MULTI)
                 for name in self.sets}
        object.__setattr__(self, "kinds", kinds)

    @property
    def set_names(self) -> tuple[str, ...]:
        return tuple(self.sets)

    def title(self, name: str) -> str:
        """What a label set is called for a person."""
        return TITLES.get(name) or one_line(name)


def one_line(told: str) -> str:
    """A name as a file tells it, without signs that break lines or turn the words after it."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in told).split())


class _Space(msgspec.Struct):
    tags: tuple[str, ...] | None = None
    kind: str | None = None


def read_label_space(file: Path, moods: Sequence[str] | None = None) -> LabelSpace:
    """The label sets of label_spaces.json, cut down to `moods`; None keeps every tag of every set.

    EngineError where the file cannot be read.
    """
    try:
        told = msgspec.json.decode(file.read_bytes().removeprefix(b"\xef\xbb\xbf"),
                                   type=dict[str, Any])
        spelling = msgspec.convert(told.pop(_SPELLING, None) or {}, dict[str, str])
        # A text beside the sets is a remark; anything else has to be a set.
        spaces = {name: msgspec.convert(space, _Space)
                  for name, space in told.items() if not isinstance(space, str)}
    except (OSError, ValueError, RecursionError) as broken:
        why = getattr(broken, "strerror", None) or broken
        raise EngineError(f"The label sets in {file.name} cannot be read: {why}.",
                          _FORM) from broken
    tags = {name: tuple(dict.fromkeys(space.tags)) for name, space in spaces.items()
            if space.tags is not None}
    if not tags:
        raise EngineError(f"There is no label set in {file.name}.", _FORM)
    kept = tuple(dict.fromkeys(tag for each in tags.values() for tag in each)
                 if moods is None else moods)
    known = set(kept)
    sets = {name: tuple(tag for tag in each if tag in known) for name, each in tags.items()}
    kinds = {name: _kind(spaces[name].kind or "") for name in sets}
    return LabelSpace(sets, kept, spelling, kinds)


def _kind(told: str) -> str:
    """How a set is judged, from the words that describe it."""
    lower = told.casefold()
    return next((kind for kind in (SINGLE, WEAK, VERDICTS) if lower.startswith(kind)), MULTI)
