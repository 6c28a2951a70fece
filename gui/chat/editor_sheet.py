"""A window in which something is written: a column of fields, Save and Cancel beneath them.

What was written is only thrown away by the button that says so.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.plain_field import PlainField
from gui.text_line import text_line
from gui.theme import CARD_PADDING, PAGE_MARGIN, SPACE

EDITOR_SIZE = (640, 500)
FieldRow = tuple[str, QWidget, str]
"""The words above a field, the field, and a hint beneath it ("" for none)."""


class EditorSheet(QDialog):
    """Saves on Save alone, and closes once what was written is stored: whoever stores it calls
    `leave_saved` or `stay`. `name` is what it is found by for pictures."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.saving = False
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.said = text_line("danger")
        self.said.hide()
        self.save, self.leave = QPushButton(self.tr("Save")), QPushButton(self.tr("Cancel"))
        self.save.setProperty("role", "primary")
        self.save.clicked.connect(self.keep)
        self.leave.clicked.connect(self.reject)
        self.leave.setAutoDefault(False)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.keep)
        self.resize(*EDITOR_SIZE)

    @property
    def changed(self) -> bool:
        """Whether something was written that is not stored."""
        return False

    @property
    def complete(self) -> bool:
        """Whether enough was written to be stored."""
        return True

    def store(self) -> None:
        """Hands on what was written."""

    def refresh(self) -> None:
        """What can be done with what is written now."""
        self.save.setEnabled(self.complete and not self.saving)

    def keep(self) -> None:
        """Stores what was written."""
        if self.save.isEnabled():
            self.saving = True
            self.say("")
            self.refresh()
            self.store()

    def leave_saved(self) -> None:
        """It is stored."""
        if self.saving:
            self.accept()

    def stay(self, problem: object) -> None:
        """What cannot be stored is kept in the fields, and said here where it is seen."""
        if self.saving:
            self.saving = False
            self.refresh()
            self.say(" ".join(filter(None, (getattr(problem, "message", ""),
                                            getattr(problem, "hint", "")))))

    def say(self, sentence: str) -> None:
        """Says what is in the way, "" for nothing."""
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.changed:
            self._warn()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.isVisible() and self.changed:
            self._warn()
            event.ignore()
        else:
            super().closeEvent(event)

    def _warn(self) -> None:
        self.say(self.tr("This is not saved. Cancel throws it away."))

    def lay_out(self, rows: list[FieldRow], *beside: QWidget) -> None:
        """The fields one below the other; what stands `beside` Cancel and Save."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, CARD_PADDING, 0)
        column.setSpacing(SPACE // 2)
        for words, control, hint in rows:
            add_field(column, words, control, hint)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self.place(area, *beside)

    def place(self, middle: QWidget, *beside: QWidget) -> None:
        """What is edited, over what stands `beside` Cancel and Save."""
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        for widget in beside:
            foot.addWidget(widget)
        foot.addWidget(self.said, 1)
        foot.addStretch(0)
        foot.addWidget(self.leave)
        foot.addWidget(self.save)
        around = QVBoxLayout(self)
        around.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        around.setSpacing(SPACE)
        around.addWidget(middle, 1)
        around.addLayout(foot)


def add_field(column: QVBoxLayout, words: str, control: QWidget, hint: str = "") -> None:
    """Lays a field into a column, with its words above and a hint beneath."""
    label = QLabel(words)
    takes_focus = control.focusProxy() or control
    label.setBuddy(takes_focus)
    takes_focus.setAccessibleName(words)
    takes_focus.setAccessibleDescription(hint)
    column.addSpacing(SPACE // 2)
    column.addWidget(label)
    column.addWidget(control)
    if hint:
        column.addWidget(text_line("meta", hint))


def text_area(lines: int) -> QPlainTextEdit:
    """A field so many lines high."""
    field = PlainField()
    field.setTabChangesFocus(True)
    fit_lines(field, lines)
    return field


def fit_lines(field: QPlainTextEdit, lines: int) -> None:
    """Makes a field so many lines high."""
    field.setFixedHeight(lines * field.fontMetrics().lineSpacing() + 2 * SPACE)


def lines_in(field: QPlainTextEdit) -> tuple[str, ...]:
    """What stands in a field, each line once, without blank ones."""
    found = (" ".join(line.split()) for line in field.toPlainText().split("\n"))
    return tuple(dict.fromkeys(filter(None, found)))


def parts_in(text: str) -> tuple[str, ...]:
    """What stands between the commas, each once."""
    return tuple(dict.fromkeys(filter(None, (" ".join(part.split()) for part in text.split(",")))))
