"""The way back from what a search found to the conversation that was open before."""

from PySide6.QtWidgets import QPushButton, QWidget

from gui.chat.presenter import ChatPresenter
from gui.chat.wording import title_text
from gui.text_line import plain_tip

_MOST_LETTERS = 17


class SearchReturn(QPushButton):
    """Shown while a search has led to another conversation."""

    def __init__(self, presenter: ChatPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._origin = 0
        self._searching = False
        self.setProperty("role", "link")
        self.clicked.connect(self.go_back)
        presenter.conversations.table.counted.connect(self.refresh)
        presenter.open.opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Remembers what is open as a search begins, and offers the way back once it is not."""
        table, open_id = self._presenter.conversations.table, self._presenter.open.id
        if table.searching and not self._searching:
            self._origin = open_id
        self._searching = table.searching
        row = table.conversation(self._origin)
        self.setVisible(self._searching and row is not None and open_id != self._origin)
        if row is not None:
            title = title_text(row.title)
            short = title if len(title) <= _MOST_LETTERS else f"{title[:_MOST_LETTERS - 1]}…"
            self.setText(self.tr("Back to “{title}”").format(title=short.replace("&", "&&")))
            self.setToolTip(plain_tip(self.tr("{title} (Alt+Left)").format(title=title)))

    def go_back(self) -> None:
        """Opens what was open before; what was found stays in the list."""
        if not self.isHidden():
            self._presenter.show(self._origin)
