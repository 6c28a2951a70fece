"""The window in which watched folders are chosen: added, paused, taken off, looked through."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.tagging.folders.scan import Scanned
from engine.tagging.folders.watch_list import WatchedFolder
from gui.controls import Switch
from gui.figures import count_text
from gui.library.dialog_buttons import act_button
from gui.library.folder_words import away_text, folder_words, news_text
from gui.library.folder_work import FolderWork
from gui.library.two_lines import TwoLineList, TwoLines
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource

FOLDERS_SIZE = (640, 460)
_LEAST = (480, 360)


class FoldersDialog(QDialog):
    """Shows a FolderWork. `ask_folder` asks the person for a folder; "" is none."""

    def __init__(self, work: FolderWork, theme_source: ThemeSource,
                 parent: QWidget | None = None,
                 ask_folder: Callable[[QWidget], str] | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._ask_folder = ask_folder or _ask_folder
        self.setObjectName("watched_folders")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Watched folders"))
        self._rows = TwoLines[WatchedFolder](folder_words, self)
        self.list = TwoLineList(self.tr("Watched folders"), self._rows, theme_source)
        self.empty = text_line("quiet", self.tr(
            "No folder is watched. Add the folder your music lies in: Undertone looks through it"
            " at every start and while it runs, and tells you of new, changed and missing songs."
            " It only reads."))
        self.tells = text_line("quiet")
        self.add = act_button(self.tr("Add a folder…"), self.add_folder)
        self.remove = act_button(self.tr("Stop watching"), self._remove)
        self.pause = act_button(self.tr("Pause"), self._pause)
        self.scan = act_button(self.tr("Look through now"), self._scan)
        self.tags_new = Switch(self.tr("Tag new songs in this folder without asking"),
                               self._set_tags_new)
        self.close_button = act_button(self.tr("Close"), self.accept)
        self._lay_out()
        work.changed.connect(self.refresh)
        work.moved.connect(self.refresh)
        work.scanned.connect(self._tell_scan)
        work.failed.connect(self._tell_failure)
        self.list.selectionModel().selectionChanged.connect(self._show_buttons)
        self.resize(*FOLDERS_SIZE)
        self.refresh()
        work.load()

    def add_folder(self) -> None:
        """Asks for a folder and watches it."""
        chosen = self._ask_folder(self)
        if chosen:
            self.tells.setText("")
            self._work.add(Path(chosen), tags_new=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._remove()
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """Shows what is watched now."""
        chosen = {folder.path for folder in self._chosen()}
        self._rows.put(self._work.folders)
        if self._rows.things and not self.list.chosen_rows():
            rows = [number for number, folder in enumerate(self._rows.things)
                    if folder.path in chosen] or [0]
            for number in rows:
                self.list.selectionModel().select(
                    self._rows.index(number), self.list.selectionModel().SelectionFlag.Select)
            self.list.setCurrentIndex(self._rows.index(rows[0]))
        self._stack.setCurrentIndex(int(self._work.loaded and not self._work.folders))
        if self._work.scanning and self._work.files:
            self.tells.setText(self.tr("Looking through your folders… {n} files").format(
                n=count_text(self._work.files)))
        self._show_buttons()

    def _chosen(self) -> list[WatchedFolder]:
        things = self._rows.things
        return [things[row] for row in self.list.chosen_rows() if row < len(things)]

    def _show_buttons(self) -> None:
        chosen, some = self._chosen(), bool(self._work.folders)
        one = chosen[0] if len(chosen) == 1 else None
        for button in (self.remove, self.pause, self.scan, self.tags_new):
            button.setVisible(some)
        self.remove.setEnabled(bool(chosen))
        self.pause.setEnabled(one is not None)
        self.pause.setText(self.tr("Go on") if one and one.paused else self.tr("Pause"))
        self.scan.setText(self.tr("Stop") if self._work.scanning else
                          self.tr("Look through now"))
        self.tags_new.setEnabled(one is not None)
        self.tags_new.show_value(one is not None and one.tags_new)
        for button, primary in ((self.add, not some), (self.close_button, some)):
            button.setDefault(primary)

    def _remove(self) -> None:
        self._work.remove([folder.path for folder in self._chosen()])

    def _pause(self) -> None:
        for folder in self._chosen()[:1]:
            self._work.pause(folder.path, not folder.paused)

    def _scan(self) -> None:
        if self._work.scanning:
            self._work.stop()
        else:
            self._work.scan()

    def _set_tags_new(self, tags_new: bool) -> None:
        for folder in self._chosen()[:1]:
            self._work.tag_new(folder.path, tags_new)

    def _tell_scan(self, found: object) -> None:
        if not isinstance(found, Scanned):
            return
        told = self.tr("{n} files looked at.").format(n=count_text(found.files))
        if found.moved:
            told += " " + self.tr("{n} had moved and were followed.").format(
                n=count_text(len(found.moved)))
        news = news_text(self._work.counts) or away_text(found.away) \
            or self.tr("Nothing changed.")
        self.tells.setText(f"{told} {news}")

    def _tell_failure(self, failure: object) -> None:
        if isinstance(failure, EngineError):
            self.tells.setText(f"{failure.message} {failure.hint}")

    def _lay_out(self) -> None:
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in (self.scan, self.pause, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self._stack, 1)
        column.addWidget(self.tags_new)
        column.addLayout(row)
        column.addWidget(self.tells)
        column.addSpacing(GAP - SPACE)
        column.addLayout(foot)
        self.setMinimumSize(*_LEAST)


def _ask_folder(parent: QWidget) -> str:
    return QFileDialog.getExistingDirectory(
        parent, parent.tr("Choose a folder to watch"))
