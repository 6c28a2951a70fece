"""The window that finds songs by their course: "starts hopeful, turns bitter", or a drawn line.

Shows what is found while the wish changes; what to do with it is told to whoever opened it.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.browsing.song_query import SongQuery
from engine.tagging.playlists.arcs import Arc, DrawnArc, MoodArc
from engine.tagging.vocabulary import Vocabulary
from gui.controls import Choice, Option
from gui.figures import count_text
from gui.library.arc_field import ArcField
from gui.library.arc_list import ArcList
from gui.library.arc_search import ArcSearch, ArcSong, ArcWish
from gui.mood_words import mood_name, mood_place
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource, mood_colour

ARC_SIZE = (720, 640)
COUNTS = (10, 25, 50, 100)
_DOT = 8
_FIRST = ("optimism", "", "sadness")


class ArcWindow(QDialog):
    """`show_wanted` and `playlist_wanted` carry the songs that are found and a name for them;
    `opened` the key of one to look at. `query` is what is shown behind the window, of `among`
    songs; None where that is all."""

    show_wanted = Signal(object, str)
    playlist_wanted = Signal(object, str)
    opened = Signal(int)

    def __init__(self, search: ArcSearch, vocabulary: Vocabulary, theme_source: ThemeSource,
                 query: SongQuery | None = None, among: int = 0,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("arc")  # by which it is found for pictures
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Songs by their course"))
        self._search = search
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._query = query
        self.songs: tuple[ArcSong, ...] = ()
        self.by_moods, self.by_line = Option(self.tr("By moods")), Option(self.tr("By a line"))
        self.each = Option(self.tr("Each song takes this course"))
        self.along = Option(self.tr("The list takes it, song after song"))
        self.everywhere = Option(self.tr("All songs"))
        self.among = Option(self.tr("Only the {count} songs shown").format(
            count=count_text(among)))
        self.stages = tuple(self._choice(at) for at in range(3))
        self.field = ArcField(theme_source)
        self.field.drawn.connect(self._ask)
        self.count = Choice([(str(count), self.tr("{n} songs").format(n=count))
                             for count in COUNTS], lambda _: self._ask())
        self.count.show_value("25")
        self.message = text_line("quiet")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.list = ArcList(vocabulary, theme_source)
        self.list.opened.connect(self.opened)
        self.show_them = QPushButton(self.tr("Show in the Library"))
        self.make = QPushButton(self.tr("Make a playlist…"))
        self.make.setProperty("role", "primary")
        self._groups = [self._group(*pair) for pair in (
            (self.by_moods, self.by_line), (self.each, self.along),
            (self.everywhere, self.among))]
        for first in (self.by_moods, self.each, self.everywhere):
            first.setChecked(True)
        self._lay_out(bool(query is not None and among))
        self._connect()
        self.resize(*ARC_SIZE)
        self._switch()

    @property
    def arc(self) -> Arc:
        """The course that is wished for."""
        if self.by_line.isChecked():
            return DrawnArc(self.field.values)
        return MoodArc(*(str(stage.currentData()) for stage in self.stages))

    @property
    def busy(self) -> bool:
        """Whether songs are still looked for."""
        return self._search.busy

    def words(self) -> str:
        """The course in words, as a name for a list."""
        if isinstance(self.arc, DrawnArc):
            return self.tr("A drawn course")
        moods = [mood_name(self._vocabulary, mood) for mood in self.arc.stages if mood]
        return self.tr(", then ").join(moods)

    def show_arc(self, arc: Arc) -> None:
        """Wishes for this course."""
        if isinstance(arc, DrawnArc):
            self.by_line.setChecked(True)
            self.field.show_values(arc.values)
        else:
            self.by_moods.setChecked(True)
            for stage, mood in zip(self.stages, arc.stages, strict=True):
                stage.show_value(mood)
        self._switch()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._search.stop()
        super().closeEvent(event)

    def reject(self) -> None:
        self._search.stop()
        super().reject()

    def _choice(self, at: int) -> Choice:
        moods = sorted((mood_name(self._vocabulary, mood.id), mood.id)
                       for mood in self._vocabulary.moods)
        any_mood = self.tr("any mood")
        choice = Choice([("", any_mood), *((mood, name) for name, mood in moods)],
                        lambda _: self._ask())
        choice.setMinimumWidth(140)
        choice.show_value(_FIRST[at] if self._vocabulary.get(_FIRST[at]) else "")
        return choice

    def _ask(self, _values: object = None) -> None:
        arc = self.arc
        self.make.setEnabled(False)
        self.show_them.setEnabled(False)
        if isinstance(arc, MoodArc) and not arc.moods:
            self._search.stop()
            self._take(())
            self.message.setText(self.tr("Choose the mood it begins with, or the one it ends on."))
            return
        self.message.setText(self.tr("Looking for songs…"))
        within = self._query if self.among.isChecked() else None
        self._search.look_for(ArcWish(arc, self.along.isChecked(),
                                      int(str(self.count.currentData())), within))

    def _take(self, songs: object) -> None:
        assert isinstance(songs, tuple)
        found: tuple[ArcSong, ...] = songs
        self.songs = found
        self.bar.hide()
        self.list.table.show_songs(found)
        self.make.setEnabled(bool(found))
        self.show_them.setEnabled(bool(found))
        if not found:
            self.message.setText(self.tr(
                "No song comes near this course. Try other moods, or leave the middle open."))
        elif self.along.isChecked():
            self.message.setText(self.tr("{count} songs, in the order they are to be heard.")
                                 .format(count=count_text(len(found))))
        elif self.by_line.isChecked():
            self.message.setText(self.tr("The nearest first. The line is how bright each song is,"
                                         " from its first words to its last."))
        else:
            self.message.setText(self.tr("The nearest first. The lines are how present each of"
                                         " these moods is, from the first words to the last."))

    def _move(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setVisible(done < total)
        self.message.setText(self.tr("Drawing the courses of your songs, once: {done} of {total}")
                             .format(done=count_text(done), total=count_text(total)))

    def _fail(self, problem: object) -> None:
        self.bar.hide()
        self.message.setText(getattr(problem, "message", "") or self.tr(
            "The songs could not be compared."))

    def _switch(self) -> None:
        drawn = self.by_line.isChecked()
        self._moods.setVisible(not drawn)
        self.field.setVisible(drawn)
        self._ask()

    def _keys(self) -> Sequence[int]:
        return tuple(found.song.key for found in self.songs)

    def _connect(self) -> None:
        search = self._search
        search.found.connect(self._take)
        search.moved.connect(self._move)
        search.failed.connect(self._fail)
        self._groups[0].buttonClicked.connect(lambda _: self._switch())
        for group in self._groups[1:]:
            group.buttonClicked.connect(lambda _: self._ask())
        self.show_them.clicked.connect(
            lambda: self.show_wanted.emit(self._keys(), self.words()))
        self.make.clicked.connect(
            lambda: self.playlist_wanted.emit(self._keys(), self.words()))

    def _group(self, *options: Option) -> QButtonGroup:
        group = QButtonGroup(self)
        for option in options:
            group.addButton(option)
        return group

    def _lay_out(self, can_narrow: bool) -> None:
        self._moods = self._mood_row()
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, GAP, PAGE_MARGIN, GAP)
        column.setSpacing(SPACE)
        column.addLayout(_row(self.by_moods, self.by_line))
        column.addWidget(self._moods)
        column.addWidget(self.field)
        column.addLayout(_row(self.each, self.along))
        column.addLayout(_row(self.everywhere, self.among))
        self.everywhere.setVisible(can_narrow)
        self.among.setVisible(can_narrow)
        self.bar.hide()
        column.addWidget(self.message)
        column.addWidget(self.bar)
        column.addWidget(self.list, 1)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.count)
        foot.addStretch(1)
        for button in (close, self.show_them, self.make):
            button.setAutoDefault(False)
            foot.addWidget(button)
        column.addLayout(foot)

    def _mood_row(self) -> QFrame:
        frame = QFrame()
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        names = (self.tr("It begins"), self.tr("Halfway"), self.tr("It ends"))
        for name, stage in zip(names, self.stages, strict=True):
            cell = QVBoxLayout()
            cell.setSpacing(SPACE // 2)
            label = QLabel(name)
            label.setProperty("role", "meta")
            label.setBuddy(stage)
            stage.setAccessibleName(name)
            head = QHBoxLayout()
            head.addWidget(label)
            head.addWidget(MoodDot(stage, self._vocabulary, self._theme_source))
            head.addStretch(1)
            cell.addLayout(head)
            cell.addWidget(stage)
            row.addLayout(cell)
        row.addStretch(1)
        return frame


class MoodDot(QWidget):
    """The colour in which the mood that is chosen beside it is drawn."""

    def __init__(self, choice: Choice, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self.setFixedSize(_DOT, _DOT)
        choice.currentIndexChanged.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        mood = str(self._choice.currentData() or "")
        if mood:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(mood_colour(*mood_place(self._vocabulary, mood),
                                             self._theme_source.current.dark))
                painter.drawEllipse(self.rect())


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GAP)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
