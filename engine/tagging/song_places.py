"""Which place holds which song, and what becomes of both when files change.

A file moved, renamed, edited, doubled or gone is recognised by its place and its words. Writes
the song and place tables; knows nothing of scores but that a changed lyric makes them stale.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine.library.database import Database
from engine.tagging.corrections.span_steps import follow_edit, hand_on
from engine.tagging.intake import Fingerprint
from engine.tagging.language import has_words
from engine.tagging.lyric import Lyric
from engine.tagging.song import SongState
from engine.tagging.song_identity import alike, place_of, same_file, song_hash, still_there


class SongPlaces:
    """The identity rules. `exists` tells whether a file is still at a place."""

    def __init__(self, database: Database, exists: Callable[[str], bool] = still_there) -> None:
        self._database = database
        self._exists = exists

    def record_song(self, place: str, fingerprint: Fingerprint | None, lyric: Lyric,
                    language: str) -> int:
        """The id of the song whose words were read at `place`.

        `fingerprint` is None for words without a file of their own. A known lyric keeps its
        scores; an edited one loses them, for its song to be tagged anew.
        """
        with self._database.transaction():
            known, held = self._song_with(song_hash(lyric)), self._holding(place)
            if known is not None:
                song = known
            elif held is not None and self._is_edit(held, place, lyric):
                song = held
                self._replace_lyric(song, lyric, language)
            else:
                song = self._add(lyric, language)
            self._settle(place, song, fingerprint, lyric)
            if known is not None:
                self._refresh(known, place, lyric, language)
            if held is not None and held != song:
                self._part(held, song)
        return song

    def record_refusal(self, place: str, fingerprint: Fingerprint | None, state: SongState,
                       message: str, hint: str) -> None:
        """A file that gave no lyric, and why. What it held before stays known."""
        size, mtime = (fingerprint.size, fingerprint.mtime_ns) if fingerprint else (None, None)
        self._database.execute(
            "INSERT INTO place (path, is_file, size, mtime_ns, refusal, message, hint, missing, "
            "found_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
            "size = excluded.size, mtime_ns = excluded.mtime_ns, refusal = excluded.refusal, "
            "message = excluded.message, hint = excluded.hint, changed = 0, told = 0, "
            "missing = is_file AND excluded.missing",
            (place, size, mtime, state.value, message, hint, not self._exists(place), _now()))

    def mark_missing(self, under: Path, seen: Collection[str]) -> list[str]:
        """After a walk of the folder `under` that met the places `seen`: marks what has gone.

        Returns the places now missing. Their songs are kept; refusals the walk did not meet again
        are forgotten, and so are songs that no place holds and nobody labelled.
        """
        with self._database.transaction():
            unseen = [place for place in self._known_under(place_of(under)) if place not in seen]
            gone = [place for place in unseen if not self._exists(place)]
            self._database.execute_many(
                "UPDATE place SET missing = 1 WHERE path = ?", [(place,) for place in gone])
            self._database.execute_many(
                "DELETE FROM place WHERE path = ? AND song_id IS NULL",
                [(place,) for place in unseen])
            self.sweep()
        return gone

    def sweep(self) -> None:
        """Lets songs go that no place holds, unless they are labelled or a step that can be
        taken back needs them."""
        self._database.execute(
            "DELETE FROM song WHERE NOT EXISTS (SELECT 1 FROM place WHERE song_id = song.id) "
            "AND NOT EXISTS (SELECT 1 FROM label WHERE song_id = song.id) "
            "AND NOT EXISTS (SELECT 1 FROM mood_span WHERE song_id = song.id) "
            "AND NOT EXISTS (SELECT 1 FROM kept_song WHERE song_id = song.id)")

    def _known_under(self, folder: str) -> list[str]:
        stem = folder.rstrip("/\\")
        found = self._database.all(
            "SELECT path FROM place WHERE is_file AND (path = ?1 OR "
            "(substr(path, 1, ?2) = ?3 AND substr(path, ?2 + 1, 1) IN ('/', '\\')))",
            (folder, len(stem), stem))
        return [path for path, in found]

    def _song_with(self, lyric_hash: str) -> int | None:
        row = self._database.first("SELECT id FROM song WHERE lyric_hash = ?", (lyric_hash,))
        return row[0] if row else None

    def _holding(self, place: str) -> int | None:
        row = self._database.first("SELECT song_id FROM place WHERE path = ?", (place,))
        return row[0] if row else None

    def _is_edit(self, song: int, place: str, lyric: Lyric) -> bool:
        """Only a song with no other place can change; else the edit made a song of its own."""
        return not self._elsewhere(song, place) and self._is_alike(song, lyric)

    def _elsewhere(self, song: int, place: str) -> bool:
        return self._database.first("SELECT 1 FROM place WHERE song_id = ? AND path != ?",
                                    (song, place)) is not None

    def _is_alike(self, song: int, lyric: Lyric) -> bool:
        words, = self._database.first("SELECT words FROM song WHERE id = ?", (song,)) or ("",)
        return alike(words, lyric.words)

    def _add(self, lyric: Lyric, language: str) -> int:
        return self._database.execute(
            "INSERT INTO song (lyric_hash, title, artist, album, source, language, has_words, "
            "words, lyric, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_columns(lyric, language), _now()))

    def _replace_lyric(self, song: int, lyric: Lyric, language: str) -> None:
        follow_edit(self._database, song, self._lyric(song), lyric)
        self._database.execute(
            "UPDATE song SET lyric_hash = ?, title = ?, artist = ?, album = ?, source = ?, "
            "language = ?, has_words = ?, words = ?, lyric = ? WHERE id = ?",
            (*_columns(lyric, language), song))
        self._database.execute("DELETE FROM tagging WHERE song_id = ?", (song,))

    def _refresh(self, song: int, place: str, lyric: Lyric, language: str) -> None:
        """Same words read again: takes new names from its only place, and new line breaks or
        time stamps, whose excerpts must then be cut anew."""
        before = self._lyric(song)
        alone = not self._elsewhere(song, place)
        if before.lines != lyric.lines and (alone or (lyric.timed and not before.timed)):
            self._replace_lyric(song, lyric, language)
        elif alone:
            self._database.execute(
                "UPDATE song SET title = ?, artist = ?, album = ?, source = ?, language = ?, "
                "has_words = ?, lyric = ? WHERE id = ?",
                (lyric.title, lyric.artist, lyric.album, lyric.source, language,
                 has_words(lyric), _json(lyric), song))

    def _lyric(self, song: int) -> Lyric:
        stored, = self._database.first("SELECT lyric FROM song WHERE id = ?", (song,)) or ("",)
        return msgspec.json.decode(stored, type=Lyric)

    def _settle(self, place: str, song: int, fingerprint: Fingerprint | None,
                lyric: Lyric) -> None:
        """Lets the song live at `place`, coming from a place that is gone if there is one."""
        old = None if fingerprint is None else self._left_behind(song, place)
        if old is not None:
            self._database.execute("UPDATE place SET path = ? WHERE path = ?", (place, old))
        size, mtime = (fingerprint.size, fingerprint.mtime_ns) if fingerprint else (None, None)
        self._database.execute(
            "INSERT INTO place (path, song_id, title, artist, is_file, size, mtime_ns, found_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
            "song_id = excluded.song_id, title = excluded.title, artist = excluded.artist, "
            "is_file = excluded.is_file, size = excluded.size, mtime_ns = excluded.mtime_ns, "
            "refusal = '', message = '', hint = '', missing = 0, changed = 0, told = 0",
            (place, song, lyric.title, lyric.artist, fingerprint is not None, size, mtime, _now()))

    def _left_behind(self, song: int, place: str) -> str | None:
        """The place a moved or renamed file came from: one of its song where no file is left."""
        if self._database.first("SELECT 1 FROM place WHERE path = ?", (place,)):
            return None
        others = self._database.all(
            "SELECT path FROM place WHERE song_id = ? AND is_file ORDER BY missing DESC, id",
            (song,))
        return next((other for other, in others
                     if not self._exists(other) or same_file(other, place)), None)

    def _part(self, held: int, song: int) -> None:
        """`place` left the song it held: a version of the new one hands on its labels and
        its playlists."""
        words, = self._database.first("SELECT words FROM song WHERE id = ?", (song,)) or ("",)
        former, = self._database.first("SELECT words FROM song WHERE id = ?", (held,)) or ("",)
        if self._elsewhere(held, "") or not alike(former, words):
            return
        self._database.execute(
            "INSERT OR IGNORE INTO label (song_id, mood, verdict, at) "
            "SELECT ?, mood, verdict, at FROM label WHERE song_id = ?", (song, held))
        hand_on(self._database, held, song, self._lyric(held), self._lyric(song))
        self._database.execute(
            "UPDATE OR IGNORE playlist_song SET song_id = ? WHERE song_id = ?", (song, held))
        self._database.execute("DELETE FROM song WHERE id = ?", (held,))


def _columns(lyric: Lyric, language: str) -> tuple[object, ...]:
    return (song_hash(lyric), lyric.title, lyric.artist, lyric.album, lyric.source, language,
            has_words(lyric), lyric.words, _json(lyric))


def _json(lyric: Lyric) -> str:
    return msgspec.json.encode(lyric).decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
