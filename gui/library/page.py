"""The Library page: all songs in one place, to be found, looked at and corrected."""

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QWidget

from gui.icons import IconSource
from gui.library.presenter import LibraryPresenter
from gui.theme import ThemeSource


class LibraryPage(QWidget):
    """Builds what it shows the first time it is shown, so that the window's start stays quick.

    `models_wanted` is sent where a tagger has to be added first.
    """

    models_wanted = Signal()

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource, icons: IconSource,
                 memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self._icons = icons
        self._memory = memory
        self.setProperty("role", "page")
