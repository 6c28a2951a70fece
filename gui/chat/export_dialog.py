"""Asks in which form conversations are to be saved; where is asked next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.chat.chat_files.writing import ChatForm
from gui.controls import Option
from gui.figures import count_text
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

_WIDTH = 500
_INDENT = 26


class ExportDialog(QDialog):
    """`chosen` carries the form of so many conversations."""

    chosen = Signal(object)

    def __init__(self, count: int, form: ChatForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Save the conversation") if count == 1 else self.tr(
            "Save {n} conversations").format(n=count_text(count)))
        self._count = count
        self._group = QButtonGroup(self)
        self.buttons = {one: self._choice(one) for one in ChatForm}
        self.buttons[form].setChecked(True)
        self.go_on = QPushButton(self.tr("Choose where…"))
        self.go_on.setProperty("role", "primary")
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self.accept)
        self._lay_out()
        self.buttons[form].setFocus()
        self.accepted.connect(lambda: self.chosen.emit(self.form))

    @property
    def form(self) -> ChatForm:
        """The form that is chosen now."""
        return next(form for form, button in self.buttons.items() if button.isChecked())

    def _choice(self, form: ChatForm) -> Option:
        name, about = self._words(form)
        button = Option(name)
        button.setAccessibleDescription(about)
        self._group.addButton(button)
        return button

    def _words(self, form: ChatForm) -> tuple[str, str]:
        """What a form is called, and what it is for."""
        name, about = {
            ChatForm.OURS: (self.tr("Undertone (.json)"), self.tr(
                "Everything: all alternatives, cast and scene. Undertone reads it back.")),
            ChatForm.SILLY_TAVERN: (self.tr("SillyTavern (.jsonl)"), self.tr(
                "What is shown, with the alternatives at each place.")),
            ChatForm.TEXT: (self.tr("Plain text (.txt)"), self.tr(
                "To read and to print. Can be brought in again.")),
            ChatForm.MARKDOWN: (self.tr("Markdown (.md)"), self.tr("To read, with headings.")),
            ChatForm.MESSAGES: (self.tr("Messages (.jsonl)"), self.tr(
                "A line of roles and contents, as models learn from.")),
            ChatForm.SHAREGPT: (self.tr("ShareGPT (.jsonl)"), self.tr(
                "A line of turns, for programs that train on them."))}[form]
        if self._count > 1:
            about += " " + (self.tr("All go into one file.") if form.joins
                            else self.tr("Each gets a file of its own."))
        return name, about

    def _lay_out(self) -> None:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE // 2)
        for form, button in self.buttons.items():
            about = text_line("meta", self._words(form)[1])
            about.setContentsMargins(_INDENT, 0, 0, 0)
            about.setMinimumWidth(_WIDTH)
            column.addWidget(button)
            column.addWidget(about)
            column.addSpacing(SPACE // 2)
        column.addSpacing(GAP)
        column.addLayout(foot)
