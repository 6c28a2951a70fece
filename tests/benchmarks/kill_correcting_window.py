"""Kills the window again and again while somebody corrects in it, and looks at the library.

    python -m tests.benchmarks.kill_correcting_window --kills 50

Each run is the real window in a process of its own, on a screen that is only in memory: it opens
the Library, goes through its songs and presses the keys of correcting, and tells what the library
holds whenever the screen has acknowledged a key. It is ended by SIGKILL (on Windows by
TerminateProcess) at a random moment. What was told last must be there; a key that was under way
may have left one whole step more or less, which leads back to just that.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from engine.library.database import Database
from engine.paths import AppPaths, program_folder
from engine.tagging.corrections.stepping import redo_step, undo_step
from tests.benchmarks.kill_while_correcting import KILLED, Shelf, damage, held

LONGEST_WAIT = 1.5
_KEYS = "aaarrr123uu+jk"


def correct_in_window(home: Path, seed: int) -> None:
    """What the killed process does."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QLineEdit

    from gui.app import Program

    app = QApplication(sys.argv[:1])
    paths = AppPaths(home, program_folder() / "resources")
    program = Program(app, paths)
    library = program.library.presenter
    program.window.show()
    program.window.activateWindow()
    program.window.show_page("library")
    _settle(app, lambda: library.found is not None and not program.desk.busy)
    assert library.found is not None
    chance = random.Random(seed)
    keys = library.found.keys.tolist()
    chance.shuffle(keys)
    from gui.library.selection import selection_of
    program.library.correcting.begin_with(selection_of(keys))
    ways = {"j": Qt.Key.Key_Down, "k": Qt.Key.Key_Up}
    with closing(Database.open(paths.library_file)) as database:
        while True:
            _settle(app, lambda: not program.desk.busy)
            sys.stdout.write(f"{_told(database)}\n")
            sys.stdout.flush()
            key = chance.choice(_KEYS)
            over = program.library.correcting.over
            assert over is not None
            QTest.keyClick(app.focusWidget() or over, ways.get(key, key))
            field = app.focusWidget()
            if isinstance(field, QLineEdit):
                QTest.keyClicks(field, chance.choice(["hope", "anger", "longing"]))
                QTest.keyClick(field, Qt.Key.Key_Return)
            if not over.next.isEnabled():
                over.back.click()


def _settle(app: object, until: Callable[[], bool]) -> None:
    """Lets the window live until something holds."""
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end
        app.processEvents()  # type: ignore[attr-defined]


def _told(database: Database) -> str:
    """What the library holds, as one line."""
    labels, lines, listed, done, undone = held(database)
    assert isinstance(listed, frozenset)
    return json.dumps([labels, lines, sorted(listed), done, undone], sort_keys=True)


def run_and_kill(home: Path, seed: int, wait: float, at_start: bool) -> list[str]:
    """Starts the window and kills it; all that it told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.kill_correcting_window", "--child", str(home),
         str(seed)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=program_folder(),
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "UNDERTONE_HOME": str(home)})
    assert process.stdout is not None
    told: list[str] = []
    killer = threading.Timer(wait, process.kill)
    with process:
        if at_start:
            killer.start()
        for line in process.stdout:
            if not told and not at_start:
                killer.start()
            if line.endswith(b"\n"):  # else cut off in the middle by the kill
                told.append(line.decode().rstrip())
        if at_start or told:
            killer.join()
    assert process.returncode == KILLED, f"it ended by itself: {process.returncode}"
    return told


def problem(file: Path, last: str) -> str:
    """What is wrong with the library after a kill, "" if all is well."""
    with closing(Database.open(file)) as database:
        broken = list(damage(database))
        if broken:
            return str(broken)
        now = _told(database)
        if now == last:
            return ""
        steps, before = json.loads(now)[3], json.loads(last)[3]
        turn, back = (undo_step, redo_step) if steps > before else (redo_step, undo_step)
        turn(database)
        one, other = json.loads(_told(database)), json.loads(last)
        back(database)
        # A new step forgets those that were undone; all else must be as it was told.
        return "" if one[:4] == other[:4] else f"{now} does not lead back to {last}"


def kill_often(root: Path, kills: int, seed: int) -> Iterator[str]:
    """One line a kill. AssertionError with what is wrong as soon as something is."""
    chance = random.Random(seed)
    shelf = Shelf(root, seed, chance)
    shelf.make()
    with closing(Database.open(shelf.file)) as database:
        last = _told(database)
    for number in range(1, kills + 1):
        told = run_and_kill(shelf.file.parent, chance.randrange(1 << 30),
                            chance.uniform(0, LONGEST_WAIT), chance.randrange(5) == 0)
        last = told[-1] if told else last
        wrong = problem(shelf.file, last)
        assert not wrong, wrong
        with closing(Database.open(shelf.file)) as database:
            last = _told(database)
        count = len(json.loads(last)[0])
        yield (f"kill {number}: after {max(0, len(told) - 1)} keys; words on {count} songs, "
               "none lost, none half")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="kill_correcting_window")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        home, seed = options.child
        correct_in_window(Path(home), int(seed))
    with tempfile.TemporaryDirectory() as root:
        for line in kill_often(Path(root), options.kills, options.seed):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
