"""Icons of one family: Phosphor, whose font the package QtAwesome carries.

The glyphs are drawn straight from that font, in the ink of the theme that holds when they are
painted. Importing QtAwesome itself costs 0.4 s (it reads nine families); its font file 5 ms.
"""

import enum
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from gui.theme import ICON, ThemeSource

_FONT_FILE = "fonts/phosphor-1.3.0.ttf"


class Glyph(enum.IntEnum):
    """The signs this program uses, by their place in the font."""

    TAG = 0xF224
    LIBRARY = 0xF098
    TABLE = 0xF304
    MAP = 0xF20F
    MODELS = 0xF120
    SETTINGS = 0xF19B
    HELP = 0xF293
    ABOUT = 0xF1E0
    FOLDER = 0xF18C
    FILE = 0xF170
    PASTE = 0xF0F8
    PAUSE = 0xF25E
    RESUME = 0xF27C
    CLOSE = 0xF36D
    CHECK = 0xF0E7
    PLUS = 0xF27F
    REMOVE = 0xF334
    AGAIN = 0xF020
    BACK = 0xF03B
    SEARCH = 0xF20A
    WARNING = 0xF35D
    DEVICE = 0xF119
    CHAT = 0xF0E6
    COPY = 0xF114
    EDIT = 0xF266
    GO_ON = 0xF040
    SEND = 0xF25B
    STOP = 0xF2F7
    SLIDERS = 0xF2D0
    EXPORT = 0xF15A
    BRANCH = 0xF1A6
    WHY = 0xF1ED
    TREE = 0xF339
    UP = 0xF0C5
    PIN = 0xF28D
    CLOSED = 0xF0C4
    OPENED = 0xF0C2
    MORE = 0xF145
    MOOD = 0xF2D1


class IconSource:
    """Makes icons that follow the theme. Build one per program, after QApplication."""

    def __init__(self, theme_source: ThemeSource) -> None:
        self._theme_source = theme_source
        self._family = _load_family()

    def icon(self, glyph: Glyph, colour: str = "ink") -> QIcon:
        """`colour` names a field of Theme. Without the font the icon is empty, never a box."""
        if not self._family:
            return QIcon()
        return QIcon(_GlyphEngine(self._family, glyph, colour, self._theme_source))


class Sign(QWidget):
    """An icon that stands beside words and does nothing."""

    def __init__(self, icon: QIcon, size: int = ICON, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()


class _GlyphEngine(QIconEngine):
    """Paints one glyph, crisp at every size and scale."""

    def __init__(self, family: str, glyph: Glyph, colour: str,
                 theme_source: ThemeSource) -> None:
        super().__init__()
        self._family = family
        self._glyph = glyph
        self._colour = colour
        self._theme_source = theme_source

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode,
              state: QIcon.State) -> None:
        theme = self._theme_source.current
        disabled = mode == QIcon.Mode.Disabled
        font = QFont(self._family)
        font.setPixelSize(max(1, rect.height()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font)
        painter.setPen(QColor(theme.edge if disabled else getattr(theme, self._colour)))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, chr(self._glyph))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return drawn

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._family, self._glyph, self._colour, self._theme_source)


def _load_family() -> str:
    """The name of the icon family; empty where its file is not installed."""
    package = find_spec("qtawesome")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        number = QFontDatabase.addApplicationFont(str(Path(folder) / _FONT_FILE))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        if families:
            return families[0]
    return ""
