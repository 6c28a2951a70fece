"""Files that the system hands over: opened from a file manager, or named after `open`.

Models go to the Models page, all else is tagged, once the window has been seen.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent

from engine.errors import EngineError

if TYPE_CHECKING:
    from gui.app import Program


def hand_over(program: "Program", files: Sequence[Path]) -> None:
    """Shows the page that takes the files and gives them to it; what is gone is said."""
    there = [file for file in files if os.path.exists(file)]  # noqa: PTH110 - Path's may raise
    models = program.models.adding.models_in(there)
    songs = [file for file in there if not program.models.adding.models_in([file])]
    if models:
        program.window.show_page("models")
        program.models.adding.bring(models)
    if songs:
        program.window.show_page("tag")
        program.tag.tag(songs)
    if len(there) < len(files):
        gone = next(file for file in files if file not in there)
        program.notifier.show_problem(EngineError(
            program.window.tr("There is no {name} any more.").format(name=gone.name),
            program.window.tr("Was it moved, or on a drive that is not connected?")))


class HandedByTheSystem(QObject):
    """On macOS the files of a file manager come as events of the application."""

    def __init__(self, program: "Program") -> None:
        super().__init__()
        self._program = program

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            hand_over(self._program, [Path(event.file())])
            return True
        return False
