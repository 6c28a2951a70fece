"""What would change if a tagger's proposals were accepted: song by song, and mood by mood.

Both sides are collated with the settings of the moment, with the person's own words over them:
what the person accepted, added or rejected stays on both sides and is no difference.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.labels import SongLabels, Verdict, tags_as_said
from engine.tagging.results import Tag
from engine.tagging.retagging.proposals import Proposals
from engine.tagging.song_rows import Said, SongRows
from engine.tagging.song_scores import SongScores, TaggerNote
from engine.tagging.stacked_moods import Shown, collate_stacked

Tags = tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One song: what it shows, and what it would show. `corrected` says that words of the person
    stand over both sides."""

    song_id: int
    title: str
    artist: str
    before: Tags
    after: Tags
    corrected: bool = False

    @property
    def gained(self) -> tuple[str, ...]:
        """Moods it would show and does not."""
        return _without(self.after, self.before)

    @property
    def lost(self) -> tuple[str, ...]:
        """Moods it shows and would not."""
        return _without(self.before, self.after)

    @property
    def changes(self) -> bool:
        """Whether it would show other moods; scores alone are no other moods."""
        return bool(self.gained or self.lost)

    @property
    def moved(self) -> float:
        """The farthest that the score of a mood shown on both sides would move, 0 to 1."""
        before = {tag.tag: tag.score for tag in self.before}
        return max((abs(tag.score - before[tag.tag]) for tag in self.after if tag.tag in before),
                   default=0.0)


@dataclass(frozen=True, slots=True)
class MoodChange:
    """One mood in all compared songs: how many show it, and how many would gain or lose it."""

    mood: str
    before: int
    gained: int
    lost: int

    @property
    def after(self) -> int:
        return self.before + self.gained - self.lost


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything one tagger proposes. `songs` has those that would change first, the most moods
    first; `moods` the counts, most changes first."""

    tagger: str
    songs: tuple[Difference, ...]
    moods: tuple[MoodChange, ...]

    @property
    def changing(self) -> tuple[Difference, ...]:
        """The songs that would show other moods."""
        return tuple(song for song in self.songs if song.changes)


def compare(database: Database, note: TaggerNote, settings: Settings) -> Comparison:
    """All songs this tagger has a proposal for. A proposal of the tagger a song shows already is
    dropped: it was read by it since."""
    scores, proposals = SongScores(database), Proposals(database)
    stacked = proposals.stacked(note)
    proposed = collate_stacked(note, stacked, settings.collation)
    shown = SongRows(database, scores).said(settings)
    settled = [song for song in proposed if song in shown and shown[song][0].key == note.key]
    proposals.discard(note, settled)
    for song in settled:
        del proposed[song]
    labels, facts = SongLabels(database).all(), _facts(database)
    songs = sorted((_difference(song, facts.get(song, ("", "", "")), shown.get(song), after,
                                labels.get(song, {})) for song, after in proposed.items()),
                   key=_order)
    return Comparison(note.id, tuple(songs), _by_mood(songs))


def outdated(database: Database, tagger_id: str) -> int:
    """How many songs show what an older version of this tagger said, and were never offered what
    this one says. The id names model and version ("moods-minilm@2.0")."""
    model = tagger_id.partition("@")[0]
    found = database.first(
        "SELECT count(DISTINCT song_id) FROM tagging JOIN tagger ON tagger.id = tagger_id"
        " WHERE substr(name, 1, length(?1) + 1) = ?1 || '@' AND name <> ?2"
        " AND EXISTS (SELECT 1 FROM place WHERE place.song_id = tagging.song_id)"
        " AND NOT EXISTS (SELECT 1 FROM tagging AS newer JOIN tagger AS t ON t.id ="
        " newer.tagger_id WHERE newer.song_id = tagging.song_id AND t.name = ?2)"
        " AND NOT EXISTS (SELECT 1 FROM proposal JOIN tagger AS t ON t.id = proposal.tagger_id"
        " WHERE proposal.song_id = tagging.song_id AND t.name = ?2)", (model, tagger_id))
    return found[0] if found else 0


def _difference(song: int, facts: tuple[str, str, str], before: Said | None, after: Shown,
                labels: Mapping[str, Verdict]) -> Difference:
    title, artist, language = facts
    note, (tags, *_) = before or (None, ((), 0.0, 0.0))
    if note is not None and note.languages and language and language not in note.languages:
        tags = ()
    return Difference(song, title, artist, tags_as_said(tags, labels),
                      tags_as_said(after[0], labels), bool(labels))


def _by_mood(songs: list[Difference]) -> tuple[MoodChange, ...]:
    before = Counter(tag.tag for song in songs for tag in song.before)
    gained = Counter(mood for song in songs for mood in song.gained)
    lost = Counter(mood for song in songs for mood in song.lost)
    moods = sorted({*before, *gained}, key=lambda mood: (-gained[mood] - lost[mood], mood))
    return tuple(MoodChange(mood, before[mood], gained[mood], lost[mood]) for mood in moods)


def _order(song: Difference) -> tuple[int, float, str, int]:
    return -len(song.gained) - len(song.lost), -song.moved, song.title.casefold(), song.song_id


def _facts(database: Database) -> dict[int, tuple[str, str, str]]:
    """Title, artist and language of every song, as its first place says them."""
    return {song: (title, artist, language) for song, title, artist, language in database.all(
        "SELECT song.id, coalesce(nullif(place.title, ''), song.title),"
        " coalesce(nullif(place.artist, ''), song.artist), language FROM song"
        " LEFT JOIN place ON place.id = (SELECT min(id) FROM place WHERE song_id = song.id)")}


def _without(tags: Tags, others: Tags) -> tuple[str, ...]:
    there = {tag.tag for tag in others}
    return tuple(tag.tag for tag in tags if tag.tag not in there)
