"""Which vanished file is which new one, told by size and time alone.

Size and time to the nanosecond are as good as a name; where several share both, names decide, and
where those do not either, nothing is taken for moved: reading the file will tell.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from engine.tagging.intake import Fingerprint


@dataclass(frozen=True, slots=True)
class Left:
    """A place that lost its file, and how that was when it was read."""

    place: str
    mark: Fingerprint


def pair_moves(left: Iterable[Left], new: Mapping[str, Fingerprint]) -> list[tuple[str, str]]:
    """Pairs (old place, new place), each place once."""
    old_by_mark: dict[Fingerprint, list[str]] = defaultdict(list)
    for one in left:
        old_by_mark[one.mark].append(one.place)
    new_by_mark: dict[Fingerprint, list[str]] = defaultdict(list)
    for place, mark in new.items():
        if mark in old_by_mark:
            new_by_mark[mark].append(place)
    pairs: list[tuple[str, str]] = []
    for mark, places in new_by_mark.items():
        pairs += _paired(old_by_mark[mark], places)
    return pairs


def _paired(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Those of one mark: the only one, or each by its name."""
    if len(old) == len(new) == 1:
        return [(old[0], new[0])] if _kind(old[0]) == _kind(new[0]) else []
    names = defaultdict[str, list[str]](list)
    for place in new:
        names[PurePath(place).name].append(place)
    pairs: list[tuple[str, str]] = []
    for place in old:
        called = names[PurePath(place).name]
        if len(called) == 1:
            pairs.append((place, called.pop()))
    return pairs


def _kind(place: str) -> str:
    return PurePath(place).suffix.lower()
