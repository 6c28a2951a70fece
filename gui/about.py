"""The About window: what this is, its version and licence, and everything that ships with it."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.paths import AppPaths
from gui.licences import OWN_LICENCE, Part, own_version, parts
from gui.theme import GAP, META, PAGE_MARGIN, SPACE

ABOUT_SIZE = (912, 600)
_LIST_WIDTH = 248
_MARK_SIZE = 64


class AboutDialog(QDialog):
    """Reads the licences when opened. Escape closes it."""

    def __init__(self, paths: AppPaths, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Undertone"))
        self.resize(*ABOUT_SIZE)
        self._parts = [self._ourselves(paths.resources.parent), *parts()]
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFont(_typewriter())
        self._text.setAccessibleName(self.tr("Licence text"))
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("What ships with Undertone"))
        self._list.setProperty("role", "list")
        self._list.setFixedWidth(_LIST_WIDTH)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._show_text)
        for part in self._parts:
            self._list.addItem(self._item(part))
        self._lay_out(paths)
        self._list.setCurrentRow(0)

    def _ourselves(self, folder: Path) -> Part:
        licence = folder / "LICENSE"
        text = licence.read_text("utf-8") if licence.is_file() else ""
        return Part("Undertone", own_version(folder), OWN_LICENCE, text)

    def _item(self, part: Part) -> QListWidgetItem:
        item = QListWidgetItem(f"{part.name} {part.version}\n{part.licence}")
        item.setToolTip(part.licence)
        item.setSizeHint(QSize(0, 2 * self.fontMetrics().lineSpacing() + 2 * SPACE))
        return item

    def _lay_out(self, paths: AppPaths) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(GAP)
        column.addLayout(self._head(paths.resources / "icons" / "undertone-256.png"))
        column.addWidget(_wrapped(self.tr(
            "Undertone is free software: you may use, study, share and change it under the GNU "
            "General Public License, version 3 or later. It comes without any warranty. "
            "These parts ship with it, each under its own licence:"), "quiet"))
        lower = QHBoxLayout()
        lower.setSpacing(GAP)
        lower.addWidget(self._list)
        lower.addWidget(self._text, 1)
        column.addLayout(lower, 1)

    def _head(self, mark_file: Path) -> QHBoxLayout:
        mark = QLabel()
        ratio = self.devicePixelRatioF()
        picture = QPixmap(str(mark_file))
        if not picture.isNull():
            picture = picture.scaledToHeight(round(_MARK_SIZE * ratio),
                                             Qt.TransformationMode.SmoothTransformation)
            picture.setDevicePixelRatio(ratio)
            mark.setPixmap(picture)
        words = QVBoxLayout()
        words.setSpacing(SPACE // 2)
        words.addWidget(_wrapped("Undertone", "title"))
        words.addWidget(_wrapped(self.tr("Version {version}. Tags lyrics with moods, on this "
                                         "computer alone.").format(
            version=self._parts[0].version), "quiet"))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(mark)
        row.addLayout(words, 1)
        return row

    def _show_text(self, row: int) -> None:
        part = self._parts[row]
        self._text.setPlainText(part.text or self.tr(
            "{name} brings no licence text with it. Its licence is {licence}.").format(
                name=part.name, licence=part.licence))


def _typewriter() -> QFont:
    """Licence texts are set in columns of 80 characters."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    fixed.setPixelSize(META)
    return fixed


def _wrapped(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
