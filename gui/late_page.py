"""A page in the window's stack that is made the first time it is shown, or before."""

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class LatePage(QWidget):
    """Holds the place of a page. When it is shown, `need` has to `fill` it where it is empty."""

    def __init__(self, need: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._need = need
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def fill(self, page: QWidget) -> None:
        """Puts the page in its place."""
        self._column.addWidget(page)
        if self.isVisible():
            page.show()  # the layout would do so when the loop comes round again

    def showEvent(self, event: QShowEvent) -> None:
        if not self._column.count():
            self._need()
        super().showEvent(event)
