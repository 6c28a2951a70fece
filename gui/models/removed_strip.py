"""Says which model was just removed, and takes it back."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.figures import megabytes_text
from gui.models.upkeep import Removal, Upkeep
from gui.theme import SPACE


class RemovedStrip(QFrame):
    """Shown after a removal until it is taken back, settled, or another one follows."""

    def __init__(self, upkeep: Upkeep, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._upkeep = upkeep
        self.setProperty("role", "banner")
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACE, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(self._words, 1)
        self._undo = QPushButton(self.tr("Undo"))
        self._undo.setToolTip("Ctrl+Z")
        self._undo.clicked.connect(upkeep.undo)
        self._free = QPushButton()
        self._free.clicked.connect(upkeep.delete_for_good)
        self._leave = QPushButton(self.tr("Dismiss"))
        self._leave.clicked.connect(upkeep.forget)
        for button in (self._undo, self._free, self._leave):
            if button is not self._undo:
                button.setProperty("role", "plain")
            row.addWidget(button)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        keys.activated.connect(upkeep.undo)
        upkeep.undo_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        removal = self._upkeep.last
        self.setVisible(removal is not None)
        if removal is not None:
            self._words.setText(self.tr("{name} was removed.").format(name=removal.name))
            self._free.setText(self._room(removal))
            # The button that was pressed goes with its card.
            self._undo.setFocus(Qt.FocusReason.OtherFocusReason)

    def _room(self, removal: Removal) -> str:
        manifest = removal.entry.manifest
        return self.tr("Free {size} now").format(size=megabytes_text(manifest.bytes)) \
            if manifest else self.tr("Free its room now")
