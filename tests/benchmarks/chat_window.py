"""The window of a long talk: how quickly it opens, scrolls and finds, and how it writes.

    python -m tests.benchmarks.chat_window --model FOLDER [--messages 2000] [--rounds 5]

Opens the real window on a library with a conversation of so many messages. "open" is from choosing
it until its last messages are painted; "scroll" is one page, or the whole way, until it is painted;
"search" is from the last letter typed in the list of conversations until what was found is painted.
Then a message is sent, and while the model writes the transcript's paintings are counted and a
heartbeat of 2 ms measures every delay of the event loop. FOLDER is a built chat model.
"""

import argparse
import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from engine.chat.chat_files.importing import ChatImport
from engine.inference.benchmark import Figure, median
from engine.library.database import Database
from engine.paths import AppPaths, find_paths
from gui.app import SWITCH_SECONDS, Program
from tests.benchmarks.event_loop import Heartbeat, percentile
from tests.benchmarks.figures import as_text
from tests.benchmarks.long_conversation import talk

REACH_MS, DELAY_MS, PAINTS, TOKENS = 150.0, 50.0, 25.0, 30.0
_PATIENCE, _LOOK_MS = 120.0, 2
_OTHERS = 50
_THINGS = itertools.cycle(("harbour", "lamp", "ladder", "river", "kettle", "garden", "ticket"))


class Painted(QObject):
    """Counts when a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # Told after the widget itself has painted: once the loop comes round again.
            QTimer.singleShot(0, lambda: self.at.append(time.perf_counter()))
        return False


class Window:
    """The program on a library of its own, with a person's hands on its Chat page."""

    def __init__(self, app: QApplication, home: Path, long: int) -> None:
        self._long = long
        self.program = Program(app, AppPaths(home=home, resources=find_paths().resources))
        self.program.window.resize(1280, 800)
        self.program.window.show()
        self.program.window.show_page("chat")
        self.page, self.presenter = self.program.chat.page, self.program.chat.presenter
        self.painted = Painted(self.page.transcript.viewport())
        self.until(lambda: self.presenter.loaded and self.presenter.models.current is not None)
        self.until(lambda: self.presenter.conversations.table.size > 0)

    def until(self, reached: Callable[[], bool]) -> None:
        """Lets the window live until something holds. TimeoutError after a long time."""
        if reached():
            return
        loop, end = QEventLoop(), time.perf_counter() + _PATIENCE
        look = QTimer(interval=_LOOK_MS, timerType=Qt.TimerType.PreciseTimer)
        look.timeout.connect(
            lambda: loop.quit() if reached() or time.perf_counter() > end else None)
        look.start()
        loop.exec()
        look.stop()
        if not reached():
            raise TimeoutError("the window did not get there")

    def took(self, act: Callable[[], object], done: Callable[[], bool] = lambda: True) -> float:
        """Milliseconds until something is done and the transcript was painted after it."""
        began, paints = time.perf_counter(), len(self.painted.at)
        act()
        self.until(done)
        self.page.transcript.viewport().update()
        painted = len(self.painted.at)
        self.until(lambda: len(self.painted.at) > max(paints, painted))
        return 1000 * (self.painted.at[-1] - began)

    def open(self) -> float:
        self.presenter.new()
        self.until(lambda: not self.presenter.open.id)
        return self.took(lambda: self.presenter.show(self._long),
                         lambda: self.presenter.open.id == self._long)

    def scroll(self) -> float:
        """The slowest of a way up by pages and of both ends."""
        bar = self.page.transcript.verticalScrollBar()
        ways = [bar.maximum(), *(bar.maximum() - step * bar.pageStep() for step in range(1, 30)),
                bar.minimum(), bar.maximum() // 2, bar.maximum()]
        return max(self.took(lambda place=place: bar.setValue(place)) for place in ways)

    def search(self, words: str) -> float:
        table, field = self.presenter.conversations.table, self.page.panel.search
        field.setText("")
        self.until(lambda: not table.searching)
        began = time.perf_counter()
        field.setText(words)
        self.until(lambda: table.searching and table.rowCount() > 0)
        return 1000 * (time.perf_counter() - began)

    def write(self, heart: Heartbeat) -> tuple[float, float]:
        """Sends a message: paintings a second from the first word to the last, and tokens a
        second. The heart beats until the reply is stored."""
        run, answering, grown = self.presenter.run, self.presenter.answering, list[float]()
        before = answering.figures
        note = run.grown.connect(lambda: grown.append(time.perf_counter()))
        heart.last = time.perf_counter()
        heart.timer.start()
        self.presenter.send(f"Tell me a long story about a {next(_THINGS)}.")
        self.until(lambda: run.busy)
        self.until(lambda: not run.busy and answering.figures is not before)
        heart.timer.stop()
        run.grown.disconnect(note)
        painted = [at for at in self.painted.at if grown[0] <= at <= grown[-1]]
        seconds = max(grown[-1] - grown[0], 1e-3)
        return len(painted) / seconds, answering.figures.tokens_per_second


def measure(window: Window, rounds: int) -> Iterator[Figure]:
    """One figure for each thing a person does or sees."""
    window.open()
    for name, act in (("open", window.open), ("scroll, the slowest step", window.scroll),
                      ("search in all conversations", lambda: window.search("thunder"))):
        each = [act() for _ in range(rounds)]
        yield Figure("chat", f"2,000 messages: {name}", f"{median(each):.0f} ms (up to "
                     f"{max(each):.0f} ms)", f"under {REACH_MS:.0f} ms", median(each) < REACH_MS,
                     {"ms": median(each)})
    heart = Heartbeat()
    each = [window.write(heart) for _ in range(rounds)]
    paints, speed = median([one[0] for one in each]), median([one[1] for one in each])
    yield Figure("chat", "paintings a second while the model writes",
                 f"{paints:.1f}, at {speed:.0f} tokens a second", f"{PAINTS:.0f}",
                 paints >= PAINTS if speed >= TOKENS else None, {"paintings": paints})
    late = percentile(heart.delays, 0.999)
    yield Figure("chat", "delay of the event loop meanwhile, 99.9th percentile",
                 f"{late:.1f} ms (longest {max(heart.delays):.0f} ms)", f"under {DELAY_MS:.0f} ms",
                 late < DELAY_MS, {"ms": late})


def fill(home: Path, model: Path, messages: int) -> int:
    """Makes a home with the model and the library; the id of the long conversation."""
    shutil.copytree(model, home / "models" / model.name)
    paths, dice = AppPaths(home=home, resources=find_paths().resources), random.Random(1)
    database = Database.open(paths.library_file)
    keep = ChatImport(database).keep
    with database.transaction():
        for number in range(_OTHERS):
            keep(talk(dice, 100, f"Talk {number}"))
        long = keep(talk(dice, messages, "The long one")).id
    database.close()
    return long


def main() -> int:
    """Prints the figures; 1 where one was not reached."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    options.add_argument("--model", type=Path, required=True, help="folder of a built chat model")
    options.add_argument("--messages", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        long = fill(Path(folder), given.model, given.messages)
        app = QApplication(sys.argv[:1])
        sys.setswitchinterval(SWITCH_SECONDS)
        window = Window(app, Path(folder), long)
        for figure in measure(window, given.rounds):
            print(as_text(figure), flush=True)
            missed = missed or figure.met is False
        window.program.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
