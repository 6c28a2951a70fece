"""The ways to say a line that a model has written, one to be chosen, each with its figures."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.interplay.rewriting import Candidate
from gui.controls import Option
from gui.mood_words import one_line
from gui.rewritten_lines import Line
from gui.text_line import text_line
from gui.theme import GAP, SPACE

Figures = Callable[[Candidate], str]


class LineCandidates(QWidget):
    """One line's candidates. `tell` is called once the person has chosen one."""

    def __init__(self, line: Line, figures: Figures, tell: Callable[[], None], most: int,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self._figures = figures
        self._tell = tell
        self._most = most
        self._shown: tuple[Candidate, ...] = ()
        self.rows: list[CandidateRow] = []
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        self.as_it_was = CandidateRow(self._choose)
        self.as_it_was.show_words(line.before, self.tr("As it was"))
        self._add(self.as_it_was, -1)
        self.refresh()

    def refresh(self) -> None:
        """Shows what was written by now."""
        shown = self._line.candidates[:self._most]
        while len(self.rows) < len(shown):
            row = CandidateRow(self._choose)
            self.rows.append(row)
            self._add(row, len(self.rows) - 1)
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                row.show_words(shown[place].text, self._figures(shown[place]))
        chosen = self._line.chosen
        row = self.rows[chosen] if 0 <= chosen < len(self.rows) else self.as_it_was
        row.option.setChecked(True)

    def _add(self, row: "CandidateRow", place: int) -> None:
        self._group.addButton(row.option, place + 1)
        # What was comes last: one has to look at what is new.
        self._column.insertWidget(max(place, 0), row)

    def _choose(self) -> None:
        self._line.choose(self._group.checkedId() - 1)
        self._tell()


class CandidateRow(QWidget):
    """A way to say it: a button to choose it by, its words, and what is known of it."""

    def __init__(self, choose: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose = choose
        self.option = Option("")
        self.option.clicked.connect(lambda: choose())
        self.words, self.figures = text_line("body"), text_line("meta")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        for label in (self.words, self.figures):
            texts.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.option, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)

    def show_words(self, words: str, figures: str) -> None:
        """Shows a way to say it."""
        if (words, figures) != (self.words.text(), self.figures.text()):
            self.words.setText(words)
            self.figures.setText(figures)
            self.option.setAccessibleName(f"{one_line(words)}. {figures}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.option.isChecked():
            self.option.setChecked(True)
            self._choose()


def line_head(text: str) -> QLabel:
    """What stands above the candidates of one of several lines."""
    label = text_line("heading", text)
    label.setContentsMargins(0, GAP, 0, 0)
    return label
