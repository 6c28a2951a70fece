"""`screenshots DIR`: every page in its looks, light and dark, as PNG files.

Real widgets on a screen that only exists in memory, with a home that is thrown away. Two such
screens lie side by side, one of them at 200 %, so that scaling is the real thing.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from engine.errors import EngineError
from engine.paths import AppPaths
from gui.app import Program
from gui.looks import WIDE, Shot, looks

PLAIN, FINE = "plain", "fine"
_SCREEN_WIDTH, _SCREEN_HEIGHT = 3840, 2160
_MOST_SECONDS = 120.0
_CALM_SECONDS = 0.25


def take(paths: AppPaths, folder: Path) -> int:
    """Fills `folder` with pictures and names each on stdout. Returns the exit code, 0."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["QT_QPA_PLATFORM"] = _platform(Path(scratch))
        os.environ["QT_SCREEN_SCALE_FACTORS"] = f"{PLAIN}=1;{FINE}=2"
        app = QApplication(sys.argv[:1])
        for appearance in ("light", "dark"):
            home = Path(scratch) / appearance
            program = Program(app, replace(paths, home=home))
            program.settings.set_appearance(appearance)
            try:
                photograph(program, Path(scratch) / f"bad {appearance}", folder, appearance)
            finally:
                program.window.close()
                program.close()
    return 0


def photograph(program: Program, scratch: Path, folder: Path, appearance: str) -> None:
    """Takes every look of one program. `scratch` is a folder for made-up files."""
    scratch.mkdir(parents=True, exist_ok=True)
    program.window.resize(*WIDE)
    program.window.show()
    program.models.load()
    settle(lambda: not program.models.loading)
    for shot in looks(program, scratch, settle):
        file = folder / f"{shot.name}-{appearance}.png"
        if _take_one(program, shot, file):
            sys.stdout.write(f"{file}\n")


def settle(until: Callable[[], bool]) -> None:
    """Lets the window live until something holds. EngineError if it never does."""
    end = time.monotonic() + _MOST_SECONDS
    while not until():
        if time.monotonic() > end:
            raise EngineError("A page did not come into the look that was to be drawn.",
                              "Run selfcheck to see whether the program is whole.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _take_one(program: Program, shot: Shot, file: Path) -> bool:
    """Whether the picture could be taken: a scaled one needs a screen of that scale."""
    target = shot.widget or program.window
    screen = _screen(FINE if shot.scale > 1 else PLAIN)
    if screen is None and shot.scale > 1:
        return False
    if screen is not None:
        target.setScreen(screen)
        target.move(screen.geometry().topLeft())
    # On a screen of another scale a window keeps its pixels, so its size is said afterwards.
    target.resize(*shot.size)
    _calm_down(target)
    bars = [area.verticalScrollBar() for area in target.findChildren(QScrollArea)] \
        if shot.end else []
    for bar in bars:
        bar.setValue(bar.maximum())
    try:
        return target.grab().save(str(file))
    finally:
        for bar in bars:
            bar.setValue(bar.minimum())


def _calm_down(target: QWidget) -> None:
    """Short movements end, layouts settle, pending paints are done."""
    end = time.monotonic() + _CALM_SECONDS
    settle(lambda: time.monotonic() > end)
    target.repaint()


def _screen(name: str) -> QScreen | None:
    return next((s for s in QApplication.screens() if s.name() == name), None)


def _platform(folder: Path) -> str:
    """The name of Qt's platform in memory, with two screens where its name can carry a path."""
    if ":" in str(folder):
        return "offscreen"
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": [
        {"name": name, "x": place * _SCREEN_WIDTH, "y": 0, "width": _SCREEN_WIDTH,
         "height": _SCREEN_HEIGHT, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1.0}
        for place, name in enumerate((PLAIN, FINE))]}), "utf-8")
    return f"offscreen:configfile={file}"
