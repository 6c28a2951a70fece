"""How quickly maps are painted, courses ranked and lists drawn up, over milled libraries.

    python -m tests.benchmarks.library_lists [SONGS ...]

Prints milliseconds, the median and the 95th percentile of several runs in this one process. The
libraries are those of library_speed, milled once and kept in its work folder; a copy is asked.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from engine.library.database import Database
from engine.paths import find_paths
from engine.settings import Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import SongQuery
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.arcs import DrawnArc, MoodArc
from engine.tagging.playlists.exporting import ExportFormat, Exporting
from engine.tagging.playlists.list_making import ListMaking
from engine.tagging.vocabulary import Vocabulary
from tests.benchmarks.library_mill import TAGGER, milled_library

RUNS = 12
WORK = Path("build") / "library"
SIZE = 1200, 760


def main(counts: list[int]) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for count in counts:
        file = WORK / "listed.sqlite3"
        shutil.copyfile(milled_library(WORK / f"library-{count}.sqlite3", count), file)
        print(f"{count} songs")
        with closing(Database.open(file)) as database:
            _measure(database)


def _measure(database: Database) -> None:
    paths = find_paths()
    settings, vocabulary = Settings(tagger=TAGGER), Vocabulary.load(paths.moods_file)
    index = SongIndex.load(database, settings, vocabulary, WORK / "listed cache")

    def lists() -> ListMaking:
        return ListMaking(database, index, TAGGER, vocabulary)
    _once("mood curves of all songs, drawn once", lambda: list(lists().prepare()))
    keys = index.find(SongQuery()).keys
    song = int(keys[keys > 0][len(keys) // 2])
    _tell("ranked by a course of moods",
          lambda: lists().of_course(MoodArc("optimism", "", "sadness"), keys))
    _tell("ranked by a drawn course", lambda: lists().of_course(DrawnArc((-0.6, 0.2, 0.8)), keys))
    _tell("a list along a course", lambda: lists().along(DrawnArc((0.8, -0.8)), keys.tolist(), 25))
    _tell("a list like one song", lambda: lists().like(song, 25))
    _tell("where songs lie on the map", lambda: (index.points(keys), index.leading(keys)))
    _map(index, keys, vocabulary)
    some = [int(key) for key in keys[:1000]]
    exporting = Exporting(database, LyricStore(database), index, settings)
    target = WORK / "songs.csv"
    _tell("1000 songs written as a table", lambda: list(exporting.export(
        some, ExportFormat.CSV, target, overwrite=True)))
    target.unlink(missing_ok=True)


def _map(index: SongIndex, keys: Any, vocabulary: Vocabulary) -> None:
    from PySide6.QtGui import QGuiApplication

    from gui.library.lasso import within
    from gui.library.map_frame import MapFrame
    from gui.library.map_paint import MapSongs, dot_size, dots_picture
    from gui.theme import LIGHT

    app = QGuiApplication.instance() or QGuiApplication([])
    points, leading = index.points(keys), index.leading(keys)
    known = np.isfinite(points[:, 0])
    songs = MapSongs(keys[known], points[known], leading[known], index.moods)
    for ratio in (1.0, 2.0):
        frame = MapFrame().sized(*SIZE).fitted(songs.points)
        _tell(f"map painted at {ratio:.0%}", lambda ratio=ratio, frame=frame: dots_picture(
            songs, frame, vocabulary, LIGHT, ratio, dot_size(len(songs))))
    frame = MapFrame().sized(*SIZE).fitted(songs.points)
    line = [(600 + 300 * np.cos(at), 380 + 200 * np.sin(at)) for at in np.linspace(0, 6.2, 200)]
    _tell("songs within a line of 200 corners",
          lambda: within(line, frame.x(songs.points[:, 0]), frame.y(songs.points[:, 1])))
    del app


def _tell(what: str, act: Callable[[], object]) -> None:
    spent: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        spent.append(1000 * (time.perf_counter() - began))
    print(f"  {what:<40}{np.median(spent):8.1f} ms{np.percentile(spent, 95):8.1f} ms at p95")


def _once(what: str, act: Callable[[], object]) -> None:
    began = time.perf_counter()
    act()
    print(f"  {what:<40}{1000 * (time.perf_counter() - began):8.1f} ms")


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [10_000, 100_000])
