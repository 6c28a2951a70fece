"""What the Library page is built of: head, filters, facets, songs as a table or map, drawer, foot.

Keeps them the same as the presenter, and remembers how they were laid out.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.tagging.browsing.song_query import SongSort
from gui.icons import IconSource
from gui.library.actions import LibraryAction, Place
from gui.library.columns import Column
from gui.library.detail_drawer import DetailDrawer, Leaf
from gui.library.empty_states import Failed, NoSongs, NothingFound, Reading
from gui.library.facet_panel import FacetPanel
from gui.library.filter_line import FilterLine, Shape
from gui.library.filters import as_mood
from gui.library.foot_bar import FootBar
from gui.library.map_link import MapLink
from gui.library.page_head import PageHead
from gui.library.parts import Slot
from gui.library.presenter import LibraryPresenter
from gui.library.song_actions import show_folder_of
from gui.library.song_delegate import SongDelegate
from gui.library.song_list import SongList
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource

if TYPE_CHECKING:
    from gui.library.map_panel import MapPanel

NARROW = 980
_WIDTHS = (204, 620, 420)
_SIDE_LEAST, _LIST_LEAST, _DRAWER_LEAST = 180, 270, 420
_SPLIT, _FACETS, _DRAWER, _SHAPE = (
    "library/split", "library/facets", "library/drawer", "library/shape")
_SORTS = {Column.TITLE: SongSort.TITLE, Column.ARTIST: SongSort.ARTIST,
          Column.ADDED: SongSort.ADDED}


class Browser(QWidget):
    """`memory` keeps which parts are shown, and how wide."""

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource, icons: IconSource,
                 memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._actions = presenter.actions
        self._theme_source = theme_source
        self._memory = memory
        self._map: MapLink | None = None
        self._sought = ""
        self._entering = False
        self._bound: list[tuple[QWidget, QAction]] = []
        self.head = PageHead(presenter, icons, self.act)
        self.filters = FilterLine(presenter, theme_source)
        self.strips = QVBoxLayout()
        self.facets = FacetPanel(presenter, theme_source)
        self.delegate = SongDelegate(presenter.vocabulary, theme_source)
        self.list = SongList(presenter.table, self.delegate, theme_source, memory)
        self.drawer = DetailDrawer(presenter, theme_source, icons, memory)
        self.foot = FootBar(presenter, self.act)
        self.no_songs, self.nothing = NoSongs(), NothingFound()
        self.failed, self.reading = Failed(), Reading()
        self._middle = QStackedWidget()
        for widget in (self.list, self.no_songs, self.nothing, self.failed, self.reading):
            self._middle.addWidget(widget)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self._connect()
        self._recall()
        self._mark_sorted()
        self.refresh()

    @property
    def shape(self) -> Shape:
        """Whether a table or a map is wanted."""
        wanted = str(self._memory.value(_SHAPE, Shape.TABLE))
        return next((shape for shape in Shape if shape == wanted), Shape.TABLE)

    def refresh(self) -> None:
        """Shows what is found, or what there is to say in its place."""
        presenter = self._presenter
        found = presenter.found
        if presenter.trouble is not None:
            self.failed.show_trouble(presenter.trouble)
            self._show(self.failed)
        elif found is None:
            self._show(self.reading)
        elif found.total == 0:
            self._show(self.no_songs)
        elif len(found.keys) == 0:
            self.nothing.show_parts(
                presenter.parts(), as_mood(presenter.query, presenter.vocabulary))
            self._show(self.nothing)
        else:
            self._show_songs()
            if self._entering:
                self._entering = False
                self._choose_first()
        self.filters.setVisible(not self._bare)
        self.foot.setVisible(not self._bare)
        self._arrange()

    def show_shape(self, shape: Shape) -> None:
        """Shows songs as a table or as a map."""
        self._memory.setValue(_SHAPE, shape.value)
        self.filters.show_shape(shape)
        self.refresh()

    def show_drawer(self, shown: bool) -> None:
        """Opens the song at the right, or puts it away."""
        self._memory.setValue(_DRAWER, "yes" if shown else "no")
        self._presenter.opens = shown
        if shown and self._presenter.selection.current:
            self._presenter.open(self._presenter.selection.current)
        self._arrange()

    def show_facets(self, shown: bool) -> None:
        """Shows the facets at the left; in a narrow window they take the place of the song."""
        self._memory.setValue(_FACETS, "yes" if shown else "no")
        if shown and self._narrow:
            self.show_drawer(False)
        self._arrange()

    def open_song(self) -> None:
        """Shows the chosen song with the keyboard on its chips."""
        self.show_drawer(True)
        self.drawer.show_leaf(Leaf.SONG)

    def leave(self) -> bool:
        """What Escape does: one thing after the other is put away. False where nothing is left."""
        desk = self._presenter.desk
        if desk.asked:
            desk.clear_reason()
        elif self.drawer.isVisible():
            self.show_drawer(False)
            self.focus_songs()
        elif len(self._presenter.selection) > 1:
            self._presenter.select((self._presenter.selection.current,))
            self._follow_selection()
        else:
            return False
        return True

    def focus_songs(self) -> None:
        """The keyboard goes to what is in the middle: songs, or what to do without any."""
        shown = self._middle.currentWidget() or self
        (shown.focusProxy() or shown).setFocus(Qt.FocusReason.OtherFocusReason)

    def add_part(self, slot: Slot, widget: QWidget) -> None:
        """Puts a widget of another part of the room where it belongs."""
        {Slot.STRIP: self.strips, Slot.SIDE: self.facets.top,
         Slot.FILES: self.drawer.places.below}[slot].addWidget(widget)

    def act(self, action: LibraryAction) -> None:
        """Does something with what is chosen now."""
        if action.usable(self._presenter.selection):
            action.act(self._presenter.selection)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.foot.refresh()

    @property
    def _bare(self) -> bool:
        """Whether there are no songs to find."""
        found = self._presenter.found
        return self._presenter.trouble is not None or (found is not None and found.total == 0)

    @property
    def _narrow(self) -> bool:
        return self.width() < NARROW

    def _show(self, widget: QWidget) -> None:
        before = self._middle.currentWidget()
        if before is not widget:
            focused = QApplication.focusWidget()
            # Who was in the middle stays there; the first look takes who came to the page.
            first = before is self.reading or widget is self.no_songs
            held = focused is not None and (self._middle.isAncestorOf(focused) or (
                first and self.isAncestorOf(focused) and focused is not self.head.search))
            self._middle.setCurrentWidget(widget)
            if held:
                self.focus_songs()

    def _show_songs(self) -> None:
        snippets = bool(self._presenter.query.text)
        if snippets != self.delegate.snippets:
            self.delegate.snippets = snippets
            self.list.lay_rows()
        if self.shape is Shape.MAP:
            self._show(self.map_panel())
            if self._map is not None:
                self._map.refresh()
        else:
            self._show(self.list)
        self._follow_selection()

    def map_panel(self) -> "MapPanel":
        """The map, made when it is first looked at."""
        from gui.library.map_panel import MapPanel

        found = self._middle.findChild(MapPanel)
        if found is None:
            found = MapPanel(self._presenter.vocabulary, self._theme_source)
            self._middle.addWidget(found)
            self._map = MapLink(self._presenter, found, self.open_song, self)
            found.playlist_wanted.connect(self._make_playlist)
        return found

    def _make_playlist(self) -> None:
        action = self._actions.get("playlist")
        if action is not None:
            self.act(action)

    def _follow_selection(self) -> None:
        """Rows that were chosen stay so, where they are still found."""
        chosen, query = self._presenter.selection, self._presenter.query
        reordered = not self.list.keeps_place and query.text == self._sought
        self.list.choose(chosen.keys, chosen.current, follow=reordered)
        self.list.keeps_place, self._sought = True, query.text

    def _choose(self) -> None:
        if self._middle.currentWidget() is self.list:
            self._presenter.select(self.list.keys(), self.list.current_key())

    def _mark_sorted(self) -> None:
        """Marks the column the songs are ordered by."""
        query = self._presenter.query
        column = next((column for column, sort in _SORTS.items() if sort is query.sort), None)
        # The newest come first unless the order was turned round.
        down = query.descending != (query.sort is SongSort.ADDED)
        self._presenter.table.mark_sorted(column, down)

    def _query_changed(self) -> None:
        """What is found next begins at its top, and where it is only ordered otherwise, at the
        song the person is at."""
        self.list.keeps_place = False
        self._mark_sorted()
        self._look()

    def _look(self) -> None:
        """Tells which rows are in sight; of a table that is not, those that would be."""
        first, last = self.list.in_sight()
        self._presenter.in_sight = first, max(last, first + self.list.rows_that_fit())

    def _press_column(self, column: Column) -> None:
        query = self._presenter.query
        sort = _SORTS.get(column)
        if column is Column.MOODS:
            sort = SongSort.MOOD if query.wishes else SongSort.CERTAINTY
        if sort is not None:
            self._presenter.sort_by(sort)

    def _arrange(self) -> None:
        """Lays out what is wanted and fits: in a narrow window the song goes before the facets, in
        a very narrow one before the list, too."""
        bare = self._bare
        drawer = self._memory.value(_DRAWER, "no") == "yes" and not bare
        first = "no" if self._narrow else "yes"
        facets = str(self._memory.value(_FACETS, first)) == "yes" and not bare
        if self._narrow and drawer:
            facets = False
        both = _LIST_LEAST + GAP + _DRAWER_LEAST + 2 * PAGE_MARGIN
        focused = QApplication.focusWidget()
        self._middle.setVisible(not drawer or self.width() >= both)
        self.facets.setVisible(facets)
        self.filters.facets.setChecked(facets)
        self.drawer.setVisible(drawer)
        # Where what had the keyboard is put away, it goes to the songs and not to the rail.
        if focused is not None and self.isAncestorOf(focused) and not focused.isVisible():
            self.focus_songs()

    def _connect(self) -> None:
        presenter = self._presenter
        presenter.found_changed.connect(self.refresh)
        presenter.query_changed.connect(self._query_changed)
        self.list.chosen.connect(self._choose)
        self.list.menu_wanted.connect(self.open_menu)
        self.list.opened.connect(self.open_song)
        self.list.column_pressed.connect(self._press_column)
        self.list.scrolled.connect(self._look)
        self.filters.shape_chosen.connect(self.show_shape)
        self.filters.facets_wanted.connect(self.show_facets)
        self.head.search.entered.connect(self._enter)
        self.drawer.closed.connect(lambda: self.show_drawer(False))
        self.drawer.folder_wanted.connect(lambda place: show_folder_of(presenter, place))
        self.drawer.song.step_wanted.connect(self.list.step)
        self.drawer.song.again_wanted.connect(
            lambda _: presenter.tag_open_again())
        self.no_songs.samples_wanted.connect(presenter.samples_wanted)
        self.no_songs.files_wanted.connect(presenter.files_wanted)
        self.no_songs.folder_wanted.connect(presenter.folder_wanted)
        self.nothing.part_dropped.connect(presenter.ask_for)
        self.nothing.all_wanted.connect(presenter.show_all)
        self.failed.again_wanted.connect(presenter.wake)
        self._split.splitterMoved.connect(
            lambda: self._memory.setValue(_SPLIT, self._split.saveState()))
        self._actions.changed.connect(self._bind_actions)
        self._bind_actions()

    def _enter(self) -> None:
        """From the search to what it found."""
        self.focus_songs()
        self._entering = True
        self._choose_first()

    def _choose_first(self) -> None:
        """Where nothing is chosen: the first of what was found."""
        presenter = self._presenter
        shown = self._middle.currentWidget() is self.list and presenter.table.rowCount() > 0
        if shown and not presenter.selection.keys:
            first = presenter.table.key_at(0)
            presenter.select((first,), first)
            self._follow_selection()

    def open_menu(self, where: QPoint) -> None:
        """All that can be done with what is chosen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(where)

    def fill_menu(self, menu: QMenu) -> None:
        """The actions for chosen songs, in groups."""
        menu.clear()
        before: int | None = None
        for action in self._actions.at(Place.SONGS):
            if before is not None and action.rank // 10 != before:
                menu.addSeparator()
            before = action.rank // 10
            entry = menu.addAction(action.words.replace("&", "&&"))
            if action.keys:
                entry.setShortcut(QKeySequence(action.keys))
                # The keys are bound to the table; here they are only told.
                entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            entry.setEnabled(action.usable(self._presenter.selection))
            entry.triggered.connect(lambda _=False, one=action: self.act(one))

    def _bind_actions(self) -> None:
        """The keys of actions: those for songs work where the songs are."""
        for where, bound in self._bound:
            where.removeAction(bound)
            bound.deleteLater()
        self._bound = []
        for action in self._actions.at(*Place):
            if not action.keys:
                continue
            where = self._middle if action.place is Place.SONGS else self
            bound = QAction(action.words, where)
            bound.setShortcut(QKeySequence(action.keys))
            bound.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            bound.triggered.connect(lambda _=False, one=action: self.act(one))
            where.addAction(bound)
            self._bound.append((where, bound))

    def _lay_out(self) -> None:
        for widget, least in ((self.facets, _SIDE_LEAST), (self._middle, _LIST_LEAST),
                              (self.drawer, _DRAWER_LEAST)):
            widget.setMinimumWidth(least)
            self._split.addWidget(widget)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(GAP)
        self._split.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._split.setStretchFactor(1, 1)
        self._split.setSizes(list(_WIDTHS))
        self.strips.setSpacing(SPACE)
        self.foot.more.menu_of.aboutToShow.connect(
            lambda: self.fill_menu(self.foot.more.menu_of))
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.head)
        column.addLayout(self.strips)
        column.addWidget(self.filters)
        column.addWidget(self._split, 1)
        column.addWidget(self.foot)

    def _recall(self) -> None:
        state = self._memory.value(_SPLIT)
        if isinstance(state, QByteArray):
            self._split.restoreState(state)
        self.filters.show_shape(self.shape)
        self._presenter.opens = self._memory.value(_DRAWER, "no") == "yes"
        QTimer.singleShot(0, self, self.list.lay_rows)
