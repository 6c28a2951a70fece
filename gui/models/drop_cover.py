"""What covers a page while something it can take is dragged over it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.theme import PAGE_MARGIN


class DropCover(QFrame):
    """Hidden until `cover`; follows the page's size."""

    def __init__(self, words: str, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self.setProperty("role", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label = QLabel(words)
        label.setProperty("role", "empty")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        QVBoxLayout(self).addWidget(label)
        page.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Lies over the whole page, a little within its edges."""
        inset = PAGE_MARGIN // 2
        self.setGeometry(self._page.rect().adjusted(inset, inset, -inset, -inset))
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.cover()
        return False
