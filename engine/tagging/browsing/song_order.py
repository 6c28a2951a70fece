"""In which order found songs stand. Knows columns, and no database."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from engine.tagging.browsing.mood_bars import TAGGED, MoodBars
from engine.tagging.browsing.song_columns import Mask, Slots, SongColumns
from engine.tagging.browsing.song_query import SongQuery, SongSort

Values = npt.NDArray[np.floating]

# Orders that begin at their highest value unless they are turned round.
_HIGHEST_FIRST = frozenset({SongSort.ADDED, SongSort.MOOD, SongSort.CERTAINTY,
                            SongSort.RELEVANCE, SongSort.NEARNESS})


class SongOrder:
    """Orders songs of one index. `relevance` and `nearness` (S,) are asked for where the order
    needs them, NaN where a song has none; they give None where there is nothing to go by."""

    def __init__(self, columns: SongColumns, bars: MoodBars,
                 doubts: Callable[[], Values],
                 relevance: Callable[[], Values | None],
                 nearness: Callable[[], Values | None]) -> None:
        self._columns = columns
        self._bars = bars
        self._doubts = doubts
        self._relevance = relevance
        self._nearness = nearness

    def ordered(self, found: Mask, query: SongQuery) -> Slots:
        """The slots that were found, in the order of the query."""
        names, keys = self._columns.names, self._columns.keys
        match query.sort:
            case SongSort.TITLE:
                return _turned(self._among(found, names.by_title(keys)), query)
            case SongSort.ARTIST:
                return _turned(self._among(found, names.by_artist(keys)), query)
            case SongSort.LISTED if (listed := _listed(query)) is not None:
                slots = self._columns.slots_of(listed)
                return _turned(self._among(found, slots[slots >= 0]), query)
            case _:
                return self._by_value(self._among(found, self._columns.in_order()), query)

    def _by_value(self, slots: Slots, query: SongQuery) -> Slots:
        sort, values = self._values(query)
        wanted = values[slots]
        if (sort in _HIGHEST_FIRST) != query.descending:
            wanted = -wanted
        return slots[np.argsort(wanted, kind="stable")]

    def _values(self, query: SongQuery) -> tuple[SongSort, Values]:
        """(S,) what the songs are ordered by, NaN for those that stand last."""
        values: Values | None = None
        match query.sort:
            case SongSort.MOOD:
                values = self._wished(query)
            case SongSort.CERTAINTY:
                values = self._doubts()
            case SongSort.VALENCE:
                values = self._affect(0)
            case SongSort.AROUSAL:
                values = self._affect(1)
            case SongSort.RELEVANCE:
                values = self._relevance()
            case SongSort.NEARNESS:
                values = self._nearness()
            case _:
                pass
        if values is None:
            return SongSort.ADDED, self._columns.added.astype(np.float64)
        return query.sort, values

    def _wished(self, query: SongQuery) -> Values | None:
        moods = [self._columns.mood_at[wish.mood] for wish in query.wishes
                 if not wish.without and wish.mood in self._columns.mood_at]
        return self._bars.scores(moods[0]) if moods else None

    def _affect(self, row: int) -> Values:
        """Valence or arousal, of songs whose moods are shown."""
        return np.where(self._columns.state == TAGGED, self._columns.affect[row], np.nan)

    def _among(self, found: Mask, slots: Slots) -> Slots:
        return slots[found[slots]]


def _turned(slots: Slots, query: SongQuery) -> Slots:
    return slots[::-1] if query.descending else slots


def _listed(query: SongQuery) -> Sequence[int] | None:
    return query.playlist if query.playlist is not None else query.within
