"""Compared songs as Qt sees them: a row a song, with what it shows and what it would show."""

import enum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.tagging.results import Tag
from engine.tagging.retagging.differences import Comparison, Difference
from engine.tagging.vocabulary import Vocabulary
from gui.library.retag_words import difference_text, song_text
from gui.mood_words import mood_name
from gui.text_line import plain_tip

SONG_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class RetagColumn(enum.IntEnum):
    """The columns, from the left."""

    SONG = 0
    BEFORE = 1
    AFTER = 2


class RetagTable(QAbstractTableModel):
    """`changing`: songs that would show other moods, else those that would not. `mood` narrows
    them to those that would gain or lose one mood, "" for all."""

    def __init__(self, vocabulary: Vocabulary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._comparison: Comparison | None = None
        self.changing = True
        self.mood = ""
        self.songs: list[Difference] = []

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Shows another comparison, or what is left of it."""
        self._comparison = comparison
        self._fill()

    def narrow(self, changing: bool, mood: str) -> None:
        """Shows other songs of it."""
        if (changing, mood) != (self.changing, self.mood):
            self.changing, self.mood = changing, mood
            self._fill()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.songs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(RetagColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.songs):
            return None
        song = self.songs[index.row()]
        if role == SONG_ROLE:
            return song
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(song, RetagColumn(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == RetagColumn.SONG:
            return difference_text(song, self._vocabulary)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(difference_text(song, self._vocabulary))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {RetagColumn.SONG: self.tr("Song"), RetagColumn.BEFORE: self.tr("Shows now"),
                RetagColumn.AFTER: self.tr("Would show")}[RetagColumn(section)]

    def _text(self, song: Difference, column: RetagColumn) -> str:
        if column is RetagColumn.SONG:
            return song_text(song)
        tags: tuple[Tag, ...] = song.before if column is RetagColumn.BEFORE else song.after
        return ", ".join(mood_name(self._vocabulary, tag.tag) for tag in tags) \
            or self.tr("No mood")

    def _fill(self) -> None:
        self.beginResetModel()
        found = self._comparison.songs if self._comparison else ()
        self.songs = [song for song in found if song.changes == self.changing and (
            not self.mood or not self.changing or self.mood in (*song.gained, *song.lost))]
        self.endResetModel()
