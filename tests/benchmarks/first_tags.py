"""How long from a drop to the first tags on the screen, with the model loaded.

    python -m tests.benchmarks.first_tags [--runs 5]

Opens the real window, waits until the tagger is warm, then drops a folder of twenty milled songs
with real events, again and again with new songs. The clock stops when the first of them stands
tagged in the list and the window has painted it.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from engine.paths import AppPaths, program_folder
from engine.tagging.song import SongState
from gui.app import Program
from tests.benchmarks.event_loop import drop
from tests.benchmarks.word_mill import milled_song

LIMIT_SECONDS = 0.3
SONGS = 20
PATIENCE_SECONDS = 60


def main() -> int:
    """Prints every run and the median; 0 if it is within the limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        paths = AppPaths(home=home / "data", resources=program_folder() / "resources")
        program = Program(app, paths)
        program.window.show()
        spin(app, 1.0)
        wait(app, lambda: not program.tagging.busy)
        waits = [one_drop(app, program, home / f"songs {run}", run) for run in range(runs)]
        program.close()
    median = statistics.median(waits)
    print("runs    " + "  ".join(f"{seconds:.3f}" for seconds in waits) + "  s")
    print(f"median  {median:.3f} s from drop to first tags (limit {LIMIT_SECONDS} s)")
    return 0 if median <= LIMIT_SECONDS else 1


def one_drop(app: QApplication, program: Program, folder: Path, run: int) -> float:
    folder.mkdir()
    for number in range(SONGS):
        (folder / f"Song {number}.txt").write_text(milled_song(run * SONGS + number), "utf-8")
    before = tagged(program)
    began = time.perf_counter()
    drop(program, folder)
    wait(app, lambda: tagged(program) > before)
    program.window.repaint()
    seconds = time.perf_counter() - began
    wait(app, lambda: not program.tagging.busy)
    return seconds


def tagged(program: Program) -> int:
    """How many songs the list shows with their tags."""
    return sum(row.state is SongState.TAGGED for row in program.tag.table.rows())


def wait(app: QApplication, done: Callable[[], bool]) -> None:
    """Lets the window live until `done`."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while not done():
        app.processEvents()
        time.sleep(0.001)
        if time.perf_counter() > until:
            raise TimeoutError("The window did not get there within a minute.")


def spin(app: QApplication, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        app.processEvents()


if __name__ == "__main__":
    sys.exit(main())
