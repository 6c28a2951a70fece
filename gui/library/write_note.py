"""Beneath the files of the open song: whether its moods are in them, and the way in and out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.tagging.writing.values import WriteNote, WriteScope, WriteState
from gui.library.presenter import LibraryPresenter
from gui.library.services import LibraryServices
from gui.library.write_run import open_writer
from gui.library.write_words import held_text
from gui.link_button import link_button
from gui.text_line import text_line
from gui.theme import SPACE

if TYPE_CHECKING:
    from pathlib import Path


class WriteNoteLine(QWidget):
    """Asks when it can be seen. `write_wanted` and `take_out_wanted` carry the id of the song."""

    write_wanted = Signal(int)
    take_out_wanted = Signal(int)

    def __init__(self, presenter: LibraryPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._song = 0
        self.message = text_line("quiet")
        self.write = link_button(self.tr("Write moods into files…"))
        self.take_out = link_button(self.tr("Take them out"))
        self.write.clicked.connect(lambda: self.write_wanted.emit(self._song))
        self.take_out.clicked.connect(lambda: self.take_out_wanted.emit(self._song))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.write)
        buttons.addWidget(self.take_out)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.message)
        column.addLayout(buttons)
        presenter.desk.song_changed.connect(self.refresh)
        self._show(())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Asks anew for the song that is open."""
        row = self._presenter.desk.row
        song = (row.song_id or 0) if row is not None else 0
        if song != self._song:
            self._song = song
            self._show(())
        if song and self.isVisible():
            def question(services: LibraryServices) -> object:
                return song, open_writer(services).writes(WriteScope(songs=(song,)))

            self._presenter.asking.ask(question, self._take)

    def _take(self, read: tuple[int, tuple[WriteNote, ...]]) -> None:
        if read[0] == self._song:
            self._show(read[1])

    def _show(self, notes: tuple[WriteNote, ...]) -> None:
        """The newest write of each file counts."""
        newest: dict[Path, WriteNote] = {}
        for note in notes:
            newest.setdefault(note.path, note)
        held = [note for note in newest.values() if note.state is WriteState.WRITTEN]
        self.message.setText(held_text(held))
        self.take_out.setVisible(bool(held))
        self.write.setEnabled(bool(self._song))
