"""Writes down what jobs came to and what broke, for the log of the program.

Kinds and places in our own code only: titles and messages may name files, or hold words of songs.
"""

from engine.program_log import log, without_words
from gui.jobs import JobView, JobWatcher
from gui.notifications import Notifier


def note_down(jobs: JobWatcher, notifier: Notifier) -> None:
    """From now on."""
    jobs.finished.connect(lambda view: log().info("job %s finished", view.kind))
    jobs.stopped.connect(lambda view: log().info("job %s stopped", view.kind))
    jobs.failed.connect(_note_failure)
    notifier.broke.connect(lambda problem: log().error("%s", without_words(problem)))


def _note_failure(view: JobView) -> None:
    log().warning("job %s %s", view.kind, "crashed" if view.crashed else "failed")
