"""Opens the window and stays until it is closed; opens another where the data were replaced.

What a window holds is of the data it was opened with, so after a restore or an import it goes, the
files it held are put in their places, and the next one begins.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.program_log import log, open_log
from gui.app import SWITCH_SECONDS, Program
from gui.handed_files import HandedByTheSystem, hand_over
from gui.note_down import note_down


def run(paths: AppPaths, files: Sequence[Path] = ()) -> int:
    """Opens the window, with `files` once it is there. The exit code."""
    app = QApplication(sys.argv[:1])
    open_log(paths.logs)
    log().info("window opened")
    sys.setswitchinterval(SWITCH_SECONDS)
    program = Program(app, paths)
    if files:
        program.window.first_painted.connect(lambda: hand_over(program, files))
    while True:
        code = stay(app, program)
        if not program.news:
            return code
        program = open_anew(app, program)


def stay(app: QApplication, program: Program) -> int:
    """Shows the window until it is closed."""
    program.notifier.install_hooks()
    note_down(program.jobs, program.notifier)
    handed = HandedByTheSystem(program)
    if sys.platform == "darwin":  # elsewhere nothing comes so, and every event would ask Python
        app.installEventFilter(handed)
    program.window.show()
    code = app.exec()
    app.removeEventFilter(handed)
    program.close()
    program.notifier.remove_hooks()
    return code


def open_anew(app: QApplication, before: Program) -> Program:
    """The next window, which says why there is one. The one before must be closed."""
    from engine.library.incoming import settle  # for the few times data are replaced

    before.window.deleteLater()
    problem: EngineError | None = None
    try:
        settle(before.paths)
    except EngineError as trouble:
        problem = trouble
    program = Program(app, before.paths)
    if problem is None:
        program.notifier.show_news(before.news)
    else:
        program.notifier.show_problem(problem)
    return program
