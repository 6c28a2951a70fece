"""How the map looks: its ground, its corners, its dots in the colours of moods, and its marks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)

from engine.tagging.vocabulary import Vocabulary
from gui.library.map_frame import MapFrame
from gui.library.map_picture import Dots, paint_dots
from gui.mood_words import mood_place
from gui.theme import BODY, META, RADIUS_CARD, SPACE, Theme, font, mood_colour

DISC, TRIANGLE, SQUARE, DIAMOND, RING = range(5)
_CORNERS = ((-1, 1, TRIANGLE), (1, 1, DISC), (-1, -1, SQUARE), (1, -1, DIAMOND))
_SIZES = ((300, 5.0), (3000, 4.0), (20_000, 3.0))
_LEAST_SIZE = 2.0
# Dots of so many songs are drawn with no more of the screen's own pixels, for the sake of speed.
_FINEST = ((20_000, 3.0), (3000, 4.5))
_CHOSEN_RIM = 2.5
_MOST_RIMS = 150
FADED = 0.22
"""How much of the other songs is left while some are chosen."""
_LABEL_PADDING = 6
_RING = 7.0


@dataclass(frozen=True, slots=True, eq=False)
class MapSongs:
    """The N songs of a map: `keys` (N,), `points` (N, 2) valence and arousal, and `leading` (N,)
    the number of each song's foremost mood within `moods`, -1 for none."""

    keys: npt.NDArray[np.int64]
    points: npt.NDArray[np.floating]
    leading: npt.NDArray[np.integer]
    moods: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.keys)


def no_songs() -> MapSongs:
    return MapSongs(np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros(0, np.int64), ())


def shape_at(valence: float, arousal: float) -> int:
    """Each quarter of the plane has a shape of its own, so that colour is never all there is."""
    if arousal >= 0:
        return DISC if valence >= 0 else TRIANGLE
    return DIAMOND if valence >= 0 else SQUARE


def dot_size(count: int) -> float:
    """The radius of a dot in pixels: many songs have smaller ones."""
    return next((size for most, size in _SIZES if count <= most), _LEAST_SIZE)


def dots_picture(songs: MapSongs, frame: MapFrame, vocabulary: Vocabulary, theme: Theme,
                 ratio: float, size: float) -> QPixmap:
    """All songs in sight as one picture of the size of the frame, at `ratio` pixels a pixel; the
    radius of each is `size`."""
    colours, shapes = _looks(songs.moods, vocabulary, theme)
    # The last of both stands for no mood; -1 finds it.
    dots = Dots(frame.x(songs.points[:, 0]) * ratio, frame.y(songs.points[:, 1]) * ratio,
                songs.leading % len(colours), shapes[songs.leading])
    finest = next((most for few, most in _FINEST if len(songs) > few), size * ratio)
    return _picture(dots, colours, min(size * ratio, finest), frame, ratio)


def of_rows(songs: MapSongs, rows: npt.NDArray[np.int64]) -> MapSongs:
    """Some of the songs alone."""
    return MapSongs(songs.keys[rows], songs.points[rows], songs.leading[rows], songs.moods)


def rims_picture(songs: MapSongs, rows: npt.NDArray[np.int64], frame: MapFrame, theme: Theme,
                 ratio: float) -> QPixmap:
    """A rim around each of these rows, while they are few enough to be told apart."""
    rows = rows if len(rows) <= _MOST_RIMS else rows[:0]
    points = songs.points[rows]
    none = np.zeros(len(rows), np.int64)
    dots = Dots(frame.x(points[:, 0]) * ratio, frame.y(points[:, 1]) * ratio, none, none + RING)
    colours = np.array([_channels(QColor(theme.accent))], np.uint8)
    return _picture(dots, colours, (dot_size(len(songs)) + _CHOSEN_RIM) * ratio, frame, ratio)


def paint_ground(painter: QPainter, frame: MapFrame, theme: Theme) -> None:
    """The card it lies on, with the axes through its middle."""
    area = QRectF(0, 0, frame.width, frame.height).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(area, RADIUS_CARD, RADIUS_CARD)
    zero = np.zeros(1)
    x, y = float(frame.x(zero)[0]), float(frame.y(zero)[0])
    if 0 < x < frame.width:
        painter.drawLine(QPointF(x, 1), QPointF(x, frame.height - 1))
    if 0 < y < frame.height:
        painter.drawLine(QPointF(1, y), QPointF(frame.width - 1, y))


