"""The Library page of many songs: how quickly it opens, finds, filters, sorts and scrolls.

    python -m tests.benchmarks.library_window [--songs 10000] [--rounds 20] [--work FOLDER]

Opens the real window on a milled library of so many songs, which is kept in FOLDER. "open" is from
choosing the page, 2.5 s after the program was started, until its rows are painted: once without
the copy of the index that a start leaves behind, then with it. "open at once" is the same, chosen
as soon as the window has painted, when nothing of the page has been made yet. The others are from
the last letter typed, the press of a mood, the choice of another order, of the map or of a song's
similar ones until what was found is painted; "scroll" is a jump to another place until the rows
there are painted. Each is the 95th percentile of its rounds; "memory" is what the process holds at
the end.
"""

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from engine.inference.benchmark import Figure
from engine.paths import AppPaths, find_paths
from engine.tagging.browsing.song_query import MoodWish, SongQuery, SongSort
from gui.app import SWITCH_SECONDS, Program
from gui.library.browser import Browser
from gui.library.detail_drawer import Leaf
from gui.library.filter_line import Shape
from gui.library.presenter import KEEP_MS, LibraryPresenter
from tests.benchmarks.event_loop import percentile
from tests.benchmarks.figures import as_text
from tests.benchmarks.library_mill import COMMON, RARE, milled_library

REACH_MS, LARGE_MS, LARGE, MEMORY_MB = 100.0, 500.0, 50_000, 700.0
_PATIENCE, _LOOKS_AROUND = 120.0, 2.5
_WORDS = (RARE, "river", COMMON, "golden wi", '"the river"', "title:rain", "artist:mara")
_SORTS = (SongSort.TITLE, SongSort.ARTIST, SongSort.CERTAINTY, SongSort.VALENCE,
          SongSort.AROUSAL, SongSort.ADDED)


