"""The tools there are: search the library, tag a song, look up a fact.

Each reads and none writes. What songs and facts say goes into `told`, clipped and in one line, and
never into `outcome`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from textwrap import shorten
from typing import Protocol

from engine.chat.memory.fact_index import FactIndex
from engine.interplay.song_finding import FoundSong, find_songs
from engine.interplay.tools.calls import ToolCall, ToolResult
from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.collation import collate, excerpt_moods
from engine.tagging.corrections.shown_song import with_labels
from engine.tagging.lyric_store import LyricStore
from engine.tagging.results import SongMoods
from engine.tagging.song import Song, SongState
from engine.tagging.tagger import Tagger

MOST_FOUND = 5
LOOKED = "The song was looked at."
"""Whatever it holds: even whether there are moods in it would be a word of the song's own."""
_LONGEST = 200

Songs = Mapping[str, FoundSong]
"""Songs that were found in this work, by the names the model knows them by: “song 1”."""


class Tool(Protocol):
    """Something a model may ask for."""

    name: str
    about: str
    takes_song: bool
    """Whether it works on a song that was found, where there is one; else it takes words."""

    def run(self, call: ToolCall, songs: Songs) -> ToolResult:
        """The answer. Known failures are outcomes, not errors."""
        ...


class SearchLibrary:
    """Finds songs by words."""

    name = "search_library"
    about = "find songs of the library by words of a title, an artist or a lyric"
    takes_song = False

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, call: ToolCall, songs: Songs) -> ToolResult:
        found = find_songs(self._database, call.argument, MOST_FOUND)
        told = tuple(f"In the library is the song {named(song)}." for song in found)
        if not found:
            return ToolResult(call, "No song was found.", ("No such song is in the library.",))
        return ToolResult(call, f"{len(found)} {'song was' if len(found) == 1 else 'songs were'} "
                          "found.", told, found)


class TagSong:
    """Tells the moods of a song: as they are stored, or read now."""

    name = "tag_song"
    about = "tell the moods of one song"
    takes_song = True

    def __init__(self, database: Database, tagger_source: Callable[[], Tagger],
                 settings: Settings) -> None:
        self._database = database
        self._store = LyricStore(database)
        self._tagger_source = tagger_source
        self._settings = settings

    def run(self, call: ToolCall, songs: Songs) -> ToolResult:
        chosen = songs.get(call.argument)
        if chosen is None:
            chosen = next(iter(find_songs(self._database, call.argument, 1)), None)
        song = self._store.song(chosen.id, self._settings) if chosen else None
        if chosen is None or song is None:
            return ToolResult(call, "No such song was found.", ("No such song is in the library.",))
        moods = song.moods or self._read(song)
        if song.row.state not in (SongState.TAGGED, SongState.WAITING) or moods is None:
            return ToolResult(call, LOOKED, (f"{named(chosen)}: {song.row.message}",),
                              looked_at=chosen)
        moods = with_labels(moods, self._store.labels(chosen.id))
        return ToolResult(call, LOOKED,
                          (f"The song {named(chosen)} has these moods: {_told(moods)}.",),
                          looked_at=chosen)

    def _read(self, song: Song) -> SongMoods | None:
        tagger = self._tagger_source()
        cut = tagger.cut(song.lyric)
        if not cut:
            return None
        return collate(tagger.id, tagger.moods, tagger.thresholds,
                       excerpt_moods(cut, tagger.score(cut)), self._settings.collation,
                       tagger.experimental)


class LookUpFact:
    """Finds facts that bear on words, among those `asked_of` may know."""

    name = "look_up_fact"
    about = "look up what is known about something"
    takes_song = False

    def __init__(self, index: FactIndex, asked_of: str = "") -> None:
        self._index = index
        self._asked_of = asked_of

    def run(self, call: ToolCall, songs: Songs) -> ToolResult:
        found = self._index.search([call.argument], self._asked_of, MOST_FOUND)
        if not found:
            return ToolResult(call, "Nothing is known about it.", ("Nothing is known about this.",))
        told = tuple(one_line(fact.text) for fact in found)
        return ToolResult(call, f"{len(found)} {'fact was' if len(found) == 1 else 'facts were'} "
                          "found.", told)


def named(song: FoundSong) -> str:
    """A song as it is named in a sentence."""
    title = f"“{one_line(song.title) or 'without a title'}”"
    return f"{title} by {one_line(song.artist)}" if song.artist.strip() else title


def one_line(text: str) -> str:
    """A foreign text as it may stand in a sentence: short, without line ends."""
    calm = " ".join(text.split())
    return shorten(calm, _LONGEST, placeholder=" …") if len(calm) > _LONGEST else calm


def _told(moods: SongMoods) -> str:
    return ", ".join(f"{tag.tag.replace('_', ' ')} {tag.score:.0%}" for tag in moods.tags) or (
        "none stands out")


def unthinking(call: ToolCall) -> ToolCall:
    """A call without its reason: two such are the same call."""
    return replace(call, thought="")
