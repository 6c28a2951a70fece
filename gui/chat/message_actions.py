"""The small bar of buttons that stands at a message: what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from gui.chat.shown import Act, ShownMessage
from gui.icons import Glyph, IconSource
from gui.theme import SPACE

_SIZE = 28
_SIGN = 16
GLYPHS = {Act.COPY: Glyph.COPY, Act.EDIT: Glyph.EDIT, Act.REGENERATE: Glyph.AGAIN,
          Act.CONTINUE: Glyph.GO_ON, Act.REWRITE: Glyph.MOOD,
          Act.BRANCH: Glyph.BRANCH, Act.WHY: Glyph.WHY,
          Act.DELETE: Glyph.REMOVE}
KEYS = {Act.COPY: "C", Act.EDIT: "E", Act.REGENERATE: "R", Act.CONTINUE: "G",
        Act.REWRITE: "M", Act.BRANCH: "B", Act.WHY: "W", Act.DELETE: "Delete"}


class MessageActions(QFrame):
    """`wanted` carries the act and the id of the message it stands at."""

    wanted = Signal(str, int)

    def __init__(self, icons: IconSource, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.message_id = -1
        self._buttons: dict[Act, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for act in Act:
            row.addWidget(self._button(act, icons))
        self.hide()

    def stand_at(self, message: ShownMessage, right: int, top: int) -> None:
        """Shows what can be done with a message, its right upper corner there."""
        self.message_id = message.id
        for act, button in self._buttons.items():
            button.setVisible(act in message.acts)
        self.adjustSize()
        self.move(right - self.width(), top)
        self.setVisible(bool(message.acts))

    def _button(self, act: Act, icons: IconSource) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "plain")
        button.setIcon(icons.icon(GLYPHS[act]))
        button.setIconSize(QSize(_SIGN, _SIGN))
        button.setFixedSize(_SIZE, _SIZE)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(act_words(act))
        button.setToolTip(f"{act_words(act)} ({KEYS[act]})")
        button.clicked.connect(lambda: self.wanted.emit(act.value, self.message_id))
        self._buttons[act] = button
        return button

    def button(self, act: Act) -> QToolButton:
        """The button of one act, shown or not."""
        return self._buttons[act]


def act_words(act: Act) -> str:
    """What an act is called."""
    translate: Callable[[str, str], str] = QCoreApplication.translate
    return {Act.COPY: translate("MessageActions", "Copy"),
            Act.EDIT: translate("MessageActions", "Edit"),
            Act.REGENERATE: translate("MessageActions", "Another answer"),
            Act.CONTINUE: translate("MessageActions", "Go on writing"),
            Act.WHY: translate("MessageActions", "Why this reply"),
            Act.REWRITE: translate("MessageActions", "Say it in another mood"),
            Act.BRANCH: translate("MessageActions", "New conversation from here"),
            Act.DELETE: translate("MessageActions", "Delete from here on")}[act]


def room_for_actions() -> int:
    """How high the bar is, to lie beside a name."""
    return _SIZE + SPACE // 2
