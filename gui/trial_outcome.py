"""What the job of a trial comes to: the value that is written down, for models and devices alike.

Knows the names under which trials report what they measured; starts nothing.
"""

from PySide6.QtCore import QCoreApplication

from engine.events import Failed, Finished
from engine.models.trials import Outcome, Trial
from gui.jobs import JobView

LOAD_SECONDS, TOKENS_PER_SECOND = "load_seconds", "tokens_per_second"
MEMORY_BYTES = "memory_bytes"
translate = QCoreApplication.translate


def outcome_of(view: JobView, crashed: bool = False) -> Trial:
    """The trial of a job that ended, or that `crashed` while nobody looked."""
    asked = view.arguments
    stamp, device = str(asked.get("stamp", "")), str(asked.get("device", ""))
    if view.crashed or crashed:
        return Trial(
            outcome=Outcome.CRASHED, stamp=stamp, device=device,
            message=translate("Trials", "It crashed when it was tried, so it is not used."),
            hint=translate("Trials", "The window is safe. Try it again after an update of the "
                                     "driver or of the model."))
    if isinstance(view.ending, Failed):
        return Trial(outcome=Outcome.FAILS, message=view.ending.message, hint=view.ending.hint,
                     stamp=stamp, device=device)
    finished = view.ending if isinstance(view.ending, Finished) else Finished("")
    return Trial(outcome=Outcome.WORKS, message=finished.summary, stamp=stamp, device=device,
                 load_seconds=view.metrics.get(LOAD_SECONDS),
                 tokens_per_second=view.metrics.get(TOKENS_PER_SECOND),
                 memory_bytes=view.metrics.get(MEMORY_BYTES),
                 fallen_back=finished.produced)
