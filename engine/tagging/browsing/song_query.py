"""What can be asked of all songs, and what is answered. Frozen values that can be kept as JSON.

Knows neither how songs are stored nor how they are found.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.tagging.results import Tag

Keys = npt.NDArray[np.int64]
"""(N,) song ids, and minus the ids of places whose file was refused and held no song."""


class ShelfState(enum.StrEnum):
    """Where a song stands in the Library."""

    TAGGED = "tagged"
    WAITING = "waiting"
    NO_WORDS = "no_words"
    UNKNOWN_LANGUAGE = "unknown_language"
    FAILED = "failed"


class SongSort(enum.StrEnum):
    """What an answer is ordered by. TITLE, ARTIST, VALENCE and AROUSAL go upwards; the others begin
    with the newest, the strongest, the least certain, the best match and the nearest; `descending`
    turns each round. Songs that have no such value stand last either way.

    MOOD is the score of the first wished mood. RELEVANCE needs words and NEARNESS a song to be
    like; where what is needed is missing the order is that of ADDED. LISTED is the order of the
    playlist, or of `within`.
    """

    TITLE = "title"
    ARTIST = "artist"
    ADDED = "added"
    MOOD = "mood"
    CERTAINTY = "certainty"
    VALENCE = "valence"
    AROUSAL = "arousal"
    RELEVANCE = "relevance"
    NEARNESS = "nearness"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class MoodWish:
    """A mood a song should have: among its shown tags or, with `least` 0..1, a score from there.
    `without` wishes for the songs in which that is not so."""

    mood: str
    least: float | None = None
    without: bool = False


@dataclass(frozen=True, slots=True)
class SongQuery:
    """Which songs, in which order. Everything left as it is asks for nothing.

    `text` are words of lyrics, titles and artists: see song_search. `match_all` False takes songs
    that have any of the wished moods; those that are `without` always hold. `languages` are codes,
    "" is none known. `missing`: no file of the song is left; `changed`: one is not what it was
    when it was read. `read_by` is a tagger's id with its version. `playlist` and `within` are the
    only songs asked for, by id and by key. `like` is the song NEARNESS is measured from, which is
    itself not found.
    """

    text: str = ""
    wishes: tuple[MoodWish, ...] = ()
    match_all: bool = True
    languages: tuple[str, ...] = ()
    states: tuple[ShelfState, ...] = ()
    missing: bool | None = None
    changed: bool | None = None
    corrected: bool | None = None
    read_by: str = ""
    playlist: tuple[int, ...] | None = None
    within: tuple[int, ...] | None = None
    like: int | None = None
    sort: SongSort = SongSort.ADDED
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """How many songs there are of each kind. Each is counted with everything that was asked for
    but its own; only `moods`, where all wished ones must hold, are counted with these too: how
    many would be left if a mood were wished for besides. What no song has is left out of
    `languages` and `read_by`.
    """

    moods: Mapping[str, int] = field(default_factory=dict[str, int])
    languages: Mapping[str, int] = field(default_factory=dict[str, int])
    states: Mapping[ShelfState, int] = field(default_factory=dict[ShelfState, int])
    read_by: Mapping[str, int] = field(default_factory=dict[str, int])
    corrected: int = 0
    missing: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The songs that answer a query, in its order. `total` is how many there are in the library,
    found or not."""

    keys: Keys
    facets: Facets
    total: int


@dataclass(frozen=True, slots=True)
class ShelfSong:
    """One song as the Library lists it, or a file that holds none (`song_id` None).

    `tags` are what the tagger says with the person's word over it, highest score first. `place` is
    where it is still found, if anywhere, and `places` how many there are. `valence` and `arousal`
    are -1..1, 0 where no tagger has read it. `added` is an ISO time. `message` and `hint` speak to
    the person whenever state is neither tagged nor waiting.
    """

    key: int
    song_id: int | None
    title: str
    artist: str
    language: str
    state: ShelfState
    place: str
    places: int = 1
    tags: tuple[Tag, ...] = ()
    valence: float = 0.0
    arousal: float = 0.0
    added: str = ""
    corrected: bool = False
    missing: bool = False
    changed: bool = False
    message: str = ""
    hint: str = ""


def query_as_json(query: SongQuery) -> str:
    """A query as it can be kept; query_from_json reads it."""
    return msgspec.json.encode(query).decode()


def query_from_json(text: str) -> SongQuery:
    """The query that was kept. EngineError where it is not one, or of a later version."""
    try:
        return msgspec.json.decode(text, type=SongQuery)
    except msgspec.MsgspecError as reason:
        raise EngineError("What this list looks for cannot be read.",
                          "Make it anew from a search in the Library.") from reason
