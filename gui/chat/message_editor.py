"""Lets a person change a message where it stands. Ctrl+Enter keeps it, Escape leaves it be."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.chat.growing_text import GrowingText
from gui.controls import Switch
from gui.theme import READING, SPACE, font

_MOST_LINES = 12


class MessageEditor(QWidget):
    """`kept` carries the new text, whether an answer to it is wanted, and whether what follows the
    old text shall follow it."""

    kept = Signal(str, bool, bool)
    left = Signal()
    grown = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.field = GrowingText(_MOST_LINES)
        self.field.setFont(font(READING))
        self.field.setAccessibleName(self.tr("Text of the message"))
        self.field.grown.connect(self._grow)
        self.field.installEventFilter(self)
        self.keeps = Switch(self.tr("Keep what follows"), lambda _: self._tell_keys())
        self.keeps.setChecked(True)
        self.keeps.setToolTip(self.tr("On Save, what follows the old text follows the new one. "
                                      "Off, the talk goes on from here anew."))
        self.answer = _button(self.tr("Send again"), lambda: self._keep(True))
        self.save = _button(self.tr("Save"), lambda: self._keep(False))
        leave = _button(self.tr("Cancel"), self.left.emit)
        leave.setProperty("role", "plain")
        row = QHBoxLayout()
        for button in (self.save, self.answer, leave):
            row.addWidget(button)
        row.addStretch(1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.field)
        column.addWidget(self.keeps)
        column.addLayout(row)
        self.hide()

    def open(self, text: str, answerable: bool, followed: bool = False) -> None:
        """Begins with this text, the caret at its end. `followed`: something comes after it."""
        self.field.setPlainText(text)
        self.answer.setVisible(answerable)
        self.keeps.setVisible(followed)
        self._tell_keys()
        self.show()
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.field.setFocus()

    def fit(self, width: int) -> None:
        """Takes a width, and the height that its text then needs."""
        self.setFixedWidth(width)
        # What changed its height while it was laid out is laid out once more.
        self._column.invalidate()
        self.adjustSize()
        self._column.activate()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Escape ends the editing, not the reply that may be written meanwhile.
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._took(event)
        return False

    def _took(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return True
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._keep(not self.answer.isHidden())
            return True
        return False

    def _keep(self, answer: bool) -> None:
        text = self.field.toPlainText().strip()
        if text:
            self.kept.emit(text, answer, self._keeps_following and not answer)

    @property
    def _keeps_following(self) -> bool:
        return self.keeps.isChecked() and not self.keeps.isHidden()

    def _tell_keys(self) -> None:
        """Ctrl+Enter does what is wanted most: an answer, where there can be one."""
        answerable = not self.answer.isHidden()
        rest = "" if self.keeps.isHidden() else self.tr(
            "What follows stays.") if self.keeps.isChecked() else self.tr(
            "What followed stays with the old text, one step back.")
        answer = self.tr("Keep this text and have it answered anew")
        save = self.tr("Keep this text beside the old one")
        keys = " (Ctrl+Enter)"
        self.answer.setToolTip(f"{answer}{keys}")
        self.save.setToolTip("{save}{keys}. {rest}".format(
            save=save, keys="" if answerable else keys,
            rest=rest).strip())

    def _grow(self) -> None:
        self.adjustSize()
        self.grown.emit()


def _button(words: str, act: object) -> QPushButton:
    button = QPushButton(words)
    button.clicked.connect(act)
    return button
