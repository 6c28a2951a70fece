"""The moods over the whole song, one soft ridge each, with its name beside it.

Scores are independent, so nothing is stacked. Hovering or the arrow keys read a place; a click or
Enter goes there in the lyric.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.tagging.song import Song
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import clock_text, mood_name, mood_place, one_line, score_text
from gui.ridge_shape import filled, ridge_line, thinned
from gui.song_map import SongMap, Stretch
from gui.theme import META, SPACE, Theme, ThemeSource, font, mixed, mood_colour

_ROW, _TALL_ROW = 24, 40
_RISE = 32  # a ridge may reach into the row above, as ridges do
_TOP = _RISE - _ROW + 4
_AXIS = 24
_NAMES = 136
_SCORES = 48
_LABEL = 16
_LEAST_STRETCH = 3  # pixels: of a long talk what is narrower is drawn together
_LEAST_FULL = 0.5  # scores below this fill the height only as far as they go


@dataclass(frozen=True, slots=True)
class RidgeWords:
    """What is said around ridges: of the whole, of its ends, and of the place of a line."""

    name: str
    first: str
    last: str
    place: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class _Ridge:
    mood: str
    scores: tuple[float, ...]


class Ridges(QWidget):
    """`line_chosen` carries the number of the line the person wants to read.

    Where there is little room, `narrow` sets each name and figure above its ridge. `words` are for
    what is no song.
    """

    line_chosen = Signal(int)

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None, narrow: bool = False,
                 words: RidgeWords | None = None) -> None:
        super().__init__(parent)
        self._narrow = narrow
        self._row = _TALL_ROW if narrow else _ROW
        self._top = 0 if narrow else _TOP
        self._words = words or RidgeWords(self.tr("Moods over the song"), self.tr("First line"),
                                          self.tr("Last line"), self._line_words)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._song: Song | None = None
        self._map: SongMap | None = None
        self._stretches: list[Stretch] = []
        self._ridges: list[_Ridge] = []
        self._asked = ""
        self._at: float | None = None
        self._picture: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self._words.name)
        theme_source.changed.connect(self._redraw)

    def show_song(self, song: Song | None, song_map: SongMap | None,
                  moods: tuple[str, ...]) -> None:
        """Draws these moods of a song; nothing where it has none."""
        self._song, self._map, self._at = song, song_map, None
        self._stretches = song_map.stretches() if song_map else []
        self._ridges = [_Ridge(mood, scores) for mood in moods if (scores := self._scores(mood))]
        self.setAccessibleDescription(self._spoken())
        self.setVisible(bool(self._ridges and self._stretches))
        self.updateGeometry()
        self._redraw()

    def show_asked(self, mood: str) -> None:
        """Lets one mood stand out; "" none."""
        if mood != self._asked:
            self._asked = mood
            self._redraw()

    def show_place(self, line: int | None) -> None:
        """Marks where a line of the lyric lies."""
        self._set_at(None if line is None or self._map is None else self._map.position(line))

    def sizeHint(self) -> QSize:
        return QSize(320, self._top + self._row * max(1, len(self._ridges)) + _AXIS)

    def minimumSizeHint(self) -> QSize:
        return QSize(160 if self._narrow else 240, self.sizeHint().height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_at(self._position(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._set_at(self._position(event.position().x()))
            self._choose()

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._set_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._ridges:
            return
        if self._picture is None:
            self._picture = self._draw()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_over(painter, self._theme_source.current)

    def _paint_over(self, painter: QPainter, theme: Theme) -> None:
        """What changes under the mouse, on top of the picture that does not."""
        if self._at is None:
            self._paint_rest(painter, theme)
        else:
            self._paint_reading(painter, theme, self._at)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.focus_ring(), 6, 6)

    def focus_ring(self) -> QRectF:
        """Around the ridges alone, so that it cuts neither names, figures nor the axis."""
        bottom = self._ground(len(self._ridges) - 1)
        return QRectF(self._left - 4, 1, self._width + 8, bottom + 1)

    @property
    def _left(self) -> int:
        return 4 if self._narrow else _NAMES

    @property
    def _width(self) -> int:
        beside = 2 * self._left if self._narrow else _NAMES + _SCORES
        return max(1, self.width() - beside)

    @property
    def _rise(self) -> int:
        """Names above the ridges are never painted over."""
        return self._row - _LABEL - 2 if self._narrow else _RISE

    @property
    def _full(self) -> float:
        """The score that fills the height: the highest one, so that quiet songs stay legible."""
        return max([_LEAST_FULL, *(score for ridge in self._ridges for score in ridge.scores)])

    def _scores(self, mood: str) -> tuple[float, ...]:
        """The score of each stretch; nothing where the tagger does not know the mood."""
        found = [self._map.score(s.excerpt, mood) for s in self._stretches] if self._map else []
        known = tuple(score for score in found if score is not None)
        return known if len(known) == len(self._stretches) else ()

    def _ground(self, row: int) -> int:
        return self._top + self._row * (row + 1)

    def _line_words(self, line: int) -> str:
        return self.tr("Line {n}").format(n=line + 1)

    def _beside(self, row: int) -> float:
        """The middle of a ridge's name and figure."""
        ground = self._ground(row)
        return ground - self._row + _LABEL / 2 if self._narrow else ground - 8

    def _position(self, x: float) -> float:
        return max(0.0, min(1.0, (x - self._left) / self._width))

    def _set_at(self, at: float | None) -> None:
        if at != self._at:
            self._at = at
            self.update()

    def _step(self, by: int) -> None:
        """Goes to the middle of the next stretch."""
        if not self._stretches:
            return
        middles = [(s.start + s.end) / 2 for s in self._stretches]
        if self._at is None:
            self._set_at(middles[0])
            return
        beyond = [m for m in middles if (m - self._at) * by > 1e-9]
        if beyond:
            self._set_at(min(beyond, key=lambda middle: abs(middle - (self._at or 0.0))))

    def _choose(self) -> None:
        if self._map is not None and self._at is not None:
            self.line_chosen.emit(self._map.line_at(self._at))

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for row, ridge in enumerate(self._ridges):
                self._draw_ridge(painter, row, ridge)
        return picture

    def _draw_ridge(self, painter: QPainter, row: int, ridge: _Ridge) -> None:
        theme = self._theme_source.current
        colour = mood_colour(*mood_place(self._vocabulary, ridge.mood), theme.dark)
        faded = bool(self._asked) and ridge.mood != self._asked
        if faded:
            colour = mixed(colour, QColor(theme.card), 0.45)
        seen = thinned(self._stretches, ridge.scores, max(1, self._width // _LEAST_STRETCH))
        line = ridge_line(*seen, self._width, self._rise / self._full)
        painter.save()
        painter.translate(self._left, self._ground(row))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(0, 0.5), QPointF(self._width, 0.5))
        painter.fillPath(filled(line, self._width), self._fill(colour, faded))
        painter.strokePath(line, QPen(colour, 2 if ridge.mood == self._asked else 1.5))
        painter.restore()
        self._draw_name(painter, row, ridge.mood, colour, theme.quiet if faded else theme.ink)

    def _fill(self, colour: QColor, faded: bool) -> QLinearGradient:
        gradient = QLinearGradient(0, -self._rise, 0, 0)
        for stop, strength in ((0.0, 0.62), (1.0, 0.10)):
            shade = QColor(colour)
            shade.setAlphaF(strength * (0.5 if faded else 1.0))
            gradient.setColorAt(stop, shade)
        return gradient

    def _draw_name(self, painter: QPainter, row: int, mood: str, mark: QColor, ink: str) -> None:
        middle = self._beside(row)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        painter.drawEllipse(QPointF(4, middle), 4, 4)
        painter.setPen(QColor(ink))
        chosen = font(META, bold=mood == self._asked)
        painter.setFont(chosen)
        room = (self.width() - _SCORES if self._narrow else _NAMES) - 16
        name = QFontMetrics(chosen).elidedText(mood_name(self._vocabulary, mood),
                                               Qt.TextElideMode.ElideRight, room - SPACE)
        painter.drawText(QRectF(16, middle - 10, room, 20), Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_rest(self, painter: QPainter, theme: Theme) -> None:
        """The axis: its two ends, and each song score at the right."""
        if self._map is None or self._song is None:
            return
        timed = self._map.timed
        start = clock_text(0) if timed else self._words.first
        end = clock_text(int(self._map.total)) if timed else self._words.last
        moods = self._song.moods
        shown = dict(zip(moods.moods, map(float, moods.scores), strict=True)) if moods else {}
        self._paint_scores(painter, [shown.get(ridge.mood) for ridge in self._ridges], theme.quiet)
        axis = QRectF(self._left, self._ground(len(self._ridges) - 1) + 4, self._width, 16)
        painter.setFont(font(META))
        painter.setPen(QColor(theme.quiet))
        painter.drawText(axis, Qt.AlignmentFlag.AlignLeft, start)
        painter.drawText(axis, Qt.AlignmentFlag.AlignRight, end)

    def _paint_reading(self, painter: QPainter, theme: Theme, at: float) -> None:
        """The cursor, the score of each mood there, and the line that is sung there."""
        if self._map is None or self._song is None:
            return
        x = self._left + at * self._width
        bottom = self._ground(len(self._ridges) - 1)
        painter.setPen(QPen(QColor(theme.edge), 1))
        painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
        line = self._map.line_at(at)
        self._paint_scores(painter, [self._map.line_score(line, ridge.mood)
                                     for ridge in self._ridges], theme.ink)
        self._paint_line_text(painter, theme, line, bottom)

    def _paint_scores(self, painter: QPainter, scores: list[float | None], ink: str) -> None:
        painter.setFont(font(META))
        painter.setPen(QColor(ink))
        for row, score in enumerate(scores):
            area = QRectF(self.width() - _SCORES, self._beside(row) - 10, _SCORES - 2, 20)
            if score is not None:
                painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                                 score_text(score))

    def _paint_line_text(self, painter: QPainter, theme: Theme, line: int, bottom: int) -> None:
        assert self._map is not None and self._song is not None
        sung = self._song.lyric.lines[line] if line < len(self._song.lyric.lines) else None
        if sung is None:
            return
        where = (clock_text(sung.start_ms) if sung.start_ms is not None
                 else self._words.place(line))
        metrics = QFontMetrics(font(META))
        words = metrics.elidedText(f"{where}   {one_line(sung.text)}", Qt.TextElideMode.ElideRight,
                                   self.width() - self._left - SPACE)
        painter.setPen(QColor(theme.ink))
        painter.drawText(QPointF(self._left, bottom + 4 + metrics.ascent()), words)

    def _spoken(self) -> str:
        """Each mood's strongest place, in words."""
        parts: list[str] = []
        for ridge in self._ridges:
            best = max(range(len(ridge.scores)), key=ridge.scores.__getitem__)
            place = self._spoken_place(self._stretches[best])
            parts.append(self.tr("{mood} is strongest {place}, {score}").format(
                mood=mood_name(self._vocabulary, ridge.mood), place=place,
                score=score_text(ridge.scores[best])))
        return "; ".join(parts)

    def _spoken_place(self, stretch: Stretch) -> str:
        assert self._map is not None
        if self._map.timed:
            start = clock_text(int(stretch.start * self._map.total))
            return self.tr("at {time}").format(time=start)
        return self.tr("from {place} on").format(
            place=self._words.place(self._map.line_at(stretch.start)).lower())


