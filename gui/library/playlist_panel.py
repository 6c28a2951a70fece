"""The playlists at the side of the Library: pressed, one shows its songs; a menu does the rest."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from engine.tagging.playlists.playlist import Playlist
from gui.library.facet_row import Asked, FacetRow
from gui.library.playlists import Playlists
from gui.link_button import link_button
from gui.theme import SPACE, ThemeSource

_FIRST = 8


class PlaylistRow(FacetRow):
    """One playlist. F2 renames, Delete removes, Alt with the arrows moves it; the menu key or a
    right click shows all of it. A list by rule has no count: it holds what is found."""

    renaming_wanted = Signal()
    removal_wanted = Signal()
    export_wanted = Signal()
    rule_wanted = Signal()
    shift_wanted = Signal(int)

    def __init__(self, playlist: Playlist, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        self.playlist = playlist
        super().__init__(playlist.name, theme_source, parent=parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_playlist(self, playlist: Playlist, is_open: bool) -> None:
        """Takes what is known now."""
        self.playlist = playlist
        self.setText(playlist.name)
        self.setShortcut(QKeySequence())  # an & in a name is just that
        self.show_facet(playlist.count, Asked.WITH if is_open else Asked.NO)
        if playlist.by_rule:
            self.setAccessibleName(", ".join(filter(None, (
                playlist.name, self.tr("follows the Library"),
                self.tr("shown") if is_open else ""))))
            self.setToolTip(self.tr("Holds all songs that fit, now and later."))

    def count_words(self) -> str:
        return "∞" if self.playlist.by_rule else super().count_words()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_F2:
                self.renaming_wanted.emit()
            case Qt.Key.Key_Delete:
                self.removal_wanted.emit()
            case Qt.Key.Key_Up if alt:
                self.shift_wanted.emit(-1)
            case Qt.Key.Key_Down if alt:
                self.shift_wanted.emit(1)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """All that can be done to this playlist."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = self.asked is Asked.WITH
        self._offer(menu, self.tr("Close") if shown else self.tr("Show its songs"), self.click)
        self._offer(menu, self.tr("Export…"), self.export_wanted.emit)
        if self.playlist.by_rule and not shown:
            self._offer(menu, self.tr("Follow what is shown now"), self.rule_wanted.emit)
        menu.addSeparator()
        self._offer(menu, self.tr("Rename…"), self.renaming_wanted.emit, "F2")
        self._offer(menu, self.tr("Move up"), lambda: self.shift_wanted.emit(-1), "Alt+Up")
        self._offer(menu, self.tr("Move down"), lambda: self.shift_wanted.emit(1), "Alt+Down")
        menu.addSeparator()
        self._offer(menu, self.tr("Remove"), self.removal_wanted.emit, "Del")
        return menu

    def _offer(self, menu: QMenu, words: str, act: Callable[[], object], keys: str = "") -> None:
        entry = menu.addAction(words)
        if keys:
            entry.setShortcut(keys)
            # The row takes these keys itself; here they are only told.
            entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        entry.triggered.connect(lambda: act())


class PlaylistPanel(QWidget):
    """`naming_wanted` carries a playlist that is to be renamed, `export_wanted` one to be written
    into a file; `new_wanted` asks for a menu of new ones at a place on the screen."""

    naming_wanted = Signal(object)
    export_wanted = Signal(object)
    new_wanted = Signal(object)

    def __init__(self, playlists: Playlists, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playlists = playlists
        self._theme_source = theme_source
        self._whole = False
        self.rows: dict[int, PlaylistRow] = {}
        words = QLabel(self.tr("Playlists"))
        words.setProperty("role", "meta")
        words.setIndent(SPACE)
        self.new = link_button(self.tr("New…"))
        self.new.setAccessibleName(self.tr("New playlist"))
        self.new.clicked.connect(self._ask_for_new)
        self.empty = QLabel(self.tr("None yet. Choose songs, or draw around them on the map."))
        self.empty.setProperty("role", "meta")
        self.empty.setWordWrap(True)
        self.empty.setIndent(SPACE)
        self.more = link_button("")
        self.more.clicked.connect(self._turn)
        head = QHBoxLayout()
        head.addWidget(words, 1)
        head.addWidget(self.new)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, SPACE)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addWidget(self.empty)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        playlists.changed.connect(self.refresh)
        theme_source.changed.connect(self.update)
        self.refresh()
        playlists.load()

    def refresh(self) -> None:
        """Shows the playlists there are; rows that stay keep the focus."""
        wanted = {each.id: each for each in self._playlists.all}
        for gone in [each for each in self.rows if each not in wanted]:
            row = self.rows.pop(gone)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for at, (playlist_id, playlist) in enumerate(wanted.items()):
            row = self.rows.get(playlist_id) or self._make(playlist)
            row.show_playlist(playlist, playlist_id == self._playlists.open_id)
            if self._column.indexOf(row) != at + 1:
                self._column.removeWidget(row)
                self._column.insertWidget(at + 1, row)
            row.setVisible(self._whole or at < _FIRST or row.hasFocus()
                           or playlist_id == self._playlists.open_id)
        self.empty.setVisible(not wanted)
        self.more.setVisible(len(wanted) > _FIRST)
        self.more.setText(self.tr("Fewer") if self._whole
                          else self.tr("All {n}").format(n=len(wanted)))

    def _make(self, playlist: Playlist) -> PlaylistRow:
        row = PlaylistRow(playlist, self._theme_source)
        row.clicked.connect(lambda: self._playlists.open(playlist.id))
        row.renaming_wanted.connect(lambda: self.naming_wanted.emit(row.playlist))
        row.removal_wanted.connect(lambda: self._playlists.remove(row.playlist))
        row.rule_wanted.connect(lambda: self._playlists.follow_found(row.playlist))
        row.export_wanted.connect(lambda: self.export_wanted.emit(row.playlist))
        row.shift_wanted.connect(lambda by: self._playlists.shift(playlist.id, by))
        self.rows[playlist.id] = row
        return row

    def _ask_for_new(self) -> None:
        self.new_wanted.emit(self.new.mapToGlobal(QPoint(0, self.new.height())))

    def _turn(self) -> None:
        self._whole = not self._whole
        self.refresh()
