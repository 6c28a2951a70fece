"""A song of the library as other programs read it: a JSON object, a row of a table.

The words are those of `tag --json` and `tag --csv`, fixed for scripts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.tagging.browsing.song_query import ShelfSong, ShelfState
from engine.tagging.corrections.line_words import LineWord
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.results import ExcerptMoods, Tag
from engine.tagging.song import Song

SIDECAR_FORMAT = "undertone-moods"
SIDECAR_VERSION = 1
MOST_SIDECAR_BYTES = 4_000_000
_SIDECAR_ENDING = ".moods.json"
CSV_HEADER = ("path", "artist", "title", "language", "status", "error", "tags", "scores",
              "valence", "arousal", "corrected", "added")
STATUS = {ShelfState.TAGGED: "tagged", ShelfState.NO_WORDS: "no_lyrics",
           ShelfState.WAITING: "waiting"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class PersonalWords:
    """What the person said of a song: of moods as a whole, and of stretches of lines."""

    labels: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])
    lines: Sequence[LineWord] = ()


def song_document(shelf: ShelfSong, song: Song | None = None,
                  said: PersonalWords | None = None) -> dict[str, Any]:
    """The object of one song. `tags` are as shown, with the person's word over the tagger's;
    `labels` and `spans` are these words, `excerpts` the parts of the song as given: what the
    tagger said of them, with what the person said of their lines over it."""
    said = said or PersonalWords()
    tagged = shelf.state is ShelfState.TAGGED
    told: dict[str, Any] = {
        "path": shelf.place, "artist": shelf.artist, "title": shelf.title,
        "language": shelf.language, "status": STATUS.get(shelf.state, "failed")}
    if not tagged and shelf.message:
        told |= {"error": shelf.message} | ({"hint": shelf.hint} if shelf.hint else {})
    moods = song.moods if song else None
    told |= {"tagger": moods.tagger if moods else "",
             "tags": [tag_object(tag) for tag in shelf.tags],
             "valence": rounded(shelf.valence) if tagged else None,
             "arousal": rounded(shelf.arousal) if tagged else None,
             "labels": {mood: verdict.value for mood, verdict in said.labels.items()},
             "spans": [_span(word) for word in said.lines]}
    if moods is not None and tagged:
        told["excerpts"] = [excerpt_object(excerpt) for excerpt in moods.excerpts]
    return told


def sidecar_document(shelf: ShelfSong, song: Song, said: PersonalWords) -> dict[str, Any]:
    """What stands in the .moods.json beside a recording: the song's object without its path, so
    that both can be moved together, and which format this is."""
    told = song_document(shelf, song, said)
    told.pop("path")
    return {"format": SIDECAR_FORMAT, "version": SIDECAR_VERSION, **told}


def sidecar_of(recording: Path) -> Path:
    """Where the moods of a recording stand: song.aac has them in song.moods.json."""
    return recording.with_name(recording.stem + _SIDECAR_ENDING)


def words_on(store: LyricStore, song_id: int) -> PersonalWords:
    """All the person said of one song."""
    return PersonalWords(store.labels(song_id), store.line_words(song_id))


def csv_row(shelf: ShelfSong) -> list[str]:
    """One song's row under CSV_HEADER. No cell can be taken for a formula by a spreadsheet."""
    tagged = shelf.state is ShelfState.TAGGED
    error = "" if tagged else " ".join(filter(None, (shelf.message, shelf.hint)))
    texts = (shelf.place, shelf.artist, shelf.title, shelf.language,
             STATUS.get(shelf.state, "failed"), error, "; ".join(tag.tag for tag in shelf.tags),
             "; ".join(f"{tag.score:.4f}" for tag in shelf.tags))
    return [*(harmless(text) for text in texts),
            f"{shelf.valence:.4f}" if tagged else "", f"{shelf.arousal:.4f}" if tagged else "",
            "yes" if shelf.corrected else "no", shelf.added]


def harmless(cell: str) -> str:
    """A cell of a table that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell


def tag_object(tag: Tag) -> dict[str, object]:
    """A mood with its score."""
    told: dict[str, object] = {"tag": tag.tag, "score": rounded(tag.score)}
    return told | ({"experimental": True} if tag.experimental else {})


def _span(word: LineWord) -> dict[str, object]:
    return {"tag": word.mood, "first_line": word.first, "last_line": word.last,
            "verdict": word.verdict.value}


def excerpt_object(excerpt: ExcerptMoods) -> dict[str, object]:
    """A part of a song with what is shown of it."""
    told: dict[str, object] = {"first_line": excerpt.first_line, "last_line": excerpt.last_line}
    if excerpt.start_ms is not None:
        told["start_ms"] = excerpt.start_ms
    if excerpt.end_ms is not None:
        told["end_ms"] = excerpt.end_ms
    return told | {"tags": [tag_object(tag) for tag in excerpt.tags]}


def rounded(score: float) -> float:
    """A score as it is told: no more digits than it is good for."""
    return round(float(score), 6)
