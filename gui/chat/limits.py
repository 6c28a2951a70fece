"""Which quick actions the chat model is up to, as its check says; asked when the model changes.

Knows no widgets: what is to be greyed, and why, is told through one callback.
"""

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QObject

from engine.evaluation.capability import FEATURES, Capabilities
from engine.models.registry import RegistryEntry
from gui.background import Task, WorkQueue
from gui.chat.chat_models import ChatModels

Reasons = dict[str, str]


class ActionLimits(QObject):
    """Calls `limit` with each feature and the reason it is left out, "" where it is not."""

    def __init__(self, models: ChatModels, desk: WorkQueue,
                 read_entries: Callable[[], Sequence[RegistryEntry]],
                 capabilities: Capabilities, limit: Callable[[str, str], None],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._desk = desk
        self._read_entries = read_entries
        self._capabilities = capabilities
        self._limit = limit
        self._asked = ""
        self._task: Task | None = None
        models.changed.connect(self._follow)

    def look_again(self) -> None:
        """Reads the results anew, as after a check."""
        self._asked = ""
        self._follow()

    def _follow(self) -> None:
        current = self._models.current.id if self._models.current else ""
        if current and current != self._asked:
            self._asked = current
            task = self._task = self._desk.submit(lambda: self._reasons(current), urgent=True)
            task.yielded.connect(lambda reasons: self._tell(task, reasons))

    def _reasons(self, model_id: str) -> Iterator[Reasons]:
        """On the desk's thread: files are read."""
        manifest = next((entry.manifest for entry in self._read_entries()
                         if entry.id == model_id and entry.manifest), None)
        if manifest is not None:
            verdicts = {feature: self._capabilities.allowed(manifest, feature)
                        for feature in FEATURES}
            yield {feature: "" if verdict.allowed else verdict.reason
                   for feature, verdict in verdicts.items()}

    def _tell(self, task: Task, reasons: Reasons) -> None:
        if task is self._task:
            for feature, reason in reasons.items():
                self._limit(feature, reason)
