"""The window in which songs go into a file for other programs, or into small files beside them.

Nothing is written before the person named a file, or saw which small files it would be.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.tagging.playlists.exporting import Exported, ExportFormat, format_of
from engine.tagging.playlists.sidecars import PlannedSidecar, SidecarState
from gui.controls import Option
from gui.figures import count_text
from gui.library.list_export import ListExport, SidecarsWritten
from gui.text_line import selectable_line, text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

EXPORT_SIZE = (560, 460)
SIDECARS = "sidecars"
_INDENT = 26
_MOST_LISTED = 2000
_FORM, _PLACE = "library/export_form", "library/export_place"


class ExportWindow(QDialog):
    """Exports the songs of `keys`, under the name `name`. `memory` keeps what was chosen last."""

    def __init__(self, exports: ListExport, keys: Sequence[int], name: str, memory: QSettings,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export_songs")  # by which it is found for pictures
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._exports = exports
        self._keys = tuple(keys)
        self._name = name
        self._memory = memory
        self._plan: tuple[PlannedSidecar, ...] = ()
        self.chooser: QFileDialog | None = None
        self.setWindowTitle(self.tr("Export {count} songs").format(count=count_text(len(keys)))
                            if len(keys) != 1 else self.tr("Export one song"))
        self._group = QButtonGroup(self)
        self.options = {form: Option(words) for form, (words, _) in self._forms().items()}
        self.abouts = [text_line("meta", about) for _, about in self._forms().values()]
        self.message = selectable_line("heading")
        self.hint = selectable_line("quiet")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Files that would be written"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.stop, self.leave = QPushButton(self.tr("Stop")), QPushButton(self.tr("Cancel"))
        self.go = QPushButton(self.tr("Choose where…"))
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self._lay_out()
        self._connect()
        self._recall()
        self.resize(*EXPORT_SIZE)
        self._show("choice")

    @property
    def form(self) -> str:
        """What is chosen: one of ExportFormat, or SIDECARS."""
        return next(form for form, option in self.options.items() if option.isChecked())

    def write_to(self, file: Path) -> None:
        """Writes the chosen kind of file there; another kind where its name says so."""
        kind = format_of(file) or ExportFormat(self.form)
        self._memory.setValue(_PLACE, str(file.parent))
        self._show("busy")
        self._exports.export(self._keys, kind, file, self._name or file.stem)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._exports.stop()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape and Cancel end what runs."""
        self._exports.stop()
        super().reject()

    def _forms(self) -> dict[str, tuple[str, str]]:
        return {
            ExportFormat.M3U8: (self.tr("Playlist for players (.m3u8)"), self.tr(
                "Names the recordings from where the playlist lies. Songs without a recording are"
                " left out.")),
            ExportFormat.CSV: (self.tr("Table (.csv)"), self.tr(
                "A row for each song with its moods and scores, for spreadsheets.")),
            ExportFormat.JSON: (self.tr("For other programs (.json)"), self.tr(
                "Everything: moods, scores, parts of each song, and what you said yourself.")),
            SIDECARS: (self.tr("A small file beside each recording (.moods.json)"), self.tr(
                "Moods that travel with the music, without touching it. You see the list"
                " first."))}

    def _go_on(self) -> None:
        if self._plan:
            self._show("busy")
            self._exports.write_sidecars(self._plan)
            self._plan = ()
        elif self.form == SIDECARS:
            self._memory.setValue(_FORM, self.form)
            self._show("busy")
            self._exports.plan_sidecars([key for key in self._keys if key > 0])
        else:
            self._memory.setValue(_FORM, str(self.form))
            self._choose_place()

    def _choose_place(self) -> None:
        chooser = self.chooser = QFileDialog(self, self.tr("Export to"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix(self.form)
        place = str(self._memory.value(_PLACE, ""))
        if place and Path(place).is_dir():
            chooser.setDirectory(place)
        chooser.selectFile(f"{file_name(self._name) or self.tr('songs')}.{self.form}")
        chooser.fileSelected.connect(lambda name: self.write_to(Path(name)))
        chooser.open()

    def _take_exported(self, done: object) -> None:
        assert isinstance(done, Exported)
        rest = self.tr("{count} have no recording and were left out.").format(
            count=count_text(done.left_out)) if done.left_out else ""
        self._tell(self.tr("{count} songs written to {file}.").format(
            count=count_text(done.songs), file=done.file.name), rest)

    def _take_plan(self, plan: object) -> None:
        assert isinstance(plan, tuple)
        found: tuple[PlannedSidecar, ...] = plan
        wanted = [each for each in found
                  if each.state in (SidecarState.NEW, SidecarState.UPDATED)]
        self.list.clear()
        for each in found[:_MOST_LISTED]:
            self.list.addItem(f"{self._state(each.state)}   {each.file}")
        if len(found) > _MOST_LISTED:
            self.list.addItem(self.tr("and {count} more").format(
                count=count_text(len(found) - _MOST_LISTED)))
        if not wanted:
            self._tell(self.tr("There is nothing to write."), self.tr(
                "None of these songs has a recording with moods that are not written yet."))
            return
        self._plan = tuple(wanted)
        self.message.setText(self.tr("{count} files would be written.").format(
            count=count_text(len(wanted))))
        self.hint.setText(self.tr("Nothing was written yet. Your recordings stay as they are."))
        self.go.setText(self.tr("Write {count} files").format(count=count_text(len(wanted))))
        self._show("plan")

    def _take_sidecars(self, done: object) -> None:
        assert isinstance(done, SidecarsWritten)
        self.list.clear()
        for failure in done.failures:
            self.list.addItem(f"{failure.planned.file}: {failure.message} {failure.hint}")
        self._tell(self.tr("{count} files written.").format(count=count_text(done.written)),
                   self.tr("{count} could not be written.").format(
                       count=count_text(len(done.failures))) if done.failures else "")
        self.list.setVisible(bool(done.failures))

    def _take_failure(self, problem: object) -> None:
        if isinstance(problem, EngineError):
            self._tell(problem.message, problem.hint)
        else:
            self.close()

    def _take_stop(self) -> None:
        self._tell(self.tr("Stopped."), self.tr("The file was not written."))

    def _tell(self, message: str, hint: str) -> None:
        self.message.setText(message)
        self.hint.setText(hint)
        self._show("told")

    def _show(self, page: str) -> None:
        for widget in (*self.options.values(), *self.abouts):
            widget.setVisible(page == "choice")
        if page == "busy":
            self.message.setText(self.tr("Reading the songs…"))
            self.hint.clear()
            self.bar.setRange(0, 0)
        self.message.setVisible(page != "choice")
        self.hint.setVisible(page != "choice" and bool(self.hint.text()))
        self.bar.setVisible(page == "busy")
        self.stop.setVisible(page == "busy")
        self.list.setVisible(page == "plan")
        self.go.setVisible(page in ("choice", "plan"))
        self.leave.setText(self.tr("Close") if page == "told" else self.tr("Cancel"))
        self.leave.setVisible(page != "busy")
        if page == "told":
            self.leave.setFocus()

    def _move(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.message.setText(self.tr("{done} of {total} songs").format(
            done=count_text(done), total=count_text(total)))

    def _choose_form(self) -> None:
        self.go.setText(self.tr("Show the files") if self.form == SIDECARS
                        else self.tr("Choose where…"))

    def _state(self, state: SidecarState) -> str:
        return {SidecarState.NEW: self.tr("new"), SidecarState.UPDATED: self.tr("replaced"),
                SidecarState.SAME: self.tr("unchanged"),
                SidecarState.FOREIGN: self.tr("left, not ours")}[state]

    def _recall(self) -> None:
        kept = str(self._memory.value(_FORM, ExportFormat.M3U8))
        chosen = self.options.get(kept) or self.options[ExportFormat.M3U8]
        chosen.setChecked(True)
        chosen.setFocus()
        self._choose_form()

    def _connect(self) -> None:
        exports = self._exports
        exports.moved.connect(self._move)
        exports.exported.connect(self._take_exported)
        exports.planned.connect(self._take_plan)
        exports.sidecars_written.connect(self._take_sidecars)
        exports.failed.connect(self._take_failure)
        exports.stopped.connect(self._take_stop)
        self.go.clicked.connect(self._go_on)
        self.stop.clicked.connect(exports.stop)
        self.leave.clicked.connect(self.reject)
        self._group.buttonClicked.connect(lambda _: self._choose_form())

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addStretch(1)
        for button in (self.stop, self.leave, self.go):
            button.setAutoDefault(button is self.go)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE // 2)
        for option, about in zip(self.options.values(), self.abouts, strict=True):
            self._group.addButton(option)
            option.setAccessibleDescription(about.text())
            about.setContentsMargins(_INDENT, 0, 0, SPACE)
            column.addWidget(option)
            column.addWidget(about)
        for widget in (self.message, self.hint, self.bar):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addSpacing(GAP)
        column.addLayout(foot)


def file_name(name: str) -> str:
    """A name that can be a file's on every system."""
    kept = "".join(" " if sign in '<>:"/\\|?*' or not sign.isprintable() else sign
                   for sign in name)
    return " ".join(kept.split()).strip(". ")[:100]
