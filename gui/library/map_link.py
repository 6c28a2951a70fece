"""Keeps the map and what is found the same: reads where songs lie when the map is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from engine.tagging.browsing.song_query import Found, Keys, ShelfSong
from gui.library.map_paint import MapSongs
from gui.library.map_panel import MapPanel
from gui.library.presenter import LibraryPresenter
from gui.library.services import LibraryServices
from gui.library.wording import note_of, song_title
from gui.mood_words import one_line, tag_text


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    version: int
    songs: MapSongs


class MapLink(QObject):
    """Between the presenter and one map panel. Reads nothing while the panel is hidden."""

    def __init__(self, presenter: LibraryPresenter, panel: MapPanel,
                 open_detail: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._panel = panel
        self._asked: Found | None = None
        self._version = -1
        self._songs: Keys = np.empty(0, np.int64)
        view = panel.view
        view.chosen.connect(presenter.select)
        view.opened.connect(lambda key: (presenter.open(key), open_detail()))
        view.name_wanted.connect(self._name)
        presenter.found_changed.connect(self.refresh)
        presenter.selection_changed.connect(self._follow)

    def refresh(self) -> None:
        """Reads where the songs that are found lie, unless that was read."""
        found = self._presenter.found
        if found is None or found is self._asked or not self._panel.isVisible():
            return
        self._asked = found
        version, songs = self._presenter.version, np.sort(found.keys)
        if version == self._version and np.array_equal(songs, self._songs):
            return  # the same songs in another order
        self._version, self._songs = version, songs

        def question(services: LibraryServices) -> _Placed:
            index = services.index()
            return _Placed(version, MapSongs(found.keys, index.points(found.keys),
                                           index.leading(found.keys), index.moods))

        self._presenter.asking.ask(question, self._take, self._fail)

    def _take(self, placed: Any) -> None:
        if placed.version == self._version and np.array_equal(
                np.sort(placed.songs.keys), self._songs):
            self._panel.show_songs(placed.songs)
            self._follow()

    def _fail(self, problem: object) -> None:
        self._asked, self._version = None, -1
        self._presenter.problem_raised.emit(problem)

    def _follow(self) -> None:
        chosen = self._presenter.selection
        view = self._panel.view
        if self._panel.isVisible() and set(view.chosen_keys()) != set(chosen.keys):
            view.show_chosen(chosen.keys, chosen.current)

    def _name(self, key: int) -> None:
        self._presenter.read((key,), lambda songs: [
            self._panel.view.show_name(song.key, self._words(song)) for song in songs])

    def _words(self, song: ShelfSong) -> tuple[str, ...]:
        moods = ", ".join(tag_text(tag, self._presenter.vocabulary) for tag in song.tags[:3])
        words = (song_title(song), one_line(song.artist), moods or note_of(song))
        return tuple(word for word in words if word)
