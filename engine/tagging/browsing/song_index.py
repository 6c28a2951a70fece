"""All songs of the library at a glance: found, ordered and counted without asking the tables.

Holds in memory what is asked for often and nothing that is only shown. Belongs to one thread.
"""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.browsing.index_copy import IndexCopies
from engine.tagging.browsing.mood_bars import TAGGED, MoodBars
from engine.tagging.browsing.nearness import foremost, nearness
from engine.tagging.browsing.shelf_building import ShelfBuilder, all_taggers, shown_order
from engine.tagging.browsing.shelf_reading import (
    all_keys,
    changed_since,
    labelled_moods,
    last_change,
    library_era,
    read_verdicts,
)
from engine.tagging.browsing.shelf_rows import ShelfRows
from engine.tagging.browsing.snippets import snippets
from engine.tagging.browsing.song_columns import NOBODY, SongColumns
from engine.tagging.browsing.song_filter import SongFilter
from engine.tagging.browsing.song_order import SongOrder
from engine.tagging.browsing.song_query import Found, Keys, ShelfSong, SongQuery, SongSort
from engine.tagging.browsing.song_search import read_terms
from engine.tagging.browsing.text_hits import TextHits
from engine.tagging.song_scores import TaggerNote
from engine.tagging.vocabulary import Vocabulary

Floats = npt.NDArray[np.float32]
_MUCH = 0.3  # of all songs changed: reading them all is as quick
_FEW = 50
_SHARE = 0.02  # of all songs: what changed less often is soon read again
_VERSIONS = itertools.count(1)


