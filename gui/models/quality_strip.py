"""What is being measured now, with a way to stop it, and why the last one came to nothing."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.icons import Glyph, IconSource, Sign
from gui.job_bar import JobLine
from gui.job_lines import running_job
from gui.models.quality import Quality
from gui.text_line import text_line
from gui.theme import CARD_PADDING, GAP, SPACE


class QualityStrip(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, quality: Quality, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._quality = quality
        self._lines: dict[str, JobLine] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(CARD_PADDING, SPACE, CARD_PADDING, SPACE)
        self._column.setSpacing(SPACE)
        self._sign = Sign(icons.icon(Glyph.WARNING, "danger"))
        self._message, self._hint = text_line("danger"), text_line("quiet")
        self._again, self._leave = QPushButton(), QPushButton(self.tr("Dismiss"))
        self._again.clicked.connect(quality.try_again)
        self._leave.setProperty("role", "plain")
        self._leave.clicked.connect(quality.dismiss)
        self._trouble = self._make_trouble()
        self._column.addWidget(self._trouble)
        quality.run_changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Shows what runs and what went wrong now."""
        running = {view.id: view for view in self._quality.running}
        for key in [key for key in self._lines if key not in running]:
            line = self._lines.pop(key)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        for key, view in running.items():
            line = self._lines.get(key) or self._added(key)
            told = f"{view.title}: {view.message}" if view.message and view.total else view.title
            line.show_job(replace(running_job(view), title=told))
        self._show_trouble()
        self.setVisible(bool(running) or self._quality.trouble is not None)

    def _show_trouble(self) -> None:
        trouble = self._quality.trouble
        self._trouble.setVisible(trouble is not None)
        if trouble is None:
            return
        self._sign.setVisible(not trouble.stopped)
        self._message.setProperty("role", "heading" if trouble.stopped else "danger")
        self._message.style().unpolish(self._message)
        self._message.style().polish(self._message)
        self._message.setText(trouble.message)
        self._hint.setText(trouble.hint)
        self._hint.setVisible(bool(trouble.hint))
        self._again.setText(self.tr("Go on") if trouble.stopped else self.tr("Try again"))

    def _added(self, key: str) -> JobLine:
        line = JobLine(self)
        line.stopped.connect(lambda: self._quality.cancel(key))
        self._column.insertWidget(len(self._lines), line)
        self._lines[key] = line
        return line

    def _make_trouble(self) -> QWidget:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, SPACE, 0, SPACE)
        row.setSpacing(GAP)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self._message)
        told.addWidget(self._hint)
        row.addLayout(told, 1)
        for button in (self._again, self._leave):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return part
