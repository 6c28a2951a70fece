"""The window in which moods go into files: what would change, what shall be written, what came
of it. Nothing is written before its button is pressed.
"""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetrics,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from gui.figures import count_text
from gui.grid import as_grid
from gui.library.dialog_buttons import tab_button
from gui.library.write_choices import WriteChoices
from gui.library.write_delegate import ROW, WriteDelegate, toggle
from gui.library.write_run import WritePhase, WriteRun
from gui.library.write_table import Shown, WriteColumn, WriteTable
from gui.library.write_words import files_text, sentence, set_back_text, undone_text, written_text
from gui.link_button import link_button
from gui.text_line import selectable_line, text_line
from gui.theme import GAP, META, PAGE_MARGIN, SPACE, ThemeSource, font

WRITE_SIZE = (860, 640)
_LEAST = (560, 420)
_SHARES = {WriteColumn.FILE: 0.34, WriteColumn.FIELD: 0.09, WriteColumn.BEFORE: 0.2}
_ABOUT_LINES = 3


class WriteView(QTableView):
    """The table. Space wants the file of the current row, or no longer."""

    def __init__(self, table: WriteTable, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setModel(table)
        self.setItemDelegate(WriteDelegate(theme_source, self))
        as_grid(self, ROW)
        self.setMouseTracking(True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        theme_source.changed.connect(self.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Each column has its part of the width."""
        super().resizeEvent(event)
        for column, share in _SHARES.items():
            self.setColumnWidth(column, round(self.viewport().width() * share))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            rows = {index.row() for index in self.selectionModel().selectedRows()}
            firsts = {row.place: number for number in sorted(rows, reverse=True)
                      if (row := self._table.row(number)) is not None}
            for number in firsts.values():
                toggle(self._table, number)
        else:
            super().keyPressEvent(event)


class WriteDialog(QDialog):
    """Shows one WriteRun. Closing it while files are written leaves that running.

    `history_wanted` asks for the list of what was written until now.
    """

    history_wanted = Signal()

    def __init__(self, run: WriteRun, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self.setObjectName("write_tags")  # by which it is found for pictures
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Write moods into files"))
        self.table = WriteTable(self)
        self.view = WriteView(self.table, theme_source)
        self.view.setAccessibleName(self.tr("What changes in the files"))
        self.message = text_line("heading")
        self.note = text_line("quiet")
        self.choices = WriteChoices(run)
        self.tabs = {shown: tab_button("", partial(self._look_at, shown), shown is Shown.CHANGING)
                     for shown in Shown}
        self.all_in, self.all_out = link_button(self.tr("All")), link_button(self.tr("None"))
        self.about = selectable_line("meta")
        self.empty = text_line("quiet")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.undo = QPushButton(self.tr("Undo"))
        self.earlier = link_button(self.tr("What was written before"))
        self.stop = QPushButton(self.tr("Stop"))
        self.leave = QPushButton(self.tr("Cancel"))
        self.go = QPushButton()
        self.go.setProperty("role", "primary")
        for button in (self.undo, self.stop, self.leave, self.go, self.earlier, self.all_in,
                       self.all_out):
            button.setAutoDefault(False)  # Enter among the rows writes nothing
        self._lay_out()
        self._connect()
        self.table.add(run.plan)
        self.table.show_left_out(run.left_out)
        self.resize(QSize(*WRITE_SIZE).boundedTo(self.screen().availableSize()))
        self._follow()

    def _connect(self) -> None:
        run, table = self.run, self.table
        # What is only planned is let go of; what is being written goes on.
        self.finished.connect(run.forget)
        run.changed.connect(self._follow)
        run.moved.connect(self._show_progress)
        run.planned.connect(table.add)
        run.selection_changed.connect(self._show_wanted)
        run.failed.connect(self._tell_failure)
        table.left_out_wanted.connect(run.leave_out)
        table.counted.connect(self._show_tabs)
        table.modelReset.connect(self._show_about)
        self.view.selectionModel().currentChanged.connect(self._show_about)
        self.all_in.clicked.connect(lambda: self._leave_all_out(False))
        self.all_out.clicked.connect(lambda: self._leave_all_out(True))
        self.go.clicked.connect(self._go_on)
        self.stop.clicked.connect(run.stop)
        self.undo.clicked.connect(run.undo)
        self.leave.clicked.connect(self.reject)
        self.earlier.clicked.connect(self.reject)
        self.earlier.clicked.connect(self.history_wanted)

    def _go_on(self) -> None:
        if self.run.phase is WritePhase.PLANNED:
            self.run.write()
        else:
            self.accept()

    def _leave_all_out(self, out: bool) -> None:
        self.run.leave_out(range(len(self.run.plan)), out)

    def _follow(self) -> None:
        """The phase is another."""
        run, phase = self.run, self.run.phase
        if phase is WritePhase.PLANNING:
            self.table.clear()
        elif phase in (WritePhase.WRITTEN, WritePhase.UNDONE):
            wrote = phase is WritePhase.WRITTEN
            left = run.refused if wrote else run.not_undone
            self.table.show_outcome(run.written if wrote else run.undone, left)
            self._show_tab(Shown.REFUSED if left else Shown.CHANGING)
        elif phase is WritePhase.PLANNED and not self.table.counts[Shown.CHANGING] and run.plan:
            self._show_tab(Shown.REFUSED if self.table.counts[Shown.REFUSED] else Shown.SAME)
        self.table.can_choose = phase in (WritePhase.PLANNING, WritePhase.PLANNED)
        self.choices.setVisible(self.table.can_choose)
        for button in (self.all_in, self.all_out):
            button.setVisible(self.table.can_choose)
        self.bar.setVisible(run.busy)
        self._tell(self._advice())
        self._show_progress()
        self._show_buttons()
        self.view.viewport().update()
        focused = self.focusWidget()
        if phase is WritePhase.PLANNED and not (focused and self.choices.isAncestorOf(focused)):
            self.view.setFocus()
            self.view.selectRow(0)
        elif phase in (WritePhase.WRITTEN, WritePhase.UNDONE):
            self.go.setFocus()
            self.message.setAccessibleName(self.message.text())
            QAccessible.updateAccessibility(
                QAccessibleEvent(self.message, QAccessible.Event.Alert))

    def _show_progress(self) -> None:
        run = self.run
        self.bar.setRange(0, run.total)
        self.bar.setValue(run.done)
        self.message.setText(self._told())
        self._show_empty()
        if run.phase in (WritePhase.PLANNING, WritePhase.PLANNED):
            self._show_go()

    def _told(self) -> str:
        run = self.run
        done, total = count_text(run.done), count_text(run.total)
        match run.phase:
            case WritePhase.PLANNING:
                return self.tr("Looking at the files of {total} songs…").format(total=total)
            case WritePhase.PLANNED:
                return self._planned_text()
            case WritePhase.WRITING:
                return self.tr("Writing… {n} of {total} files").format(n=done, total=total)
            case WritePhase.UNDOING:
                return self.tr("Taking out… {n} of {total} files").format(n=done, total=total)
            case WritePhase.WRITTEN:
                return written_text(len(run.written), len(run.refused), run.stopped)
            case WritePhase.UNDONE:
                return undone_text(len(run.undone), len(run.not_undone), run.stopped)
            case _:
                return ""

    def _planned_text(self) -> str:
        chosen = self.run.wanted
        if not self.run.plan:
            return self.tr("These songs have no files.")
        if not self.table.counts[Shown.CHANGING]:
            return self.tr("There is nothing to write.")
        if not chosen:
            return self.tr("No file is chosen.")
        return self.tr("Moods will go into {files}.").format(files=files_text(chosen))

    def _show_wanted(self) -> None:
        self.table.show_left_out(self.run.left_out)
        self._show_progress()

    def _show_buttons(self) -> None:
        run, phase = self.run, self.run.phase
        ended = phase in (WritePhase.WRITTEN, WritePhase.UNDONE)
        self.stop.setVisible(run.writes)
        self.undo.setVisible(phase is WritePhase.WRITTEN and bool(run.written))
        self.leave.setVisible(not ended)
        self.leave.setText(self.tr("Go on in the background") if run.writes else self.tr("Cancel"))
        self.go.setVisible(not run.writes)
        self.earlier.setVisible(not run.writes)
        self._show_go()

    def _show_go(self) -> None:
        run = self.run
        if run.phase in (WritePhase.PLANNING, WritePhase.PLANNED):
            chosen = run.wanted
            self.go.setText(self.tr("Write into {files}").format(files=files_text(chosen))
                            if chosen else self.tr("Write"))
            self.go.setEnabled(run.phase is WritePhase.PLANNED and chosen > 0)
        else:
            self.go.setText(self.tr("Close"))
            self.go.setEnabled(True)

    def _show_tabs(self) -> None:
        for shown, words in self._tab_words().items():
            self._name_tab(self.tabs[shown], f"{words}  {count_text(self.table.counts[shown])}")
        self._show_empty()

    def _name_tab(self, button: QPushButton, words: str) -> None:
        """A tab has room for its words in bold, too."""
        button.setText(words)
        room = QFontMetrics(font(META, bold=True)).horizontalAdvance(words)
        button.setMinimumWidth(room + 2 * SPACE)

    def _tab_words(self) -> dict[Shown, str]:
        if self.run.phase is WritePhase.UNDONE:
            changed, left = self.tr("Taken out"), self.tr("Left as they are")
        elif self.run.phase in (WritePhase.WRITTEN, WritePhase.UNDOING):
            changed, left = self.tr("Written"), self.tr("Not written")
        else:
            changed, left = self.tr("Will change"), self.tr("Cannot be written")
        return {Shown.CHANGING: changed, Shown.SAME: self.tr("Hold it already"),
                Shown.REFUSED: left}

    def _show_tab(self, shown: Shown) -> None:
        self.tabs[shown].setChecked(True)
        self.table.show_kind(shown)

    def _show_empty(self) -> None:
        self._stack.setCurrentIndex(int(self.table.rowCount() == 0))
        busy = self.run.phase is WritePhase.PLANNING
        self.empty.setText("" if busy else {
            Shown.CHANGING: self.tr("No file would change."),
            Shown.SAME: self.tr("No file holds just this already."),
            Shown.REFUSED: self.tr("All files can be written.")}[self.table.shown])

    def _show_about(self) -> None:
        index = self.view.currentIndex()
        self.about.setText(self.table.about(index.row()) if index.isValid() else "")

    def _tell_failure(self, failure: object) -> None:
        if isinstance(failure, EngineError):
            self._tell(sentence(failure.message, failure.hint))

    def _tell(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _advice(self) -> str:
        """What is good to know of writing; of taking out, which files others had changed."""
        if self.run.phase in (WritePhase.PLANNING, WritePhase.PLANNED):
            return self.tr("Only the fields for moods change. Each file is checked, and everything"
                           " can be taken out again.")
        touched = sum(not each.exact for each in self.run.undone)
        if self.run.phase is not WritePhase.UNDONE or not touched:
            return ""
        return set_back_text(touched)

    def _look_at(self, shown: Shown) -> None:
        """The first file is marked, so that all there is to say of it stands beneath the list."""
        self.table.show_kind(shown)
        self.view.selectRow(0)

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(SPACE)
        for button in self.tabs.values():
            group.addButton(button)
            tabs.addWidget(button)
        tabs.addStretch(1)
        tabs.addWidget(self.all_in)
        tabs.addWidget(self.all_out)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self.about.setMinimumHeight(_ABOUT_LINES * self.about.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.addWidget(self.undo)
        foot.addWidget(self.earlier)
        foot.addStretch(1)
        for button in (self.stop, self.leave, self.go):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self.message)
        column.addWidget(self.note)
        column.addWidget(self.bar)
        column.addWidget(self.choices)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)
        column.addWidget(self.about)
        column.addSpacing(GAP - SPACE)
        column.addLayout(foot)
        self.setMinimumSize(*_LEAST)
        self._show_tabs()
        self._show_about()

