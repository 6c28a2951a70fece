"""The head of the open song: title, artist, where it comes from, and its place on the plane."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.tagging.song import Song, SongRow, SongState
from gui.mood_words import breakable, is_pasted, one_line, row_title
from gui.song.affect_dial import AffectDial
from gui.song.wording import missing_note
from gui.theme import GAP, SPACE, ThemeSource

_MOST = 300


class SongHead(QWidget):
    """Words that come from files are shown as plain text."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = words("title")
        self._artist = words("quiet")
        self._source = words("meta")
        self._dial = AffectDial(theme_source)
        self._affect = words("meta")
        self._affect.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        names = QVBoxLayout()
        names.setSpacing(2)
        for label in (self._title, self._artist, self._source):
            names.addWidget(label)
        names.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addLayout(names, 1)
        row.addWidget(self._affect)
        row.addSpacing(-SPACE)
        row.addWidget(self._dial, 0, Qt.AlignmentFlag.AlignTop)

    def show_song(self, row: SongRow | None, song: Song | None) -> None:
        self._title.setText(_fitting(row_title(row)) if row else "")
        self._artist.setText(_fitting(one_line(row.artist)) if row else "")
        self._artist.setVisible(bool(row and row.artist))
        self._source.setText(self._from(row, song) if row else "")
        self._source.setToolTip("")
        placed = bool(row and row.state is SongState.TAGGED and song and song.moods)
        self._dial.setVisible(placed)
        self._affect.setVisible(placed)
        if placed and song and song.moods:
            self._dial.show_affect(song.moods.valence, song.moods.arousal)
            self._affect.setText(f"{self._dial.words()}\n{self._dial.figures()}")

    def _from(self, row: SongRow, song: Song | None) -> str:
        if row.missing:
            return missing_note()
        parts = [self.tr("Pasted") if is_pasted(row.place)
                 else _fitting(one_line(_file_name(row.place)))]
        if song and len(song.places) > 1:
            parts.append(self.tr("found in {n} places").format(n=len(song.places)))
        return "   ".join(parts)


def _fitting(text: str) -> str:
    """What a head has room for: a broken tag can hold a whole book as its title."""
    return breakable(text if len(text) <= _MOST else f"{text[:_MOST]}…")


def words(role: str, wraps: bool = True) -> QLabel:
    """A label for text that may come from a file: plain, never markup."""
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    return label


def _file_name(place: str) -> str:
    return place.replace("\\", "/").rsplit("/", 1)[-1]
