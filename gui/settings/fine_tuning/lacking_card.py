"""Says that parts training needs are not installed, and gets them when the person agrees; hidden
where they are there. Everything else on the page stays usable: data can be looked over without."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.events import Failed
from engine.jobs.spec import JobSpec
from engine.training.parts import JOB_KIND, TrainingParts
from gui.figures import megabytes_text
from gui.jobs import JobView, JobWatcher
from gui.settings.fine_tuning.choosing import Choosing
from gui.text_line import selectable_line, text_line
from gui.theme import CARD_PADDING, SPACE


class LackingCard(QFrame):
    """Shows what the shelf of a Choosing lacks."""

    def __init__(self, choosing: Choosing, watcher: JobWatcher,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._choosing, self._watcher = choosing, watcher
        self._job = ""
        self.sentence, self.hint = text_line("quiet"), selectable_line("meta")
        self.get, self.stop = QPushButton(), QPushButton(self.tr("Cancel"))
        self.get.setProperty("role", "primary")
        self.get.clicked.connect(self._get)
        self.stop.clicked.connect(lambda: watcher.cancel(self._job))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Getting the parts"))
        self.told = selectable_line("meta")
        self._lay_out()
        choosing.changed.connect(self._show)
        watcher.changed.connect(self._follow)
        for signal in (watcher.finished, watcher.failed, watcher.stopped):
            signal.connect(self._end)
        for view in watcher.running:
            self._follow(view)
        self._show()

    def _get(self) -> None:
        """The press is the person's yes: what is fetched, and how much, stands beside it."""
        self.told.setText("")
        self._watcher.start(JobSpec.ask(JOB_KIND, {}, self.tr("Parts for training")))

    def _follow(self, view: JobView) -> None:
        if view.kind != JOB_KIND:
            return
        self._job = view.id
        self.bar.setRange(0, view.total)
        self.bar.setValue(view.done)
        self.told.setText(view.message)
        self._show()

    def _end(self, view: JobView) -> None:
        if view.kind != JOB_KIND:
            return
        self._job = ""
        ending = view.ending
        self.told.setText(f"{ending.message} {ending.hint}".strip()
                          if isinstance(ending, Failed) else "")
        self._choosing.load()
        self._show()

    def _show(self) -> None:
        shelf = self._choosing.shelf
        parts = shelf.parts if shelf is not None else TrainingParts(())
        self.setVisible(bool(parts.missing))
        self.sentence.setText(parts.sentence)
        self.hint.setText(parts.hint)
        busy = bool(self._job)
        self.get.setVisible(parts.offered and not busy)
        self.get.setText(self.tr("Get them ({size})").format(size=megabytes_text(parts.bytes)))
        for part in (self.stop, self.bar):
            part.setVisible(busy)
        self.told.setVisible(bool(self.told.text()))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.get)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        column.setSpacing(SPACE)
        column.addWidget(text_line("heading", self.tr("Training is not ready yet")))
        for part in (self.sentence, self.hint):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(self.told)
