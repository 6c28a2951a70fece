"""Mills a whole library: of any number of songs, tagged, some labelled, missing, doubled or odd.

Written straight into the tables of a real library file, 100,000 songs in about two minutes. The
words follow Zipf's law, as those of lyrics do: a few are in nearly every song, most in hardly any.
"""

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from engine.library.database import Database
from engine.paths import find_paths
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from tests.benchmarks.word_mill import WORDS

DIMENSIONS = 384
TAGGER, OLDER = "moods-minilm@two", "moods-minilm@one"
COMMON, RARE = "and", "harbourfeather"
_BATCH = 2000
_NAMES = ("Mara", "Odo", "Wren", "Ines", "Tomas", "Ada", "Élan", "Bo", "Ýr", "Jun", "Ferrymen",
          "Lanterns", "Sparrow", "Quartet", "Brothers", "Weather", "Copper", "Sisters", "Hollow")
_LANGUAGES = ("en",) * 22 + ("es", "de", "fr", "sv")


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one batch, by table."""

    song: list[tuple[object, ...]] = field(default_factory=list)
    place: list[tuple[object, ...]] = field(default_factory=list)
    tagging: list[tuple[object, ...]] = field(default_factory=list)
    excerpt: list[tuple[object, ...]] = field(default_factory=list)
    label: list[tuple[object, ...]] = field(default_factory=list)


def milled_library(file: Path, songs: int) -> Path:
    """The library at `file`, milled if it is not there yet; the same one each time."""
    if not file.exists():
        unfinished = file.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(Database.open(unfinished)) as database:
            LibraryMill(database).add(songs)
        unfinished.replace(file)
    return file


class LibraryMill:
    """Adds milled songs to an open library; `seed` decides which."""

    def __init__(self, database: Database, seed: int = 7) -> None:
        self._database = database
        self._chance = np.random.default_rng(seed)
        self._words = np.array(_vocabulary())
        weights = 1 / (np.arange(len(self._words)) + 2.7) ** 1.05
        self._shares = np.cumsum(weights / weights.sum())
        model = json.loads((find_paths().shipped_models / "moods-minilm" / "model.json")
                           .read_text("utf-8"))
        self._labels = model["labels"]
        self._bars = np.array([label["threshold"] for label in self._labels])
        self._topics = self._chance.normal(size=(40, DIMENSIONS))

    def add(self, songs: int) -> None:
        """Adds so many songs after those that are there."""
        with self._database.transaction():
            self._note_taggers()
            first, = self._database.first("SELECT coalesce(max(id), 0) + 1 FROM song")
        for start in range(first, first + songs, _BATCH):
            rows = _Rows()
            for song in range(start, min(start + _BATCH, first + songs)):
                self._mill(song, rows)
            with self._database.transaction():
                self._store(rows)

    def _note_taggers(self) -> None:
        moods = json.dumps([label["id"] for label in self._labels])
        bars = json.dumps([None if label["experimental"] else label["threshold"]
                           for label in self._labels])
        trials = json.dumps({label["id"]: label["threshold"] for label in self._labels
                             if label["experimental"]})
        for key, name in ((1, OLDER), (2, TAGGER)):
            self._database.execute(
                "INSERT OR IGNORE INTO tagger (id, name, moods, thresholds, languages, used_at,"
                " experimental) VALUES (?, ?, ?, ?, '[\"en\"]', ?, ?)",
                (key, name, moods, bars, f"2026-11-0{key}T10:00:00+00:00", trials))

    def _mill(self, song: int, rows: _Rows) -> None:
        kind = self._chance.random()
        title = " ".join(self._pick(int(self._chance.integers(1, 5)))).title()
        artist = " ".join(self._chance.choice(_NAMES, int(self._chance.integers(1, 3))))
        lyric = self._lyric(title, artist, words=kind > 0.02)
        language = str(self._chance.choice(_LANGUAGES)) if kind > 0.02 else ""
        day = f"20{20 + song % 7}-{1 + song % 12:02}-{1 + song % 28:02}"
        rows.song.append((song, hashlib.sha256(b"%d" % song).hexdigest(), title, artist, language,
                          kind > 0.02, lyric.words, msgspec.json.encode(lyric).decode(),
                          f"{day}T10:00:{song % 60:02}+00:00"))
        self._place(song, title, artist, kind, rows)
        if kind > 0.05:
            self._tag(song, 2 if kind > 0.12 else 1, rows)
        if kind > 0.97:
            self._tag(song, 1, rows)
        if song % 25 == 0:
            for mood in self._chance.choice(len(self._labels), 2, replace=False):
                rows.label.append((song, self._labels[mood]["id"],
                                   str(self._chance.choice(["accepted", "rejected", "added"]))))

    def _place(self, song: int, title: str, artist: str, kind: float, rows: _Rows) -> None:
        folder = f"/music/{artist}/{song // 12}"
        rows.place.append((f"{folder}/{song:06} {title}.mp3", song, title, artist, "", "",
                           song % 33 == 0))
        if song % 20 == 0:
            rows.place.append((f"{folder}/copy/{song:06} {title}.flac", song, title, artist, "", "",
                               0))
        if song % 200 == 0:
            rows.place.append((f"{folder}/{song:06}.locked", None, "", "", "failed",
                               "This file cannot be read.", 0))

    def _tag(self, song: int, tagger: int, rows: _Rows) -> None:
        tagging = song * 2 + tagger
        topic = self._chance.integers(len(self._topics))
        vector = self._topics[topic] + self._chance.normal(size=DIMENSIONS)
        vector /= np.linalg.norm(vector)
        rows.tagging.append((tagging, song, tagger, vector.astype("<f4").tobytes()))
        count = int(self._chance.integers(1, 5))
        logits = np.log(self._bars / (1 - self._bars)) - 1.4
        logits = logits + self._chance.normal(size=len(self._bars))
        spread = logits + 0.5 * self._chance.normal(size=(count, len(self._bars)))
        scores = (1 / (1 + np.exp(-spread))).astype("<f4")
        place = np.clip(self._chance.normal(0, 0.4, (count, 2)), -1, 1)
        for number in range(count):
            rows.excerpt.append((tagging, number, number * 8, number * 8 + 7,
                                 float(self._chance.integers(20, 120)), *place[number].tolist(),
                                 scores[number].tobytes()))

    def _lyric(self, title: str, artist: str, words: bool) -> Lyric:
        count = int(self._chance.integers(20, 45)) if words else 0
        sizes = self._chance.integers(4, 9, count)
        picked, lines, at = self._pick(int(sizes.sum())), [], 0
        for size in sizes.tolist():
            text = " ".join(picked[at:at + size]).capitalize()
            at += size
            lines.append(LyricLine(text, text, LineKind.WORDS))
        return Lyric(tuple(lines), title, artist, source="txt")

    def _pick(self, count: int) -> list[str]:
        return self._words[np.searchsorted(self._shares, self._chance.random(count))].tolist()

    def _store(self, rows: _Rows) -> None:
        self._database.execute_many(
            "INSERT INTO song (id, lyric_hash, title, artist, album, language, has_words, words,"
            " lyric, source, added_at) VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, 'txt', ?)", rows.song)
        self._database.execute_many(
            "INSERT INTO place (path, song_id, title, artist, is_file, size, mtime_ns, refusal,"
            " message, missing, found_at) VALUES (?, ?, ?, ?, 1, 1000, 1, ?, ?, ?,"
            " '2026-11-01T10:00:00+00:00')", rows.place)
        self._database.execute_many(
            "INSERT INTO tagging (id, song_id, tagger_id, run_at, vector)"
            " VALUES (?, ?, ?, '2026-11-01T10:00:00+00:00', ?)", rows.tagging)
        self._database.execute_many(
            "INSERT INTO excerpt (tagging_id, number, first_line, last_line, weight, valence,"
            " arousal, echoes, scores) VALUES (?, ?, ?, ?, ?, ?, ?, '[]', ?)", rows.excerpt)
        self._database.execute_many(
            "INSERT INTO label (song_id, mood, verdict, at)"
            " VALUES (?, ?, ?, '2026-11-02T10:00:00+00:00')", rows.label)


def _vocabulary() -> list[str]:
    """Some 15,000 words: ours, the small ones first, then pairs of them run together."""
    singles = list(dict.fromkeys(reversed(WORDS)))
    nouns = list(dict.fromkeys(WORDS))[:110]
    order = np.random.default_rng(1)
    pairs = [one + other for one in nouns for other in nouns if one != other]
    order.shuffle(pairs)
    return singles + pairs
