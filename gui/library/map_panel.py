"""The map with what belongs beneath it: how many songs it shows, how it is used, and its zoom."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.vocabulary import Vocabulary
from gui.figures import count_text
from gui.library.map_paint import MapSongs
from gui.library.map_view import MapView
from gui.link_button import link_button
from gui.theme import SPACE, ThemeSource

_STEP = 1.5


class MapPanel(QWidget):
    """`view` is the map. `playlist_wanted` carries the keys of songs that shall become one."""

    playlist_wanted = Signal(object)

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = MapView(vocabulary, theme_source)
        self.count = _quiet()
        self.hint = _quiet()
        self.hint.setText(self.tr("Draw a line around songs to choose them. Click one to see it."))
        for words in (self.count, self.hint):
            words.setWordWrap(True)
        # The map keeps its size while songs are chosen.
        kept = self.hint.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.hint.setSizePolicy(kept)
        self.hint.setToolTip(self.tr(
            "The wheel and + and \u2212 zoom. Hold Space, or the middle button, to move.\n"
            "Arrows go from song to song, Enter opens one, Insert takes it in or out,\n"
            "Ctrl+A takes all in sight, Escape none."))
        self.to_playlist = link_button(self.tr("Make a playlist"))
        self.nearer = self._zoom_button("+", self.tr("Nearer"), lambda: self.view.zoom(_STEP))
        self.farther = self._zoom_button("\u2212", self.tr("Farther"),
                                         lambda: self.view.zoom(1 / _STEP))
        self.all = link_button(self.tr("Show all"))
        self.all.clicked.connect(self.view.fit)
        self.to_playlist.clicked.connect(
            lambda: self.playlist_wanted.emit(self.view.chosen_keys()))
        self.view.chosen.connect(self._tell)
        self.view.frame_changed.connect(self._tell)
        self._lay_out()
        self._tell()

    def show_songs(self, songs: MapSongs) -> None:
        """Draws these songs."""
        self.view.show_songs(songs)
        self._tell()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.to_playlist)
        for button in (self.all, self.farther, self.nearer):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        column.addWidget(self.hint)

    def _tell(self) -> None:
        chosen, shown = len(self.view.chosen_keys()), len(self.view.songs)
        if chosen:
            words = self.tr("{chosen} of {count} chosen").format(chosen=count_text(chosen),
                                                                 count=count_text(shown))
        elif self.view.left_out:
            words = self.tr("{count} songs; {rest} without moods").format(
                count=count_text(shown), rest=count_text(self.view.left_out))
        else:
            words = self.tr("{count} songs").format(count=count_text(shown))
        self.count.setText(words)
        self.to_playlist.setVisible(bool(chosen))
        self.hint.setVisible(not chosen)
        self.all.setEnabled(not self.view.shows_all)

    def _zoom_button(self, sign: str, name: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(sign)
        button.setProperty("role", "step")
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(act)
        return button


def _quiet() -> QLabel:
    label = QLabel()
    label.setProperty("role", "meta")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setMinimumWidth(40)
    return label
