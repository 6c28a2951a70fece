"""Faces of characters: their picture in a circle, or their initial on their colour."""

from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QImage,
    QImageReader,
    QPainter,
    QPainterPath,
    QPixmap,
)

from gui.theme import BODY, READING, Theme, contrast, font, mixed

FACE = 40
_KEPT = 4 * FACE  # pixels of a side that are kept, enough for 400 %
_MOST_SIDE = 12_000
_FORMATS = (b"png", b"jpeg", b"jpg", b"webp")
_TEXT_CONTRAST = 4.5


def small_face(picture: bytes) -> QImage | None:
    """The middle of a picture, made small; None of what is no picture. Safe on any thread."""
    held = QByteArray(picture)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if bytes(reader.format().data()) not in _FORMATS or size.isEmpty() or (
            max(size.width(), size.height()) > _MOST_SIDE):
        return None
    reader.setScaledSize(size.scaled(QSize(_KEPT, _KEPT),
                                     Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        return None
    # Of a tall picture the face is more likely above the middle.
    top = max(0, (image.height() - _KEPT) // 4)
    return image.copy((image.width() - _KEPT) // 2, top, _KEPT, _KEPT)


def draw_face(painter: QPainter, area: QRectF, face: object | None, name: str, colour: str,
              theme: Theme) -> None:
    """Draws one into a square area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    circle = QPainterPath()
    circle.addEllipse(area)
    if isinstance(face, QImage):
        painter.setClipPath(circle)
        painter.drawImage(area, face)
    else:
        painter.fillPath(circle, QColor(colour))
        painter.setPen(QColor(_on(colour, theme)))
        painter.setFont(font(READING if area.height() > 2 * BODY else BODY, bold=True))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, initial(name))
    painter.restore()


def face_icon(size: int, face: object | None, name: str, colour: str, theme: Theme,
              beside: int = 0) -> QIcon:
    """One as an icon for a button, with so much empty room `beside` it, crisp up to 400 %."""
    drawn = QPixmap(4 * (size + beside), 4 * size)
    drawn.fill(Qt.GlobalColor.transparent)
    with QPainter(drawn) as painter:
        painter.scale(4, 4)
        draw_face(painter, QRectF(0, 0, size, size), face, name, colour, theme)
    return QIcon(drawn)


def initial(name: str) -> str:
    """The first letter or figure of a name."""
    return next((letter.upper() for letter in name if letter.isalnum()), "?")


@lru_cache(maxsize=256)
def readable(colour: str, theme: Theme) -> str:
    """A persona's colour as text on the page: drawn towards ink until it can be read."""
    chosen, ink, paper = QColor(colour), QColor(theme.ink), QColor(theme.paper)
    if not chosen.isValid():
        return theme.accent
    for step in range(11):
        made = mixed(ink, chosen, step / 10)
        if contrast(made, paper) >= _TEXT_CONTRAST:
            return made.name()
    return theme.ink


def _on(colour: str, theme: Theme) -> str:
    ground = QColor(colour)
    return max((theme.ink, theme.paper), key=lambda one: contrast(QColor(one), ground))
