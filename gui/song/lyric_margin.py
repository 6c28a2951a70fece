"""What stands beside the lines of a lyric: their times, a bar of their mood, notes at the right.

Knows where lines lie from whoever shows them, and paints; it changes nothing.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from engine.tagging.song import Song
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import clock_text, mood_name, mood_place, score_text
from gui.song import span_column
from gui.song.why import Span
from gui.song_map import SongMap
from gui.theme import GAP, META, SPACE, Theme, font, mood_colour

_BAR = 4
_STAMPS = 40


@dataclass(frozen=True, slots=True)
class _Mark:
    """What stands beside a line: the mood of its bar, the note where a stretch begins."""

    mood: str
    note: str = ""
    score: str = ""


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a line lies: its area, the top of the next one, and its first baseline."""

    number: int
    area: QRectF
    next_top: float
    baseline: float


class LyricMargin:
    """`asked` is the mood whose reason is shown by `reasons`, "" none."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._song: Song | None = None
        self._map: SongMap | None = None
        self._marks: dict[int, _Mark] = {}
        self._small = QFontMetrics(font(META))
        self._changes: dict[int, float] = {}
        self._asked = ""

    @property
    def stamps(self) -> int:
        """The room of the time stamps, if there are any."""
        return _STAMPS if self._map and self._map.timed else 0

    @property
    def width(self) -> int:
        """The room left of the text: stamps, the spans of the mood in hand, the bar, a gap."""
        return self.stamps + span_column.WIDTH + _BAR + GAP

    def show_song(self, song: Song | None, song_map: SongMap | None,
                  moods: tuple[str, ...]) -> None:
        """Marks each line with the strongest of these moods."""
        self._song, self._map = song, song_map
        self._marks = self._marked(moods)

    def show_reason(self, asked: str, reasons: tuple[Span, ...]) -> None:
        """Notes what each line that carried a mood lost the song; "" is for no mood."""
        self._asked = asked
        self._changes = {span.line: span.change
                         for span in sorted(reasons, key=lambda span: span.change)}

    def paint(self, painter: QPainter, theme: Theme, place: LinePlace, notes: QRectF) -> None:
        """Paints what is beside one line; `notes` is the room right of the text."""
        number = place.number
        mark = self._marks.get(number)
        if mark and (not self._asked or number in self._changes):
            self._paint_bar(painter, theme, place, mark)
        baseline = place.area.top() + place.baseline
        stamp = self._stamp(number)
        if stamp:
            painter.setPen(QColor(theme.quiet))
            room = _STAMPS - SPACE - self._small.horizontalAdvance(stamp)
            painter.drawText(QPointF(room, baseline), stamp)
        note = self._note(number, mark, int(notes.width()))
        if note:
            painter.setPen(QColor(theme.ink if self._asked else theme.quiet))
            painter.drawText(QPointF(notes.left(), baseline), note)

    def _paint_bar(self, painter: QPainter, theme: Theme, place: LinePlace, mark: _Mark) -> None:
        mood = self._asked or mark.mood
        colour = mood_colour(*mood_place(self._vocabulary, mood), theme.dark)
        joined = self._marks.get(place.number + 1) == _Mark(mark.mood) and not self._asked
        bottom = place.next_top if joined else place.area.bottom()
        painter.fillRect(QRectF(self.width - GAP - _BAR, place.area.top(), _BAR,
                                bottom - place.area.top()), colour)

    def _stamp(self, number: int) -> str:
        """The time at which a line starts, for lines that show one."""
        lines = self._song.lyric.lines if self._song and self.stamps else ()
        if number >= len(lines) or not lines[number].text.strip():
            return ""
        start = lines[number].start_ms
        return "" if start is None else clock_text(start)

    def _note(self, number: int, mark: _Mark | None, room: int) -> str:
        """What a line lost the song, or the mood of a stretch, with its score where that fits."""
        if self._asked:
            changes = self._changes
            return f"\u2212{score_text(changes[number])}" if number in changes else ""
        if mark is None or not mark.note:
            return ""
        full = f"{mark.note}  {mark.score}"
        if self._small.horizontalAdvance(full) <= room:
            return full
        return self._small.elidedText(mark.note, Qt.TextElideMode.ElideRight, room)

    def _marked(self, moods: tuple[str, ...]) -> dict[int, _Mark]:
        marks: dict[int, _Mark] = {}
        before: tuple[int, str] | None = None
        for number in range(len(self._song.lyric.lines) if self._song and self._map else 0):
            assert self._map is not None
            tag = self._map.strongest(number, moods)
            if tag is None:
                continue
            here = (self._map.excerpts_of(number)[0], tag.tag)
            name = mood_name(self._vocabulary, tag.tag) if here != before else ""
            marks[number] = _Mark(tag.tag, name, score_text(tag.score) if name else "")
            before = here
        return marks
