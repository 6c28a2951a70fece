"""The door to everything about looks: tokens, mood colours, fonts, style sheet, the live theme.

Rooms import from here only. A theme is a value; ThemeSource says which one holds now.
"""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication, QStyle

from gui.mood_colours import ChipColours, chip_colours, contrast, hue_at, mixed, mood_colour
from gui.style import style_sheet
from gui.tokens import (
    BODY,
    CARD_PADDING,
    DARK,
    EMPTY,
    GAP,
    ICON,
    LIGHT,
    LINE_HEIGHT,
    META,
    MOTION_MS,
    PAGE_MARGIN,
    RADIUS_CARD,
    RADIUS_CHIP,
    RADIUS_CONTROL,
    READING,
    READING_COLUMNS,
    SPACE,
    TITLE,
    TITLE_HEIGHT,
    Theme,
)

__all__ = [
    "BODY", "CARD_PADDING", "DARK", "EMPTY", "GAP", "ICON", "LIGHT", "LINE_HEIGHT", "META",
    "MOTION_MS", "PAGE_MARGIN", "RADIUS_CARD", "RADIUS_CHIP", "RADIUS_CONTROL", "READING",
    "READING_COLUMNS", "SPACE", "TITLE", "TITLE_HEIGHT", "ChipColours", "Theme", "ThemeSource",
    "chip_colours", "contrast", "font", "hue_at", "mixed", "mood_colour", "palette", "style_sheet",
]


def font(size: int, bold: bool = False) -> QFont:
    """The system font at `size` pixels of the layout, with figures of equal width."""
    chosen = QFont(QGuiApplication.font())
    chosen.setPixelSize(size)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    chosen.setFeature(QFont.Tag("tnum"), 1)
    return chosen


def palette(theme: Theme) -> QPalette:
    """The same colours for what no style sheet reaches: native dialogs, placeholders, links."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: theme.paper, roles.WindowText: theme.ink, roles.Base: theme.card,
        roles.AlternateBase: theme.sunken, roles.Text: theme.ink, roles.Button: theme.card,
        roles.ButtonText: theme.ink, roles.BrightText: theme.danger, roles.Link: theme.accent,
        roles.LinkVisited: theme.accent, roles.Highlight: theme.accent,
        roles.HighlightedText: theme.accent_ink, roles.PlaceholderText: theme.quiet,
        roles.ToolTipBase: theme.ink, roles.ToolTipText: theme.paper, roles.Mid: theme.line,
        roles.Dark: theme.edge, roles.Light: theme.card, roles.Accent: theme.accent,
    }.items():
        made.setColor(role, colour)
    return made


class ThemeSource(QObject):
    """Says which theme holds, live: the person's choice, or the system's where they left it.

    `changed` carries the new Theme. `motion_ms` is 0 where less motion is asked for.
    """

    changed = Signal(object)

    def __init__(self, hints: QStyleHints, appearance: str = "system",
                 reduce_motion: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hints = hints
        self._appearance = appearance
        self._reduce_motion = reduce_motion
        self._current = self._wanted()
        hints.colorSchemeChanged.connect(self._refresh)

    @property
    def current(self) -> Theme:
        return self._current

    @property
    def motion_ms(self) -> int:
        """How long a movement lasts, 0 for none."""
        return 0 if self._reduce_motion or self._system_wants_less() else MOTION_MS

    def choose(self, appearance: str, reduce_motion: bool) -> None:
        """Takes the person's choice: "system", "light" or "dark"."""
        self._reduce_motion = reduce_motion
        self._appearance = appearance
        self._tell_system()
        self._refresh()

    def _tell_system(self) -> None:
        """Title bars and native dialogs follow the same choice where the platform can."""
        if self._appearance == "system":
            self._hints.unsetColorScheme()
        else:
            dark = self._appearance == "dark"
            self._hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _system_wants_less(self) -> bool:
        # Qt 6.12 asks the system itself; before it, the style knows.
        wish = getattr(self._hints.accessibility(), "motionPreference", None)
        if wish is not None:
            return wish().name == "ReducedMotion"
        duration = QStyle.StyleHint.SH_Widget_Animation_Duration
        return QApplication.style().styleHint(duration) == 0

    def _wanted(self) -> Theme:
        if self._appearance == "system":
            dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        else:
            dark = self._appearance == "dark"
        return DARK if dark else LIGHT

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted != self._current:
            self._current = wanted
            self.changed.emit(wanted)