class Painted(QObject):
    """When a widget was painted last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # Told after the widget itself has painted: once the loop comes round again.
            QTimer.singleShot(0, self, self._note)
        return False

    def _note(self) -> None:
        self.at = time.perf_counter()


class Window:
    """The program on a library of its own, with a person's hands on its Library page."""

    def __init__(self, paths: AppPaths) -> None:
        self._app = QApplication(sys.argv[:1])
        sys.setswitchinterval(SWITCH_SECONDS)
        self.program = Program(self._app, paths)
        self._problem: object = None
        self.program.notifier.show_problem = self._note_problem
        window = self.program.window
        window.resize(1280, 800)
        window.show_page("tag")
        window.show()

    def __enter__(self) -> "Window":
        # What every start does, and then makes this page ready while the person looks around.
        self.live(lambda: False, _LOOKS_AROUND)
        self.live(lambda: not self.program.desk.busy and not self.program.tagging.busy)
        return self

    def __exit__(self, *_: object) -> None:
        self.program.window.close()
        self.program.close()
        self.program.window.deleteLater()

    @property
    def presenter(self) -> LibraryPresenter:
        return self.program.library.presenter

    @property
    def browser(self) -> Browser:
        found = self.program.library.page.browser
        assert found is not None
        return found

    def live(self, until: Callable[[], bool], most: float = _PATIENCE) -> bool:
        end = time.monotonic() + most
        # Sleeps between events as a window does, so that the queue's thread has the processor.
        beat = QTimer(interval=1)
        beat.start()
        while not (held := until()) and time.monotonic() < end:
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        beat.stop()
        if self._problem is not None:
            sys.exit(repr(self._problem))
        return held

    def _note_problem(self, problem: object) -> None:
        # Ending here, within a signal, would take the threads of the program down with it.
        self._problem = problem

    def open(self) -> float:
        """Milliseconds until the rows are painted, for the first time."""
        start = time.perf_counter()
        self.program.window.show_page("library")
        painted = Painted(self.browser.list.viewport())
        self.live(lambda: painted.at > 0 and self.presenter.found is not None
                  and not self._lacks())
        return (painted.at - start) * 1000

    def _lacks(self) -> bool:
        """Whether a row on screen is not read yet."""
        table = self.presenter.table
        first, last = self.browser.list.in_sight()
        return any(table.song(key) is None for key in table.keys[first:last].tolist())

    def ask(self, act: Callable[[], object]) -> float:
        """Milliseconds from `act` until its answer is painted."""
        told: list[bool] = []
        connection = self.presenter.found_changed.connect(lambda: told.append(True))
        painted = Painted(self.browser.list.viewport())
        start = time.perf_counter()
        act()
        self.live(lambda: bool(told))
        seen = painted.at
        self.live(lambda: painted.at > seen or not len(self.presenter.table.keys))
        self.presenter.found_changed.disconnect(connection)
        return ((painted.at or time.perf_counter()) - start) * 1000

    def scroll(self, row: int) -> float:
        painted = Painted(self.browser.list.viewport())
        start = time.perf_counter()
        self.browser.list.scrollTo(self.presenter.table.index(row, 0))
        self.live(lambda: painted.at > 0 and not self._lacks())
        seen = painted.at
        self.live(lambda: painted.at > seen, 0.05)
        return (painted.at - start) * 1000

    def show_map(self) -> float:
        self.browser.show_shape(Shape.TABLE)
        self.live(lambda: False, 0.05)
        self.presenter.ask_for(replace(self.presenter.query, sort=_next_sort()))
        self.live(lambda: not self.program.desk.busy)
        start = time.perf_counter()
        self.browser.show_shape(Shape.MAP)
        panel = self.browser.map_panel()
        keys = self.presenter.table.keys
        painted = Painted(panel.view)
        self.live(lambda: painted.at > 0 and len(panel.view.songs) + panel.view.left_out
                  == len(keys) and not self.program.desk.busy)
        return (painted.at - start) * 1000

    def similar(self, key: int) -> float:
        drawer = self.browser.drawer
        self.presenter.open(key)
        self.live(lambda: bool(self.presenter.desk.row and self.presenter.desk.row.song_id == key)
                  and not self.program.desk.busy)
        drawer.similar.forget()
        start = time.perf_counter()
        drawer.similar.show(key)
        painted = Painted(drawer.similar_list.list.viewport())
        self.live(lambda: bool(drawer.similar.songs) and painted.at > 0)
        return (painted.at - start) * 1000


_ORDERS = itertools.cycle(_SORTS)


def _next_sort() -> SongSort:
    return next(_ORDERS)


