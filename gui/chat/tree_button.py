"""The button beside a conversation's name that shows its tree, and says where it parted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from gui.chat.presenter import ChatPresenter
from gui.icons import Glyph, IconSource
from gui.theme import ICON, ThemeSource

if TYPE_CHECKING:
    from gui.chat.tree_dialog import TreeDialog


class TreeButton(QPushButton):
    """Of use as soon as anything was said. `dialog` is the window while it is open."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 page: QWidget) -> None:
        super().__init__(icons.icon(Glyph.TREE), "", page)
        self._presenter = presenter
        self._theme_source = theme_source
        self._page = page
        self.dialog: TreeDialog | None = None
        self.setProperty("role", "plain")
        self.setIconSize(QSize(ICON, ICON))
        self.setAccessibleName(self.tr("Show the tree"))
        self.setToolTip(self.tr("Show the tree of the conversation (Ctrl+Shift+T)"))
        self.clicked.connect(self.open)
        presenter.state_changed.connect(self._follow)
        self._follow()

    def open(self) -> None:
        """Shows the tree, one window of it at a time."""
        # Few people open it: it need not wait for the first paint.
        from gui.chat.tree_dialog import TreeDialog

        if self.dialog is None and self.isEnabled():
            dialog = self.dialog = TreeDialog(self._presenter, self._theme_source, self._page)
            dialog.finished.connect(self._forget)
            dialog.setWindowModality(Qt.WindowModality.WindowModal)
            dialog.open()

    def _follow(self) -> None:
        self.setEnabled(bool(self._presenter.open.stored.messages))

    def _forget(self) -> None:
        self.dialog = None
