"""What another tagger would say of songs, kept beside what they show until the person has chosen.

A proposal is shown nowhere but where it is compared. Accepted, it becomes a tagging like others
and its tagger the one the song shows; refused, it is kept only for the way back. The person's own
words on moods are of the song, and none of this touches them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from engine.library.database import Database
from engine.library.journal import Journal, OutOfReachError
from engine.tagging.results import ExcerptMoods, Scores
from engine.tagging.song_scores import (
    SongScores,
    StackedScores,
    TaggerNote,
    excerpt_columns,
    score_bytes,
    stack_rows,
)
from engine.tagging.tagger import Tagger

RETAGGED = "retagged"
REFUSED = "refused"
_EXCERPT = ("number, first_line, last_line, start_ms, end_ms, weight, valence, arousal, echoes,"
            " scores")


class _Tables(NamedTuple):
    """Where what a tagger said of songs is kept, and its excerpts, whose `owner` names it."""

    said: str
    excerpts: str
    owner: str


_TAGGING = _Tables("tagging", "excerpt", "tagging_id")
_PROPOSAL = _Tables("proposal", "proposed_excerpt", "proposal_id")


class Proposals:
    """The proposal tables of one library. `scores` notes the taggers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._scores = SongScores(database)

    def record(self, song_id: int, tagger: Tagger, excerpts: Sequence[ExcerptMoods],
               vector: Scores) -> None:
        """Keeps what a tagger would say, in place of what it said before."""
        with self._database.transaction():
            key = self._scores.note(tagger).key
            number = self._fresh(song_id, key, score_bytes(vector))
            self._database.execute_many(
                f"INSERT INTO proposed_excerpt (proposal_id, {_EXCERPT})"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(number, at, *excerpt_columns(excerpt)) for at, excerpt in enumerate(excerpts)])

    def reuse(self, song_id: int, tagger: Tagger) -> bool:
        """Proposes what this tagger said of a song before, though another's word is shown; False
        where it never read it."""
        key = self._scores.note(tagger).key
        found = self._database.first("SELECT id, vector FROM tagging WHERE song_id = ?"
                                     " AND tagger_id = ?", (song_id, key))
        if found is None:
            return False
        with self._database.transaction():
            number = self._fresh(song_id, key, found[1])
            self._database.execute(
                f"INSERT INTO proposed_excerpt (proposal_id, {_EXCERPT}) SELECT ?, {_EXCERPT}"
                " FROM excerpt WHERE tagging_id = ?", (number, found[0]))
        return True

    def has(self, song_id: int, tagger: Tagger) -> bool:
        """Whether the person can already choose about this song and tagger."""
        return self._database.first(
            "SELECT 1 FROM proposal WHERE song_id = ? AND tagger_id = ? AND NOT refused",
            (song_id, self._scores.note(tagger).key)) is not None

    def taggers(self) -> list[TaggerNote]:
        """The taggers that have proposals the person has not chosen about, the latest first."""
        return [self._scores.of_key(key) for key, in self._database.all(
            "SELECT tagger_id FROM proposal WHERE NOT refused GROUP BY tagger_id"
            " ORDER BY max(run_at) DESC, tagger_id DESC")]

    def count(self) -> int:
        """How many songs there is something to choose about."""
        found = self._database.first("SELECT count(DISTINCT song_id) FROM proposal"
                                     " WHERE NOT refused")
        return found[0] if found else 0

    def stacked(self, note: TaggerNote) -> StackedScores:
        """All proposals of one tagger that wait for the person's choice."""
        return stack_rows(self._database.all(
            "SELECT song_id, weight, proposed_excerpt.valence, proposed_excerpt.arousal, scores"
            " FROM proposal LEFT JOIN proposed_excerpt ON proposal_id = proposal.id"
            " WHERE tagger_id = ? AND NOT refused ORDER BY proposal_id, number", (note.key,)),
            len(note.moods))

    def discard(self, note: TaggerNote, songs: Iterable[int]) -> None:
        """Drops proposals that would change nothing, without a step: there was no choice."""
        with self._database.transaction():
            self._database.execute_many(
                "DELETE FROM proposal WHERE tagger_id = ? AND song_id = ?",
                [(note.key, song) for song in songs])

    def tidy(self, keep: Tagger) -> None:
        """Drops what was refused of other taggers, and what older versions of this one propose."""
        note = self._scores.note(keep)
        model = keep.id.partition("@")[0]
        self._database.execute(
            "DELETE FROM proposal WHERE tagger_id <> ?1 AND (refused OR tagger_id IN (SELECT id"
            " FROM tagger WHERE name = ?2 OR substr(name, 1, length(?2) + 1) = ?2 || '@'))",
            (note.key, model))

    def accept(self, journal: Journal, note: TaggerNote, songs: Iterable[int]) -> int:
        """Lets these songs show what the tagger proposes, as one step; how many do now."""
        with self._database.transaction(durable=True):
            waiting = self._waiting(note, songs)
            if waiting:
                _note_acceptance(self._database, journal, note.key, waiting)
                for song in waiting:
                    _to_tagging(self._database, song, note.key)
                    _show(self._database, song, note.key)
        return len(waiting)

    def refuse(self, journal: Journal, note: TaggerNote, songs: Iterable[int]) -> int:
        """Leaves these songs as they are, as one step; how many."""
        with self._database.transaction(durable=True):
            waiting = self._waiting(note, songs)
            if waiting:
                _flag(self._database, note.key, waiting, True)
                journal.record(REFUSED,
                               {"songs": waiting, "tagger": note.key, "refused": False},
                               {"songs": waiting, "tagger": note.key, "refused": True})
        return len(waiting)

    def _waiting(self, note: TaggerNote, songs: Iterable[int]) -> list[int]:
        known = {song for song, in self._database.all(
            "SELECT song_id FROM proposal WHERE tagger_id = ? AND NOT refused", (note.key,))}
        return [song for song in dict.fromkeys(songs) if song in known]

    def _fresh(self, song_id: int, key: int, vector: bytes | None) -> int:
        self._database.execute("DELETE FROM proposal WHERE song_id = ? AND tagger_id = ?",
                               (song_id, key))
        return self._database.execute(
            "INSERT INTO proposal (song_id, tagger_id, run_at, vector) VALUES (?, ?, ?, ?)",
            (song_id, key, _now(), vector))


