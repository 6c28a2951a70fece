"""Asks for the files chats come from and go to, one question at a time."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from gui.chat.chat_exchange import ChatExchange
from gui.chat.exchange_work import CHAT_ENDINGS, PICTURED
from gui.chat.presenter import ChatPresenter
from gui.chat.wording import file_name

if TYPE_CHECKING:
    from engine.chat.chat_files.writing import ChatForm
    from gui.chat.export_dialog import ExportDialog

_FORM, _PLACE = "chat/export_form", "chat/exchange_folder"


class Exchanging(QObject):
    """`page` is what the windows stand before. `memory` keeps the form and the folder used
    last."""

    def __init__(self, presenter: ChatPresenter, memory: QSettings, page: QWidget) -> None:
        super().__init__(page)
        self._presenter = presenter
        self._memory = memory
        self._page = page
        self.exchange = ChatExchange(presenter.reading, presenter.conversations, self)
        self.exchange.failed.connect(presenter.problem_raised)
        self.dialog: ExportDialog | None = None

    def bring_in(self) -> None:
        """Lets the person choose files with chats."""
        dialog = self._file_dialog(self.tr("Bring in chats"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        endings = " ".join(f"*{ending}" for ending in CHAT_ENDINGS)
        dialog.setNameFilters([self.tr("Chats") + f" ({endings})", self.tr("All files") + " (*)"])
        dialog.filesSelected.connect(self._take)
        dialog.open()

    def take(self, files: Sequence[Path]) -> None:
        """Takes files that were let go over the page, whatever they hold."""
        if self.exchange.busy:
            self._presenter.problem_raised.emit(EngineError(
                self.tr("Other chats are still on their way."),
                self.tr("Drop these again once they are there.")))
        elif all(file.suffix.casefold() in PICTURED for file in files):
            self.exchange.cards_found.emit(list(files))
        else:
            self.exchange.take(files)

    def save(self, ids: Sequence[int]) -> None:
        """Lets the person choose how and where these conversations are saved."""
        # What writes files is not loaded before somebody wants one.
        from engine.chat.chat_files.writing import ChatForm
        from gui.chat.export_dialog import ExportDialog

        if self.dialog is not None or not ids:
            return
        kept = str(self._memory.value(_FORM, ChatForm.OURS.value))
        form = next((one for one in ChatForm if one.value == kept), ChatForm.OURS)
        dialog = self.dialog = ExportDialog(len(ids), form, self._page)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.chosen.connect(lambda chosen: self._choose_place(tuple(ids), chosen))
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _choose_place(self, ids: tuple[int, ...], form: "ChatForm") -> None:
        self._memory.setValue(_FORM, form.value)
        folder = len(ids) > 1 and not form.joins
        dialog = self._file_dialog(self.tr("Save in this folder") if folder
                                   else self.tr("Save as"))
        if folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(form.ending.removeprefix("."))
            dialog.selectFile(self._name(ids) + form.ending)
        dialog.fileSelected.connect(lambda name: self._write(ids, form, Path(name)))
        dialog.open()

    def _write(self, ids: tuple[int, ...], form: "ChatForm", place: Path) -> None:
        self._memory.setValue(_PLACE, str(place if place.is_dir() else place.parent))
        self.exchange.write(ids, form, place)

    def _take(self, names: list[str]) -> None:
        self._memory.setValue(_PLACE, str(Path(names[0]).parent))
        self.take([Path(name) for name in names])

    def _name(self, ids: tuple[int, ...]) -> str:
        row = self._presenter.conversations.table.conversation(ids[0])
        if len(ids) == 1 and row is not None:
            return file_name(row.title, self.tr("conversation"))
        return self.tr("conversations")

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._page, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = str(self._memory.value(_PLACE, ""))
        if place and Path(place).is_dir():
            dialog.setDirectory(place)
        return dialog

    def _forget_dialog(self) -> None:
        self.dialog = None
