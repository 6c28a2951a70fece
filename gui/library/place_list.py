"""Where the open song lies: its files, whether they are still there, and a way to each."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.tagging.song import SongRow
from gui.link_button import link_button
from gui.mood_words import is_pasted, one_line
from gui.song.song_desk import SongDesk
from gui.text_line import selectable_line, text_line
from gui.theme import GAP, SPACE


class PlaceList(QScrollArea):
    """Follows the desk. `folder_wanted` carries the place whose folder is to be shown, `below` is
    a column under the files that others may fill."""

    folder_wanted = Signal(str)

    def __init__(self, desk: SongDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lines: list[QWidget] = []
        self.setAccessibleName(self.tr("Files of this song"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QWidget()
        self._column = QVBoxLayout()
        self._column.setSpacing(GAP)
        self.below = QVBoxLayout()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, SPACE, 0)
        outer.addLayout(self._column)
        outer.addLayout(self.below)
        outer.addStretch(1)
        self.setWidget(whole)
        desk.song_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the files of the song that is open now."""
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        row, song = self._desk.row, self._desk.song
        places = song.places if song else ((row.place,) if row else ())
        self._lines = [self._make_line(place, row) for place in places if row]
        if row and not self._lines:
            self._lines = [text_line("quiet", self.tr(
                "No file of this song is left. Its moods and your corrections are kept."))]
        for line in self._lines:
            self._column.addWidget(line)

    def _make_line(self, place: str, row: SongRow) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if is_pasted(place):
            column.addWidget(text_line("quiet", self.tr("Pasted words, without a file.")))
            return line
        folder, _, name = place.replace("\\", "/").rpartition("/")
        column.addWidget(selectable_line("heading", one_line(name)))
        column.addWidget(selectable_line("meta", breakable(one_line(folder))))
        if row.missing and place == row.place:
            column.addWidget(text_line("danger", self.tr(
                "The file is no longer where it was found.")))
        elif place.startswith("song:"):
            column.addWidget(text_line("quiet", self.tr("No file of this song is left.")))
        else:
            show = link_button(self.tr("Show in folder"))
            show.clicked.connect(lambda: self.folder_wanted.emit(place))
            column.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        return line


def breakable(path: str) -> str:
    """A path that may be broken after each of its parts, to fit a narrow column."""
    return path.replace("/", "/\u200b")
