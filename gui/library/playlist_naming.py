"""Asks what a playlist is called, and for a new one whether it follows the Library."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.playlists.playlist import MOST_NAME, tidy_name
from gui.controls import Option
from gui.figures import count_text
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

_WIDTH = 420


class PlaylistNaming(QDialog):
    """`named` carries the name, and whether the list shall follow the Library.

    `songs` is how many a list by hand would hold. With `rule`, one that follows can be chosen;
    `songs` 0 leaves nothing else. Without both it is another name for a list there is.
    """

    named = Signal(str, bool)

    def __init__(self, name: str, songs: int = 0, rule: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        new = bool(songs or rule)
        self.setWindowTitle(self.tr("New playlist") if new else self.tr("Rename the playlist"))
        self.field = QLineEdit()
        self.field.setText(name)
        self.field.setMaxLength(MOST_NAME)
        self.field.setPlaceholderText(self.tr("Name"))
        self.field.setAccessibleName(self.tr("Name of the playlist"))
        self.field.setMinimumWidth(_WIDTH)
        self.field.selectAll()
        self.fixed = Option(self.tr("Just these {count} songs").format(count=count_text(songs)))
        self.follows = Option(self.tr("All songs that fit, now and later"))
        self.follows_about = text_line("meta", rule)
        self.go = QPushButton(self.tr("Make it") if new else self.tr("Rename"))
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        self.field.textChanged.connect(self._weigh)
        self._group = QButtonGroup(self)
        for option, offered in ((self.fixed, bool(songs and rule)), (self.follows, bool(rule))):
            self._group.addButton(option)
            option.setVisible(offered)
        (self.fixed if songs else self.follows).setChecked(new)
        self.follows_about.setVisible(bool(rule))
        self._lay_out()
        self._weigh()
        self.accepted.connect(self._tell)
        self.field.setFocus()

    def _tell(self) -> None:
        self.named.emit(tidy_name(self.field.text()), self.follows.isChecked())

    def _weigh(self) -> None:
        self.go.setEnabled(bool(tidy_name(self.field.text())))

    def _lay_out(self) -> None:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        self.follows_about.setContentsMargins(26, 0, 0, 0)
        for widget in (self.field, self.fixed, self.follows, self.follows_about):
            column.addWidget(widget)
        column.addSpacing(GAP)
        column.addLayout(foot)
