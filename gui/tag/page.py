"""The Tag page: a queue of songs on the left, the song that is open on the right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.tag.presenter import TagPresenter
from gui.theme import ThemeSource


class TagPage(QWidget):
    """Loads the stored songs after its first paint and takes drops for its whole window.

    `drag_entered` is sent when something is dragged over the window, wherever the person is.
    """

    drag_entered = Signal()

    def __init__(self, presenter: TagPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
