"""Turns the whole page into the place to let go of what is dragged over the window."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.tag.dropped import Dropped, read_mime
from gui.theme import PAGE_MARGIN


class DropZone(QFrame):
    """Covers its parent while something is dragged. `dropped` carries a Dropped."""

    entered = Signal()
    dropped = Signal(Dropped)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Drop here"))
        words = QLabel(self.tr("Drop lyrics, music, folders or text"))
        words.setProperty("role", "empty")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setWordWrap(True)
        QVBoxLayout(self).addWidget(words)
        self._page = parent
        self._window: QWidget | None = None
        parent.installEventFilter(self)
        self.hide()

    def watch(self, window: QWidget) -> None:
        """Takes every drop on this window from now on."""
        if self._window is window:
            return
        if self._window is not None:
            self._window.removeEventFilter(self)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.Resize:
            self._cover()
        if watched is self._window:
            return self._take(event)
        return False

    def _take(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            self._enter(event)
        elif kind == QEvent.Type.DragMove and isinstance(event, QDropEvent):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        elif kind == QEvent.Type.DragLeave:
            self.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._drop(event)
        else:
            return False
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        """Everything is let in: what cannot be read gets a sentence, not a silent refusal."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.entered.emit()
        self._cover()
        self.raise_()
        self.show()

    def _drop(self, event: QDropEvent) -> None:
        self.hide()
        # Copy, never move: a file manager would delete a moved file after the drop.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(read_mime(event.mimeData()))

    def _cover(self) -> None:
        inset = PAGE_MARGIN // 2
        self.setGeometry(self._page.rect().adjusted(inset, inset, -inset, -inset))
