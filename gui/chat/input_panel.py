"""Where the person writes: the field, what is to be done with its text, Send or Stop, the meter."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.chat.prompt_budget import PromptBudget
from engine.chat.quick_actions import QuickAction
from gui.chat.growing_text import GrowingText
from gui.chat.wording import dropped_text, meter_text
from gui.controls import Choice
from gui.flow import FlowLayout
from gui.theme import READING, SPACE, font

_MOST_LINES = 6
_METER_WIDTH = 96
_CHOICE_WIDTH = 136
_BUTTON_EDGE = 12  # border and padding above and below
_ASK = ""


class InputPanel(QWidget):
    """`sent` carries a whole request, `typed` what stands in the field, `stopped` nothing."""

    sent = Signal(str)
    typed = Signal(str)
    stopped = Signal()

    def __init__(self, actions: Sequence[QuickAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = {action.id: action for action in actions}
        self._writing = False
        self._speaker = ""
        self._picked: dict[str, str] = {}
        self.field = GrowingText(_MOST_LINES)
        self.field.setFont(font(READING))
        self.field.setAccessibleName(self.tr("Your message"))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._tell)
        self.button = QPushButton()
        self.button.setProperty("role", "primary")
        self.button.setMinimumWidth(88)
        # As high as one line of the field; the style sheet's own measure wins over a fixed one.
        self.button.setStyleSheet(f"min-height: {self.field.one_line - _BUTTON_EDGE}px;")
        self.button.clicked.connect(self._press)
        self.chips = QButtonGroup(self)
        self._choice: QComboBox = Choice([], self._pick)
        self._choice.setAccessibleName(self.tr("How"))
        self._choice.setMinimumWidth(_CHOICE_WIDTH)
        self._choice.setStyleSheet("padding: 2px 8px;")  # as high as the chips beside it
        self._steps_in = self._next = False
        self._note, self._count = _label(), _label()
        self._meter = QProgressBar()
        self._meter.setTextVisible(False)
        self._meter.setRange(0, 100)
        self._meter.setFixedWidth(_METER_WIDTH)
        self._meter.setAccessibleName(self.tr("How full the model's window is"))
        self._lay_out()
        self.use(_ASK)
        self.show_state(writing=False, ready=False, note="")
        self.show_budget(None)

    @property
    def action(self) -> str:
        """The id of the quick action that is chosen, "" for plainly asking."""
        checked = self.chips.checkedButton()
        return str(checked.property("action")) if checked else _ASK

    def use(self, action: str) -> None:
        """Chooses a quick action."""
        for button in self.chips.buttons():
            button.setChecked(button.property("action") == action)
        known = self._actions.get(action)
        self._choice.clear()
        for choice in known.choices if known else ():
            self._choice.addItem(choice, choice)
        if action in self._picked:
            self._choice.setCurrentIndex(max(0, self._choice.findData(self._picked[action])))
        self._choice.setVisible(bool(known and known.choices))
        self.field.setPlaceholderText(self._placeholder(action))

    def offer_actions(self, wanted: bool) -> None:
        """Whether a text can be summarised and the like: characters are only talked with."""
        if not wanted and self.action != _ASK:
            self.use(_ASK)
        for button in self.chips.buttons():
            button.setVisible(wanted)

    def name_speaker(self, name: str) -> None:
        """Says as whom the person writes, "" as themselves."""
        self._speaker = name
        self.field.setPlaceholderText(self._placeholder(self.action))

    def show_text(self, text: str) -> None:
        """Puts a text into the field, the caret at its end."""
        if text != self.field.toPlainText():
            self.field.setPlainText(text)
            self.field.moveCursor(QTextCursor.MoveOperation.End)

    def show_state(self, writing: bool, ready: bool, note: str) -> None:
        """`writing`: a reply here can be stopped. `ready`: something can be sent."""
        self._writing, self._ready = writing, ready
        self.button.setText(self.tr("Stop") if writing else self.tr("Send"))
        self.button.setToolTip(self.tr("Stop (Esc)") if writing else self.tr("Send (Enter)"))
        self._note.setText(self.tr("Your line is said after this turn.") if self._next else note)
        if self._next and ready:
            QTimer.singleShot(0, self._say_next)
        self._dress_button()

    def let_step_in(self, wanted: bool) -> None:
        """Whether what is sent while a reply is written is said when it ended."""
        self._steps_in = wanted
        self._next = self._next and wanted

    def show_budget(self, budget: PromptBudget | None) -> None:
        """The token meter: how much of the window the next request takes, what is left out."""
        for widget in (self._count, self._meter):
            widget.setVisible(budget is not None)
        if budget is None:
            self._left_out.hide()
            return
        dropped = dropped_text(budget)
        self._meter.setValue(round(100 * min(1.0, budget.prompt / budget.window)))
        self._count.setText(meter_text(budget))
        self._count.setToolTip(self.tr(
            "What the model reads before it answers, of what it can hold. {n} more are kept free"
            " for the answer.").format(n=budget.reply))
        self._left_out.setText(dropped)
        self._left_out.setVisible(bool(dropped))

    def limit(self, action: str, reason: str) -> None:
        """Greys a quick action that the model is not up to, and says why; "" frees it."""
        for button in self.chips.buttons():
            if button.property("action") == action:
                button.setEnabled(not reason)
                button.setToolTip(reason)
                if reason and button.isChecked():
                    self.use(_ASK)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                if not self._writing:
                    self.send()
                elif self._steps_in and self.field.toPlainText().strip():
                    self._next = True
                    self.show_state(self._writing, self._ready, "")
                return True
        return False

    def _press(self) -> None:
        if self._writing:
            self.stopped.emit()
        else:
            self.send()

    def send(self) -> None:
        """Sends what stands in the field, if it can be sent."""
        text = self.field.toPlainText().strip()
        if text and self._ready:
            action = self._actions.get(self.action)
            self.sent.emit(action.ask(text, str(self._choice.currentData() or ""))
                           if action else text)

    def _say_next(self) -> None:
        if self._next:
            self._next = False
            self.send()

    def _tell(self) -> None:
        self._next = False  # it was not what is written now
        self._dress_button()
        self.typed.emit(self.field.toPlainText())

    def _dress_button(self) -> None:
        ready = self._ready and bool(self.field.toPlainText().strip())
        self.button.setEnabled(self._writing or ready)

    def _pick(self, choice: str) -> None:
        self._picked[self.action] = choice

    def _placeholder(self, action: str) -> str:
        if self._speaker:
            return self.tr("Write as {name}").format(name=self._speaker)
        return {"summarise": self.tr("Paste the text to summarise"),
                "translate": self.tr("Paste the text to translate"),
                "rewrite": self.tr("Paste the text to rewrite")}.get(
                    action, self.tr("Write a message"))

    def _title(self, action: str) -> str:
        return {_ASK: self.tr("Ask"), "summarise": self.tr("Summarise"),
                "translate": self.tr("Translate"), "rewrite": self.tr("Rewrite")}.get(
                    action, action.replace("_", " ").capitalize())

    def _lay_out(self) -> None:
        above = FlowLayout(SPACE // 2)
        for action in (_ASK, *self._actions):
            above.addWidget(self._chip(action))
        above.addWidget(self._choice)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.field, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        below = QHBoxLayout()
        below.setSpacing(SPACE)
        below.addWidget(self._note, 1)
        below.addWidget(self._meter)
        below.addWidget(self._count)
        self._left_out = _label()
        self._left_out.setWordWrap(True)
        self._left_out.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(above)
        column.addLayout(row)
        column.addLayout(below)
        column.addWidget(self._left_out)

    def _chip(self, action: str) -> QPushButton:
        button = QPushButton(self._title(action))
        button.setProperty("role", "chip")
        button.setProperty("action", action)
        button.setCheckable(True)
        button.clicked.connect(lambda: (self.use(action), self.field.setFocus()))
        self.chips.addButton(button)
        return button


def _label() -> QLabel:
    label = QLabel()
    label.setProperty("role", "meta")
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
