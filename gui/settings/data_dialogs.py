"""The two questions about a person's data: what shall be exported, and how something comes in."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from gui.controls import Option, Switch
from gui.figures import megabytes_text
from gui.settings.data_words import manifest_lines
from gui.settings.your_data import Look
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

_LEAST_WIDTH = 480
_INDENT = 27


class ExportDialog(QDialog):
    """`chosen` carries whether models of so many bytes come along."""

    chosen = Signal(bool)

    def __init__(self, models: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export your data"))
        self.models = Switch(self.tr("My models too ({size})").format(
            size=megabytes_text(models)), lambda _: None)
        go_on = QPushButton(self.tr("Choose a file…"))
        _lay_out(self, go_on, [
            text_line("", self.tr("Songs, labels, playlists, talks, personas, settings and prompts "
                                  "go into one file.")),
            self.models,
            text_line("meta", self.tr("Models you fetched can be fetched again on the other "
                                      "computer; those you trained cannot."))])
        self.accepted.connect(lambda: self.chosen.emit(self.models.isChecked()))


class ImportDialog(QDialog):
    """Says what a file holds. `chosen` carries the Way and whether its models come too."""

    chosen = Signal(object, bool)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import data"))
        self._look = look
        self.add = Option(self.tr("Add it to what is here"))
        self.replace = Option(self.tr("Put it in the place of what is here"))
        self.add.setChecked(True)
        self.models = Switch(self.tr("Its models too"), lambda _: None)
        self.models.setChecked(True)
        self.models.setVisible(bool(look.manifest.models))
        title = text_line("heading", look.file.name)
        held = text_line("", "\n".join(manifest_lines(look.manifest)))
        _lay_out(self, QPushButton(self.tr("Import")), [
            title, held, self.add,
            _below(self.tr("Each song and talk once; of two words on one mood the later holds. "
                           "Your settings and prompts stay.")),
            self.replace,
            _below(self.tr("All becomes as it was where the file was made. Models you have "
                           "stay.")),
            self.models,
            text_line("meta", self.tr("What is here is kept first, so that you can undo it. The "
                                      "window opens anew afterwards."))])
        self.accepted.connect(self._tell)

    def _tell(self) -> None:
        # Reading archives is not needed before the window is there.
        from engine.library.archive.bringing_in import Way

        way = Way.REPLACE if self.replace.isChecked() else Way.ADD
        self.chosen.emit(way, self.models.isChecked())


def _below(words: str) -> QWidget:
    """What an option means, under its words."""
    line = text_line("meta", words)
    line.setContentsMargins(_INDENT, 0, 0, 0)
    return line


def _lay_out(dialog: QDialog, go_on: QPushButton, parts: list[QWidget]) -> None:
    go_on.setProperty("role", "primary")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    buttons.addButton(go_on, QDialogButtonBox.ButtonRole.AcceptRole)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
    column.setSpacing(SPACE)
    for part in parts:
        column.addWidget(part)
    column.addSpacing(GAP - SPACE)
    column.addStretch(1)
    column.addWidget(buttons)
    dialog.setMinimumWidth(_LEAST_WIDTH)
    go_on.setDefault(True)
