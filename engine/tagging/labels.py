"""What the person said of a song's moods. Labels belong to the song and outlive every tagger."""

import enum
from collections.abc import Mapping

from engine.library.database import Database
from engine.tagging.results import Tag


class Verdict(enum.StrEnum):
    """A tag was right, was wrong, or was missing."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ADDED = "added"


def tags_as_said(tags: tuple[Tag, ...], labels: Mapping[str, Verdict]) -> tuple[Tag, ...]:
    """A tagger's tags with the person's word over them: what was accepted or added counts fully,
    what was rejected is none. The highest first, as tags stand everywhere."""
    if not labels:
        return tags
    kept = [Tag(tag.tag, 1.0 if tag.tag in labels else tag.score, tag.experimental)
            for tag in tags if labels.get(tag.tag) is not Verdict.REJECTED]
    there = {tag.tag for tag in kept}
    kept += [Tag(mood, 1.0) for mood, verdict in labels.items()
             if verdict is not Verdict.REJECTED and mood not in there]
    return tuple(sorted(kept, key=lambda tag: -tag.score))


class SongLabels:
    """The label table as it is read; written by steps that can be taken back (label_steps)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, song_id: int) -> dict[str, Verdict]:
        """Mood id -> verdict, for one song."""
        return {mood: Verdict(verdict) for mood, verdict in self._database.all(
            "SELECT mood, verdict FROM label WHERE song_id = ? ORDER BY mood", (song_id,))}

    def all(self, places: tuple[int, int] | None = None) -> dict[int, dict[str, Verdict]]:
        """Song id -> mood id -> verdict, for every song the person said anything of. `places`
        asks only for the songs of the places from one id to another."""
        there = " WHERE song_id IN (SELECT song_id FROM place WHERE id BETWEEN ? AND ?)"
        found: dict[int, dict[str, Verdict]] = {}
        for song_id, mood, verdict in self._database.all(
                f"SELECT song_id, mood, verdict FROM label{there if places else ''}"
                " ORDER BY song_id, mood", places or ()):
            found.setdefault(song_id, {})[mood] = Verdict(verdict)
        return found
