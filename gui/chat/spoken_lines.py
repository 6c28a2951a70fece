"""The opening of a scene as it is written: who says what, line by line."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.chat.scene import SpokenLine
from gui.chat.editor_sheet import text_area
from gui.controls import Choice
from gui.theme import SPACE

_LINES = 2
_SPEAKER_WIDTH = 128


class SpokenLines(QWidget):
    """Lines to write, move and take out. What is empty when they are asked for is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[LineRow] = []
        self._speakers: tuple[str, ...] = ()
        self.add = QPushButton(self.tr("Add a line"))
        self.add.setProperty("role", "link")
        self.add.setAutoDefault(False)
        self.add.clicked.connect(self._add_next)
        self.back = QPushButton(self.tr("Bring back the line"))
        self.back.setProperty("role", "link")
        self.back.setAutoDefault(False)
        self.back.clicked.connect(self._bring_back)
        self.back.hide()
        self._gone: list[tuple[int, SpokenLine]] = []
        self.setFocusProxy(self.add)
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addWidget(self.back)
        foot.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(SPACE // 2)
        around.addLayout(self._column)
        around.addLayout(foot)

    @property
    def lines(self) -> tuple[SpokenLine, ...]:
        return tuple(row.line for row in self.rows if row.line.text.strip())

    def show_lines(self, lines: Sequence[SpokenLine]) -> None:
        """Shows other lines."""
        for row in list(self.rows):
            self._drop(row)
        self._gone.clear()
        for line in lines:
            self._append(line)
        self._refresh()

    def offer_speakers(self, names: Sequence[str]) -> None:
        """Who can speak; who speaks already still can."""
        self._speakers = tuple(names)
        for row in self.rows:
            row.offer(names)

    def _add_next(self) -> None:
        """A line of whoever spoke before the last one: two take turns."""
        speakers = [row.line.speaker for row in self.rows if row.line.speaker]
        others = [name for name in self._speakers if name != (speakers or [""])[-1]]
        self._append(SpokenLine((others or list(self._speakers) or [""])[0], ""))
        self._refresh()
        self.rows[-1].text.setFocus()

    def _append(self, line: SpokenLine) -> None:
        row = LineRow(line, self._speakers)
        row.moved.connect(lambda by: self._move(row, by))
        row.removed.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._column.addWidget(row)

    def _move(self, row: "LineRow", by: int) -> None:
        place = self.rows.index(row)
        self.rows.insert(place + by, self.rows.pop(place))
        self._column.insertWidget(place + by, row)
        self._refresh()

    def _remove(self, row: "LineRow") -> None:
        if row.line.text:
            self._gone.append((self.rows.index(row), row.line))
        self._drop(row)
        self._refresh()
        self.add.setFocus()

    def _bring_back(self) -> None:
        """The line that was taken out last, in its place."""
        place, line = self._gone.pop()
        self._append(line)
        self._move(self.rows[-1], min(place, len(self.rows) - 1) - len(self.rows) + 1)
        self.add.setFocus()

    def _drop(self, row: "LineRow") -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _refresh(self) -> None:
        for place, row in enumerate(self.rows):
            row.show_place(place, len(self.rows))
        self.back.setVisible(bool(self._gone))


class LineRow(QWidget):
    """One line. `moved` carries by how many places."""

    moved = Signal(int)
    removed = Signal()

    def __init__(self, line: SpokenLine, speakers: Sequence[str],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.speaker = Choice([], lambda _: None)
        self.speaker.setFixedWidth(_SPEAKER_WIDTH)
        self.text: QPlainTextEdit = text_area(_LINES)
        self.text.setPlainText(line.text)
        self.up = self._button("\u2191", self.tr("Earlier"), lambda: self.moved.emit(-1))
        self.down = self._button("\u2193", self.tr("Later"), lambda: self.moved.emit(1))
        self.remove = self._button("\u2212", self.tr("Take this line out"), self.removed.emit)
        self.offer([line.speaker, *speakers])
        self.speaker.show_value(line.speaker)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        row.addWidget(self.speaker)
        row.addWidget(self.text, 1)
        for button in (self.up, self.down, self.remove):
            row.addWidget(button)

    @property
    def line(self) -> SpokenLine:
        return SpokenLine(str(self.speaker.currentData() or ""), self.text.toPlainText().strip())

    def offer(self, names: Sequence[str]) -> None:
        """Who can speak it: the narrator, these, and who does now."""
        present = str(self.speaker.currentData() or "")
        every = dict.fromkeys(["", *names, present])
        self.speaker.offer([(name, name or self.tr("Narrator")) for name in every])

    def show_place(self, place: int, of: int) -> None:
        """Says which line it is, of how many."""
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < of - 1)
        self.speaker.setAccessibleName(self.tr("Who says line {n}").format(n=place + 1))
        self.text.setAccessibleName(self.tr("What is said in line {n}").format(n=place + 1))

    def _button(self, sign: str, name: str, act: object) -> QPushButton:
        button = QPushButton(sign)
        button.setProperty("role", "step")
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button
