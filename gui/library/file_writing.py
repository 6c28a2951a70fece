"""Moods into files and out again, as the Library's room offers it: its actions and its windows.

One time of writing goes on when its window is closed; what it came to is then told elsewhere.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.tagging.writing.values import NotUndone, NotWritten, WriteScope
from gui.library.actions import LibraryAction, Place
from gui.library.presenter import LibraryPresenter
from gui.library.selection import Selection
from gui.library.services import LibraryServices
from gui.library.write_note import WriteNoteLine
from gui.library.write_record import Turn, WriteRecord
from gui.library.write_run import WritePhase, WriteRun, open_writer
from gui.library.write_words import sentence, undone_text, written_text
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.library.write_history import HistoryDialog
    from gui.library.write_preview import WriteDialog


class FileWriting(QObject):
    """`page` is what the windows stand before.

    `progress_changed` is sent while files are written and once they are. `told` carries what came
    of it in words, a hint and whether it can be undone, where no window is there to say it.
    `choices_made` carries the WritingSettings that were used last.
    """

    progress_changed = Signal()
    told = Signal(str, str, bool)
    choices_made = Signal(object)

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource,
                 page: QWidget) -> None:
        super().__init__(page)
        self._presenter = presenter
        self._theme_source = theme_source
        self._page = page
        self.dialog: WriteDialog | None = None
        self.history: HistoryDialog | None = None
        self.run = WriteRun(presenter.working, lambda: presenter.settings.writing, self)
        self.record = WriteRecord(presenter.asking, presenter.working, self)
        self._add_actions()
        self._connect()

    def write(self, songs: Sequence[int], before: QWidget | None = None) -> None:
        """Opens the window for these songs, or the one in which others are written just now;
        `before` is what it stands before."""
        from gui.library.write_preview import WriteDialog

        if self.dialog is not None:
            self.dialog.raise_()
            return
        if not self.run.writes:
            self.run.begin(songs)
        self.dialog = WriteDialog(self.run, self._theme_source, before or self._page.window())
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.history_wanted.connect(self.show_history)
        self.dialog.open()

    def show_history(self) -> None:
        """Opens the list of what was written."""
        from gui.library.write_history import HistoryDialog

        if self.history is not None:
            self.history.raise_()
            return
        self.history = HistoryDialog(self.record, self._theme_source,
                                     self._page.window())
        self.history.finished.connect(self._forget_history)
        self.history.open()

    def take_out(self, songs: Sequence[int]) -> None:
        """Takes the moods of these songs out of their files again, in sight of the list."""
        self.show_history()
        if self.history is not None and not self.record.busy:
            self.history.turn(WriteScope(songs=tuple(songs)), Turn.OUT)

    def make_note(self) -> WriteNoteLine:
        """A line for beneath the files of the open song."""
        note = WriteNoteLine(self._presenter)
        note.write_wanted.connect(lambda song: self.write((song,)))
        note.take_out_wanted.connect(lambda song: self.take_out((song,)))
        for one in (self.run, self.record):
            one.files_changed.connect(note.refresh)
        return note

    def settle(self) -> None:
        """Has brought to an end what an earlier window left half done."""
        def question(services: LibraryServices) -> int:
            return open_writer(services).settle()

        self._presenter.working.ask(question)

    def _add_actions(self) -> None:
        actions = self._presenter.actions
        actions.add(LibraryAction(
            "write_moods", self.tr("Write moods into files…"), self._write_chosen, rank=35,
            keys="W", on_bar=True, fits=lambda chosen: bool(chosen.songs),
            tip=self.tr("Shows what would change in the files (W). Nothing is written before you"
                        " say so.")))
        actions.add(LibraryAction(
            "take_out_moods", self.tr("Take moods out of files…"),
            lambda chosen: self.take_out(chosen.songs), rank=36,
            fits=lambda chosen: bool(chosen.songs),
            tip=self.tr("Undoes what was written into the files of these songs.")))
        actions.add(LibraryAction(
            "write_history", self.tr("Moods written into files…"),
            lambda _: self.show_history(), Place.PAGE, rank=60))

    def _write_chosen(self, selection: Selection) -> None:
        self.write(selection.songs)

    def _connect(self) -> None:
        run, record = self.run, self.record
        run.changed.connect(self._follow)
        run.moved.connect(self.progress_changed)
        run.options_chosen.connect(self.choices_made)
        record.moved.connect(self.progress_changed)
        record.changed.connect(self.progress_changed)
        for one in (run, record):
            one.files_changed.connect(self._presenter.note_change)
            one.failed.connect(self._take_failure)

    def _follow(self) -> None:
        self.progress_changed.emit()
        run = self.run
        if self.dialog is None and run.phase in (WritePhase.WRITTEN, WritePhase.UNDONE):
            wrote = run.phase is WritePhase.WRITTEN
            words = (written_text(len(run.written), len(run.refused), run.stopped) if wrote
                     else undone_text(len(run.undone), len(run.not_undone), run.stopped))
            left = run.refused if wrote else run.not_undone
            self.told.emit(words, _first_reason(left), wrote and bool(run.written))

    def _take_failure(self, failure: object) -> None:
        """A sentence is shown by the window, where there is one."""
        if not isinstance(failure, EngineError) or not (self.dialog or self.history):
            self._presenter.problem_raised.emit(failure)

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _forget_history(self) -> None:
        self.history = None


def _first_reason(left: Sequence[object]) -> str:
    """Why the first of them was left as it was, with its name."""
    first = next((each for each in left if isinstance(each, NotWritten | NotUndone)), None)
    return f"{first.path.name}: {sentence(first.message, first.hint)}" if first else ""
