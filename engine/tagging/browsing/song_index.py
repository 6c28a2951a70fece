"""All songs of the library at a glance: found, ordered and counted without asking the tables.

Holds in memory what is asked for often and nothing that is only shown. Belongs to one thread.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.browsing.song_query import Found, Keys, ShelfSong, SongQuery
from engine.tagging.vocabulary import Vocabulary

Floats = npt.NDArray[np.float32]


class SongIndex:
    """What is in the library as one tagger, one set of collation settings and the person see it.

    It asks the database given to `load` or to the last `refresh`, which must still be open.
    Keys it does not know (any more) are passed over.
    """

    @classmethod
    def load(cls, database: Database, settings: Settings, vocabulary: Vocabulary,
             cache: Path | None = None) -> Self:
        """The index of a library as it is now: from what was kept in the folder `cache` and what
        changed since, or else from the tables."""
        raise NotImplementedError

    @property
    def moods(self) -> tuple[str, ...]:
        """The M moods there are columns for: the vocabulary's, then those only a tagger or the
        person's labels know."""
        raise NotImplementedError

    @property
    def version(self) -> int:
        """Grows with every refresh that changed something."""
        raise NotImplementedError

    def fits(self, settings: Settings) -> bool:
        """Whether songs look the same under these settings, so that `refresh` is enough."""
        raise NotImplementedError

    def refresh(self, database: Database) -> bool:
        """Takes in what changed in the library, by whomever; whether anything did."""
        raise NotImplementedError

    def keep(self) -> None:
        """Keeps a copy in the cache folder for the next start, where much is new. For a moment
        when nobody waits; takes some tenths of a second for 100,000 songs."""
        raise NotImplementedError

    def find(self, query: SongQuery) -> Found:
        """The songs that answer a query, with their facets."""
        raise NotImplementedError

    def rows(self, keys: Sequence[int] | Keys) -> tuple[ShelfSong, ...]:
        """What a list shows of these, in their order; meant for those in sight."""
        raise NotImplementedError

    def snippets(self, keys: Sequence[int] | Keys, text: str) -> dict[int, str]:
        """Key -> the words of the lyric around what `text` finds, marked by HIT_OPEN and
        HIT_CLOSE of song_search; only of songs whose lyric it is found in. For those in sight."""
        raise NotImplementedError

    def points(self, keys: Sequence[int] | Keys) -> Floats:
        """(N, 2) valence and arousal, -1..1; NaN where no tagger has read the song."""
        raise NotImplementedError

    def leading(self, keys: Sequence[int] | Keys) -> npt.NDArray[np.int16]:
        """(N,) the column of each song's foremost shown tag within `moods`, -1 without any."""
        raise NotImplementedError

    def scores(self, keys: Sequence[int] | Keys) -> Floats:
        """(N, M) scores as shown, 0..1: 1 and 0 where the person spoke, 0 where none is known."""
        raise NotImplementedError

    def vectors(self, keys: Sequence[int] | Keys) -> Floats:
        """(N, D) pooled vectors of length 1; zeros where there is none."""
        raise NotImplementedError

    def similar(self, song_id: int, most: int = 20) -> tuple[Keys, Floats]:
        """The `most` songs nearest to one, the nearest first, with the cosine of their vectors,
        -1..1. Only what the same tagger in the same version has read is compared."""
        raise NotImplementedError
