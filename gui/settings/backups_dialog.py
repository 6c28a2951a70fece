"""The list of backups: restored from, deleted. What restoring does is said before it is pressed."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.library.backup import Backup
from gui.settings.data_overview import Overview
from gui.settings.data_words import backup_words
from gui.settings.your_data import YourData
from gui.text_line import text_line
from gui.theme import PAGE_MARGIN, SPACE

BACKUPS_SIZE = (600, 460)
_BACKUP = Qt.ItemDataRole.UserRole


class BackupsDialog(QDialog):
    """Shows the backups of a YourData. Escape closes it."""

    def __init__(self, data: YourData, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.setObjectName("backups")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Backups"))
        self.resize(*BACKUPS_SIZE)
        self.list = QListWidget()
        self.list.setProperty("role", "list")
        self.list.setAccessibleName(self.tr("Backups, newest first"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.empty = text_line("quiet", self.tr(
            "There is no backup yet. “Back up now” makes one, and every day that something "
            "changed has its own."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.restore = QPushButton(self.tr("Restore"))
        self.restore.clicked.connect(self._restore)
        self.restore.setProperty("role", "primary")
        self.delete = QPushButton()
        self._sure: Backup | None = None
        self.delete.clicked.connect(self._delete)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        for button in (self.restore, self.delete):
            button.setAutoDefault(False)
        self._lay_out()
        data.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what there is now; the chosen one stays chosen."""
        backups = (self._data.overview or Overview()).backups
        if backups != tuple(self.list.item(row).data(_BACKUP) for row in range(self.list.count())):
            row = max(self.list.currentRow(), 0)
            self.list.clear()
            for backup in backups:
                self.list.addItem(self._item(backup))
            self.list.setCurrentRow(min(row, len(backups) - 1))
        self._stack.setCurrentIndex(int(not backups))
        self._show_buttons()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._delete()
        else:
            super().keyPressEvent(event)

    def _item(self, backup: Backup) -> QListWidgetItem:
        item = QListWidgetItem("\n".join(backup_words(backup)))
        item.setData(_BACKUP, backup)
        item.setToolTip(backup.name)
        item.setSizeHint(QSize(0, 2 * self.fontMetrics().lineSpacing() + 2 * SPACE))
        return item

    def _chosen(self) -> Backup | None:
        item = self.list.currentItem()
        return item.data(_BACKUP) if item is not None else None

    def _choose(self) -> None:
        self._sure = None
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.delete.setText(self.tr("Delete for good?") if self._sure else self.tr("Delete"))
        chosen, idle = self._chosen(), self._data.working is None
        usable = chosen is not None and chosen in (self._data.overview or Overview()).usable
        self.restore.setEnabled(idle and usable)
        self.delete.setEnabled(idle and chosen is not None)

    def _restore(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._data.restore(chosen)
            self.accept()

    def _delete(self) -> None:
        """The first press asks, the second does it: a backup cannot be brought back."""
        chosen = self._chosen()
        if chosen is None or self._data.working is not None:
            return
        if self._sure == chosen:
            self._data.delete(chosen)
        else:
            self._sure = chosen
            self._show_buttons()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.delete)
        foot.addStretch(1)
        foot.addWidget(self.restore)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self._stack, 1)
        column.addWidget(text_line("meta", self.tr(
            "Restoring puts songs, labels and talks back as they were then. What is here now is "
            "backed up first, so that you can undo it; the window opens anew.")))
        column.addLayout(foot)
