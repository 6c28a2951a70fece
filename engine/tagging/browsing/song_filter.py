"""Which songs of an index answer a query, and how many there are of each kind.

Every part of a query is a mask over all songs; a facet is counted with all of them but its own.
Knows columns, and no database.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from engine.tagging.browsing.mood_bars import MoodBars
from engine.tagging.browsing.song_columns import STATES, Mask, Slots, SongColumns
from engine.tagging.browsing.song_query import Facets, MoodWish, SongQuery

Masks = dict[str, Mask]
Kind = TypeVar("Kind")
_FLAGS = ("corrected", "missing", "changed")


class SongFilter:
    """The masks of one query. `texted` are the slots its text was found in, None without text;
    `near` those that can be near the song it asks for."""

    def __init__(self, columns: SongColumns, bars: MoodBars, query: SongQuery,
                 texted: Slots | None, near: Mask | None) -> None:
        self._columns = columns
        self._bars = bars
        self._query = query
        self._masks = self._masked(texted, near)

    def found(self, but: str = "") -> Mask:
        """(S,) the songs that answer all of the query, but for one part of it."""
        return reduce(np.logical_and, (mask for name, mask in self._masks.items() if name != but))

    def facets(self) -> Facets:
        """The counts beside the answer."""
        columns = self._columns
        wished = self.found("" if self._query.match_all else "moods")
        readers = dict(zip((note.id for note in columns.taggers),
                           self._count(columns.read_by, self.found("read_by")), strict=True))
        return Facets(
            dict(zip(columns.moods, self._count(columns.tags, wished), strict=True)),
            _some(self._kinds(columns.language, columns.languages, "languages")),
            self._kinds(columns.state, STATES, "states"),
            _some(readers),
            *(int(np.count_nonzero(getattr(columns, name) & self.found(name)))
              for name in _FLAGS))

    def _masked(self, texted: Slots | None, near: Mask | None) -> Masks:
        query, columns = self._query, self._columns
        masks = {"alive": columns.alive, **self._fixed(texted, near)}
        if query.languages:
            codes = [columns.languages.index(code) for code in query.languages
                     if code in columns.languages]
            masks["languages"] = np.isin(columns.language, codes)
        if query.states:
            masks["states"] = np.isin(columns.state, [STATES.index(each) for each in query.states])
        if query.read_by:
            masks["read_by"] = self._read_by(query.read_by)
        if query.wishes:
            masks["moods"] = self._wished(query.wishes)
        return masks | {name: getattr(columns, name) == wanted for name in _FLAGS
                        if (wanted := getattr(query, name)) is not None}

    def _fixed(self, texted: Slots | None, near: Mask | None) -> Masks:
        """What no facet leaves out."""
        masks = {} if near is None else {"like": near}
        if texted is not None:
            masks["text"] = self._only(texted)
        for name, keys in (("playlist", self._query.playlist), ("within", self._query.within)):
            if keys is not None:
                masks[name] = self._only(self._columns.slots_of(keys))
        return masks

    def _only(self, slots: Slots) -> Mask:
        mask = np.zeros(self._columns.room, np.bool_)
        mask[slots[slots >= 0]] = True
        return mask

    def _read_by(self, tagger: str) -> Mask:
        known = [at for at, note in enumerate(self._columns.taggers) if note.id == tagger]
        rows = self._columns.read_by[known]
        return reduce(np.logical_or, rows, np.zeros(self._columns.room, np.bool_))

    def _wished(self, wishes: Sequence[MoodWish]) -> Mask:
        barred = [~self._held(wish) for wish in wishes if wish.without]
        wanted = [self._held(wish) for wish in wishes if not wish.without]
        if wanted:
            join = np.logical_and if self._query.match_all else np.logical_or
            barred.append(reduce(join, wanted))
        return reduce(np.logical_and, barred)

    def _held(self, wish: MoodWish) -> Mask:
        mood = self._columns.mood_at.get(wish.mood)
        if mood is None:
            return np.zeros(self._columns.room, np.bool_)
        if wish.least is None:
            return self._columns.tags[mood]
        return self._bars.scores(mood) >= np.float32(wish.least)

    def _kinds(self, column: npt.NDArray[np.int16], kinds: Sequence[Kind], own: str
               ) -> dict[Kind, int]:
        counts = np.bincount(column[self.found(own)], minlength=len(kinds))
        return dict(zip(kinds, counts.tolist(), strict=True))

    def _count(self, rows: Mask, among: Mask) -> list[int]:
        return [int(np.count_nonzero(row & among)) for row in rows]


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {kind: count for kind, count in counts.items() if count}
