"""The field for another fact, and for whom it is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.chat.talk import TalkSetup
from gui.chat.fact_row import FactField
from gui.controls import Choice
from gui.theme import SPACE


class NewFact(QWidget):
    """`wanted` carries the words, and the persona that knows it, 0 for everyone."""

    wanted = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = FactField()
        self.field.setPlaceholderText(self.tr("Another fact, in a sentence"))
        self.field.setAccessibleName(self.tr("Another fact"))
        self.whom = Choice([("0", self.tr("Everyone knows it"))], lambda _: None)
        self.whom.setAccessibleName(self.tr("Who knows it"))
        self.whom.setMinimumWidth(0)
        self.add = QPushButton(self.tr("Add"))
        self.add.setAccessibleName(self.tr("Add this fact"))
        self.add.setEnabled(False)
        self.setFocusProxy(self.field)
        self.field.given.connect(self._give)
        self.field.left.connect(self.field.clear)
        self.field.textChanged.connect(lambda: self.add.setEnabled(bool(self.field.words)))
        self.add.clicked.connect(self._give)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.whom, 1)
        row.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.field)
        column.addLayout(row)

    def offer(self, setup: TalkSetup) -> None:
        """Who there is to know it."""
        self.whom.offer([("0", self.tr("Everyone knows it")),
                         *((str(member.persona_id), self.tr("Only {name} knows it").format(
                             name=member.persona.called)) for member in setup.cast)])

    def begin(self, words: str, persona_id: int) -> None:
        """Puts words into the field, to be put right and added."""
        self.field.setPlainText(words)
        self.whom.show_value(str(persona_id))
        self.field.selectAll()
        self.field.setFocus()

    def _give(self) -> None:
        if self.field.words:
            self.wanted.emit(self.field.words, int(self.whom.currentData() or 0))
            self.field.clear()
            self.field.setFocus()
