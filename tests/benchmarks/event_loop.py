"""How long the window keeps a person waiting while 1,000 songs are tagged, and what it weighs.

    python tests/benchmarks/event_loop.py [--songs 1000] [--fake] [--still]

Opens the real window, drops a folder of milled songs on it and lets a heartbeat of 2 ms measure
every delay of the event loop, while a person walks through the queue and asks for reasons
(`--still`: while nobody does). Uses the shipped tagger if there is one, else (or with `--fake`)
tests/fakes.py. A late beat counts for every beat it swallowed, so that one long stop cannot hide.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import (  # noqa: E402
    QElapsedTimer,
    QEvent,
    QMimeData,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from engine.paths import AppPaths  # noqa: E402
from gui.app import SWITCH_SECONDS, Program  # noqa: E402
from gui.tagger_shelf import TaggerShelf  # noqa: E402
from tests.benchmarks.word_mill import fill_folder  # noqa: E402
from tests.fakes import FakeTagger  # noqa: E402

BEAT_MS = 2
PERSON_MS = 200
LONG_MS = 20.0
LIMIT_MS = 50.0
LIMIT_MB = 450


class FakeShelf(TaggerShelf):
    """Hands out the fake tagger, which takes as long as a real one would."""

    def __init__(self) -> None:
        self._fake = FakeTagger(before_score=lambda: time.sleep(0.05))

    def tagger(self) -> FakeTagger:
        return self._fake

    def warm_up(self, detector: object) -> Iterator[object]:
        yield None


@dataclass
class Heartbeat(QObject):
    """Measures how late each beat comes; `delays` in ms, one for every beat that was due."""

    delays: list[float] = field(default_factory=list)
    last: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        super().__init__()
        self.timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        late = (now - self.last) * 1000 - BEAT_MS
        self.last = now
        self.delays.append(max(0.0, late))
        while (late := late - BEAT_MS) > 0:
            self.delays.append(late)


class Witness:
    """Looks at the window's thread while a beat is late, to say what ran then."""

    def __init__(self, heart: Heartbeat) -> None:
        self._heart = heart
        self._thread = threading.main_thread().ident or 0
        self._stop = threading.Event()
        self.seen: list[tuple[float, str]] = []
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()

    def stop(self) -> None:
        self._stop.set()
        self._watcher.join()

    def _watch(self) -> None:
        longest, what, of = 0.0, "", 0.0
        while not self._stop.wait(0.005):
            if self._heart.last != of:
                if longest > LONG_MS:
                    self.seen.append((longest, what))
                longest, of = 0.0, self._heart.last
            late = (time.perf_counter() - of) * 1000 - BEAT_MS
            if late > LONG_MS and late > longest and self._heart.delays:
                longest, what = late, _told(sys._current_frames()[self._thread])


def _told(frame: FrameType) -> str:
    calls = [call for call in traceback.extract_stack(frame)
             if call.name not in ("run", "main", "<module>")]
    return " < ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}"
                      for call in reversed(calls[-4:])) or "Qt itself"


class Person(QObject):
    """Goes to the next song, asks why, and searches, at a brisk pace."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program
        self._turn = 0
        self.timer = QTimer(self, interval=PERSON_MS)
        self.timer.timeout.connect(self._act)

    def _act(self) -> None:
        self._turn += 1
        queue = self._program.tag_page.queue
        if self._turn % 20 == 0:
            queue.search.setText("" if queue.search.text() else "song 00")
        elif self._turn % 5 == 0:
            _press(self._program.tag_page, Qt.Key.Key_Space)
        else:
            _press(queue.list, Qt.Key.Key_Down)


def _press(widget: QObject, key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


def drop(program: Program, folder: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    QApplication.sendEvent(program.window, QDragEnterEvent(
        QPoint(200, 200), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier))
    QApplication.sendEvent(program.window, QDropEvent(
        QPointF(200, 200), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier))


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def megabytes() -> float:
    """The most memory the process ever held at once."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 1e6
    import resource
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def run(songs: int, fake: bool, still: bool, home: Path) -> bool:
    fill_folder(home / "songs", songs)
    app = QApplication(sys.argv[:1])
    sys.setswitchinterval(SWITCH_SECONDS)
    shipped = any((ROOT / "resources" / "models").glob("*/model.json"))
    program = Program(app, AppPaths(home=home / "data", resources=ROOT / "resources"),
                      FakeShelf() if fake or not shipped else None)
    program.window.show()
    heart, clock, person = Heartbeat(), QElapsedTimer(), Person(program)
    problems: list[object] = []
    program.tag.problem_raised.connect(problems.append)
    ready = QTimer(interval=20)
    ready.timeout.connect(lambda: None if program.tagging.busy else (ready.stop(), start()))

    def start() -> None:
        drop(program, home / "songs")
        heart.last = time.perf_counter()
        heart.timer.start()
        clock.start()
        if not still:
            person.timer.start()

    program.tag.run.ended.connect(app.quit)
    QTimer.singleShot(500, ready.start)
    witness = Witness(heart)
    app.exec()
    seconds = clock.elapsed() / 1000
    heart.timer.stop()
    person.timer.stop()
    witness.stop()
    tagged = program.tag.run.progress.done
    name = program.shelf.tagger().id
    program.close()
    return report(heart.delays, witness.seen, tagged, songs, seconds, name, problems)


def report(delays: list[float], seen: list[tuple[float, str]], tagged: int, songs: int,
           seconds: float, tagger: str, problems: list[object]) -> bool:
    late, memory = percentile(delays, 0.999), megabytes()
    print(f"songs             {tagged} of {songs} in {seconds:.1f} s, tagger {tagger}")
    print(f"delay, median     {percentile(delays, 0.5):6.1f} ms")
    print(f"delay, 99 %       {percentile(delays, 0.99):6.1f} ms")
    print(f"delay, 99.9 %     {late:6.1f} ms   (under {LIMIT_MS:.0f})")
    print(f"delay, longest    {max(delays):6.1f} ms")
    print(f"peak memory       {memory:6.0f} MB   (under {LIMIT_MB})")
    for delay, what in sorted(seen, reverse=True)[:8]:
        print(f"  {delay:6.1f} ms  {what}")
    for problem in problems:
        print(f"problem: {problem!r}")
    return late < LIMIT_MS and memory < LIMIT_MB and tagged == songs and not problems


def main() -> int:
    parser = argparse.ArgumentParser(description="Event loop delays while songs are tagged.")
    parser.add_argument("--songs", type=int, default=1000)
    parser.add_argument("--fake", action="store_true", help="the fake tagger, also if there is one")
    parser.add_argument("--still", action="store_true", help="nobody uses the window meanwhile")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return 0 if run(chosen.songs, chosen.fake, chosen.still, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
