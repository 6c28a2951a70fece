"""How the application as a whole looks: its icon, style and font, and the colours of a theme."""

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from engine.paths import AppPaths
from gui.theme import BODY, Theme, font, palette, style_sheet

ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def dress(app: QApplication, paths: AppPaths, theme: Theme) -> None:
    """Dresses an application that has just begun."""
    app.setApplicationName("Undertone")
    app.setDesktopFileName("undertone")
    app.setWindowIcon(window_icon(paths))
    app.setStyle("Fusion")
    app.setFont(font(BODY))
    show_theme(app, theme)


def show_theme(app: QApplication, theme: Theme) -> None:
    """Gives it the colours of a theme."""
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))


def window_icon(paths: AppPaths) -> QIcon:
    """The program's icon, in all sizes there are."""
    icon = QIcon()
    for size in ICON_SIZES:
        icon.addFile(str(paths.resources / "icons" / f"undertone-{size}.png"))
    return icon
