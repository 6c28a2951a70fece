"""Takes characters and chats that are let go over the Chat page; all else is the window's."""

from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.chat.exchange_work import CHAT_ENDINGS, PICTURED
from gui.theme import PAGE_MARGIN

_TELLING = (".json", ".jsonl", ".ndjson")
_MOST_LOOKED_AT = 2_000
_MOST_READ = 1 << 16
_KINDS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop)


class CardDrop(QObject):
    """Watches `page` and the parts of it that take drops of their own. `dropped` carries files."""

    dropped = Signal(list)

    def __init__(self, page: QWidget, *parts: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._files: Sequence[Path] = []
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
        # Folders are looked into once, not with every move of the mouse.
        if kind != QEvent.Type.DragMove:
            self._files = files_in(event.mimeData())
        files = self._files
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
    return files if files and all(map(_is_wanted, files)) else []


def _is_wanted(file: Path) -> bool:
    if file.is_dir():
        return holds_chats(file)
    ending = file.suffix.casefold()
    return ending in (*CHAT_ENDINGS, *PICTURED) and (ending != ".txt" or holds_dialogue(file))


def holds_dialogue(file: Path) -> bool:
    """Whether people talk in a text: one that is a lyric is for another page."""
    from engine.chat.chat_files.plain_text import is_dialogue

    try:
        with file.open("rb") as opened:
            begin = opened.read(_MOST_READ)
    except OSError:
        return False
    return is_dialogue(begin.decode("utf-8-sig", "replace").replace("\r\n", "\n"))


def holds_chats(folder: Path) -> bool:
    """Whether a folder looks like one of chats, by what lies in it and in the folders of it:
    lyrics and recordings are for another page, and may be texts, too."""
    inside = islice(chain(folder.glob("*"), folder.glob("*/*")), _MOST_LOOKED_AT)
    try:
        return any(file.suffix.casefold() in _TELLING for file in inside)
    except OSError:
        return False
