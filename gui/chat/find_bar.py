"""The strip above a conversation in which words are searched for within it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from gui.chat.finding import Found, find
from gui.chat.transcript import Transcript
from gui.figures import count_text
from gui.icons import Glyph, IconSource
from gui.theme import SPACE

_PACE_MS = 60
_SIGN = 16
_COUNT_WIDTH = 80
_FIELD_WIDTH = 160


class _Field(QLineEdit):
    """`stepped` carries 1 for the next place and -1 for the one before."""

    stepped = Signal(int)
    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Escape closes the strip and nothing else."""
        if (event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
                and event.key() == Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.stepped.emit(-1 if back else 1)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class FindBar(QFrame):
    """Hidden until it is wanted. What is found is marked in the transcript while it is open.
    `elsewhere` counts the messages of other branches that hold some words."""

    def __init__(self, transcript: Transcript, icons: IconSource,
                 elsewhere: Callable[[str], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._transcript = transcript
        self._elsewhere = elsewhere
        self._found: tuple[Found, ...] = ()
        self._at = -1
        self._from = 0
        self.field = _Field()
        self.field.setMinimumWidth(_FIELD_WIDTH)
        self.field.setPlaceholderText(self.tr("Search in this conversation"))
        self.field.setAccessibleName(self.tr("Search in this conversation"))
        self.field.textChanged.connect(lambda: self._pace.start())
        self.field.stepped.connect(self.step)
        self.field.left.connect(self.leave)
        self.count = QLabel()
        self.count.setProperty("role", "meta")
        self.count.setMinimumWidth(_COUNT_WIDTH)
        self.back = self._button(icons, Glyph.UP, self.tr("The place before (Shift+Enter)"),
                                 lambda: self.step(-1))
        self.forth = self._button(icons, Glyph.OPENED, self.tr("The next place (Enter)"),
                                  lambda: self.step(1))
        self.close_button = self._button(icons, Glyph.CLOSE, self.tr("Close the search (Esc)"),
                                         self.leave)
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(self.search)
        self._lay_out()
        self.hide()

    def open(self) -> None:
        """Shows the strip, with what is marked as the words to find."""
        words = " ".join(self._transcript.selected_words().split())
        self._from = self._transcript.in_sight()[0]
        if words and len(words) < 100:
            self.field.setText(words)
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self.search()

    def leave(self) -> None:
        """Hides it; the keyboard goes to the message that was found last."""
        self._pace.stop()
        self.hide()
        now = self._found[self._at] if 0 <= self._at < len(self._found) else None
        self._transcript.show_found((), None)
        if self._transcript.isVisible():
            self._transcript.setFocus()
            if now is not None and now.place < len(self._transcript.column.messages):
                self._transcript.go_to_message(self._transcript.column.messages[now.place].id)

    def follow(self) -> None:
        """The conversation has other words now."""
        if not self._transcript.column.messages:
            self.hide()
        elif self.isVisible() and not self._pace.isActive():
            self._pace.start()

    def search(self) -> None:
        """Finds the words as they stand in the field."""
        self._pace.stop()
        if not self.isVisible():
            return
        before = self._found[self._at] if 0 <= self._at < len(self._found) else None
        self._found = find(self._transcript.column.messages, self.field.text())
        start = (before.place, before.start) if before else (self._from, 0)
        later = [at for at, one in enumerate(self._found) if (one.place, one.start) >= start]
        self._at = later[0] if later else len(self._found) - 1
        now = self._found[self._at] if self._found else None
        self._tell(scroll=now != before)

    def step(self, by: int) -> None:
        """Goes to the next place or the one before; after the last comes the first."""
        if self._pace.isActive():
            self.search()
        elif self._found:
            self._at = (self._at + by) % len(self._found)
            self._tell(scroll=True)

    def _tell(self, scroll: bool) -> None:
        some = bool(self._found)
        for button in (self.back, self.forth):
            button.setEnabled(some)
        if some:
            words = self.tr("{n} of {all}").format(n=count_text(self._at + 1),
                                                   all=count_text(len(self._found)))
        else:
            words = self._none_words(self.field.text().strip())
        if words != self.count.text():
            self.count.setText(words)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))
        self._transcript.show_found(self._found, self._found[self._at] if some else None, scroll)

    def _none_words(self, wanted: str) -> str:
        count = self._elsewhere(wanted) if wanted else 0
        if count:
            return self.tr("Only in other branches ({n})").format(n=count_text(count))
        return self.tr("Not found") if wanted else ""

    def _button(self, icons: IconSource, glyph: Glyph, words: str,
                act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "plain")
        button.setIcon(icons.icon(glyph))
        button.setIconSize(QSize(_SIGN, _SIGN))
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        row.setSpacing(SPACE // 2)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for button in (self.back, self.forth, self.close_button):
            row.addWidget(button)
