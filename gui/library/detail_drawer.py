"""The drawer at the right: the song that is open, what is like it, and where it lies."""

import enum

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import Glyph, IconSource
from gui.library.place_list import PlaceList
from gui.library.presenter import LibraryPresenter
from gui.library.similar import Similar
from gui.library.similar_list import SimilarList
from gui.song.song_view import SongView
from gui.text_line import text_line
from gui.theme import SPACE, ThemeSource

_REMEMBERED = "library/leaf"
_CLOSE = 28


class Leaf(enum.StrEnum):
    """What the drawer can show of a song."""

    SONG = "song"
    SIMILAR = "similar"
    FILES = "files"


class DetailDrawer(QWidget):
    """`closed` is sent when the person puts the drawer away. `memory` keeps its leaf."""

    closed = Signal()
    folder_wanted = Signal(str)

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource, icons: IconSource,
                 memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._memory = memory
        self.similar = Similar(presenter.asking, self)
        self.similar.failed.connect(presenter.problem_raised)
        self.song = SongView(presenter.desk, theme_source)
        self.similar_list = SimilarList(presenter, self.similar, theme_source)
        self.places = PlaceList(presenter.desk)
        self._nothing = text_line("quiet", self.tr("Choose a song to see its moods, line by line."))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self._leaves = QStackedWidget()
        self._stack = QStackedWidget()
        self.buttons: dict[Leaf, QPushButton] = {}
        self._lay_out(icons)
        self.similar_list.song_chosen.connect(presenter.open)
        self.places.folder_wanted.connect(self.folder_wanted)
        presenter.desk.song_changed.connect(self.refresh)
        last = str(memory.value(_REMEMBERED, Leaf.SONG))
        self.show_leaf(next((leaf for leaf in Leaf if leaf == last), Leaf.SONG))
        self.refresh()

    @property
    def leaf(self) -> Leaf:
        """The leaf that lies on top."""
        return list(Leaf)[self._leaves.currentIndex()]

    def show_leaf(self, leaf: Leaf) -> None:
        """Lays a leaf on top."""
        self._leaves.setCurrentIndex(list(Leaf).index(leaf))
        self.buttons[leaf].setChecked(True)
        self._memory.setValue(_REMEMBERED, leaf.value)
        self._look_for_similar()

    def refresh(self) -> None:
        """Shows whether a song is open, and looks for what is like it where that is shown."""
        row = self._presenter.desk.row
        self._stack.setCurrentIndex(int(row is not None))
        self._look_for_similar()

    def _look_for_similar(self) -> None:
        row = self._presenter.desk.row
        if self.leaf is Leaf.SIMILAR:
            self.similar.show((row.song_id or 0) if row else 0)

    def _lay_out(self, icons: IconSource) -> None:
        words = {Leaf.SONG: self.tr("Song"), Leaf.SIMILAR: self.tr("Similar"),
                 Leaf.FILES: self.tr("Files")}
        group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(0)
        for leaf, widget in ((Leaf.SONG, self.song), (Leaf.SIMILAR, self.similar_list),
                             (Leaf.FILES, self.places)):
            button = QPushButton(words[leaf])
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.setMinimumWidth(8 * SPACE)
            button.clicked.connect(lambda _=False, one=leaf: self.show_leaf(one))
            group.addButton(button)
            head.addWidget(button)
            self.buttons[leaf] = button
            self._leaves.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self._make_close(icons))
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._leaves)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _make_close(self, icons: IconSource) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "plain")
        button.setIcon(icons.icon(Glyph.CLOSE, "quiet"))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(_CLOSE, _CLOSE)
        button.setAccessibleName(self.tr("Close the song"))
        button.setToolTip(self.tr("Close the song (Esc)"))
        button.clicked.connect(self.closed)
        return button
