"""The window that shows what another tagger would change, and lets the person choose: song by
song, the chosen ones, or all."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.tagging.retagging.differences import Difference
from engine.tagging.vocabulary import Vocabulary
from gui.controls import Choice
from gui.figures import count_text
from gui.grid import as_grid
from gui.library.dialog_buttons import act_button, tab_button
from gui.library.retag_delegate import ROW, RetagDelegate
from gui.library.retag_run import MOST_IN_STEP, RetagRun
from gui.library.retag_table import RetagColumn, RetagTable
from gui.library.retag_words import (
    difference_text,
    mood_change_text,
    songs_text,
    summary_text,
)
from gui.link_button import link_button
from gui.text_line import selectable_line, text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource

RETAG_SIZE = (900, 640)
_LEAST = (560, 420)
_SHARES = {RetagColumn.SONG: 0.3, RetagColumn.BEFORE: 0.3}
_ABOUT_LINES = 4


class RetagView(QTableView):
    """The table of compared songs."""

    def __init__(self, table: RetagTable, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(table)
        self.setItemDelegate(RetagDelegate(vocabulary, theme_source, self))
        as_grid(self, ROW)
        self.setMouseTracking(True)
        theme_source.changed.connect(self.viewport().update)

    def chosen_rows(self) -> list[int]:
        """The chosen rows from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Single letters are for the window: here they would only look for a song."""
        if event.text().isalpha() and not event.modifiers():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_out()

    def share_out(self) -> None:
        """Gives each column its part of the width."""
        for column, share in _SHARES.items():
            self.setColumnWidth(column, round(self.viewport().width() * share))


class RetagDialog(QDialog):
    """Shows a RetagRun's comparison. What is offered concerns the chosen songs, or all that are
    shown where none is chosen."""

    def __init__(self, run: RetagRun, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self._vocabulary = vocabulary
        self._turns = 0
        self.setObjectName("retag")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What another tagger would change"))
        self.table = RetagTable(vocabulary, self)
        self.view = RetagView(self.table, vocabulary, theme_source)
        self.view.setAccessibleName(self.tr("Compared songs"))
        self.message, self.note = text_line("heading"), text_line("quiet")
        self.empty = text_line("quiet")
        self.about = selectable_line("meta")
        self.other = tab_button("", partial(self._narrow, True), chosen=True)
        self.same = tab_button("", partial(self._narrow, False))
        self.moods = Choice((("", self.tr("All moods")),), self._narrow_mood)
        self.moods.setAccessibleName(self.tr("Only songs that gain or lose"))
        self.accept_songs = act_button("", self._accept)
        self.accept_songs.setProperty("role", "primary")
        self.refuse_songs = act_button("", self._refuse)
        self.undo = link_button(self.tr("Undo"))
        self.undo.clicked.connect(self._undo)
        self.undo.hide()
        self.close_button = act_button(self.tr("Close"), self.accept)
        self._lay_out()
        self._connect()
        self.resize(*RETAG_SIZE)
        run.look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A accepts, R refuses what is chosen; nothing by key where nothing is."""
        chosen = self.view.hasFocus() and self.view.chosen_rows()
        if event.key() == Qt.Key.Key_A and not event.modifiers() and chosen:
            self._accept()
        elif event.key() == Qt.Key.Key_R and not event.modifiers() and chosen:
            self._refuse()
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[Difference]:
        """The chosen songs, all that are shown where none is."""
        rows = [row for row in self.view.chosen_rows() if row < len(self.table.songs)]
        return [self.table.songs[row] for row in rows] or list(self.table.songs)

    def refresh(self) -> None:
        """Shows what is compared now."""
        found = self.run.comparison
        row = min(self.view.chosen_rows(), default=-1)
        first = not self.table.rowCount()
        self.table.show_comparison(found)
        if row >= 0 and self.table.songs:  # the next song follows one that was chosen about
            self.view.selectRow(min(row, len(self.table.songs) - 1))
        if self.run.comparing and found is None:
            self.message.setText(self.tr("Comparing…"))
        elif found is None:
            self.message.setText(self.tr("There is nothing left to choose about."))
        else:
            self.message.setText(summary_text(found))
            self.moods.offer([("", self.tr("All moods")), *(
                (change.mood, mood_change_text(change, self._vocabulary))
                for change in found.moods if change.gained or change.lost)])
        self.note.hide()
        self._show_tabs()
        self._show_buttons()
        if first and self.table.songs:
            self.view.setFocus()

    def _show_tabs(self) -> None:
        found = self.run.comparison
        changing = len(found.changing) if found else 0
        total = len(found.songs) if found else 0
        self.other.setText(self.tr("Other moods  {n}").format(n=count_text(changing)))
        self.same.setText(self.tr("The same moods  {n}").format(n=count_text(total - changing)))
        for tab in (self.other, self.same):
            tab.setMinimumWidth(tab.fontMetrics().horizontalAdvance(tab.text()) + 3 * SPACE)
        self.moods.setVisible(self.table.changing and changing > 0)
        for tab in (self.other, self.same):
            tab.setVisible(total > 0)
        self.empty.setText(self._nothing_here(total))
        self._stack.setCurrentIndex(int(not self.table.songs))

    def _nothing_here(self, total: int) -> str:
        if total:
            return (self.tr("No song would show other moods.") if self.table.changing
                    else self.tr("No song would show the same moods."))
        if not self._turns:
            return "" if self.run.comparing else self.tr(
                "Choose songs in the Library, then “Compare with another tagger”.")
        return self.tr("You can take this back here, or later in the Library (Ctrl+Z). To have new"
                       " songs tagged by this tagger too, choose it under Models.")

    def _show_buttons(self) -> None:
        rows, songs = self.view.chosen_rows(), self.chosen()
        some = songs_text(len(songs))
        self.accept_songs.setText(
            (self.tr("Accept {songs}") if rows else self.tr("Accept all {songs}")).format(
                songs=some) if len(songs) > 1 else self.tr("Accept"))
        self.refuse_songs.setText(
            (self.tr("Leave {songs} as they are") if rows else
             self.tr("Leave all {songs} as they are")).format(songs=some) if len(songs) > 1
            else self.tr("Leave it as it is"))
        some_left = self.run.comparison is not None and bool(self.run.comparison.songs)
        for button in (self.accept_songs, self.refuse_songs):
            button.setEnabled(bool(songs))
            button.setVisible(some_left)
        self.about.setVisible(some_left)
        self.undo.setVisible(self._turns > 0)
        self._show_about()

    def _show_about(self) -> None:
        rows = self.view.chosen_rows()
        if len(rows) == 1 and rows[0] < len(self.table.songs):
            self.about.setText(difference_text(self.table.songs[rows[0]], self._vocabulary))
        else:
            self.about.setText(self.tr(
                "A plus marks moods that would come, a line through a mood that it would go."
                " Choose songs to accept (A) or leave (R) them, or decide for all at once. Your"
                " own words on moods stay."))

    def _narrow_mood(self, mood: str) -> None:
        self.table.narrow(self.table.changing, mood)
        self._show_tabs()
        self._show_buttons()

    def _narrow(self, changing: bool) -> None:
        self.table.narrow(changing, self.table.mood)
        self._show_tabs()
        self._show_buttons()

    def _accept(self) -> None:
        self._choose(self.run.accept)

    def _refuse(self) -> None:
        self._choose(self.run.refuse)

    def _choose(self, act: Callable[[list[Difference]], None]) -> None:
        songs = self.chosen()
        self._turns += -(-len(songs) // MOST_IN_STEP)
        act(songs)

    def _undo(self) -> None:
        """Only what was chosen here: what was done before is undone in the Library."""
        if self._turns:
            self._turns -= 1
            self.run.undo()

    def _tell_failure(self, failure: object) -> None:
        if isinstance(failure, EngineError):
            self.note.setText(f"{failure.message} {failure.hint}")
            self.note.show()

    def _connect(self) -> None:
        self.run.compared.connect(self.refresh)
        self.run.failed.connect(self._tell_failure)
        self.view.selectionModel().selectionChanged.connect(self._show_buttons)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.activated.connect(self._undo)

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(SPACE)
        for button in (self.other, self.same):
            group.addButton(button)
            tabs.addWidget(button)
        tabs.addStretch(1)
        tabs.addWidget(self.moods)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self.about.setMinimumHeight(_ABOUT_LINES * self.about.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        for button in (self.close_button, self.refuse_songs, self.accept_songs):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self.message)
        column.addWidget(self.note)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)
        column.addWidget(self.about)
        column.addSpacing(GAP - SPACE)
        column.addLayout(foot)
        self.setMinimumSize(*_LEAST)