def measure(paths: AppPaths, songs: int, rounds: int) -> Iterator[Figure]:
    reach = LARGE_MS if songs > LARGE else REACH_MS
    shutil.rmtree(paths.cache, ignore_errors=True)
    yield Figure("library", "open, nothing kept", f"{_opened(paths):.0f} ms")
    yield _figure("open", [_opened(paths) for _ in range(max(3, rounds // 4))], reach)
    at_once = [_opened(paths, "--at-once") for _ in range(max(3, rounds // 4))]
    yield Figure("library", "open at once", f"{percentile(at_once, 0.5):.0f} ms")
    with Window(paths) as window:
        window.open()
        yield from _asked(window, rounds, reach)
        yield from _shown(window, rounds, reach)
        held = psutil.Process().memory_info().rss / 1e6
        yield Figure("library", "memory", f"{held:.0f} MB", f"{MEMORY_MB:.0f} MB",
                     held <= MEMORY_MB)


def _opened(paths: AppPaths, *how: str) -> float:
    """In a process of its own, as a start is."""
    done = subprocess.run([sys.executable, "-m", "tests.benchmarks.library_window",
                           "--open", str(paths.home), *how], stdout=subprocess.PIPE, text=True,
                          check=True)
    return float(done.stdout.split()[-1])


def _open_first(paths: AppPaths) -> float:
    window, painted = Window(paths), list[bool]()
    window.program.window.first_painted.connect(lambda: painted.append(True))
    window.live(lambda: bool(painted))
    took = window.open()
    window.live(lambda: not window.program.desk.busy and not window.program.tagging.busy)
    window.__exit__()
    return took


def _open_once(paths: AppPaths) -> float:
    with Window(paths) as window:
        took = window.open()
        # So long it takes until a copy of the index is kept.
        window.live(lambda: False, KEEP_MS / 1000 + 0.5)
        window.live(lambda: not window.program.desk.busy)
        return took


def _asked(window: Window, rounds: int, reach: float) -> Iterator[Figure]:
    presenter = window.presenter
    for name, words in (("search, a rare word", (RARE, "zzzz")),
                        ("search, a common word", (COMMON, "i")), ("search", _WORDS)):
        took: list[float] = []
        for word in itertools.islice(itertools.cycle(words), rounds):
            presenter.ask_for(SongQuery())
            window.live(lambda: not window.program.desk.busy)
            took.append(window.ask(lambda word=word: presenter.search(word)))
        yield _figure(name, took, reach)
    moods = presenter.vocabulary.ids
    presenter.ask_for(SongQuery())
    wishes = [(MoodWish(mood), MoodWish(moods[0], least=0.2))[:1 + at % 2]
              for at, mood in enumerate(itertools.islice(itertools.cycle(moods[1:]), rounds))]
    took = [window.ask(lambda wished=wished: presenter.ask_for(SongQuery(wishes=wished)))
            for wished in wishes]
    yield _figure("filter", took, reach)
    presenter.ask_for(SongQuery())
    window.live(lambda: not window.program.desk.busy)
    took = [window.ask(lambda: presenter.sort_by(_next_sort(), False)) for _ in range(rounds)]
    yield _figure("sort", took, reach)


def _shown(window: Window, rounds: int, reach: float) -> Iterator[Figure]:
    presenter = window.presenter
    presenter.ask_for(SongQuery())
    window.live(lambda: not window.program.desk.busy)
    rows = len(presenter.table.keys)
    yield _figure("scroll", [window.scroll(at * 7919 % rows) for at in range(1, rounds + 1)],
                  reach)
    window.browser.show_drawer(True)
    window.browser.drawer.show_leaf(Leaf.SIMILAR)
    tagged = [int(key) for key in presenter.table.keys[::max(1, rows // (3 * rounds))] if key > 0]
    took = [window.similar(key) for key in _with_vectors(window, tagged)[:rounds]]
    yield _figure("similar", took, reach)
    window.browser.show_drawer(False)
    yield _figure("map", [window.show_map() for _ in range(max(3, rounds // 2))], reach)


def _with_vectors(window: Window, keys: list[int]) -> list[int]:
    """Those that can be compared: songs a tagger has read."""
    found: list[int] = []
    window.presenter.read(keys, lambda songs: found.extend(
        song.key for song in songs if song.tags))
    window.live(lambda: bool(found))
    return found


def _figure(name: str, took: list[float], reach: float) -> Figure:
    value = percentile(took, 0.95)
    return Figure("library", name, f"{value:.0f} ms (median {percentile(took, 0.5):.0f})",
                  f"{reach:.0f} ms", value <= reach)


def main() -> int:
    """Takes the figures; 1 where one is not within reach."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    options.add_argument("--songs", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--work", type=Path, default=Path("build") / "bench")
    options.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--at-once", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.open:
        opened = _open_first if asked.at_once else _open_once
        print(opened(replace(find_paths(), home=asked.open)))
        return 0
    library = milled_library(asked.work / f"library-{asked.songs}.sqlite3", asked.songs)
    missed = False
    with tempfile.TemporaryDirectory() as home:
        paths = replace(find_paths(), home=Path(home))
        shutil.copyfile(library, paths.library_file)
        for figure in measure(paths, asked.songs, asked.rounds):
            missed = missed or figure.met is False
            print(as_text(figure), flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
