"""Lists of songs drawn up for the person: like one song, of a certain course, along a course.

Asks the index and the curves of a library; stores nothing. Each list holds a song once, also where
the library holds it twice under one name.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from engine.library.database import Database
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import Keys, ShelfSong, query_from_json
from engine.tagging.labels import Verdict
from engine.tagging.playlists.arcs import Arc, MoodArc, Ranked, presence, rank, reach
from engine.tagging.playlists.mood_curves import MoodCurves, StackedCurves
from engine.tagging.playlists.ordering import order_along, pick_along, smooth_order
from engine.tagging.playlists.playlist_store import PlaylistStore
from engine.tagging.vocabulary import Vocabulary

NEAR = 0.15
"""From here on a song can be said to take a course."""
_SPARE = 4  # so many more are asked for, as some will be doubles
_LEAST_AROUSAL = 0.2

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class CurvesMade:
    """`done` of `total` songs that had no mood curve yet have one now."""

    done: int
    total: int


class ListMaking:
    """Belongs to the thread of its database. `tagger_id` is whose moods are meant, as in the
    settings."""

    def __init__(self, database: Database, index: SongIndex, tagger_id: str,
                 vocabulary: Vocabulary) -> None:
        self._database = database
        self._index = index
        self._tagger = tagger_id
        self._vocabulary = vocabulary
        self._curves = MoodCurves(database)
        self._read: list[StackedCurves] | None = None

    def prepare(self) -> Iterator[CurvesMade]:
        """Makes the mood curves that are missing, for `of_course`."""
        self._read = None
        total, done = self._curves.missing(self._tagger), 0
        for made in self._curves.make_missing(self._tagger):
            done += made
            yield CurvesMade(done, max(total, done))

    def contents(self, playlists: PlaylistStore, playlist_id: int) -> tuple[int, ...]:
        """The songs of a playlist as it is now: those kept, or those its rule finds."""
        playlist = playlists.get(playlist_id)
        if not playlist.by_rule:
            return playlists.songs(playlist_id)
        found = self._index.find(query_from_json(playlist.rule)).keys
        return tuple(int(key) for key in found if key > 0)

    def like(self, song: int, most: int) -> tuple[int, ...]:
        """A song and the `most` - 1 nearest to it, in an order that goes smoothly from the end of
        each to the beginning of the next. Less where fewer are known to the same tagger."""
        keys, _ = self._index.similar(song, most * _SPARE)
        chosen = self._singles((song, *(int(key) for key in keys)))[:most]
        return self.smoothly(chosen)

    def of_course(self, arc: Arc, within: Keys | None = None, least: float = 0.0) -> Ranked:
        """The songs whose own course comes as near to the wish as `least`, the nearest first;
        `within` are the only ones meant. Songs in which the person rejected a mood that is wished
        for are left out. Curves that were not made yet are missing: see `prepare`."""
        parts = [rank(curves, arc) for curves in self._stacked()]
        songs = np.concatenate([part.songs for part in parts] or [np.zeros(0, np.int64)])
        nearness = np.concatenate([part.nearness for part in parts] or [np.zeros(0, np.float32)])
        kept = (nearness >= least) & ~np.isin(songs, self._rejected(arc.moods))
        if within is not None:
            kept &= np.isin(songs, within)
        songs, nearness = songs[kept], nearness[kept]
        order = np.argsort(-nearness, kind="stable")
        return Ranked(songs[order], nearness[order])

    def along(self, arc: Arc, songs: Sequence[int], count: int) -> tuple[int, ...]:
        """`count` of these songs, one following the other along the wished course."""
        chosen = np.array([song for song in songs if song > 0], np.int64)
        points = self._index.points(chosen)
        known = _known(points)
        chosen, points = chosen[known], points[known]
        if not len(chosen):
            return ()
        wish = self._course(arc, min(count, len(chosen)))
        places = self._stretched(points)[:, :wish.shape[1]]
        picked = self._singles([int(chosen[at]) for at in pick_along(places, wish)])
        return tuple(picked)

    def sorted_along(self, arc: Arc, songs: Sequence[int]) -> tuple[int, ...]:
        """All of these songs, in the order that follows the wished course most nearly; those no
        tagger has read stand last."""
        points = self._index.points(np.array(songs, np.int64))
        known = _known(points)
        read = [songs[at] for at in np.flatnonzero(known).tolist()]
        rest = [songs[at] for at in np.flatnonzero(~known).tolist()]
        wish = self._course(arc, 3)
        way = wish[-1] - wish[0] if wish.shape[1] > 1 else np.ones(1)
        length = float(np.linalg.norm(way)) or 1.0
        values = points[known][:, :wish.shape[1]] @ (way / length)
        steps: tuple[float, ...] = (tuple((wish @ (way / length)).tolist())
                                    if isinstance(arc, MoodArc) else arc.values)
        return (*(read[at] for at in order_along(values, steps)), *rest)

    def smoothly(self, songs: Sequence[int]) -> tuple[int, ...]:
        """These songs, the first first, so that the end of one lies near the beginning of the
        next; those no tagger has read stand last."""
        ends = self._ends(songs)
        read = [song for song in songs if song in ends]
        rest = [song for song in songs if song not in ends]
        if not read:
            return tuple(songs)
        both = np.array([ends[song] for song in read])
        order = smooth_order(both[:, 0], both[:, 1])
        return (*(read[at] for at in order), *rest)

    def courses(self, songs: Sequence[int]) -> dict[int, tuple[float, ...]]:
        """Song id -> its valence from beginning to end, of those that have a curve."""
        found: dict[int, tuple[float, ...]] = {}
        for curves in self._stacked(songs):
            for row in curves.rows_of(np.array(songs, np.int64)).tolist():
                found[int(curves.songs[row])] = tuple(curves.affect[row, :, 0].tolist())
        return found

    def presences(self, songs: Sequence[int],
                  moods: Sequence[str]) -> dict[int, tuple[tuple[float, ...], ...]]:
        """Song id -> how present each of these moods is at its beginning, middle and end, 0..1;
        nothing for a mood that its tagger does not know."""
        found: dict[int, tuple[tuple[float, ...], ...]] = {}
        for curves in self._stacked(songs):
            courses = [presence(curves, mood) for mood in moods]
            for row in curves.rows_of(np.array(songs, np.int64)).tolist():
                found[int(curves.songs[row])] = tuple(
                    () if course is None else tuple(course[row].tolist()) for course in courses)
        return found

    def _stacked(self, songs: Sequence[int] | None = None) -> list[StackedCurves]:
        """All curves, read once: a list is drawn up of the library as it is at one moment. Those
        of some songs alone where that was not needed yet."""
        if self._read is not None:
            return self._read
        found = self._curves.stacked(self._tagger, songs)
        if songs is None:
            self._read = found
        return found

    def _ends(self, songs: Sequence[int]) -> dict[int, Floats]:
        """Song id -> (2, 2) where its curve begins and ends; its one place where it has none."""
        deque(self._curves.make_missing(self._tagger, songs), maxlen=0)
        wanted = np.array(songs, np.int64)
        points = self._index.points(wanted)
        found: dict[int, Floats] = {songs[at]: points[[at, at]]
                                    for at in np.flatnonzero(_known(points)).tolist()}
        for curves in self._stacked(songs):
            rows = curves.rows_of(wanted)
            for row in rows.tolist():
                found[int(curves.songs[row])] = curves.affect[row][[0, -1]]
        return found

    def _course(self, arc: Arc, count: int) -> Floats:
        """(count, C) where songs shall lie: valence alone for a drawn arc, else both."""
        if not isinstance(arc, MoodArc):
            drawn = np.array(arc.values)
            return np.interp(np.linspace(0, len(drawn) - 1, count), np.arange(len(drawn)),
                             drawn)[:, None]
        named = [(at, self._vocabulary.get(mood)) for at, mood in enumerate(arc.stages) if mood]
        places = [(at, mood.valence, mood.arousal) for at, mood in named if mood is not None]
        stages, valence, arousal = zip(*(places or [(0, 0.0, 0.0)]), strict=True)
        spots = np.linspace(0, len(arc.stages) - 1, count)
        return np.stack([np.interp(spots, stages, valence), np.interp(spots, stages, arousal)],
                        axis=1)

    def _stretched(self, points: Floats) -> Floats:
        """Places as they lie within this library: 1 is as far as its songs go."""
        middle, most = reach(points)
        low, high = np.percentile(points[:, 1], [5, 95]).tolist()
        half = max((high - low) / 2, _LEAST_AROUSAL)
        return np.stack([(points[:, 0] - middle) / most,
                         (points[:, 1] - (low + high) / 2) / half], axis=1)

    def _singles(self, songs: Sequence[int]) -> list[int]:
        """Songs without those that stand there already under the same name."""
        seen: set[tuple[str, str]] = set()
        kept: list[int] = []
        for song in self._index.rows(list(dict.fromkeys(songs))):
            name = _name(song)
            if song.song_id is not None and (name not in seen or not name[0]):
                seen.add(name)
                kept.append(song.song_id)
        return kept

    def _rejected(self, moods: Iterable[str]) -> Keys:
        rows = self._database.all(
            "SELECT DISTINCT song_id FROM label WHERE verdict = ? AND mood IN"
            " (SELECT value FROM json_each(?))",
            (Verdict.REJECTED.value, msgspec.json.encode(list(moods)).decode()))
        return np.array([song for song, in rows], np.int64)


def _known(points: Floats) -> npt.NDArray[np.bool_]:
    return np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])


def _name(song: ShelfSong) -> tuple[str, str]:
    return " ".join(song.title.casefold().split()), " ".join(song.artist.casefold().split())
