"""The lorebook of the open talk: from a file, named and counted, taken out again."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from engine.chat.lorebook import Lorebook
from engine.chat.talk import CastMember, TalkSetup
from gui.figures import count_text
from gui.flow import FlowLayout
from gui.text_line import text_line
from gui.theme import SPACE


class LoreSection(QWidget):
    """`taken` carries a Path, `removed` asks for the talk to go on without its book."""

    taken = Signal(object)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.book, self.brought = text_line(""), text_line("meta")
        self.take = QPushButton(self.tr("Import a lorebook…"))
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setAccessibleName(self.tr("Remove the lorebook"))
        tools = FlowLayout(SPACE // 2)
        for button, act in ((self.take, self.choose), (self.remove, self.removed.emit)):
            button.setProperty("role", "link")
            button.clicked.connect(act)
            tools.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        for line in (self.book, self.brought):
            column.addWidget(line)
        column.addLayout(tools)

    def show_setup(self, setup: TalkSetup) -> None:
        """Shows which lore there is."""
        book = setup.lorebook
        self.book.setText(self._named(book) if book else self.tr(
            "None of its own. A lorebook tells the model of a thing when the talk comes to it."))
        self.book.setProperty("role", "" if book else "meta")
        self.book.style().polish(self.book)
        self.remove.setVisible(book is not None)
        self.take.setText(self.tr("Import another…") if book else self.tr("Import a lorebook…"))
        self.brought.setText(self._brought(setup.cast))
        self.brought.setVisible(bool(self.brought.text()))

    def choose(self) -> None:
        """Lets the person choose a file."""
        dialog = QFileDialog(self, self.tr("Import a lorebook"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Lorebooks and cards") + " (*.json *.png *.charx)")
        dialog.fileSelected.connect(lambda name: self.taken.emit(Path(name)))
        dialog.open()

    def _named(self, book: Lorebook) -> str:
        name = book.name or self.tr("A lorebook without a name")
        return self.tr("{name}: {entries}").format(
            name=name, entries=self._counted(len(book.entries)))

    def _brought(self, cast: Sequence[CastMember]) -> str:
        found = [(m.persona.called, len(m.persona.lorebook.entries)) for m in cast
                 if m.persona.lorebook is not None and m.persona.lorebook.entries]
        return "\n".join(self.tr("{name} brings {entries}.").format(
            name=name, entries=self._counted(count)) for name, count in found)

    def _counted(self, count: int) -> str:
        return self.tr("1 entry") if count == 1 else self.tr("{n} entries").format(
            n=count_text(count))
