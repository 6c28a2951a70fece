"""The one place that shows what went wrong or wants an answer, without blocking anything.

An EngineError is a sentence in a banner. Anything else is a bug: the banner offers its details,
ready to copy. The excepthook leads here, so that no failure is silent.
"""

import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from gui.icons import Glyph, IconSource, Sign
from gui.theme import CARD_PADDING, GAP, PAGE_MARGIN, SPACE

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the person may do now: `act` on the button `words`, "" for mere news. Where
    `leave_words` are given, a second button does `leave`; without, the cross is enough.
    `trouble` is its sign."""

    message: str
    hint: str
    words: str = ""
    act: Callable[[], object] | None = None
    leave_words: str = ""
    leave: Callable[[], object] | None = None
    trouble: bool = False


class Notifier(QObject):
    """Tells the banner what to show. `shown` carries message, hint and details ("" for none),
    `offered` an Offer; `broke` an exception that is a bug."""

    shown = Signal(str, str, str)
    offered = Signal(object)
    cleared = Signal()
    broke = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._earlier: Hook | None = None

    def show_problem(self, problem: object) -> None:
        """Shows an exception: its sentence if it has one, else that something broke."""
        if isinstance(problem, EngineError):
            self.show_message(problem.message, problem.hint)
        elif isinstance(problem, BaseException):
            details = "".join(traceback.format_exception(problem))
            self.broke.emit(problem)
            self.shown.emit(
                self.tr("Something in the program broke."),
                self.tr("Your songs are safe. What you just asked for may not have happened."),
                details)

    def show_message(self, message: str, hint: str = "") -> None:
        self.shown.emit(message, hint, "")

    def show_failure(self, message: str, hint: str, details: str) -> None:
        """A failure that was told elsewhere; `details` are for the one who mends the program."""
        self.shown.emit(message, hint, details)

    def show_news(self, message: str, hint: str = "") -> None:
        """Something went well while the person was looking elsewhere."""
        self.offered.emit(Offer(message, hint))

    def show_offer(self, offer: Offer) -> None:
        """Says something and offers to do something about it."""
        self.offered.emit(offer)

    def clear(self) -> None:
        self.cleared.emit()

    def install_hooks(self) -> None:
        """Shows what nobody caught. `remove_hooks` puts the earlier hook back."""
        self._earlier = sys.excepthook
        sys.excepthook = self._take

    def remove_hooks(self) -> None:
        if self._earlier is not None:
            sys.excepthook = self._earlier
            self._earlier = None

    def _take(self, kind: type[BaseException], problem: BaseException,
              trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        sys.__excepthook__(kind, problem, trace)
        self.show_problem(problem)


class Banner(QWidget):
    """A card across the top of the window; Escape or the cross takes it away."""

    def __init__(self, notifier: Notifier, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details_text = ""
        self._offer: Offer | None = None
        self._warning = Sign(icons.icon(Glyph.WARNING))
        self._good = Sign(icons.icon(Glyph.CHECK, "accent"))
        self._message, self._hint = _wrapped("heading"), _wrapped("quiet")
        self._details = QPushButton(self.tr("Details"))
        self._details.clicked.connect(self._show_details)
        self._act, self._leave = QPushButton(), QPushButton()
        self._act.clicked.connect(self._take_offer)
        self._leave.setProperty("role", "plain")
        self._leave.clicked.connect(self._leave_offer)
        self._close = QPushButton(icons.icon(Glyph.CLOSE), "")
        self._close.setProperty("role", "plain")
        self._close.setAccessibleName(self.tr("Dismiss this message"))
        self._close.setToolTip(self.tr("Dismiss (Esc)"))
        self._close.clicked.connect(self.hide)
        self._lay_out()
        notifier.shown.connect(self._show)
        notifier.offered.connect(self._show_offer)
        notifier.cleared.connect(self.hide)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._message)
        words.addWidget(self._hint)
        card = QFrame()
        card.setProperty("role", "banner")
        around = QVBoxLayout(self)
        around.setContentsMargins(PAGE_MARGIN, GAP, PAGE_MARGIN, 0)
        around.addWidget(card)
        row = QHBoxLayout(card)
        row.setContentsMargins(CARD_PADDING, SPACE + 4, SPACE, SPACE + 4)
        row.setSpacing(SPACE + 4)
        row.addWidget(self._warning, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._good, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for button in (self._details, self._act, self._leave):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)

    def _show(self, message: str, hint: str, details: str) -> None:
        self._offer = None
        self._details_text = details
        self._say(message, hint, trouble=True)

    def _show_offer(self, offer: Offer) -> None:
        self._offer = offer
        self._details_text = ""
        self._act.setText(offer.words)
        self._leave.setText(offer.leave_words)
        self._say(offer.message, offer.hint, offer.trouble)

    def _say(self, message: str, hint: str, trouble: bool) -> None:
        self._warning.setVisible(trouble)
        self._good.setVisible(not trouble)
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._details.setVisible(bool(self._details_text))
        self._act.setVisible(self._offer is not None and bool(self._offer.words))
        self._leave.setVisible(self._offer is not None and bool(self._offer.leave_words))
        self.setAccessibleName(f"{message} {hint}".strip())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _take_offer(self) -> None:
        offer = self._offer
        self.hide()
        if offer is not None and offer.act is not None:
            offer.act()

    def _leave_offer(self) -> None:
        offer = self._offer
        self.hide()
        if offer is not None and offer.leave is not None:
            offer.leave()

    def _show_details(self) -> None:
        DetailsDialog(self._details_text, self.window()).open()


class DetailsDialog(QDialog):
    """The whole story of a bug, to read or to copy into a report."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What broke"))
        self.resize(680, 420)
        words = QPlainTextEdit(details)
        words.setReadOnly(True)
        words.setAccessibleName(self.tr("Details"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addWidget(buttons)


def _wrapped(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
