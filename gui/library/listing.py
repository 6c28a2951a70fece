"""Playlists, courses and exports as the Library's room offers them: actions, windows, the side.

Connects the parts; each of them is made when it is first asked for.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSettings, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from engine.tagging.browsing.song_query import SongQuery, SongSort
from engine.tagging.playlists.playlist import Playlist
from gui.library import filters
from gui.library.actions import LibraryAction, Place
from gui.library.page import LibraryPage
from gui.library.parts import Slot
from gui.library.playlists import Playlists, can_follow
from gui.library.presenter import LibraryPresenter
from gui.library.selection import Selection
from gui.library.services import LibraryServices
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.library.arc_window import ArcWindow
    from gui.library.export_window import ExportWindow
    from gui.library.playlist_naming import PlaylistNaming

_LIKE = 25


class Listing(QObject):
    """`playlists` are those of the library. The windows that are open are `naming`, `courses` and
    `exporting`, None where they are not."""

    def __init__(self, presenter: LibraryPresenter, page: LibraryPage, theme_source: ThemeSource,
                 memory: QSettings) -> None:
        super().__init__(page)
        self._presenter = presenter
        self._page = page
        self._theme_source = theme_source
        self._memory = memory
        self.playlists = Playlists(presenter, self)
        self.naming: PlaylistNaming | None = None
        self.courses: ArcWindow | None = None
        self.exporting: ExportWindow | None = None
        page.add_part(Slot.SIDE, self._make_panel)
        self._add_actions()
        self.playlists.changed.connect(self._offer_changes)

    def make(self, songs: Sequence[int], name: str = "") -> None:
        """Asks for a name and makes a playlist of these songs."""
        from gui.library.playlist_naming import PlaylistNaming

        kept = tuple(song for song in songs if song > 0)
        if kept:
            self._name(PlaylistNaming(name or self.tr("My playlist"), len(kept),
                                      parent=self._page.window()),
                       lambda named, _: self.playlists.make(named, kept))

    def make_of_found(self) -> None:
        """Asks for a name and whether the list follows the Library, for what is shown now."""
        from gui.library.playlist_naming import PlaylistNaming

        found, query = self._presenter.found, self._presenter.query
        songs = tuple(int(key) for key in found.keys if key > 0) if found else ()
        parts = filters.filter_parts(query, self._presenter.vocabulary)
        words = ", ".join(part.words for part in parts)
        rule = (words or self.tr("every song of the Library")) if can_follow(query) else ""
        if not songs and not rule:
            return

        def make(named: str, follows: bool) -> None:
            if follows:
                self.playlists.make_rule(named, query)
            else:
                self.playlists.make(named, songs)
        self._name(PlaylistNaming(words or self.tr("My playlist"), len(songs), rule,
                                  self._page.window()), make)

    def rename(self, playlist: Playlist) -> None:
        from gui.library.playlist_naming import PlaylistNaming

        self._name(PlaylistNaming(playlist.name, parent=self._page.window()),
                   lambda named, _: self.playlists.rename(playlist.id, named))

    def make_like(self, selection: Selection) -> None:
        """A playlist of the songs nearest to one, in a smooth order."""
        song = selection.one

        def question(services: LibraryServices) -> tuple[tuple[int, ...], str]:
            from engine.tagging.playlists.list_making import ListMaking

            lists = ListMaking(services.database, services.index(), services.settings.tagger,
                               services.vocabulary)
            found = lists.like(song, _LIKE)
            shown = services.index().rows((song,))
            return found, shown[0].title if shown else ""

        def then(answer: tuple[tuple[int, ...], str]) -> None:
            songs, title = answer
            self.make(songs, self.tr("Like {title}").format(title=title) if title else "")
        self._presenter.asking.ask(question, then)  # type: ignore[arg-type] # what it answers

    def show_courses(self) -> None:
        """Opens the window that finds songs by their course."""
        from gui.library.arc_search import ArcSearch
        from gui.library.arc_window import ArcWindow

        if self.courses is not None:
            self.courses.raise_()
            return
        presenter = self._presenter
        narrowed = filters.is_filtered(presenter.query) and presenter.found is not None
        window = self.courses = ArcWindow(
            ArcSearch(presenter.asking, self), presenter.vocabulary, self._theme_source,
            presenter.query if narrowed else None,
            len(presenter.found.keys) if presenter.found else 0, self._page.window())
        window.show_wanted.connect(self._show_songs)
        window.playlist_wanted.connect(self.make)
        window.opened.connect(presenter.open)
        window.destroyed.connect(partial(self._forget, "courses"))
        window.show()

    def export(self, keys: Sequence[int], name: str = "") -> None:
        """Opens the window that writes songs into a file."""
        from gui.library.export_window import ExportWindow
        from gui.library.list_export import ListExport

        if self.exporting is not None or not keys:
            return
        exports = ListExport(self._presenter.working, self)
        window = self.exporting = ExportWindow(exports, keys, name, self._memory,
                                               self._page.window())
        exports.failed.connect(self._presenter.problem_raised)
        window.destroyed.connect(partial(self._forget, "exporting"))
        window.setWindowModality(Qt.WindowModality.WindowModal)
        window.open()

    def open_new_menu(self, where: QPoint) -> None:
        """What a new playlist can be made of."""
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self._presenter.selection.songs
        self._offer(menu, self.tr("Of the chosen songs…"), lambda: self.make(chosen), bool(chosen))
        self._offer(menu, self.tr("Of all songs shown…"), self.make_of_found)
        self._offer(menu, self.tr("Of songs like the chosen one…"),
                    lambda: self.make_like(self._presenter.selection),
                    bool(self._presenter.selection.one))
        self._offer(menu, self.tr("Of songs by their course…"), self.show_courses)
        menu.popup(where)

    def open_add_menu(self, selection: Selection) -> None:
        """Into which playlist the chosen songs go."""
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._offer(menu, self.tr("New playlist…"), lambda: self.make(selection.songs))
        menu.addSeparator()
        for playlist in self.playlists.by_hand:
            self._offer(menu, playlist.name.replace("&", "&&"),
                        partial(self.playlists.add, playlist, selection.songs))
        menu.popup(QCursor.pos())
        menu.setActiveAction(menu.actions()[0])

    def _export_playlist(self, playlist: Playlist) -> None:
        def question(services: LibraryServices) -> tuple[int, ...]:
            from engine.tagging.playlists.list_making import ListMaking
            from engine.tagging.playlists.playlist_store import PlaylistStore

            lists = ListMaking(services.database, services.index(), services.settings.tagger,
                               services.vocabulary)
            return lists.contents(PlaylistStore(services.database), playlist.id)
        self._presenter.asking.ask(
            question, lambda songs: self.export(songs, playlist.name))  # type: ignore[arg-type]

    def _export_found(self) -> None:
        found, shown = self._presenter.found, self.playlists.shown
        if found is not None:
            self.export([int(key) for key in found.keys], shown.name if shown else "")

    def _show_songs(self, songs: Sequence[int], _name: str) -> None:
        self._presenter.ask_for(SongQuery(playlist=tuple(songs), sort=SongSort.LISTED))

    def _reorder(self, way: tuple[float, ...], words: str) -> None:
        """Puts the open playlist into another order: along a way from dark (-1) to bright (1), or
        without one so that each song leads to the next."""
        lists, playlist, songs = self.playlists, self.playlists.open_id, self.playlists.songs

        def question(services: LibraryServices) -> tuple[int, ...]:
            from engine.tagging.playlists.arcs import DrawnArc
            from engine.tagging.playlists.list_making import ListMaking

            making = ListMaking(services.database, services.index(), services.settings.tagger,
                                services.vocabulary)
            return making.sorted_along(DrawnArc(way), songs) if way else making.smoothly(songs)

        def then(order: tuple[int, ...]) -> None:
            if (lists.open_id, lists.songs) == (playlist, songs):
                lists.put_in_order(order, words)
        self._presenter.asking.ask(question, then)  # type: ignore[arg-type] # what it answers

    def _add_actions(self) -> None:
        add, actions = self._add, self._presenter.actions
        add("playlist", self.tr("Add to a playlist…"), self.open_add_menu, rank=40, keys="P",
            on_bar=True, fits=lambda chosen: bool(chosen.songs),
            tip=self.tr("Puts the chosen songs into a playlist (P)."))
        add("playlist_like", self.tr("Playlist of songs like this…"), self.make_like, rank=41,
            fits=lambda chosen: chosen.one != 0)
        add("export_songs", self.tr("Export…"), lambda chosen: self.export(chosen.keys), rank=45)
        for action in (
                LibraryAction("courses", self.tr("Songs by their course…"),
                              lambda _: self.show_courses(), Place.PAGE, rank=40),
                LibraryAction("keep_found", self.tr("Keep what is shown as a playlist…"),
                              lambda _: self.make_of_found(), Place.PAGE, rank=41),
                LibraryAction("export_found", self.tr("Export all that is shown…"),
                              lambda _: self._export_found(), Place.PAGE, rank=45)):
            actions.add(action)

    def _offer_changes(self) -> None:
        """What can be done within the open playlist, while one by hand is open."""
        shown, actions = self.playlists.shown, self._presenter.actions
        own = ("list_out", "list_up", "list_down", *(name for name, *_ in self._orders()))
        if shown is None or shown.by_rule:
            for name in own:
                actions.remove(name)
        elif actions.get(own[0]) is None:
            lists = self.playlists
            self._add("list_out", self.tr("Take out of this playlist"),
                      lambda chosen: lists.take_out(chosen.songs), rank=46, keys="Backspace",
                      on_bar=True)
            self._add("list_up", self.tr("Move up"), lambda chosen: lists.move(chosen.songs, -1),
                      rank=47, keys="Alt+Up")
            self._add("list_down", self.tr("Move down"),
                      lambda chosen: lists.move(chosen.songs, 1), rank=48, keys="Alt+Down")
            for name, words, way, told in self._orders():
                actions.add(LibraryAction(
                    name, words, lambda _, way=way, told=told: self._reorder(way, told),
                    Place.PAGE, rank=52))

    def _orders(self) -> tuple[tuple[str, str, tuple[float, ...], str], ...]:
        """The orders a playlist can be put in: name, words, way, and what is told then."""
        return (("list_smooth", self.tr("Let each song lead to the next"), (),
                 self.tr("Each song now leads to the next.")),
                ("list_brighten", self.tr("Order from dark to bright"), (-1.0, 1.0),
                 self.tr("The playlist now grows brighter.")),
                ("list_darken", self.tr("Order from bright to dark"), (1.0, -1.0),
                 self.tr("The playlist now grows darker.")))

    def _add(self, name: str, words: str, act: Callable[[Selection], object], rank: int,
             keys: str = "", on_bar: bool = False, tip: str = "",
             fits: Callable[[Selection], bool] | None = None) -> None:
        self._presenter.actions.add(LibraryAction(
            name, words, act, rank=rank, keys=keys, on_bar=on_bar, tip=tip, fits=fits))

    def _make_panel(self) -> QWidget:
        from gui.library.playlist_panel import PlaylistPanel

        panel = PlaylistPanel(self.playlists, self._theme_source)
        panel.naming_wanted.connect(self.rename)
        panel.export_wanted.connect(self._export_playlist)
        panel.new_wanted.connect(self.open_new_menu)
        return panel

    def _name(self, dialog: "PlaylistNaming", then: Callable[[str, bool], None]) -> None:
        if self.naming is not None:
            self.naming.reject()
        self.naming = dialog
        dialog.named.connect(then)
        dialog.destroyed.connect(partial(self._forget_naming, dialog))
        dialog.open()

    def _forget_naming(self, dialog: QDialog) -> None:
        if self.naming is dialog:
            self.naming = None

    def _forget(self, name: str) -> None:
        setattr(self, name, None)

    def _offer(self, menu: QMenu, words: str, act: Callable[[], object],
               usable: bool = True) -> None:
        entry = menu.addAction(words)
        entry.setEnabled(usable)
        entry.triggered.connect(lambda: act())

