"""Opens the window in which words are said in another mood: of a message, or from elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.chat.presenter import ChatPresenter
from gui.chat.shown import Act
from gui.rewriting import Rewriting

if TYPE_CHECKING:
    from gui.rewrite_dialog import RewriteDialog, RewriteUse


class Rewrites(QObject):
    """`page` is what the window stands before; one is open at a time. `models_wanted` asks for the
    Models page."""

    models_wanted = Signal()

    def __init__(self, rewriting: Rewriting, presenter: ChatPresenter, page: QWidget) -> None:
        super().__init__(page)
        self._rewriting = rewriting
        self._presenter = presenter
        self._page = page
        self._mood = ""
        self.dialog: RewriteDialog | None = None

    def act(self, act: str, message_id: int) -> None:
        """Rewrites a message, where that is what was asked for."""
        message = self._presenter.open.stored.message(message_id)
        if act == Act.REWRITE and message is not None:
            self._open(message.text, self._uses(message_id), self._page)

    def rewrite(self, text: str, before: QWidget) -> None:
        """Rewrites words of another page, which the window stands before."""
        self._open(text, (), before)

    def _uses(self, message_id: int) -> "Sequence[RewriteUse]":
        from gui.rewrite_dialog import RewriteUse

        def keep(text: str) -> None:
            self._presenter.edit(message_id, text, False)

        return (RewriteUse(self.tr("Keep as another alternative"), keep),
                RewriteUse(self.tr("Put into the field"), self._presenter.unsent.emit))

    def _open(self, text: str, uses: "Sequence[RewriteUse]", before: QWidget) -> None:
        # A window few people open: it need not wait for the first paint.
        from gui.rewrite_dialog import RewriteDialog

        if self.dialog is not None:
            return
        dialog = self.dialog = RewriteDialog(self._rewriting, text, uses, self._mood, before)
        dialog.models_wanted.connect(self.models_wanted)
        dialog.finished.connect(self._forget)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()

    def _forget(self) -> None:
        if self.dialog is not None:
            self._mood = str(self.dialog.mood.currentData() or "")
        self.dialog = None
