"""Takes characters and chats that are let go over the Chat page; all else is the window's."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.chat.exchange_work import CHAT_ENDINGS, PICTURED
from gui.theme import PAGE_MARGIN

_KINDS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop)


class CardDrop(QObject):
    """Watches `page` and the parts of it that take drops of their own. `dropped` carries files."""

    dropped = Signal(list)

    def __init__(self, page: QWidget, *parts: QWidget) -> None:
        super().__init__(page)
        self._page = page
        page.setAcceptDrops(True)
        self.zone = QFrame(page)
        self.zone.setProperty("role", "drop")
        self.zone.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QLabel(self.tr("Drop a character or a chat"))
        words.setProperty("role", "empty")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self.zone).addWidget(words)
        self.zone.setAccessibleName(words.text())
        self.zone.hide()
        for widget in (page, *parts):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _KINDS:
            return False
        if kind == QEvent.Type.DragLeave:
            self.zone.hide()
            return False
        if not isinstance(event, QDropEvent):
            return False
        files = files_in(event.mimeData())
        if not files:
            event.ignore()
            return watched is self._page
        # Copy, never move: a file manager would delete a moved file after the drop.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if kind == QEvent.Type.Drop:
            self.zone.hide()
            self.dropped.emit(files)
        elif isinstance(event, QDragEnterEvent):
            self._cover()
        return True

    def _cover(self) -> None:
        inset = PAGE_MARGIN // 2
        self.zone.setGeometry(self._page.rect().adjusted(inset, inset, -inset, -inset))
        self.zone.raise_()
        self.zone.show()


def files_in(mime: QMimeData) -> Sequence[Path]:
    """The files and folders dragged, if all may hold characters or chats; their insides are
    looked at later."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    wanted = (*CHAT_ENDINGS, *PICTURED)
    if files and all(file.suffix.casefold() in wanted or file.is_dir() for file in files):
        return files
    return []
