"""Writes down what jobs came to and what broke, for the log of the program."""

import traceback

from engine.events import Failed
from engine.program_log import log
from gui.jobs import JobView, JobWatcher
from gui.notifications import Notifier


def note_down(jobs: JobWatcher, notifier: Notifier) -> None:
    """From now on. Kinds of jobs and sentences of ours, never titles: they may name files."""
    jobs.finished.connect(lambda view: log().info("job %s finished", view.kind))
    jobs.stopped.connect(lambda view: log().info("job %s stopped", view.kind))
    jobs.failed.connect(_note_failure)
    notifier.broke.connect(_note_break)


def _note_failure(view: JobView) -> None:
    said = view.ending.message if isinstance(view.ending, Failed) else ""
    log().warning("job %s %s %s", view.kind, "crashed" if view.crashed else "failed:", said)


def _note_break(problem: BaseException) -> None:
    log().error("%s", "".join(traceback.format_exception(problem)))