class SongIndex:
    """What is in the library as one tagger, one set of collation settings and the person see it.

    It asks the database given to `load` or to the last `refresh`, which must still be open.
    Keys it does not know (any more) are passed over.
    """

    def __init__(self, database: Database, settings: Settings, vocabulary: Vocabulary,
                 cache: Path | None) -> None:
        """Use `load`."""
        self._database = database
        self._settings = settings
        self._vocabulary = vocabulary
        self._copies = IndexCopies(cache, _purpose(settings, vocabulary)) if cache else None
        self._version = 0
        self._unkept: int | None = None  # songs read since the copy; None without a copy
        self._doubts: Floats | None = None
        self._near: tuple[int, Floats] | None = None

    @classmethod
    def load(cls, database: Database, settings: Settings, vocabulary: Vocabulary,
             cache: Path | None = None) -> Self:
        """The index of a library as it is now: from what was kept in the folder `cache` and what
        changed since, or else from the tables."""
        index = cls(database, settings, vocabulary, cache)
        if not index._take_copy():
            index._read_all()
        return index

    @property
    def moods(self) -> tuple[str, ...]:
        """The M moods there are columns for: the vocabulary's, then those only a tagger or the
        person's labels know."""
        return self._columns.moods

    @property
    def version(self) -> int:
        """Grows with every refresh that changed something; no two states in one run of the
        program have the same, of whichever index."""
        return self._version

    def fits(self, settings: Settings) -> bool:
        """Whether songs look the same under these settings, so that `refresh` is enough."""
        return (settings.tagger, settings.collation) == (self._settings.tagger,
                                                         self._settings.collation)

    def refresh(self, database: Database) -> bool:
        """Takes in what changed in the library, by whomever; whether anything did."""
        self._database = database
        if library_era(database) != self._era:
            self._read_all()
            return True
        return self._catch_up()

    def keep(self) -> None:
        """Keeps a copy in the cache folder for the next start, where there is none or much is new.
        For a moment when nobody waits; takes some tenths of a second for 100,000 songs."""
        if self._copies and (self._unkept is None or self._unkept >= max(
                _FEW, _SHARE * self._total)):
            self._copies.save(self._database, self._columns, self._number)
            self._unkept = 0

    def find(self, query: SongQuery) -> Found:
        """The songs that answer a query, with their facets."""
        terms = read_terms(query.text)
        weighed = query.sort is SongSort.RELEVANCE
        texted = self._hits.slots(self._database, terms, weighed) if terms else None
        near = None if query.like is None else ~np.isnan(self._nearness(query.like))
        answer = SongFilter(self._columns, self._bars, query, texted, near)
        order = SongOrder(
            self._columns, self._bars, self._doubted,
            lambda: self._hits.relevance(self._database, terms) if terms else None,
            lambda: None if query.like is None else self._nearness(query.like))
        slots = order.ordered(answer.found(), query)
        return Found(self._columns.keys[slots], answer.facets(), self._total)

    def rows(self, keys: Sequence[int] | Keys) -> tuple[ShelfSong, ...]:
        """What a list shows of these, in their order; meant for those in sight."""
        wanted = np.asarray(keys, np.int64)
        return ShelfRows(self._database, self._columns, self._bars).rows(wanted)

    def snippets(self, keys: Sequence[int] | Keys, text: str) -> dict[int, str]:
        """Key -> the line of its lyric that `text` is found in, marked by HIT_OPEN and HIT_CLOSE
        of snippets; songs whose lyric it is not found in are left out. For those in sight."""
        return snippets(self._database, np.asarray(keys, np.int64), read_terms(text))

    def points(self, keys: Sequence[int] | Keys) -> Floats:
        """(N, 2) valence and arousal, -1..1; NaN where no tagger's moods are shown."""
        found = self._of(self._columns.affect, keys, np.nan)
        found[:, self._of(self._columns.state, keys, -1) != TAGGED] = np.nan
        return found.T

    def leading(self, keys: Sequence[int] | Keys) -> npt.NDArray[np.int16]:
        """(N,) the column of each song's foremost shown tag within `moods`, -1 without any."""
        slots = self._columns.slots_of(keys)
        found = np.full(len(slots), NOBODY, np.int16)
        known = slots >= 0
        found[known] = self._bars.leading(slots[known])
        return found

    def scores(self, keys: Sequence[int] | Keys) -> Floats:
        """(N, M) scores as shown, 0..1: 1 and 0 where the person spoke, 0 where none is known."""
        shown = np.array([self._bars.scores(mood) for mood in range(len(self.moods))], np.float32)
        return self._of(shown.reshape(len(self.moods), -1), keys, 0).T

    def vectors(self, keys: Sequence[int] | Keys) -> Floats:
        """(N, D) pooled vectors of length 1; zeros where there is none."""
        scales = self._of(self._columns.vector_scale, keys, 0)
        return self._of(self._columns.vectors.T, keys, 0).T * scales[:, None]

    def similar(self, song_id: int, most: int = 20) -> tuple[Keys, Floats]:
        """The `most` songs nearest to one, the nearest first, with the cosine of their vectors,
        -1..1. Only what the same tagger in the same version has read is compared."""
        near = self._nearness(song_id)
        slots = foremost(near, most)
        return self._columns.keys[slots], near[slots]

    def _take_copy(self) -> bool:
        """Begins with the kept copy and what changed since, if there is one that fits."""
        if self._copies is None:
            return False
        taggers = all_taggers(self._database)
        kept = self._copies.load(self._database, self._all_moods(taggers), taggers)
        if kept is None:
            return False
        self._era = library_era(self._database)
        self._columns, self._number = kept
        self._unkept = 0
        self._show()
        self._catch_up()
        return True

    def _read_all(self) -> None:
        self._era = library_era(self._database)
        self._number = last_change(self._database)
        taggers = all_taggers(self._database)
        keys = all_keys(self._database)
        self._columns = SongColumns(self._all_moods(taggers), taggers, len(keys))
        self._builder().read(keys)
        self._unkept = None
        self._show()

    def _catch_up(self) -> bool:
        """Takes in the changes since the last time; whether there were any."""
        number = last_change(self._database)
        if number == self._number:
            return False
        changed = changed_since(self._database, self._number)
        taggers = all_taggers(self._database)
        before = self._columns.taggers
        if len(changed) > 1000 + _MUCH * self._total or not self._holds(taggers, changed):
            self._read_all()
            return True
        self._number = number
        self._columns.use_taggers(taggers)
        builder = self._builder()
        builder.read(changed)
        others = builder.spoken_otherwise()
        builder.read(others)
        if self._unkept is not None:
            self._unkept += len(changed) + len(others)
        touched = np.concatenate([changed, others]) if before == taggers else None
        self._show(touched)
        return True

    def _holds(self, taggers: tuple[TaggerNote, ...], changed: Keys) -> bool:
        """Whether there are columns for all that is known now."""
        known = zip(self._columns.taggers, taggers, strict=False)
        return (len(taggers) >= len(self._columns.taggers)
                and all((one.key, one.moods, one.languages) == (other.key, other.moods,
                                                                other.languages)
                        for one, other in known)
                and all(mood in self._columns.mood_at for note in taggers for mood in note.moods)
                and all(mood in self._columns.mood_at
                        for _, mood, _ in read_verdicts(self._database, changed)))

    def _all_moods(self, taggers: Sequence[TaggerNote]) -> tuple[str, ...]:
        known = (*self._vocabulary.ids, *(mood for note in taggers for mood in note.moods),
                 *labelled_moods(self._database))
        return tuple(dict.fromkeys(known))

    def _show(self, keys: Keys | None = None) -> None:
        """Brings up to date what follows from the columns: for these songs, or for all."""
        self._bars = MoodBars(self._columns, self._settings.collation)
        slots = np.arange(self._columns.room) if keys is None else self._columns.slots_of(keys)
        self._bars.show(slots[slots >= 0])
        self._total = int(np.count_nonzero(self._columns.alive))
        self._hits = TextHits(self._columns)
        self._doubts = self._near = None
        self._version = next(_VERSIONS)

    def _builder(self) -> ShelfBuilder:
        return ShelfBuilder(self._database, self._columns,
                            shown_order(self._database, self._settings), self._settings)

    def _of(self, column: npt.NDArray[Any], keys: Sequence[int] | Keys, none: float
            ) -> npt.NDArray[Any]:
        """(..., N) what a column (..., S) holds for these keys."""
        slots = self._columns.slots_of(keys)
        if not self._columns.room:
            return np.full((*column.shape[:-1], len(slots)), none, column.dtype)
        found = column[..., slots]
        found[..., slots < 0] = none
        return found

    def _doubted(self) -> Floats:
        if self._doubts is None:
            self._doubts = self._bars.doubts()
        return self._doubts

    def _nearness(self, song: int) -> Floats:
        """(S,) how near songs are to one; NaN for itself and what cannot be compared."""
        if self._near is None or self._near[0] != song:
            self._near = song, nearness(self._columns, song)
        return self._near[1]


def _purpose(settings: Settings, vocabulary: Vocabulary) -> str:
    """What decides the columns: bars and strictness do not."""
    collation = settings.collation
    return json.dumps([settings.tagger, collation.peak_share, collation.count_repeats,
                       vocabulary.ids])
