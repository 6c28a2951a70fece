"""The table of songs on screen: its columns, its keys, what is chosen in it.

Only rows in sight are asked for, so that a hundred thousand scroll like a hundred.
"""

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QSettings,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from gui.library.columns import LEAST, Column, column_widths, column_word
from gui.library.song_delegate import SongDelegate
from gui.library.song_table import Index, SongTable
from gui.theme import ThemeSource

_REMEMBERED = "library/columns"
_MOST_RANGES = 2_000
_LEFT_TO_PAGE = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return,
                 Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class SongList(QTableView):
    """`chosen` is sent when other rows are chosen, `menu_wanted` where the menu is asked for,
    `column_pressed` when the head of a column is pressed, `opened` when a row is pressed twice,
    `scrolled` when other rows came into sight. With `keeps_place` rows that come or go do not
    move the others in sight. `memory` keeps columns between runs."""

    chosen = Signal()
    menu_wanted = Signal(QPoint)
    column_pressed = Signal(object)
    opened = Signal()
    scrolled = Signal()

    def __init__(self, table: SongTable, delegate: SongDelegate, theme_source: ThemeSource,
                 memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._delegate = delegate
        self._memory = memory
        self._restoring = False
        self._sizing = False
        self._hidden, self._own = _recalled(memory)
        self._anchor = (0, 0)
        self.keeps_place = False
        self.setProperty("role", "grid")
        self.setModel(table)
        self.setItemDelegate(delegate)
        self._set_up()
        self._set_up_header()
        theme_source.changed.connect(self.viewport().update)

    def keys(self) -> list[int]:
        """The keys of the chosen rows from top to bottom."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(at) for at in range(selection.count())]
        spans = sorted((span.top(), span.bottom()) for span in ranges)
        found: list[int] = []
        for top, bottom in spans:
            found += self._table.keys[top:bottom + 1].tolist()
        return found

    def current_key(self) -> int:
        """The key of the row the person is at, 0 where there is none."""
        index = self.currentIndex()
        return self._table.key_at(index.row()) if index.isValid() else 0

    def choose(self, keys: Iterable[int], current: int, follow: bool = False) -> None:
        """Chooses rows by their keys, without telling; `follow` brings the current into sight."""
        rows = self._table.rows_of(keys)
        selection = QItemSelection()
        last = self._table.columnCount() - 1
        for first, end in _spans(rows)[:_MOST_RANGES]:
            selection.select(self._table.index(first, 0), self._table.index(end, last))
        at = self._table.row_of(current) if current else -1
        self._restoring = True
        flags = QItemSelectionModel.SelectionFlag
        if at >= 0:
            self.selectionModel().setCurrentIndex(self._table.index(at, 0), flags.NoUpdate)
        self.selectionModel().select(selection, flags.ClearAndSelect)
        self._restoring = False
        if follow and at >= 0:
            self.scrollTo(self._table.index(at, 0))

    def step(self, by: int) -> None:
        """Goes to the next or an earlier song, alone."""
        row = self.currentIndex().row() + by if self.currentIndex().isValid() else 0
        if 0 <= row < self._table.rowCount():
            self.setCurrentIndex(self._table.index(row, 0))

    def in_sight(self) -> tuple[int, int]:
        """The first row on screen and the one after the last."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return first, (last if last >= 0 else self._table.rowCount() - 1) + 1

    def rows_that_fit(self) -> int:
        """How many rows can be seen at once."""
        return self.viewport().height() // self._delegate.row_height + 2

    def lay_rows(self) -> None:
        """Takes the height the delegate wants for all rows."""
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_columns()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _LEFT_TO_PAGE:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go_far(event)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts on this page; searching has its own field."""

    def _go_far(self, event: QKeyEvent) -> None:
        """To the first or last song, where Qt would go to the first or last column."""
        row = 0 if event.key() == Qt.Key.Key_Home else self._table.rowCount() - 1
        if row >= 0:
            held = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            flags = QItemSelectionModel.SelectionFlag
            how = flags.SelectCurrent if held else flags.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._table.index(row, 0), how | flags.Rows)

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Songs"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.lay_rows()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda where: self.menu_wanted.emit(self.viewport().mapToGlobal(where)))
        self.selectionModel().selectionChanged.connect(self._tell)
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(lambda _: self.opened.emit())
        self.verticalScrollBar().valueChanged.connect(lambda _: self.scrolled.emit())
        self._table.modelAboutToBeReset.connect(self._drop_anchor)
        self._table.modelReset.connect(self._find_place)

    def _drop_anchor(self) -> None:
        """Remembers the song at the top, and how much of its row is hidden."""
        height = self.verticalHeader().defaultSectionSize()
        top, hidden = divmod(self.verticalScrollBar().value(), height)
        self._anchor = self._table.key_at(top), hidden

    def _find_place(self) -> None:
        """Other rows came: the song at the top stays there where it is wished for and found."""
        key, hidden = self._anchor
        row = self._table.row_of(key) if key and self.keeps_place else -1
        bar = self.verticalScrollBar()
        if row >= 0:
            self.updateGeometries()
            bar.setValue(row * self.verticalHeader().defaultSectionSize() + hidden)
        elif not self.keeps_place:
            bar.setValue(0)

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(LEAST)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_columns)
        header.sectionClicked.connect(lambda at: self.column_pressed.emit(Column(at)))
        header.sectionResized.connect(self._keep_width)

    def _tell(self) -> None:
        if not self._restoring:
            self.chosen.emit()

    def _hover(self, row: int) -> None:
        before, self._delegate.hovered = self._delegate.hovered, row
        if before != row:
            self._repaint_rows(before, row)

    def _lay_columns(self) -> None:
        room = self.viewport().width()
        widths = column_widths(room, self._hidden, self._own)
        self._sizing = True
        for column in Column:
            self.setColumnHidden(column, column not in widths)
            if column in widths:
                self.setColumnWidth(column, widths[column])
        self._sizing = False
        delegate = self._delegate
        delegate.row_left, delegate.row_width = 0, room
        below = Column.ARTIST not in widths and Column.ARTIST not in self._hidden
        if below != delegate.artist_below:
            delegate.artist_below = below
            # Rows may not change their height while the view lays itself out.
            QTimer.singleShot(0, self, self.lay_rows)

    def _keep_width(self, at: int, _before: int, width: int) -> None:
        """The person drew a border; the title takes what is left."""
        if self._sizing or Column(at) is Column.TITLE:
            return
        self._own[Column(at)] = width
        self._remember()
        self._lay_columns()

    def _open_columns(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in Column:
            if column is not Column.TITLE:
                action = menu.addAction(column_word(column))
                action.setCheckable(True)
                action.setChecked(column not in self._hidden)
                action.triggered.connect(lambda on, one=column: self.show_column(one, on))
        menu.addSeparator()
        menu.addAction(self.tr("As it was at first")).triggered.connect(self._reset_columns)
        menu.popup(self.horizontalHeader().mapToGlobal(where))

    def show_column(self, column: Column, shown: bool) -> None:
        """Shows a column, where there is room for it, or takes it away."""
        self._hidden = self._hidden - {column} if shown else self._hidden | {column}
        self._remember()
        self._lay_columns()

    def _reset_columns(self) -> None:
        self._hidden, self._own = frozenset(), {}
        self._remember()
        self._lay_columns()

    def _remember(self) -> None:
        hidden = ",".join(column.name for column in sorted(self._hidden))
        own = ",".join(f"{column.name}={width}" for column, width in self._own.items())
        self._memory.setValue(_REMEMBERED, f"{hidden};{own}")

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._mark_focus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mark_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark_focus()

    def _mark_focus(self) -> None:
        """The outline runs around the whole row, of which Qt knows one cell."""
        before = self._delegate.focused
        self._delegate.focused = self.currentIndex().row() if self.hasFocus() else -1
        self._repaint_rows(before, self._delegate.focused)

    def _repaint_rows(self, *rows: int) -> None:
        for row in rows:
            if 0 <= row < self._table.rowCount():
                area = self.visualRect(self._table.index(row, 0))
                self.viewport().update(0, area.top(), self.viewport().width(), area.height())


def _spans(rows: list[int]) -> list[tuple[int, int]]:
    """Rising rows as runs from first to last."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1] = found[-1][0], row
        else:
            found.append((row, row))
    return found


def _recalled(memory: QSettings) -> tuple[frozenset[Column], dict[Column, int]]:
    """Which columns were hidden and how wide they were drawn; what makes no sense is left out."""
    hidden, _, own = str(memory.value(_REMEMBERED, "")).partition(";")
    names = {column.name: column for column in Column if column is not Column.TITLE}
    pairs = [pair.partition("=") for pair in own.split(",")]
    widths = {name: width for name, _, width in pairs}
    return (frozenset(names[name] for name in hidden.split(",") if name in names),
            {names[name]: max(LEAST, min(800, int(width))) for name, width in widths.items()
             if name in names and width.isdecimal()})
