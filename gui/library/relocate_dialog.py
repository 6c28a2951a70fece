"""The window that looks for missing songs in another folder and shows what it found, before any
of them is said to live there."""

from collections.abc import Callable
from pathlib import Path, PurePath

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.tagging.folders.relocation import Relocation
from gui.figures import count_text
from gui.library.dialog_buttons import act_button
from gui.library.folder_words import likeness_text, lost_words
from gui.library.relocating import Relocating
from gui.library.two_lines import TwoLineList, TwoLines
from gui.mood_words import one_line
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource

RELOCATE_SIZE = (720, 520)
_LEAST = (480, 360)


class RelocateDialog(QDialog):
    """Looks for the files at `places`. `ask_folder` and `ask_file` ask the person; "" is none."""

    def __init__(self, relocating: Relocating, places: list[str], theme_source: ThemeSource,
                 parent: QWidget | None = None,
                 ask_folder: Callable[[QWidget], str] | None = None,
                 ask_file: Callable[[QWidget], str] | None = None) -> None:
        super().__init__(parent)
        self._relocating = relocating
        self._places = places
        self._ask_folder = ask_folder or _ask_folder
        self._ask_file = ask_file or _ask_file
        self.setObjectName("relocate")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Find missing songs"))
        self._rows = TwoLines[Relocation](self._words, self)
        self.message = text_line("heading")
        self.note = text_line("quiet")
        self.list = TwoLineList(self.tr("What was found"), self._rows, theme_source)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(self.tr("Looking through the folder"))
        self.folder = act_button(self.tr("Choose a folder…"), self._choose_folder)
        self.file = act_button(self.tr("Choose its file…"), self._choose_file)
        self.file.setVisible(len(places) == 1)
        self.leave_out = act_button(self.tr("Leave these out"), self._leave_out)
        self.stop = act_button(self.tr("Stop"), relocating.stop)
        self.cancel = act_button(self.tr("Cancel"), self.reject)
        self.go = act_button("", self._settle)
        self.go.setProperty("role", "primary")
        self._lay_out()
        relocating.changed.connect(self.refresh)
        relocating.moved.connect(self._show_files)
        relocating.failed.connect(self._tell_failure)
        self.resize(*RELOCATE_SIZE)
        self.refresh()
        self.folder.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._leave_out()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._relocating.stop()

    def reject(self) -> None:
        """Escape and Cancel."""
        self._relocating.stop()
        super().reject()

    def refresh(self) -> None:
        """Shows where the search stands."""
        plan, searching = self._relocating.plan, self._relocating.searching
        self._rows.put(plan.found if plan else ())
        self.bar.setVisible(searching)
        self.stop.setVisible(searching)
        self.list.setVisible(bool(self._rows.things))
        self.leave_out.setVisible(bool(self._rows.things))
        self.message.setText(self._told())
        self.note.setText(self._noted())
        self._show_go()

    def _told(self) -> str:
        plan = self._relocating.plan
        total = count_text(len(self._places))
        if self._relocating.searching:
            return self.tr("Looking… {n} files").format(n=count_text(self._relocating.files))
        if plan is None:
            return (self.tr("One song is missing. Where may it be now?") if len(self._places) == 1
                    else self.tr("{n} songs are missing. Where may they be now?").format(n=total))
        if not plan.found:
            return self.tr("None of them is there.") if len(self._places) > 1 else \
                self.tr("It is not there.")
        return self.tr("{n} of {total} found.").format(n=count_text(len(plan.found)), total=total)

    def _noted(self) -> str:
        plan, under = self._relocating.plan, self._relocating.under
        if plan is None or under is None:
            return self.tr("Choose the folder they were moved to, or one above it: all of them are"
                           " looked for at once, by size, name and words. Nothing is changed"
                           " before you have seen what was found.")
        if not plan.found:
            return self.tr("Looked through “{folder}”. Choose another folder.").format(
                folder=one_line(str(under)))
        return self.tr("Moods, your words and what was written into the files go along.")

    def _show_files(self) -> None:
        self.message.setText(self._told())

    def _show_go(self) -> None:
        count = len(self._rows.things)
        self.go.setVisible(count > 0)
        self.go.setText(self.tr("Use this place") if count == 1 else
                        self.tr("Use these {n} places").format(n=count_text(count)))
        self.go.setDefault(count > 0)

    def _choose_folder(self) -> None:
        self._search(self._ask_folder(self))

    def _choose_file(self) -> None:
        self._search(self._ask_file(self))

    def _search(self, chosen: str) -> None:
        if chosen:
            self._relocating.search(self._places, Path(chosen))

    def _leave_out(self) -> None:
        out = set(self.list.chosen_rows())
        self._rows.put([one for number, one in enumerate(self._rows.things) if number not in out])
        self._show_go()

    def _settle(self) -> None:
        self._relocating.settle(self._rows.things, lambda _: self.accept())

    def _words(self, one: Relocation) -> tuple[str, str]:
        return (f"{lost_words(one.lost)}  ({likeness_text(one.likeness)})",
                f"{PurePath(one.lost.place).parent} → {one.new_place}")

    def _tell_failure(self, failure: object) -> None:
        if isinstance(failure, EngineError):
            self.note.setText(f"{failure.message} {failure.hint}")

    def _lay_out(self) -> None:
        choose = QHBoxLayout()
        choose.setSpacing(SPACE)
        choose.addWidget(self.folder)
        choose.addWidget(self.file)
        choose.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.leave_out)
        foot.addStretch(1)
        for button in (self.stop, self.cancel, self.go):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self.message)
        column.addWidget(self.note)
        column.addLayout(choose)
        column.addWidget(self.bar)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addSpacing(GAP - SPACE)
        column.addLayout(foot)
        self.setMinimumSize(*_LEAST)


def _ask_folder(parent: QWidget) -> str:
    return QFileDialog.getExistingDirectory(parent, parent.tr("Where may they be now?"))


def _ask_file(parent: QWidget) -> str:
    return QFileDialog.getOpenFileName(parent, parent.tr("Which file is it?"))[0]
