"""The values of a song as the library knows it: its row in a list, and the whole of it.

Pure values. lyric_store writes and reads them, service and gui pass them on.
"""

import enum
from dataclasses import dataclass

from engine.tagging.lyric import Lyric
from engine.tagging.results import SongMoods, Tag


class SongState(enum.StrEnum):
    """Where a song or file stands."""

    WAITING = "waiting"
    TAGGING = "tagging"
    TAGGED = "tagged"
    NO_WORDS = "no_words"
    UNKNOWN_LANGUAGE = "unknown_language"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SongRow:
    """One row of a list of songs. `song_id` is None for a file that could not be read.

    `place` is the path, or "paste:<hash>" / "<file>#<id>" for words without a file of their own.
    `missing` says the file is no longer where it was found. `message` and `hint` speak to the
    person whenever state is neither tagged nor waiting.
    """

    place: str
    song_id: int | None
    state: SongState
    title: str = ""
    artist: str = ""
    language: str = ""
    tags: tuple[Tag, ...] = ()
    valence: float = 0.0
    arousal: float = 0.0
    message: str = ""
    hint: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """Everything known of one song. `moods` is None until a tagger has read it."""

    row: SongRow
    lyric: Lyric
    places: tuple[str, ...]
    moods: SongMoods | None
