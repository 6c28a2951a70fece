"""Whole songs per second, from file to library, and whether a song costs the same among many.

    python -m tests.benchmarks.songs_speed [--sizes 100 1000 10000]

Writes milled songs into a folder, tags them with the shipped tagger into a fresh library, and
prints songs per second and the cost of a song at each size, the median of five runs (of one run
above 2,000 songs, which evens out by itself). A few hundred songs are tagged before, so that
loading the model is not counted.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from engine.library.database import Database
from engine.paths import AppPaths, find_paths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.opening import open_tagger
from engine.tagging.requests import Answered, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.song import SongState
from engine.tagging.tagger import Tagger
from tests.benchmarks.word_mill import fill_folder

LIMIT_RATE = 50.0
LIMIT_GROWTH = 0.15


def main() -> int:
    """Prints one line a size; 0 if fast enough and flat."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000])
    sizes = parser.parse_args().sizes
    tagger = open_tagger(find_paths(), "", Settings())
    detector = LanguageDetector()
    costs: list[float] = []
    with tempfile.TemporaryDirectory() as place:
        seconds_for(Path(place) / "warm", 300, tagger, detector)
        for size in sizes:
            runs = 5 if size <= 2000 else 1
            homes = [Path(place) / f"{size} {run}" for run in range(runs)]
            seconds = statistics.median(seconds_for(h, size, tagger, detector) for h in homes)
            costs.append(seconds / size)
            each = 1000 * costs[-1]
            print(f"{size:6} songs  {size / seconds:7.1f} a second  {each:6.2f} ms each")
    growth = max(costs) / min(costs) - 1
    print(f"cost of a song differs by {growth:.0%} between sizes (limit {LIMIT_GROWTH:.0%})")
    return 0 if growth <= LIMIT_GROWTH and max(costs) <= 1 / LIMIT_RATE else 1


def seconds_for(
    home: Path, songs: int, tagger: Tagger, detector: LanguageDetector
) -> float:
    fill_folder(home / "music", songs)
    paths: AppPaths = replace(find_paths(), home=home)
    source: Callable[[], Tagger] = lambda: tagger  # noqa: E731 - one word more says less
    with closing(Database.open(paths.library_file, paths.backups)) as database:
        service = TaggingService(LyricStore(database), detector, source, Settings)
        began = time.perf_counter()
        answers = [
            event.row.state
            for event in service.run(TagRequest(paths=(home / "music",)))
            if isinstance(event, Answered)
        ]
        seconds = time.perf_counter() - began
    assert answers.count(SongState.TAGGED) == songs, "every milled song is tagged"
    return seconds


if __name__ == "__main__":
    sys.exit(main())
