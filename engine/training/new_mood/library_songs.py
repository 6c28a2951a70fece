"""The songs of a library as new moods see them, and what the person said of a mood in them.

Reads what the tagger said before; only of songs it has not read it asks the tagger. Writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.library.database import Database
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.own_moods import Floats
from engine.tagging.own_moods_tagger import OwnMoodsTagger, plain_tagger, version_of
from engine.tagging.song_scores import SongScores
from engine.tagging.tagger import Tagger
from engine.training.new_mood.known_songs import (
    KnownSongs,
    looks_of_excerpts,
    looks_of_stacked,
)

MOST_SONGS = 20_000
AT_ONCE = 4
BACKGROUND = 200
"""Where fewer songs than this were read by the tagger, it reads so many to know what is usual."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Ids of songs the person said carry a mood, and of those that do not."""

    yes: tuple[int, ...]
    no: tuple[int, ...]


def plain(tagger: Tagger) -> Tagger:
    """The tagger without moods of one's own: what new ones are made on."""
    return tagger.base if isinstance(tagger, OwnMoodsTagger) else tagger


def read_songs(database: Database, tagger: Tagger) -> KnownSongs:
    """All songs this tagger has read in this window, with or without moods of one's own; at most
    MOST_SONGS."""
    base, scores = plain(tagger), SongScores(database)
    known = KnownSongs(version_of(base.id), base.moods, (), (), _nothing(base))
    for key, name in database.all("SELECT id, name FROM tagger ORDER BY used_at DESC"):
        note = scores.of_key(key)
        if plain_tagger(name) != base.id or note.moods[:len(base.moods)] != base.moods:
            continue
        stacked = scores.stacked(note)
        looks = looks_of_stacked(stacked, scores.vectors(note, stacked.songs), len(base.moods))
        keys = tuple(int(song) for song in stacked.songs)
        known = known.and_more(KnownSongs(
            known.tagger, base.moods, keys, _artists(database, keys), looks))
    few = slice(MOST_SONGS)
    return replace(known, keys=known.keys[few], artists=known.artists[few],
                   looks=known.looks[few])


def unread_songs(known: KnownSongs, database: Database, wanted: Sequence[int]) -> list[int]:
    """The songs of `wanted` that are not `known`, and as many others as it takes to know what is
    usual."""
    here = set(known.keys)
    unread = [key for key in wanted if key not in here]
    if len(known) + len(unread) < BACKGROUND:
        others = [key for key in _worded(database) if key not in here and key not in unread]
        chosen: list[int] = np.random.default_rng(7).permutation(len(others)).tolist()
        unread += [others[at] for at in chosen[:BACKGROUND - len(known) - len(unread)]]
    return unread


def read_now(database: Database, tagger: Tagger, songs: Sequence[int]
             ) -> Iterator[tuple[int, KnownSongs]]:
    """Has the tagger read these songs, AT_ONCE at a time: how many are left, and those it read.
    Songs without words are left out."""
    base = plain(tagger)
    for first in range(0, len(songs), AT_ONCE):
        found = list(_looks(database, base, songs[first:first + AT_ONCE]))
        keys = tuple(key for key, _ in found)
        looks = np.array([row for _, row in found], np.float32) if found else _nothing(base)
        yield max(0, len(songs) - first - AT_ONCE), KnownSongs(
            version_of(base.id), base.moods, keys, _artists(database, keys), looks)


def examples_of(database: Database, mood: str) -> Examples:
    """What the person said of this mood: of whole songs, else of stretches of their lines."""
    store = LyricStore(database)
    said = {song: labels[mood] for song, labels in store.all_labels().items() if mood in labels}
    spans: dict[int, set[str]] = {}
    for song, verdict in database.all("SELECT song_id, verdict FROM mood_span WHERE mood = ?",
                                      (mood,)):
        spans.setdefault(song, set()).add(verdict)
    for song, verdicts in spans.items():
        held = verdicts - {Verdict.REJECTED}
        said.setdefault(song, Verdict.ACCEPTED if held else Verdict.REJECTED)
    return Examples(tuple(s for s, v in said.items() if v is not Verdict.REJECTED),
                    tuple(s for s, v in said.items() if v is Verdict.REJECTED))


def _nothing(tagger: Tagger) -> Floats:
    return np.zeros((0, len(tagger.moods) + 2), np.float32)


def _looks(database: Database, tagger: Tagger, songs: Sequence[int]
           ) -> Iterator[tuple[int, Floats]]:
    store = LyricStore(database)
    for key in songs:
        lyric = store.lyric(key)
        excerpts = tagger.cut(lyric) if lyric is not None else ()
        if excerpts:
            scores = tagger.score(excerpts)
            yield key, looks_of_excerpts(excerpts, scores, len(tagger.moods))


def _worded(database: Database) -> list[int]:
    return [key for key, in database.all("SELECT id FROM song WHERE has_words ORDER BY id")]


def _artists(database: Database, keys: Sequence[int]) -> tuple[str, ...]:
    named = dict(database.all(
        "SELECT song.id, coalesce(nullif(song.artist, ''), (SELECT artist FROM place"
        " WHERE song_id = song.id AND artist <> '' LIMIT 1), '') FROM song"))
    return tuple(named.get(key, "") for key in keys)
