"""The strip above the field: why there is no answer, or what was deleted, with one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.chat.services import Trouble
from gui.chat.tree_editing import TreeEditing
from gui.icons import Glyph, IconSource, Sign
from gui.theme import CARD_PADDING, SPACE


class TroubleStrip(QFrame):
    """Hidden while all is well."""

    retried = Signal()

    def __init__(self, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._message, self._hint = _words("heading"), _words("quiet")
        self.retry = QPushButton(self.tr("Try again"))
        self.retry.clicked.connect(self.retried)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._message)
        words.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(CARD_PADDING, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(Sign(icons.icon(Glyph.WARNING)))
        row.addLayout(words, 1)
        row.addWidget(self.retry)
        self.hide()

    def show_trouble(self, trouble: Trouble | None) -> None:
        self.setVisible(trouble is not None)
        if trouble is not None:
            self._message.setText(trouble.message)
            self._hint.setText(trouble.hint)
            self.retry.setText(self.tr("Answer it") if trouble.unasked else self.tr("Try again"))
            self._hint.setVisible(bool(trouble.hint))
            self.setAccessibleName(f"{trouble.message} {trouble.hint}".strip())


class RemovedStrip(QWidget):
    """Says that messages are gone, and brings them back; or what was taken back, and does it
    again."""

    undone = Signal()
    redone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = _words("meta")
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setProperty("role", "link")
        self.undo.clicked.connect(self.undone)
        self.redo = QPushButton(self.tr("Do it again"))
        self.redo.setProperty("role", "link")
        self.redo.setToolTip("Ctrl+Shift+Z")
        self.redo.clicked.connect(self.redone)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self._words)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addStretch(1)
        self.hide()

    def show_edits(self, edits: TreeEditing) -> None:
        """What was done last, where that is to be seen nowhere else."""
        if edits.undone and edits.redoable:
            self.show_undone(edits.undone)
        else:
            self.show_removed(edits.removed)

    def show_undone(self, kind: str) -> None:
        """Says what was taken back."""
        self.setVisible(True)
        self.undo.hide()
        self.redo.show()
        self._words.setText({
            "removed": self.tr("Brought back what was deleted"),
            "said": self.tr("Took back what was put in"),
        }.get(kind, self.tr("Took back the new text")))

    def show_removed(self, count: int) -> None:
        """How many messages are gone, 0 for none."""
        self.setVisible(count > 0)
        self.undo.show()
        self.redo.hide()
        self._words.setText(self.tr("Deleted 1 message") if count == 1 else self.tr(
            "Deleted {n} messages").format(n=count))


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(role != "meta")
    return label