def put_retagged(database: Database, wanted: Any, _present: Any) -> None:
    """Takes accepted re-taggings back, or accepts them again."""
    key, done = wanted["tagger"], 0
    for song, added_at, shown_by, had in wanted["songs"]:
        if database.first("SELECT 1 FROM song WHERE id = ? AND added_at = ?",
                          (song, added_at)) is None:
            continue
        accepted = wanted["accepted"]
        if _to_tagging(database, song, key) if accepted else _to_proposal(
                database, song, key, keep=had):
            _show(database, song, shown_by)
            done += 1
    if not done:
        raise OutOfReachError("These songs have been read again since, or are gone.",
                              "What you did before it can still be taken back.")


def _note_acceptance(database: Database, journal: Journal, key: int,
                     songs: Iterable[int]) -> None:
    """The step: of each song when it was added, whose word it shows, and whether the tagger's own
    was there before."""
    before: list[list[Any]] = []
    for song in songs:
        row = database.first(
            "SELECT added_at, (SELECT tagger_id FROM song_tagger WHERE song_id = song.id),"
            " EXISTS (SELECT 1 FROM tagging WHERE song_id = song.id AND tagger_id = ?)"
            " FROM song WHERE id = ?", (key, song))
        added_at, shown_by, had = row or ("", None, 0)
        before.append([song, added_at, shown_by, bool(had)])
    after = [[song, added_at, key, had] for song, added_at, _, had in before]
    journal.record(RETAGGED, {"songs": before, "tagger": key, "accepted": False},
                   {"songs": after, "tagger": key, "accepted": True})


def put_refused(database: Database, wanted: Any, _present: Any) -> None:
    """Lets refused proposals wait for a choice again, or refuses them again."""
    _flag(database, wanted["tagger"], wanted["songs"], wanted["refused"])


def _flag(database: Database, key: int, songs: Iterable[int], refused: bool) -> None:
    database.execute_many("UPDATE proposal SET refused = ? WHERE song_id = ? AND tagger_id = ?",
                          [(refused, song, key) for song in songs])


def _show(database: Database, song: int, key: int | None) -> None:
    """Whose word a song shows; None leaves it to the settings."""
    database.execute("DELETE FROM song_tagger WHERE song_id = ?", (song,))
    if key is not None:
        database.execute("INSERT INTO song_tagger (song_id, tagger_id, at)"
                         " SELECT ?, id, ? FROM tagger WHERE id = ?", (song, _now(), key))


def _to_tagging(database: Database, song: int, key: int) -> bool:
    """A proposal becomes a tagging, in place of an earlier one of the same tagger."""
    return _move(database, song, key, _PROPOSAL, _TAGGING)


def _to_proposal(database: Database, song: int, key: int, keep: bool) -> bool:
    """A tagging becomes a proposal again; kept where it stood before the proposal came."""
    return _move(database, song, key, _TAGGING, _PROPOSAL, keep)


def _move(database: Database, song: int, key: int, source: _Tables, target: _Tables,
          keep: bool = False) -> bool:
    """What a tagger said goes over in place of what stood there; False where there is nothing."""
    found = database.first(f"SELECT id FROM {source.said} WHERE song_id = ? AND tagger_id = ?",
                           (song, key))
    if found is None:
        return False
    database.execute(f"DELETE FROM {target.said} WHERE song_id = ? AND tagger_id = ?", (song, key))
    moved = database.execute(
        f"INSERT INTO {target.said} (song_id, tagger_id, run_at, vector)"
        f" SELECT song_id, tagger_id, run_at, vector FROM {source.said} WHERE id = ?", found)
    database.execute(
        f"INSERT INTO {target.excerpts} ({target.owner}, {_EXCERPT}) SELECT ?, {_EXCERPT}"
        f" FROM {source.excerpts} WHERE {source.owner} = ?", (moved, found[0]))
    if not keep:
        database.execute(f"DELETE FROM {source.said} WHERE id = ?", found)
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat("T", "microseconds")
