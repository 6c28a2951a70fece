"""How quickly a library of 10,000 and of 100,000 songs is opened, searched, filtered and sorted.

    python -m tests.benchmarks.library_speed [--sizes 10000 100000] [--rounds 40] [--work FOLDER]

Mills each library once and keeps it in the work folder, then asks an index of it in a process of
its own, as the Library page does: every answer with its facets and the 60 rows in sight. Opening
is measured in fresh processes, with what the system keeps of the files thrown out before where it
lets us. Prints the middle and the 95th percentile of each in milliseconds, and the memory held.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil

from engine.library.database import Database
from engine.paths import find_paths
from engine.settings import CollationSettings, Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import MoodWish, ShelfState, SongQuery, SongSort
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.vocabulary import Vocabulary
from tests.benchmarks.library_mill import TAGGER, milled_library
from tests.benchmarks.word_mill import WORDS

LIMIT_MS = {10_000: 100.0, 100_000: 500.0}
LIMIT_MB = 700
IN_SIGHT = 60
OPENINGS = 21
Answer = tuple[str, list[float]]


def main() -> int:
    """Prints a table a size; 0 if all limits are kept."""
    options = _options()
    if options.open is not None:
        return _tell_opening(options.open, options.cache)
    if options.ask is not None:
        return _tell_answers(options.ask, options.cache, options.rounds)
    kept = [_measure(size, options.work, options.rounds) for size in options.sizes]
    return 0 if all(kept) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--work", type=Path, default=Path("build") / "library")
    for hidden in ("--open", "--ask", "--cache"):
        parser.add_argument(hidden, type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(size: int, work: Path, rounds: int) -> bool:
    kept = milled_library(work / f"library-{size}.sqlite3", size)
    file, cache = work / "asked.sqlite3", work / "cache"
    for rest in ("", "-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)
    shutil.copyfile(kept, file)
    shutil.rmtree(cache, ignore_errors=True)
    limit = LIMIT_MS.get(size, 500.0)
    print(f"{size:,} songs, {file.stat().st_size / 1e6:,.0f} MB on disk: limit {limit:.0f} ms")
    # The first start there ever was, then those that find what it kept.
    _line("first opening, nothing kept", [_opened(file, cache)], None)
    good = _line("opening", [_opened(file, cache) for _ in range(OPENINGS)], limit)
    told = _child("--ask", file, cache, rounds)
    for name, times in told["answers"]:
        good &= _line(name, times, limit)
    memory = told["memory"]
    print(f"  {'memory of the process':34}{memory:9.0f} MB   limit {LIMIT_MB}")
    return good and memory <= LIMIT_MB


def _line(name: str, times: list[float], limit: float | None) -> bool:
    ordered = sorted(times)
    late = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    good = limit is None or late <= limit
    print(f"  {name:34}{statistics.median(times):9.1f}{late:9.1f}{'' if good else '   TOO SLOW'}",
          flush=True)
    return good


def _child(what: str, file: Path, cache: Path, rounds: int) -> dict:
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.library_speed", what, str(file), "--cache",
         str(cache), "--rounds", str(rounds)], stdout=subprocess.PIPE, check=True)
    return json.loads(told.stdout)


def _opened(file: Path, cache: Path) -> float:
    _forget_pages([file, *cache.glob("*")])
    return _child("--open", file, cache, 1)["ms"]


def _forget_pages(files: list[Path]) -> None:
    """Has the system let go of what it holds of these files, so that the disk must be read."""
    if hasattr(os, "posix_fadvise"):
        for file in files:
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _load(file: Path, cache: Path, settings: Settings | None = None) -> tuple[Database, SongIndex]:
    database = Database.open(file)
    vocabulary = Vocabulary.load(find_paths().moods_file)
    return database, SongIndex.load(database, settings or Settings(), vocabulary, cache)


def _tell_opening(file: Path, cache: Path) -> int:
    began = time.perf_counter()
    database, index = _load(file, cache)
    index.rows(index.find(SongQuery()).keys[:IN_SIGHT])
    spent = 1000 * (time.perf_counter() - began)
    index.keep()
    database.close()
    print(json.dumps({"ms": spent}))
    return 0


def _tell_answers(file: Path, cache: Path, rounds: int) -> int:
    database, index = _load(file, cache)
    with closing(database):
        asked = Questions(database, index, file, cache, rounds)
        answers = list(asked.answers())
        memory = psutil.Process().memory_info().rss / 1e6
    print(json.dumps({"answers": answers, "memory": memory}))
    return 0


class Questions:
    """Everything a person asks of the page, each asked differently every time."""

    def __init__(self, database: Database, index: SongIndex, file: Path, cache: Path,
                 rounds: int) -> None:
        self._database = database
        self._index = index
        self._file = file
        self._cache = cache
        self._rounds = rounds
        self._chance = random.Random(11)
        self._moods = [mood for mood in index.moods if self._count(mood) > 0]
        self._all = index.find(SongQuery()).keys

    def answers(self) -> Iterator[Answer]:
        """Name and milliseconds of every kind of question."""
        one, two = self._word, lambda: f"{self._word()} {self._word()}"
        yield self._timed("search: a common word", lambda: self._search(
            self._chance.choice(WORDS[-40:])))
        yield self._timed("search: a rare word", lambda: self._search(one() + one()))
        yield self._timed("search: begun word", lambda: self._search(one()[:2]))
        yield self._timed("search: one letter", lambda: self._search(one()[:1]))
        yield self._timed("search: two words", lambda: self._search(two()))
        yield self._timed("search: a phrase", lambda: self._search(f'"{two()}"'))
        yield self._timed("search: artist", lambda: self._search("artist:sparrow"))
        yield self._timed("filter: moods", lambda: self._find(self._wishing()))
        yield self._timed("filter: all kinds", lambda: self._find(self._filtered()))
        for sort in (SongSort.TITLE, SongSort.ARTIST, SongSort.ADDED, SongSort.MOOD,
                     SongSort.CERTAINTY, SongSort.VALENCE):
            yield self._timed(f"sort: {sort.value}", lambda sort=sort: self._find(
                SongQuery(sort=sort, descending=self._chance.random() < 0.5,
                          wishes=(MoodWish(self._mood(), 0.2),))))
        yield self._timed("map: points of all songs", self._map)
        yield self._timed("rows: a page further", lambda: self._index.rows(self._page()))
        yield self._timed("similar songs", lambda: self._index.rows(
            self._index.similar(self._song(), 20)[0]))
        yield self._timed("change: a label, then all anew", self._change)
        yield self._timed("settings: other strictness", self._other_settings, few=True)

    def _timed(self, name: str, work: Callable[[], object], few: bool = False) -> Answer:
        times: list[float] = []
        for _ in range(5 if few else self._rounds):
            began = time.perf_counter()
            work()
            times.append(1000 * (time.perf_counter() - began))
        return name, times

    def _find(self, query: SongQuery) -> None:
        self._index.rows(self._index.find(query).keys[:IN_SIGHT])

    def _search(self, text: str) -> None:
        found = self._index.find(SongQuery(text, sort=SongSort.RELEVANCE)).keys[:IN_SIGHT]
        self._index.rows(found)
        self._index.snippets(found, text)

    def _map(self) -> None:
        found = self._index.find(self._wishing()).keys
        self._index.points(found)
        self._index.points(self._all)
        self._index.leading(self._all)

    def _change(self) -> None:
        verdict = self._chance.choice(list(Verdict))
        LyricStore(self._database).set_label(self._song(), self._mood(), verdict)
        self._index.refresh(self._database)
        self._find(SongQuery())

    def _other_settings(self) -> None:
        settings = Settings(collation=CollationSettings(strictness=self._chance.random()))
        database, index = _load(self._file, self._cache, settings)
        with closing(database):
            index.find(SongQuery())

    def _wishing(self) -> SongQuery:
        return SongQuery(wishes=(MoodWish(self._mood()), MoodWish(self._mood(), 0.1)),
                         match_all=self._chance.random() < 0.5)

    def _filtered(self) -> SongQuery:
        return SongQuery(
            wishes=(MoodWish(self._mood()), MoodWish(self._mood(), without=True)),
            languages=("en",), states=(ShelfState.TAGGED,), missing=False,
            corrected=self._chance.random() < 0.5, read_by=TAGGER)

    def _page(self) -> list[int]:
        start = self._chance.randrange(max(1, len(self._all) - IN_SIGHT))
        return self._all[start:start + IN_SIGHT].tolist()

    def _song(self) -> int:
        return max(1, int(self._chance.choice(self._all)))

    def _mood(self) -> str:
        return self._chance.choice(self._moods)

    def _word(self) -> str:
        return self._chance.choice(WORDS)

    def _count(self, mood: str) -> int:
        return self._index.find(SongQuery()).facets.moods[mood]


if __name__ == "__main__":
    sys.exit(main())
