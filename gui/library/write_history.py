"""The window that shows what was written into files: batches on the left, their files on the
right, and the way back for one file, a batch, a tagger's version, or all.
"""

from functools import partial

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.tagging.writing.values import WriteBatch, WriteNote, WriteScope
from gui.figures import count_text
from gui.library.dialog_buttons import act_button
from gui.library.two_lines import TwoLineList, TwoLines
from gui.library.write_record import Turn, WriteRecord, taggers_of, turned_state
from gui.library.write_words import (
    Field,
    field_text,
    files_text,
    nothing_word,
    sentence,
    set_back_text,
    state_word,
    tagger_word,
    undone_text,
    when_text,
    written_text,
)
from gui.text_line import selectable_line, text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource

HISTORY_SIZE = (860, 580)
_LEAST = (560, 380)
_BATCHES_WIDTH = 280
_MOST_SAID = 3


class HistoryDialog(QDialog):
    """Shows a WriteRecord. Before more than one file is touched, it asks."""

    def __init__(self, record: WriteRecord, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record = record
        self.setObjectName("write_history")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Moods written into files"))
        self._batch_rows = TwoLines[WriteBatch](self._batch_words, self, _batch_tip)
        self._note_rows = TwoLines[WriteNote](self._note_words, self, _note_tip)
        at_end = Qt.TextElideMode.ElideRight
        self.batches = TwoLineList(self.tr("When moods were written"), self._batch_rows,
                                   theme_source, at_end)
        self.batches.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.notes = TwoLineList(self.tr("Files"), self._note_rows, theme_source, at_end)
        self.empty = text_line("quiet", self.tr(
            "Nothing was written into files yet. Choose songs in the Library, then “Write moods"
            " into files”. What you write is listed here, and can be taken out again."))
        self.message = selectable_line("quiet")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.one_out = act_button(self.tr("Take out of these files"), self._turn_files)
        self.batch_out = act_button(self.tr("Take all of it out"), self._turn_batch)
        self.more = QPushButton(self.tr("More"))
        self.more.setAutoDefault(False)
        self.stop = act_button(self.tr("Stop"), record.stop)
        self.yes = act_button("", self._agree)
        self.yes.setProperty("role", "primary")
        self.no = act_button(self.tr("Leave them"), self._decline)
        self.close_button = act_button(self.tr("Close"), self.accept)
        self._asked: tuple[WriteScope, Turn, int] | None = None
        self._lay_out()
        self._connect()
        self.resize(QSize(*HISTORY_SIZE).boundedTo(self.screen().availableSize()))
        self._refresh()
        record.load()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes out of the files that are chosen."""
        if event.key() == Qt.Key.Key_Delete and self.notes.hasFocus():
            self._turn_files()
        elif event.key() == Qt.Key.Key_Escape and self._asked is not None:
            self._decline()
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[WriteNote]:
        """The files that are chosen on the right."""
        return [self._note_rows.things[row] for row in self.notes.chosen_rows()]

    def turn(self, scope: WriteScope, turn: Turn) -> None:
        """Takes out, or writes again; asks where more than one file is meant."""
        self.record.find(scope, turn, lambda files: self._weigh(scope, turn, files))

    def _connect(self) -> None:
        record = self.record
        record.changed.connect(self._refresh)
        record.moved.connect(self._show_progress)
        record.failed.connect(self._tell_failure)
        self.batches.selectionModel().currentChanged.connect(self._open)
        self.notes.selectionModel().selectionChanged.connect(self._show_buttons)
        self.more.clicked.connect(self._open_menu)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.record.show(self._batch_rows.things[index.row()].id)

    def _turn_files(self) -> None:
        notes = self.chosen()
        turn = _turn_of(notes)
        if notes and turn is not None:
            state = turned_state(turn)
            self.turn(WriteScope(writes=tuple(note.id for note in notes if note.state is state)),
                      turn)

    def _turn_batch(self) -> None:
        batch = self._batch()
        if batch is not None:
            self.turn(WriteScope(batch=batch.id), _batch_turn(batch))

    def _weigh(self, scope: WriteScope, turn: Turn, files: int) -> None:
        if files == 1:
            self.record.start(scope, turn, files)
        elif files:
            self._asked = (scope, turn, files)
            words = (self.tr("Take moods out of {files}?") if turn is Turn.OUT
                     else self.tr("Write moods into {files} again?"))
            self._tell(words.format(files=files_text(files)))
            self.yes.setText(self.tr("Take them out") if turn is Turn.OUT
                             else self.tr("Write them again"))
            self._show_buttons()
            self.yes.setFocus()
        else:
            self._tell(self.tr("There is nothing left to take out.") if turn is Turn.OUT
                       else self.tr("There is nothing to write again."))

    def _agree(self) -> None:
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self.record.start(*asked)

    def _decline(self) -> None:
        self._asked = None
        self._tell("")
        self._show_buttons()
        self.notes.setFocus()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for tagger in taggers_of(self.record.batches):
            words = self.tr("Take out all that {tagger} said").format(tagger=tagger_word(tagger))
            menu.addAction(words, partial(self.turn, WriteScope(tagger=tagger), Turn.OUT))
        menu.addSeparator()
        menu.addAction(self.tr("Take out everything"),
                       lambda: self.turn(WriteScope(), Turn.OUT))
        menu.addAction(self.tr("Write again all that was taken out"),
                       lambda: self.turn(WriteScope(), Turn.IN))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _refresh(self) -> None:
        record = self.record
        self._batch_rows.put(record.batches)
        self._note_rows.put(record.notes)
        self._follow_open()
        self.empty.setVisible(record.loaded and not record.batches)
        self._split.setVisible(bool(record.batches))
        self.bar.setVisible(record.busy)
        if record.outcome is not None:
            self._tell_outcome()
        elif self._asked is None and not record.busy:
            self._tell("")
        self._show_progress()
        self._show_buttons()

    def _follow_open(self) -> None:
        ids = [batch.id for batch in self.record.batches]
        if self.record.open in ids:
            index = self._batch_rows.index(ids.index(self.record.open))
            if index != self.batches.currentIndex():
                self.batches.setCurrentIndex(index)

    def _show_progress(self) -> None:
        record = self.record
        self.bar.setRange(0, record.total)
        self.bar.setValue(record.done)
        if record.busy:
            words = (self.tr("Taking out… {n} of {total} files") if record.turn is Turn.OUT
                     else self.tr("Writing… {n} of {total} files"))
            self._tell(words.format(n=count_text(record.done), total=count_text(record.total)))

    def _tell_outcome(self) -> None:
        told = self.record.outcome
        if told is None:
            return
        words = (undone_text if told.turn is Turn.OUT else written_text)(
            told.done, len(told.left), told.stopped)
        lines = [words, *([set_back_text(told.set_back)] if told.set_back else [])]
        lines += [f"{each.path.name}: {sentence(each.message, each.hint)}"
                  for each in told.left[:_MOST_SAID]]
        self._tell("\n".join(lines))
        self.message.setAccessibleName(self.message.text())
        QAccessible.updateAccessibility(QAccessibleEvent(self.message, QAccessible.Event.Alert))

    def _show_buttons(self) -> None:
        record, asked = self.record, self._asked is not None
        quiet = not (record.busy or asked)
        batch, turn = self._batch(), _turn_of(self.chosen())
        self.one_out.setVisible(quiet and bool(record.batches))
        self.one_out.setEnabled(turn is not None)
        self.one_out.setText(self.tr("Write into these files again") if turn is Turn.IN
                             else self.tr("Take out of these files"))
        self.batch_out.setVisible(quiet and batch is not None)
        self.batch_out.setText(self.tr("Write all of it again") if batch is not None
                               and _batch_turn(batch) is Turn.IN else self.tr("Take all of it out"))
        self.more.setVisible(quiet and bool(record.batches))
        self.stop.setVisible(record.busy)
        self.yes.setVisible(asked)
        self.no.setVisible(asked)
        self.close_button.setVisible(not asked)

    def _batch(self) -> WriteBatch | None:
        return next((each for each in self.record.batches if each.id == self.record.open), None)

    def _tell(self, words: str) -> None:
        self.message.setText(words)
        self.message.setVisible(bool(words))

    def _tell_failure(self, failure: object) -> None:
        if isinstance(failure, EngineError):
            self._tell(sentence(failure.message, failure.hint))

    def _batch_words(self, item: WriteBatch) -> tuple[str, str]:
        told = files_text(item.files)
        if item.undone == item.files:
            told = self.tr("{files}, taken out").format(files=told)
        elif item.undone:
            told = self.tr("{files}, {n} taken out").format(
                files=told, n=count_text(item.undone))
        taggers = ", ".join(tagger_word(tagger) for tagger in item.taggers)
        return when_text(item.at), " · ".join(part for part in (told, taggers) if part)

    def _note_words(self, item: WriteNote) -> tuple[str, str]:
        before = field_text(item.before, Field.MOODS) or nothing_word()
        after = field_text(item.after, Field.MOODS) or nothing_word()
        return item.path.name, f"{state_word(item.state)} · {before} → {after}"

    def _lay_out(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.batches)
        self._split.addWidget(self.notes)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(GAP)
        self._split.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([_BATCHES_WIDTH, 2 * _BATCHES_WIDTH])
        foot = QHBoxLayout()
        for button in (self.one_out, self.batch_out, self.more):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.stop, self.no, self.yes, self.close_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self.empty)
        column.addWidget(self._split, 1)
        column.addWidget(self.message)
        column.addWidget(self.bar)
        column.addSpacing(GAP - SPACE)
        column.addLayout(foot)
        self.setMinimumSize(*_LEAST)


def _turn_of(notes: list[WriteNote]) -> Turn | None:
    """What can be done with chosen files: out of those that hold it, else into them again."""
    if not notes:
        return None
    written = any(note.state is turned_state(Turn.OUT) for note in notes)
    return Turn.OUT if written else Turn.IN


def _batch_turn(batch: WriteBatch) -> Turn:
    return Turn.OUT if batch.undone < batch.files else Turn.IN


def _batch_tip(batch: WriteBatch) -> str:
    return ", ".join(batch.taggers)


def _note_tip(note: WriteNote) -> str:
    return str(note.path)
