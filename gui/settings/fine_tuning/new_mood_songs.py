"""Songs of a new mood as a table: what they are, how they score, what the person said of them."""

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from gui.grid import as_grid
from gui.mood_words import one_line
from gui.text_line import plain_tip

if TYPE_CHECKING:
    from engine.export.own_moods_desk import ShownSong

translate = QCoreApplication.translate
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_NO_INDEX = QModelIndex()
ROW = 32
_SHARES = (0.42, 0.28, 0.12)


class Column(enum.IntEnum):
    """In the order shown."""

    SONG = 0
    ARTIST = 1
    SCORE = 2
    SAID = 3


class MoodSongs(QAbstractTableModel):
    """Rows are ShownSongs; `scored` says whether their scores mean anything yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.songs: tuple[ShownSong, ...] = ()
        self.said: dict[int, bool] = {}
        self.scores: dict[int, float] = {}

    def show_songs(self, songs: "Sequence[ShownSong]", said: dict[int, bool],
                   scores: dict[int, float]) -> None:
        """Shows these; the same songs in the same order keep what is chosen."""
        same = [song.song for song in songs] == [song.song for song in self.songs]
        if not same:
            self.beginResetModel()
        self.songs, self.said, self.scores = tuple(songs), said, scores
        if not same:
            self.endResetModel()
        elif self.songs:
            self.dataChanged.emit(self.index(0, 0),
                                  self.index(len(self.songs) - 1, Column.SAID))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.songs)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = _ROLE.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or role != _ROLE.DisplayRole:
            return None
        return (translate("NewMood", "Song"), translate("NewMood", "Artist"),
                translate("NewMood", "Score"), translate("NewMood", "You say"))[section]

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        if not index.isValid():
            return None
        song, column = self.songs[index.row()], Column(index.column())
        if role == _ROLE.DisplayRole:
            return self._words(song, column)
        if role == _ROLE.ToolTipRole:
            return plain_tip(f"{song_title(song)} – {one_line(song.artist)}".rstrip(" –"))
        if role == _ROLE.AccessibleTextRole and column is Column.SONG:
            return ", ".join(filter(None, (self._words(song, each) for each in Column)))
        return None

    def _words(self, song: "ShownSong", column: Column) -> str:
        if column is Column.SONG:
            return song_title(song)
        if column is Column.ARTIST:
            return one_line(song.artist)
        if column is Column.SCORE:
            score = self.scores.get(song.song)
            return "" if score is None else f"{score:.0%}".replace("%", "\u00a0%")
        said = self.said.get(song.song)
        return "" if said is None else said_words(said)


def said_words(carries: bool) -> str:
    """What the person said, with a mark that needs no colour."""
    return (translate("NewMood", "✓ carries it") if carries
            else translate("NewMood", "✗ does not"))


def song_title(song: "ShownSong") -> str:
    return one_line(song.title) or translate("NewMood", "Without a title")


class SongsView(QTableView):
    """`said` carries True for Y, False for N and None for Delete, pressed on chosen rows."""

    said = Signal(object)

    def __init__(self, table: MoodSongs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(table)
        self.setAccessibleName(translate("NewMood", "Songs"))
        as_grid(self, ROW)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)

    def chosen_rows(self) -> list[int]:
        """The chosen rows from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and key in _KEYS:
            self.said.emit(_KEYS[Qt.Key(key)])
        elif event.text().isalpha() and not event.modifiers():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, share in enumerate(_SHARES):
            self.setColumnWidth(column, round(self.viewport().width() * share))


_KEYS = {Qt.Key.Key_Y: True, Qt.Key.Key_N: False, Qt.Key.Key_Delete: None}
