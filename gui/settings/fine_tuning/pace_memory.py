"""How quickly trainings went on this computer, remembered so that the next estimate is no guess.

Kept among what the window remembers. Knows no widgets.
"""

from dataclasses import replace

import msgspec
from PySide6.QtCore import QObject, QSettings

from engine.training.planning.estimate import Machine, Size, steps_of, work_of
from engine.training.recipe import Recipe
from gui.settings.fine_tuning.past import PastRun

_BEGUN, _PACE = "fine_tuning/begun", "fine_tuning/pace"
LEAST_SECONDS = 10.0


class _Begun(msgspec.Struct, frozen=True):
    """What a training that was started would take, by its title."""

    title: str
    key: str
    work: float
    steps: int


class PaceMemory(QObject):
    """Told when a training begins and how it ended."""

    def __init__(self, memory: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory

    def known(self, machine: Machine, recipe: Recipe) -> Machine:
        """The machine with the pace of earlier runs of this kind, where there were any."""
        try:
            pace = float(str(self._memory.value(f"{_PACE}/{_key(recipe)}", 0.0)))
        except ValueError:
            return machine
        return replace(machine, pace=pace) if pace > 0 else machine

    def begin(self, title: str, recipe: Recipe, size: Size, tokens: int) -> None:
        """Notes what was started."""
        begun = _Begun(title, _key(recipe), work_of(recipe, size, tokens), steps_of(recipe, tokens))
        self._memory.setValue(_BEGUN, msgspec.json.encode(begun).decode())

    def end(self, run: PastRun) -> None:
        """Learns from a run that came to its end; other ends tell nothing."""
        try:
            begun = msgspec.json.decode(str(self._memory.value(_BEGUN, "")), type=_Begun)
        except msgspec.DecodeError:
            return
        report = run.report
        if not run.finished or report is None or run.title != begun.title \
                or report.seconds < LEAST_SECONDS or report.steps <= 0:
            return
        done = min(1.0, report.steps / max(1, begun.steps))
        self._memory.setValue(f"{_PACE}/{begun.key}", begun.work * done / report.seconds)
        self._memory.setValue(_BEGUN, "")


def _key(recipe: Recipe) -> str:
    return f"{recipe.method.value}-{recipe.tuning.value}"
