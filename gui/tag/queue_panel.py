"""The left column: search, the queue, and what can be done with its rows."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.song import SongState
from gui.figures import count_text
from gui.row_list import add_row_actions, set_up_rows
from gui.search_field import SearchField
from gui.tag.leftover_strip import LeftoverStrip
from gui.tag.presenter import MOST_ROWS, TagPresenter
from gui.tag.queue_delegate import QueueDelegate
from gui.tag.queue_table import ROW_ROLE
from gui.theme import SPACE, ThemeSource


class QueueList(QListView):
    """The rows. Left and right are left to the chips of the song that is open."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space,
                           Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts on this page; searching has its own field."""


class QueuePanel(QWidget):
    """Keeps the chosen row and the presenter's selected song the same.

    `write_wanted` carries the ids of songs whose moods are to go into their files.
    """

    write_wanted = Signal(object)

    def __init__(self, presenter: TagPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.search = self._make_search()
        self.list = self._make_list(theme_source)
        self._nothing = _label("quiet", wraps=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._counts = _label("meta")
        self._retry = self._make_button(presenter.retry_failed)
        self._told = _label("meta", wraps=True)
        self._undo = self._make_button(presenter.undo)
        self._actions = self._make_actions()
        self._lay_out()
        table = presenter.table
        table.counted.connect(self.refresh)
        table.modelReset.connect(self._follow)
        presenter.selected_changed.connect(self._follow)
        presenter.way_back.changed.connect(self.refresh)
        presenter.run.progress_changed.connect(self.refresh)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.selectionModel().selectionChanged.connect(self._choose_selected)
        self.refresh()

    def refresh(self) -> None:
        """Shows what the table holds now."""
        table = self._presenter.table
        failed = table.counts[SongState.FAILED]
        removed = len(self._presenter.way_back.removed)
        self._told.setText(self._presenter.way_back.told)
        self._told.setVisible(bool(self._presenter.way_back.told))
        shown = table.rowCount()
        self._counts.setText(
            self.tr("Removed {n}").format(n=count_text(removed)) if removed
            else self._counted(shown, table.size))
        self._undo.setText(self.tr("Undo"))
        self._undo.setVisible(removed > 0)
        self._retry.setText(self.tr("Try {n} again").format(n=count_text(failed)))
        self._retry.setVisible(failed > 0 and not removed)
        self._nothing.setVisible(shown == 0 and bool(table.needle))
        # The person's own words may hold anything, so they are shown as plain text.
        self._nothing.setText(self.tr("No song fits \u201c{text}\u201d.").format(
            text=table.needle))

    def chosen_places(self) -> list[str]:
        """The places of the selected rows, from top to bottom."""
        indexes = sorted(self.list.selectionModel().selectedIndexes(), key=lambda i: i.row())
        return [index.data(ROW_ROLE).place for index in indexes]

    def write_chosen(self) -> None:
        """Asks for the moods of the selected rows to be written, where they hold songs."""
        rows = [self._presenter.table.row(place) for place in self.chosen_places()]
        songs = [row.song_id for row in rows if row is not None and row.song_id is not None]
        if songs:
            self.write_wanted.emit(songs)

    def _counted(self, shown: int, size: int) -> str:
        progress = self._presenter.run.progress
        if progress.running and progress.total:
            told = self.tr("{done} of {total}, paused") if progress.paused else self.tr(
                "{done} of {total} tagged")
            return told.format(done=count_text(progress.done), total=count_text(progress.total))
        if shown != size:
            return self.tr("{n} of {size} songs").format(
                n=count_text(shown), size=count_text(size))
        if self._presenter.stored > size >= MOST_ROWS:
            return self.tr("The newest {n}; the Library has all").format(n=count_text(size))
        return self.tr("1 song") if size == 1 else self.tr("{n} songs").format(n=count_text(size))

    def _choose(self, current: QModelIndex) -> None:
        # A list that gains the focus makes its first row current without selecting it.
        if current.isValid() and self.list.selectionModel().isSelected(current):
            self._presenter.select(current.data(ROW_ROLE).place)

    def _choose_selected(self) -> None:
        # The mouse makes a row current first and selects it afterwards; keys do both at once.
        self._choose(self.list.currentIndex())

    def _follow(self) -> None:
        position = self._presenter.table.position(self._presenter.selected)
        if position is None or self.list.currentIndex().row() == position:
            return
        index = self._presenter.table.index(position)
        self.list.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        # Rows that came a moment ago have no place in the view until the event loop turns.
        QTimer.singleShot(0, self, self._show_current)

    def _show_current(self) -> None:
        self.list.scrollTo(self.list.currentIndex())

    def _make_search(self) -> QLineEdit:
        field = SearchField()
        field.setPlaceholderText(self.tr("Search songs, artists, moods"))
        field.setAccessibleName(self.tr("Search the queue"))
        field.setClearButtonEnabled(True)
        field.setAcceptDrops(False)
        field.textChanged.connect(self._presenter.table.search)
        field.entered.connect(lambda: self.list.setFocus())
        return field

    def _make_list(self, theme_source: ThemeSource) -> QueueList:
        view = QueueList()
        view.setModel(self._presenter.table)
        view.setItemDelegate(QueueDelegate(self._presenter.vocabulary, theme_source, view))
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setAccessibleName(self.tr("Songs"))
        set_up_rows(view, self._open_menu)
        return view

    def _make_button(self, act: object) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "link")
        button.clicked.connect(act)
        return button

    def _make_actions(self) -> list[QAction]:
        return add_row_actions(self.list, (
            (self.tr("Tag again"), QKeySequence(Qt.Key.Key_F5),
             lambda: self._presenter.tag_again(self.chosen_places())),
            (self.tr("Write moods into files…"), QKeySequence(Qt.Key.Key_W), self.write_chosen),
            (self.tr("Remove from list"), QKeySequence(QKeySequence.StandardKey.Delete),
             lambda: self._presenter.remove(self.chosen_places()))))

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._actions)
        menu.popup(self.list.viewport().mapToGlobal(where))

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE, 0, SPACE, 0)
        foot.addWidget(self._counts)
        foot.addWidget(self._undo)
        foot.addStretch(1)
        foot.addWidget(self._retry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.search)
        column.addWidget(LeftoverStrip(self._presenter))
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        column.addWidget(self._told)
        column.addLayout(foot)
        self._told.setContentsMargins(SPACE, 0, SPACE, 0)


def _label(role: str, wraps: bool = False) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    return label