def paint_corners(painter: QPainter, frame: MapFrame, theme: Theme,
                  words: Sequence[str]) -> None:
    """The names of the quarters, each with its shape: upper left, upper right, lower left, lower
    right."""
    chosen = font(META, bold=True)
    metrics = QFontMetricsF(chosen)
    painter.setFont(chosen)
    for (side, up, shape), name in zip(_CORNERS, words, strict=True):
        width = metrics.horizontalAdvance(name)
        left = 2.0 * SPACE if side < 0 else frame.width - 2 * SPACE - width - 2 * SPACE
        middle = 2.5 * SPACE if up > 0 else frame.height - 2.5 * SPACE
        plate = QRectF(left - SPACE, middle - 12, width + 4 * SPACE, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(theme.card)
        ground.setAlphaF(0.86)
        painter.setBrush(ground)
        painter.drawRoundedRect(plate, 12, 12)
        painter.setBrush(mood_colour(0.6 * side, 0.6 * up, theme.dark))
        painter.drawPath(shape_path(shape, QPointF(left + 5, middle), 5.0))
        painter.setPen(QColor(theme.quiet))
        painter.drawText(QPointF(left + 2 * SPACE, middle + metrics.ascent() / 2 - 1), name)


def paint_ring(painter: QPainter, place: QPointF, theme: Theme) -> None:
    """The song one is at."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.card), 4))
    painter.drawEllipse(place, _RING, _RING)
    painter.setPen(QPen(QColor(theme.ink), 2))
    painter.drawEllipse(place, _RING, _RING)


def paint_label(painter: QPainter, place: QPointF, frame: MapFrame, theme: Theme,
                lines: Sequence[str]) -> None:
    """Words beside a dot, kept within the map; the first line stands out."""
    fonts = [font(BODY, bold=True), *(font(META) for _ in lines[1:])]
    metrics = [QFontMetricsF(each) for each in fonts]
    most = min(360.0, frame.width - 4 * SPACE)
    shown = [each.elidedText(line, Qt.TextElideMode.ElideRight, most)
             for each, line in zip(metrics, lines, strict=True)]
    width = max(each.horizontalAdvance(line) for each, line in zip(metrics, shown, strict=True))
    height = sum(each.height() for each in metrics)
    box = QRectF(0, 0, width + 2 * SPACE, height + 2 * _LABEL_PADDING)
    left = place.x() + 12 if place.x() + 12 + box.width() < frame.width else (
        place.x() - 12 - box.width())
    top = place.y() - box.height() / 2
    box.moveTo(max(2.0, min(left, frame.width - box.width() - 2)),
               max(2.0, min(top, frame.height - box.height() - 2)))
    painter.setPen(QPen(QColor(theme.edge), 1))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(box, 6, 6)
    baseline = box.top() + _LABEL_PADDING
    for at, line in enumerate(shown):
        painter.setFont(fonts[at])
        painter.setPen(QColor(theme.ink if at == 0 else theme.quiet))
        painter.drawText(QPointF(box.left() + SPACE, baseline + metrics[at].ascent()), line)
        baseline += metrics[at].height()


def paint_lasso(painter: QPainter, corners: Sequence[tuple[float, float]], theme: Theme) -> None:
    line = QPolygonF([QPointF(x, y) for x, y in corners])
    fill = QColor(theme.accent)
    fill.setAlphaF(0.12)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
    painter.drawPolygon(line)


def shape_path(shape: int, middle: QPointF, radius: float) -> QPainterPath:
    """A shape of the map, for its corners."""
    path = QPainterPath()
    match shape:
        case 1:
            path.addPolygon(_around(middle, radius * 1.2, ((0, -1), (0.95, 0.7), (-0.95, 0.7))))
        case 2:
            path.addPolygon(_around(middle, radius * 0.9, ((-1, -1), (1, -1), (1, 1), (-1, 1))))
        case 3:
            path.addPolygon(_around(middle, radius * 1.2, ((0, -1), (1, 0), (0, 1), (-1, 0))))
        case _:
            path.addEllipse(middle, radius, radius)
    return path


def _around(middle: QPointF, radius: float, corners: Sequence[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(middle.x() + x * radius, middle.y() + y * radius)
                      for x, y in (*corners, corners[0])])


def _looks(moods: Sequence[str], vocabulary: Vocabulary,
           theme: Theme) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The colour and the shape of each mood, and last those of a song without any."""
    places = [mood_place(vocabulary, mood) for mood in moods]
    colours = [_channels(mood_colour(*place, theme.dark)) for place in places]
    shapes = [shape_at(*place) for place in places]
    return (np.array([*colours, _channels(QColor(theme.edge))], np.uint8),
            np.array([*shapes, RING], np.int64))


def _channels(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def _picture(dots: Dots, colours: npt.NDArray[np.uint8], radius: float, frame: MapFrame,
             ratio: float) -> QPixmap:
    image = paint_dots(dots, colours, radius, max(1, round(frame.width * ratio)),
                       max(1, round(frame.height * ratio)))
    picture = QPixmap.fromImage(image)
    picture.setDevicePixelRatio(ratio)
    return picture
