"""The window: rail, pages one above the other, banner, job bar, menus. It holds no rules.

What a menu entry or a key does is connected in gui.app; pages do not know each other.
"""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from gui.job_bar import JobBar
from gui.notifications import Banner
from gui.rail import Rail, Room

SMALLEST = (720, 480)
FIRST_SIZE = (1280, 800)


class MainWindow(QMainWindow):
    """Signals say what was asked for. `memory` keeps size, place and page between runs."""

    files_wanted = Signal()
    folder_wanted = Signal()
    paste_wanted = Signal()
    help_wanted = Signal()
    about_wanted = Signal()
    report_wanted = Signal()
    page_changed = Signal(str)
    first_painted = Signal()
    closed = Signal()

    def __init__(self, rooms: Sequence[Room], banner: Banner, memory: QSettings,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Undertone")
        self.setMinimumSize(*SMALLEST)
        self._memory = memory
        self._painted = False
        self._rooms = {room.name: room.page for room in rooms}
        self._places = {room.name: place for place, room in enumerate(rooms)}
        self.rail = Rail(rooms)
        self.job_bar = JobBar()
        self._stack = QStackedWidget()
        for room in rooms:
            room.page.setProperty("role", "page")
            room.page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            self._stack.addWidget(room.page)
        self._lay_out(banner)
        self._fill_menus(rooms)
        self.rail.chosen.connect(self.show_page)
        self._recall(rooms)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return next(n for n, place in self._places.items() if place == self._stack.currentIndex())

    def show_page(self, name: str) -> None:
        self.rail.mark(name)
        if self._stack.currentIndex() != self._places[name]:
            self._stack.setCurrentIndex(self._places[name])
            self.page_changed.emit(name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._painted:
            self._focus_page()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._memory.setValue("geometry", self.saveGeometry())
        self._memory.setValue("page", self.page)
        self._memory.sync()
        self.closed.emit()
        super().closeEvent(event)

    def _focus_page(self) -> None:
        """The person starts in the page, not on the rail."""
        page = self._rooms[self.page]
        widget: QWidget | None = page.nextInFocusChain()
        while widget is not None and widget is not page and page.isAncestorOf(widget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            widget = widget.nextInFocusChain()

    def _lay_out(self, banner: Banner) -> None:
        content = QVBoxLayout()
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(0)
        content.addWidget(banner)
        content.addWidget(self._stack, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(content, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self.job_bar)
        self.setCentralWidget(whole)

    def _fill_menus(self, rooms: Sequence[Room]) -> None:
        file = self.menuBar().addMenu(self.tr("&File"))
        self._entry(file, self.tr("Open &files…"), "Ctrl+O").triggered.connect(
            self.files_wanted)
        self._entry(file, self.tr("Open f&older…"), "Ctrl+Shift+O").triggered.connect(
            self.folder_wanted)
        self._entry(file, self.tr("&Paste a lyric"), "Ctrl+V").triggered.connect(
            self.paste_wanted)
        file.addSeparator()
        leave = self._entry(file, self.tr("&Quit"), "Ctrl+Q", QAction.MenuRole.QuitRole)
        leave.triggered.connect(self.close)
        self._fill_view_menu(self.menuBar().addMenu(self.tr("&View")), rooms)
        aid = self.menuBar().addMenu(self.tr("&Help"))
        self._entry(aid, self.tr("&How it works"), "F1").triggered.connect(self.help_wanted)
        self._entry(aid, self.tr("Problem &report…"), "").triggered.connect(self.report_wanted)
        about = self._entry(aid, self.tr("&About Undertone"), "", QAction.MenuRole.AboutRole)
        about.triggered.connect(self.about_wanted)

    def _fill_view_menu(self, view: QMenu, rooms: Sequence[Room]) -> None:
        """Ctrl+1, Ctrl+2 and so on from the top; settings also where people look for them."""
        for place, room in enumerate(rooms, 1):
            settings = room.name == "settings"
            role = QAction.MenuRole.PreferencesRole if settings else QAction.MenuRole.NoRole
            entry = self._entry(view, room.title, f"Ctrl+{place}", role)
            if settings:
                entry.setShortcuts([QKeySequence("Ctrl+,"), QKeySequence(f"Ctrl+{place}")])
            entry.triggered.connect(lambda _, name=room.name: self.show_page(name))

    def _entry(self, menu: QMenu, words: str, keys: str,
               role: QAction.MenuRole = QAction.MenuRole.NoRole) -> QAction:
        entry = QAction(words, self)
        entry.setMenuRole(role)
        if keys:
            entry.setShortcut(QKeySequence(keys))
        menu.addAction(entry)
        return entry

    def _recall(self, rooms: Sequence[Room]) -> None:
        geometry = self._memory.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(*FIRST_SIZE)
        page = self._memory.value("page")
        self.show_page(page if page in self._places else rooms[0].name)
        self.rail.mark(self.page)
