"""Using what a training made: asked for by the person, done on a queue, with the way back.

Knows no widgets. Saving the settings and reading the models anew is the window's matter.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.paths import AppPaths
from engine.settings import Settings
from engine.training.runs.report import LearningReport
from gui.background import WorkQueue

if TYPE_CHECKING:
    from engine.models.versions import ModelVersion
    from engine.training.adopting import Candidate


class Adopting(QObject):
    """`changed`: another candidate, or another state of it. `adopted` carries changed Settings;
    `models_changed`: other models stand in their places. `told` carries a sentence, `used` the
    Candidate that is in use now and what was chosen before it."""

    changed = Signal()
    adopted = Signal(object)
    models_changed = Signal()
    told = Signal(str)
    used = Signal(object, str)
    problem_raised = Signal(object)

    def __init__(self, paths: AppPaths, queue: WorkQueue, settings: Callable[[], Settings],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths, self._queue, self._settings = paths, queue, settings
        self._report: LearningReport | None = None
        self.candidate: Candidate | None = None
        self.known = False

    def look(self, report: LearningReport | None) -> None:
        """Finds out what became of the model of this report."""
        self._report, self.candidate, self.known = report, None, False
        if report is None or not report.model_id:
            self.known = True
            self.changed.emit()
            return

        def find() -> object:
            from engine.training.adopting import candidate

            return report, candidate(self._paths, self._settings(), report)

        self._ask(find, self._take)

    def use(self) -> None:
        """Puts the candidate in its place and chooses it."""
        wanted = self.candidate
        if wanted is None:
            return

        before = getattr(self._settings(), wanted.chooses) if wanted.chooses else ""

        def act() -> object:
            from engine.training.adopting import adopt

            return adopt(self._paths, self._settings(), wanted)

        def then(settings: object) -> None:
            self.adopted.emit(settings)
            self.models_changed.emit()
            self.used.emit(wanted, before)
            self.look(self._report)

        self._ask(act, then)

    def choose_again(self, setting: str, model: str) -> None:
        """Chooses what was chosen before: `model` for the setting of that name."""
        self.adopted.emit(replace(self._settings(), **{setting: model}))
        self.look(self._report)

    def bring_back(self, version: "ModelVersion") -> None:
        """Puts an earlier version in place."""
        def act() -> object:
            from engine.training.adopting import bring_back

            return bring_back(self._paths, version.model_id, version.name)

        self._ask(act, lambda _: self._moved(self.tr(
            "{name} is as it was before.").format(name=version.model_id)))

    def delete(self, version: "ModelVersion") -> None:
        """Sets a version that is not in place aside, into the trash of models."""
        def act() -> object:
            from engine.models.versions import ModelVersions

            return ModelVersions(self._paths.models, self._paths.shipped_models).delete(
                version.model_id, version.name)

        self._ask(act, lambda _: self._moved(""))

    def _moved(self, sentence: str) -> None:
        self.models_changed.emit()
        if sentence:
            self.told.emit(sentence)
        self.look(self._report)

    def _take(self, found: "tuple[LearningReport, Candidate | None]") -> None:
        report, candidate = found
        if report is self._report:
            self.candidate, self.known = candidate, True
            self.changed.emit()

    def _ask(self, question: Callable[[], object], then: Callable[..., object]) -> None:
        def work() -> Iterator[object]:
            yield question()

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(then)
        task.failed.connect(self.problem_raised)
