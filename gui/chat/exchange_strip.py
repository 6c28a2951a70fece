"""The strip beneath the title: how far chats have come in or gone out, then what became of it."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAccessible, QAccessibleEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.chat.chat_exchange import Arrivals, ChatExchange
from gui.chat.exchange_work import Looked, Written
from gui.figures import count_text
from gui.icons import Glyph, IconSource, Sign
from gui.text_line import selectable_line
from gui.theme import CARD_PADDING, ICON, SPACE

_BAR_WIDTH = 160
_MOST_SAID = 2
_LINE = 32
_TOLD_SIZE = (560, 360)


class ExchangeStrip(QFrame):
    """Hidden while there is nothing to tell."""

    def __init__(self, exchange: ChatExchange, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exchange = exchange
        self.setProperty("role", "banner")
        self._good = Sign(icons.icon(Glyph.CHECK, "accent"))
        self._warning = Sign(icons.icon(Glyph.WARNING))
        self.message, self.said = selectable_line("heading"), selectable_line("quiet")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._bar.setAccessibleName(self.tr("How far it is"))
        self.cancel = self._button(self.tr("Stop"), exchange.cancel)
        self.every = self._button(self.tr("Show all"), self._show_every)
        self.undo = self._button(self.tr("Undo"), exchange.undo)
        self.folder = self._button(self.tr("Open the folder"), self._open_folder)
        self.close_button = self._button("", exchange.forget)
        self.close_button.setIcon(icons.icon(Glyph.CLOSE))
        self.close_button.setProperty("role", "plain")
        self.close_button.setAccessibleName(self.tr("Dismiss this message"))
        self.close_button.setToolTip(self.close_button.accessibleName())
        self._lay_out()
        exchange.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what holds now."""
        exchange = self._exchange
        if exchange.busy:
            self._show_step(exchange.step)
        elif exchange.written is not None:
            self._tell(_written_words(self, exchange.written), (), good=True)
        elif exchange.arrived is not None:
            arrived = exchange.arrived
            self._tell(_arrived_words(self, arrived), tuple(arrived.sentences),
                       good=bool(arrived.ids) and not arrived.unread)
        for widget in (self._bar, self.cancel):
            widget.setVisible(exchange.busy)
        self._show_buttons()
        self.setVisible(exchange.busy or bool(exchange.arrived or exchange.written))

    def _show_buttons(self) -> None:
        exchange, arrived = self._exchange, self._exchange.arrived
        done = not exchange.busy
        self.every.setVisible(done and arrived is not None
                              and len(arrived.sentences) > _MOST_SAID)
        self.undo.setVisible(done and arrived is not None and bool(arrived.ids))
        self.folder.setVisible(done and exchange.written is not None)
        self.close_button.setVisible(done)

    def _show_step(self, step: Looked | Written | None) -> None:
        self._good.hide()
        self._warning.hide()
        self.said.hide()
        if step is None:
            self._bar.setRange(0, 0)
            self.message.setText(self.tr("Getting ready…"))
            return
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        if isinstance(step, Looked):
            self.message.setText(self.tr("Reading {name}…").format(name=step.name))
            self._show_came(self._exchange.came)
        else:
            self.message.setText(self.tr("Writing {n} of {total}…").format(
                n=count_text(min(step.done + 1, step.total)), total=count_text(step.total)))

    def _show_came(self, count: int) -> None:
        self.said.setVisible(count > 0)
        self.said.setText(self.tr("{n} so far").format(n=count_text(count)))

    def _tell(self, message: str, sentences: tuple[str, ...], good: bool) -> None:
        self._good.setVisible(good)
        self._warning.setVisible(not good)
        self.message.setText(message)
        more = len(sentences) - _MOST_SAID
        told = [*sentences[:_MOST_SAID], *([self.tr("And {n} more.").format(
            n=count_text(more))] if more > 0 else [])]
        self.said.setText("\n".join(told))
        self.said.setVisible(bool(told))
        self.setAccessibleName(" ".join([message, *told]))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _show_every(self) -> None:
        arrived = self._exchange.arrived
        if arrived is not None:
            SentencesDialog(arrived.sentences, self.window()).open()

    def _open_folder(self) -> None:
        written = self._exchange.written
        if written is not None and written.place is not None:
            place = written.place if written.place.is_dir() else written.place.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))

    def _button(self, words: str, act: object) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: act() if callable(act) else None)
        return button

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        self.message.setMinimumHeight(_LINE)
        words.addWidget(self.message)
        words.addWidget(self.said)
        signs = QVBoxLayout()
        signs.setContentsMargins(0, (_LINE - ICON) // 2, 0, 0)
        for sign in (self._good, self._warning):
            signs.addWidget(sign)
        signs.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(CARD_PADDING, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        top = Qt.AlignmentFlag.AlignTop
        row.addLayout(signs)
        row.addLayout(words, 1)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.cancel, self.every, self.folder, self.undo, self.close_button):
            row.addWidget(button, 0, top)


class SentencesDialog(QDialog):
    """All that is to be said about the files, to read or to copy."""

    def __init__(self, sentences: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What was left out"))
        self.resize(*_TOLD_SIZE)
        words = QPlainTextEdit("\n".join(sentences))
        words.setReadOnly(True)
        words.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addWidget(buttons)


def _arrived_words(owner: QWidget, arrived: Arrivals) -> str:
    count = len(arrived.ids)
    came = (owner.tr("No chat came in.") if not count else
            owner.tr("1 conversation came in.") if count == 1 else
            owner.tr("{n} conversations came in.").format(n=count_text(count)))
    return owner.tr("Stopped. {came}").format(came=came) if arrived.stopped else came


def _written_words(owner: QWidget, written: Written) -> str:
    place = str(written.place)
    return owner.tr("Saved as {place}").format(place=place) if written.total == 1 else owner.tr(
        "Saved {n} conversations: {place}").format(n=count_text(written.total), place=place)
