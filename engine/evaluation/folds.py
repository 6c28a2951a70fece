"""Divides songs into folds so that no artist, and no song found twice, stands in two of them.

A tagger that has learned an artist's words would else be judged by them. Knows no labels.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError

IntArray = npt.NDArray[np.int8]


def folds_by_artist(
    artists: Sequence[str], folds: int, seed: int, groups: Sequence[str] | None = None
) -> IntArray:
    """(S,) the fold, 0 to folds - 1, of S songs by their artists; sizes as even as artists allow.

    `groups` (S,) names near-duplicates ("" for none): two artists who share one share a fold.
    EngineError where there are fewer artists than folds.
    """
    if not 2 <= folds <= np.iinfo(np.int8).max:
        raise EngineError("There must be 2 folds or more, and no more than 127.", "Ask for 5.")
    bundles = _bundles(artists, groups or [""] * len(artists))
    if len(bundles) < folds:
        raise EngineError(f"{folds} folds need songs by {folds} artists; these are by "
                          f"{len(bundles)}.", "Ask for fewer folds, or measure on more songs.")
    order: list[int] = np.random.default_rng(seed).permutation(len(bundles)).tolist()
    order.sort(key=lambda at: -len(bundles[at]))  # stable: equal sizes stay in chance's order
    sizes = [0] * folds
    found = np.zeros(len(artists), np.int8)
    for at in order:
        smallest = min(range(folds), key=sizes.__getitem__)
        found[bundles[at]] = smallest
        sizes[smallest] += len(bundles[at])
    return found


def same_artist(artist: str) -> str:
    """An artist's name as it is compared, "" for a nameless one."""
    return " ".join(artist.casefold().split())


def _bundles(artists: Sequence[str], groups: Sequence[str]) -> list[list[int]]:
    """Rows that must stay together, in the order of their first; the nameless are each alone."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def head(key: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(key, key) != key:
            parent[key] = key = parent[parent[key]]
        return key

    keys: list[tuple[str, str]] = []
    for row, (artist, group) in enumerate(zip(artists, groups, strict=True)):
        own = same_artist(artist)
        key = ("artist", own) if own else ("song", str(row))
        keys.append(key)
        if group:
            parent[head(key)] = head(("group", group))
    found: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(keys):
        found.setdefault(head(key), []).append(row)
    return list(found.values())
