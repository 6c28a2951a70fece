"""The window that shows a conversation as a tree: where it parted, and the way to each branch."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.chat.persona_colours import colours_of
from gui.chat.presenter import ChatPresenter
from gui.chat.tree_outline import OutlineRow, outline
from gui.chat.tree_view import TreeView
from gui.figures import count_text
from gui.text_line import text_line
from gui.theme import PAGE_MARGIN, SPACE, ThemeSource

TREE_SIZE = (640, 520)


class TreeDialog(QDialog):
    """Follows the conversation that is open; going to a branch closes it."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setObjectName("tree")  # by which it is found for pictures
        self.setWindowTitle(self.tr("The tree of the conversation"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = TreeView(theme_source)
        self.about, self.said = text_line("quiet"), text_line("meta")
        self.go = QPushButton(self.tr("Go there"))
        self.go.setProperty("role", "primary")
        self.branch = QPushButton(self.tr("New conversation from here"))
        self.branch.setAutoDefault(False)
        self.leave = QPushButton(self.tr("Close"))
        self.leave.setAutoDefault(False)
        self._lay_out()
        self.view.wanted.connect(self._go)
        self.view.moved.connect(self._dress)
        self.go.clicked.connect(lambda: self._go(self._at))
        self.branch.clicked.connect(self._branch)
        self.leave.clicked.connect(self.reject)
        self.view.menu_actions = [self._action(self.go), self._action(self.branch)]
        presenter.open.messages_changed.connect(self.refresh)
        presenter.open.opened.connect(self.refresh)
        presenter.state_changed.connect(self._dress)
        self.resize(*TREE_SIZE)
        self.refresh()
        self.view.setFocus()

    def refresh(self) -> None:
        """Shows the tree as it is now."""
        open_one, models = self._presenter.open, self._presenter.models
        names = {choice.id: choice.name for choice in models.choices}
        rows = outline(open_one.stored, names, colours_of(open_one.setup))
        self.view.show_rows(rows)
        self.view.setVisible(bool(rows))
        self.about.setText(self._about(rows))

    def _about(self, rows: tuple[OutlineRow, ...]) -> str:
        if not rows:
            return self.tr("Nothing was said yet.")
        if len(rows) == 1:
            return self.tr("This conversation has not parted yet. Another answer to a message, or "
                           "another text for it, begins a branch.")
        ends = sum(row.ways == 0 for row in rows)
        return self.tr("{n} branches. The way that is shown stands in the first column.").format(
            n=count_text(ends))

    @property
    def _at(self) -> int:
        return self.view.chosen.message_id if self.view.chosen else 0

    def _dress(self) -> None:
        writing = self._presenter.open.streaming
        self.go.setEnabled(bool(self._at) and not writing)
        self.branch.setEnabled(bool(self._at) and not writing)
        self.said.setText(self.tr("A reply is being written. Stop it to go to another branch.")
                          if writing else "")

    def _go(self, message_id: int) -> None:
        if message_id and self.go.isEnabled():
            self._presenter.show(self._presenter.open.id, message_id)
            self.accept()

    def _branch(self) -> None:
        if self._at:
            self._presenter.edits.branch(self._at)
            self.accept()

    def _action(self, button: QPushButton) -> QAction:
        action = QAction(button.text(), self)
        action.triggered.connect(button.click)
        return action

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.said, 1)
        for button in (self.leave, self.branch, self.go):
            foot.addWidget(button)
        around = QVBoxLayout(self)
        around.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        around.setSpacing(SPACE)
        around.addWidget(self.about)
        around.addWidget(self.view, 1)
        around.addStretch(0)
        around.addLayout(foot)
