"""Where in an index a text was found, remembered while nothing changes.

Files without a song are found by their names.
"""

import numpy as np
import numpy.typing as npt

from engine.library.database import Database
from engine.tagging.browsing.song_columns import Slots, SongColumns
from engine.tagging.browsing.song_names import sort_name
from engine.tagging.browsing.song_search import Hits, Term, search

Terms = tuple[Term, ...]
_TITLED_SO = 1000.0  # more than any words weigh


class TextHits:
    """The hits of the last text, in the slots of one state of the columns."""

    def __init__(self, columns: SongColumns) -> None:
        self._columns = columns
        self._last: tuple[Terms, Hits] | None = None

    def slots(self, database: Database, terms: Terms, weighed: bool) -> Slots:
        """What holds all the terms; `weighed` if their relevance will be asked for."""
        songs = self._columns.slots_of(self._hits(database, terms, weighed).songs)
        return np.concatenate([songs, self._files(terms)])

    def relevance(self, database: Database, terms: Terms) -> npt.NDArray[np.float64]:
        """(S,) how well songs match, the more the better, those titled just so first of all; NaN
        where nothing can be said."""
        hits = self._hits(database, terms, True)
        found = np.full(self._columns.room, np.nan)
        slots = self._columns.slots_of(hits.songs)
        known = slots >= 0
        if hits.weights is not None:
            found[slots[known]] = -hits.weights[known]
        title = sort_name(" ".join(term.text for term in terms if not term.without))
        titles = self._columns.names.titles
        same = [slot for slot in slots[known].tolist() if titles[slot] == title]
        found[same] = np.nan_to_num(found[same]) + _TITLED_SO
        return found

    def _hits(self, database: Database, terms: Terms, weighed: bool) -> Hits:
        if self._last is None or self._last[0] != terms or (
                weighed and self._last[1].weights is None):
            columns = self._columns
            unspaced = columns.keys[columns.unspaced & (columns.keys > 0)]
            self._last = terms, search(database, terms, weighed, unspaced)
        return self._last[1]

    def _files(self, terms: Terms) -> Slots:
        """The refused files whose names hold all the terms."""
        columns = self._columns
        wanted = [(sort_name(term.text), term.without) for term in terms]
        if any(term.field not in ("", "title") for term in terms):
            return np.zeros(0, np.int64)
        files = np.flatnonzero(columns.keys < 0)
        return np.array([slot for slot in files.tolist() if all(
            (word in columns.names.titles[slot]) != without for word, without in wanted)], np.int64)
