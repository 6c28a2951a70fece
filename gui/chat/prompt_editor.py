"""The window in which a prompt format is edited: its file at the left, at the right the prompt it
makes of the open talk. What is wrong with it is said while it is written.
"""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from gui.chat.editor_sheet import EditorSheet, add_field
from gui.chat.format_colours import FormatColours
from gui.chat.open_prompt import FormatFile, OpenPrompt, sentence_of, title_of
from gui.chat.prompt_text import PromptText, use_fixed_width
from gui.chat.prompt_view import PromptView
from gui.chat.wording import dropped_text, meter_text
from gui.plain_field import PlainField
from gui.text_line import text_line
from gui.theme import GAP, SPACE, ThemeSource

EDITOR_SIZE = (900, 520)
_PACE_MS = 250


class PromptEditor(EditorSheet):
    """Saves a copy of the person's own; the file that came with Undertone is never changed."""

    def __init__(self, prompt: OpenPrompt, file: FormatFile, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__("prompt-editor", "", parent)
        self._prompt = prompt
        self._file = file
        self._fine = True
        self.name = QLineEdit()
        self.text = PlainField()
        use_fixed_width(self.text)
        self._colours = FormatColours(self.text.document(), theme_source)
        self.text.setAccessibleName(self.tr("The format's file"))
        self.checked, self.filled = text_line("meta-ink"), text_line("meta")
        self.preview = PromptText()
        self.preview.setAccessibleName(self.tr("The prompt it makes"))
        self.back, self.undo = QPushButton(), QPushButton(self.tr("Undo"))
        self.undo.setProperty("role", "link")
        for button in (self.back, self.undo):
            button.setAutoDefault(False)
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(self.check)
        self._place()
        self._connect()
        self._show(file)
        self.resize(*EDITOR_SIZE)
        self.text.setFocus()

    @property
    def changed(self) -> bool:
        return (self.text.toPlainText(), self._called) != (self._file.text, self._file.offer.name)

    @property
    def complete(self) -> bool:
        return bool(self._called) and self.changed and self._fine

    @property
    def _called(self) -> str:
        return self.name.text().strip()

    def store(self) -> None:
        self._prompt.save(self._called, self.text.toPlainText())

    def check(self) -> None:
        """Says what is wrong with what is written, else has the prompt written by it."""
        from engine.chat.prompts.format import parse_format

        self._pace.stop()
        try:
            form = parse_format(self._called or self._file.offer.name, self.text.toPlainText())
        except EngineError as problem:
            self._judge(problem.message)
            self.filled.setText(self.tr("As it was before the mistake.")
                                if self.preview.toPlainText() else "")
        else:
            self._judge("")
            self._prompt.preview(form)

    def refresh(self) -> None:
        super().refresh()
        offer = self._file.offer
        self.back.setVisible(offer.own)
        self.back.setText(self.tr("Back to the one that came with Undertone") if offer.shipped
                          else self.tr("Delete this format"))
        self.undo.setVisible(bool(self._prompt.dropped))

    def _judge(self, fault: str) -> None:
        self._fine = not fault
        self.checked.setProperty("role", "danger" if fault else "meta-ink")
        self.checked.style().polish(self.checked)
        self.checked.setText(fault or self.tr("✓ This can be used."))
        self.refresh()

    def _show(self, file: FormatFile) -> None:
        self._file = file
        self.setWindowTitle(self.tr("Edit “{name}”").format(name=title_of(file.offer.name)))
        with QSignalBlocker(self.text), QSignalBlocker(self.name):
            self.text.setPlainText(file.text)
            self.name.setText(file.offer.name)
        self.say("")
        self.check()

    def _drop(self) -> None:
        self._prompt.drop(self._file.offer.name)
        if not self._file.offer.shipped:
            self.accept()

    def _follow(self) -> None:
        """The files have changed: shows the one that holds."""
        offer = self._prompt.offer(self._file.offer.name)
        if not self.saving and offer is not None and offer.own != self._file.offer.own:
            self._prompt.open(offer.name)
        self.refresh()

    def _show_preview(self, found: object) -> None:
        if isinstance(found, PromptView):
            self.preview.show_text(found.shown)
            self.filled.setText("\n".join(filter(None, (
                meter_text(found.budget), dropped_text(found.budget)))))
        else:
            self.filled.setText(sentence_of(found))

    def _connect(self) -> None:
        self.text.textChanged.connect(self._pace.start)
        self.name.textChanged.connect(self._pace.start)
        self.text.textChanged.connect(self.refresh)
        self.name.textChanged.connect(self.refresh)
        self.back.clicked.connect(self._drop)
        self.undo.clicked.connect(self._prompt.restore)
        self._prompt.opened.connect(self._show)
        self._prompt.changed.connect(self._follow)
        self._prompt.saved.connect(self.leave_saved)
        self._prompt.failed.connect(self.stay)
        self._prompt.previewed.connect(self._show_preview)

    def _place(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(GAP)
        split.setStyleSheet("QSplitter::handle { background: transparent; }")
        for half in (self._left(), self._right()):
            half.setMinimumWidth(200)
            split.addWidget(half)
        split.setSizes([3, 2])
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self.place(split, self.back, self.undo)

    def _left(self) -> QWidget:
        half, column = _half()
        add_field(column, self.tr("Name"), self.name, self.tr(
            "Saved as your own copy. Another name makes another format."))
        column.addSpacing(SPACE)
        column.addWidget(self.text, 1)
        column.addWidget(self.checked)
        return half

    def _right(self) -> QWidget:
        half, column = _half()
        column.addSpacing(SPACE // 2)
        column.addWidget(text_line("heading", self.tr("The prompt it makes")))
        column.addWidget(self.preview, 1)
        column.addWidget(self.filled)
        return half


def _half() -> tuple[QWidget, QVBoxLayout]:
    half = QWidget()
    column = QVBoxLayout(half)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE // 2)
    return half, column
