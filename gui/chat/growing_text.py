"""A field for text that is as high as what stands in it, up to a number of lines."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.plain_field import PlainField

_EDGE = 14  # border and padding above and below, as the style sheet has them


class GrowingText(PlainField):
    """`grown` says that another height is wanted."""

    grown = Signal()

    def __init__(self, most_lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_lines = most_lines
        self._wanted = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().clearUndoRedoStacks()  # a margin is nothing a person typed
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self._fit)
        self._fit()

    @property
    def one_line(self) -> int:
        """How high the field is with one line in it."""
        return self.fontMetrics().lineSpacing() + _EDGE

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """With nothing typed to take back, the keys for that are the page's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            document, keys = self.document(), QKeySequence.StandardKey
            if (event.matches(keys.Undo) and not document.isUndoAvailable()) or (
                    event.matches(keys.Redo) and not document.isRedoAvailable()):
                event.ignore()
                return False
        return super().event(event)

    def _fit(self) -> None:
        # Of plain text the layout's height is counted in lines.
        lines = min(self._most_lines, max(1, int(self.document().size().height())))
        wanted = lines * self.fontMetrics().lineSpacing() + _EDGE
        if wanted != self._wanted:
            self._wanted = wanted
            self.setFixedHeight(wanted)
            self.updateGeometry()
            self.grown.emit()
