"""The field of an author's note: a word aside to the model, where it stands and how often."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from engine.chat.scene import AuthorsNote
from gui.chat.editor_sheet import add_field, text_area
from gui.controls import Number
from gui.theme import SPACE

_LINES = 3
_MOST = 99
_PACE_MS = 400


class NoteField(QWidget):
    """`changed` is told a moment after the last letter; `flush` tells it at once."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text: QPlainTextEdit = text_area(_LINES)
        self.text.setAccessibleName(self.tr("Author's note"))
        self.text.setPlaceholderText(self.tr("For example: It is getting dark. They hurry."))
        self.place = Number(0, _MOST, 1, "", self._count, self.tr("at the end"))
        self.every = Number(0, _MOST, 1, "", self._count, self.tr("never"))
        self.setFocusProxy(self.text)
        self._told = AuthorsNote()
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(self.flush)
        self.text.textChanged.connect(self._pace.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.text)
        add_field(column, self.tr("Messages after it"), self.place, self.tr(
            "The closer to the end it stands, the more it weighs."))
        add_field(column, self.tr("Told every so many turns of yours"), self.every,
                  self.tr("1 is each turn."))
        self.show_note(AuthorsNote())

    @property
    def note(self) -> AuthorsNote:
        """The note as it stands in the fields."""
        return AuthorsNote(self.text.toPlainText().strip(), self.place.box.value(),
                           self.every.box.value())

    def show_note(self, note: AuthorsNote) -> None:
        """Does not pull the text from under a hand that still writes it."""
        if self._pace.isActive():
            return
        if note.text.strip() != self.text.toPlainText().strip():
            self.text.setPlainText(note.text)
        self.place.show_value(note.depth)
        self.every.show_value(note.every)
        self._pace.stop()
        self._told = self.note

    def flush(self) -> None:
        """Tells of what was written a moment ago."""
        self._pace.stop()
        if self.note != self._told:
            self._told = self.note
            self.changed.emit()

    def _count(self, _: int) -> None:
        self.flush()
