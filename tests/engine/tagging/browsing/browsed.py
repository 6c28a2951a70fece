"""A shelf of songs with an index of it, and the whole of what an index says, to be compared."""

from pathlib import Path

from engine.settings import Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import SongQuery, SongSort
from engine.tagging.vocabulary import Mood, Vocabulary
from tests.engine.tagging.shelf import Shelf
from tests.fakes import MOODS, PLANE, lyric

VOCABULARY = Vocabulary(Mood(mood, mood, *PLANE[mood]) for mood in MOODS)
RAIN = lyric("The rain came down", "I cry goodbye", "and tears fall", "lonely in the rain",
             "the quiet sea", "will sleep", title="Rain", artist="Bo")
SUN = lyric("the sun is out", "we dance and laugh", title="Alps", artist="Zed")
SEA = lyric("a slow evening by the quiet sea", "sleep now", title="Élan", artist="bo")
WORDLESS = lyric(title="Hum", artist="Ada")


def index_of(shelf: Shelf, settings: Settings | None = None,
             cache: Path | None = None) -> SongIndex:
    return SongIndex.load(shelf.database, settings or shelf.settings, VOCABULARY, cache)


def titles(index: SongIndex, query: SongQuery | None = None) -> list[str]:
    """What is found, in order, by title."""
    return [row.title for row in index.rows(index.find(query or SongQuery()).keys)]


def everything(index: SongIndex) -> dict[str, object]:
    """All an index says, song by song, whatever slots they have."""
    orders = {sort: index.find(SongQuery(sort=sort)).keys.tolist() for sort in SongSort}
    keys = sorted(orders[SongSort.ADDED])
    near = {key: {other: round(float(value), 5) for other, value in zip(
        *index.similar(key, 100), strict=True)} for key in keys}
    return {
        "orders": orders, "rows": index.rows(keys), "facets": index.find(SongQuery()).facets,
        "points": repr(index.points(keys).tolist()), "scores": {
            mood: index.scores(keys)[:, at].tolist() for at, mood in sorted(
                enumerate(index.moods), key=lambda each: each[1])},
        "leading": [index.moods[at] if at >= 0 else "" for at in index.leading(keys).tolist()],
        "near": near, "total": index.find(SongQuery()).total,
    }
