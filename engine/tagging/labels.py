"""What the person said of a song's moods. Labels belong to the song and outlive every tagger."""

import enum

from engine.library.database import Database


class Verdict(enum.StrEnum):
    """A tag was right, was wrong, or was missing."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ADDED = "added"


class SongLabels:
    """The label table as it is read; written by steps that can be taken back (label_steps)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, song_id: int) -> dict[str, Verdict]:
        """Mood id -> verdict, for one song."""
        return {mood: Verdict(verdict) for mood, verdict in self._database.all(
            "SELECT mood, verdict FROM label WHERE song_id = ? ORDER BY mood", (song_id,))}

    def all(self) -> dict[int, dict[str, Verdict]]:
        """Song id -> mood id -> verdict, for every song the person said anything of."""
        found: dict[int, dict[str, Verdict]] = {}
        for song_id, mood, verdict in self._database.all(
                "SELECT song_id, mood, verdict FROM label ORDER BY song_id, mood"):
            found.setdefault(song_id, {})[mood] = Verdict(verdict)
        return found
