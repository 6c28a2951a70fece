"""The button that has facts drawn from the talk, how far that is, and how it went."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.chat.fact_drawing import FactDrawing
from gui.text_line import text_line
from gui.theme import SPACE


class DrawingBar(QWidget):
    """Follows `drawing`; `refresh` follows what else decides whether it can be begun."""

    def __init__(self, drawing: FactDrawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self.draw = QPushButton(self.tr("Draw facts from this talk"))
        self.draw.setToolTip(self.tr(
            "The model reads what was said of somebody's life. You choose what is kept."))
        self.draw.clicked.connect(drawing.start)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.clicked.connect(drawing.stop)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(SPACE // 2)
        self.count = QLabel()
        self.count.setProperty("role", "meta")
        self.news = text_line("meta")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.count, 1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.draw)
        column.addWidget(self.progress)
        column.addLayout(row)
        column.addWidget(self.news)
        drawing.changed.connect(self.refresh)
        drawing.told.connect(self._tell)
        self._tell("")
        self.refresh()

    def refresh(self) -> None:
        """Shows how far it is, or whether it can be begun."""
        drawing = self._drawing
        had_focus = self.draw.hasFocus() or self.stop.hasFocus()
        self.draw.setVisible(not drawing.busy)
        self.draw.setEnabled(drawing.possible)
        for widget in (self.progress, self.count, self.stop):
            widget.setVisible(drawing.busy)
        self.progress.setRange(0, drawing.total)
        self.progress.setValue(drawing.done)
        self.progress.setAccessibleName(self.count.text())
        self.count.setText(
            self.tr("{n} of {all} sentences").format(n=drawing.done, all=drawing.total)
            if drawing.total else self.tr("Reading the talk\u2026"))
        if had_focus:
            (self.stop if drawing.busy else self.draw).setFocus()

    def _tell(self, sentence: str) -> None:
        self.news.setText(sentence)
        self.news.setVisible(bool(sentence))
