"""Songs to be corrected one after the other, mostly by single keys: the song, and how far one is.

Lies over the Library page until the person is done.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.corrections.stepping import Turned
from engine.tagging.labels import Verdict
from engine.tagging.vocabulary import Vocabulary
from gui.figures import count_text
from gui.library.correcting_keys import KeySheet
from gui.library.correcting_queue import CorrectingQueue
from gui.library.empty_states import EmptyLook
from gui.song.chips import MoodChip
from gui.song.song_desk import SongDesk
from gui.song.song_view import SongView
from gui.song.step_words import turned_text
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource


class CorrectingPage(QWidget):
    """`left` is sent when the person is done."""

    left = Signal()

    def __init__(self, queue: CorrectingQueue, desk: SongDesk, vocabulary: Vocabulary,
                 theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._desk = desk
        self._vocabulary = vocabulary
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.song = SongView(desk, theme_source)
        self.end = EmptyLook("", "", self.tr("Back to the Library"))
        self.sheet = KeySheet()
        self.progress = text_line("meta", "")
        self.told = text_line("meta", "")
        self._today = text_line("meta", "")
        self.back = QPushButton(self.tr("Back"))
        self.next = QPushButton(self.tr("Next"))
        self.keys = QPushButton(self.tr("Keys"))
        self.done = QPushButton(self.tr("Done"))
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._bind_keys()
        self.refresh()

    def refresh(self) -> None:
        """Shows where the person is."""
        queue = self._queue
        at_end = queue.ready and queue.key == 0
        total = len(queue.keys)
        if not queue.ready:
            self.progress.setText(self.tr("Looking for songs…"))
        elif total:
            self.progress.setText(self.tr("{n} of {total}").format(
                n=count_text(min(queue.at + 1, total)), total=count_text(total)))
        else:
            self.progress.setText("")
        self._today.setText(self._today_words())
        self.back.setEnabled(queue.at > 0)
        self.next.setEnabled(queue.ready and not at_end)
        if at_end:
            self._say_end()
        self._stack.setCurrentWidget(self.end if at_end else self.song)
        for widget in (self.next, self.keys, self.done):
            widget.setVisible(not at_end)
        if at_end and not self.end.button.hasFocus():
            self.end.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from mood to mood, up and down from song to song."""
        moods = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        songs = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -1,
                 Qt.Key.Key_PageDown: 1, Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1}
        if event.key() in moods:
            self.song.chips.step(moods[Qt.Key(event.key())])
        elif event.key() in songs:
            self._step(songs[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def accept(self) -> None:
        """In marked lines: the mood holds there. On a chip: that mood. Else all that is shown is
        right, and the next song follows."""
        if self.song.lines.lines is not None or isinstance(QApplication.focusWidget(), MoodChip):
            self.song.judge(Verdict.ACCEPTED)
            return
        self.told.setText("")
        self._queue.accept_rest()
        self._take_focus()

    def reject(self) -> None:
        """The current mood is wrong, in the marked lines or in the song; the next one is current
        then."""
        lines = self.song.lines.lines
        self.song.judge(Verdict.REJECTED)
        if lines is None:
            self.song.chips.step(1)

    def leave(self) -> None:
        """Esc: one thing after the other is put away."""
        if self.sheet.isVisible():
            self.sheet.hide()
        elif self._desk.asked:
            self._desk.clear_reason()
        else:
            self.left.emit()

    def _step(self, by: int) -> None:
        self.told.setText("")
        self._queue.step(by)
        self._take_focus()

    def _take_focus(self) -> None:
        """Keys speak of the song again, wherever they went before."""
        if self._queue.key:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        self._queue.changed.connect(self.refresh)
        self._desk.words.turned.connect(self._tell)
        self.song.step_wanted.connect(self._step)
        self.back.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.keys.clicked.connect(self._show_keys)
        self.done.clicked.connect(self.left)
        self.end.button.clicked.connect(self.left)
        self.song.lines.song_hint = self.tr(
            "A all right, next   R reject   1 to 9 reject that mood   + add   Enter next   ? keys")
        self.song.lines.hint_changed.emit()

    def _bind_keys(self) -> None:
        for keys, act in (("A", self.accept), ("R", self.reject)):
            # Caps Lock or Shift: a capital letter means the same.
            for pressed in (keys, f"Shift+{keys}"):
                self._bind(pressed, act)
        for number in range(9):
            self._bind(str(number + 1), partial(self._queue.reject, number))
        words = self._desk.words
        for pressed in ("U", "Ctrl+Z"):
            self._bind(pressed, words.undo)
        for pressed in ("Shift+U", "Ctrl+Shift+Z", "Ctrl+Y"):
            self._bind(pressed, words.redo)
        self._bind("+", self.song.open_field)
        self._bind("W", self._ask_why)
        self._bind("?", self._show_keys)
        self._bind("Esc", self.leave)

    def _bind(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _ask_why(self) -> None:
        mood = self.song.chips.current_mood()
        if mood:
            self._desk.ask(mood)

    def _show_keys(self) -> None:
        self.sheet.setVisible(not self.sheet.isVisible())

    def _tell(self, turned: Turned | None) -> None:
        self.told.setText(turned_text(turned, self._vocabulary) if turned
                          else self.tr("There is nothing more to take back or make again."))

    def _say_end(self) -> None:
        total, corrected = len(self._queue.keys), self._queue.judged
        if total == 0:
            self.end.head.setText(self.tr("Nothing to correct here"))
            self.end.about.setText(self.tr(
                "No tagged song that is found is left without your word. Take a filter away, or "
                "choose songs in the table and correct those again."))
            return
        self.end.head.setText(self.tr("That was all"))
        told = self.tr("You looked through {total} and judged {n}.").format(
            total=_songs(total), n=count_text(corrected))
        self.end.about.setText(told + " " + self.tr(
            "Your words win over the tagger's everywhere: in the Library, in playlists and in the "
            "moods written into files. They stay when songs are tagged again, and they are what "
            "fine-tuning learns from."))

    def _today_words(self) -> str:
        today = self._queue.today
        if today == 0:
            return ""
        return self.tr("{songs} corrected today").format(songs=_songs(today))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP)
        title = QLabel(self.tr("Correct"))
        title.setProperty("role", "title")
        for widget in (title, self.progress, self._today):
            widget.setSizePolicy(title.sizePolicy())
            head.addWidget(widget)
        for label in (self.progress, self._today, self.told):
            label.setWordWrap(False)
        head.addStretch(1)
        for button, role in ((self.keys, "plain"), (self.back, "plain"), (self.next, "plain"),
                             (self.done, "primary")):
            button.setProperty("role", role)
            head.addWidget(button)
        self.keys.setToolTip(self.tr("Show the keys (?)"))
        self.back.setToolTip(self.tr("The song before (Up)"))
        self.next.setToolTip(self.tr("The next song (Enter or Down)"))
        self.done.setToolTip(self.tr("Back to the Library (Esc)"))
        self._stack.addWidget(self.song)
        self._stack.addWidget(self.end)
        self.sheet.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, GAP)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addSpacing(SPACE)
        column.addWidget(self.sheet)
        column.addWidget(self._stack, 1)
        column.addWidget(self.told)


def _songs(count: int) -> str:
    translate = QApplication.translate
    if count == 1:
        return translate("CorrectingPage", "1 song")
    return translate("CorrectingPage", "{n} songs").format(n=count_text(count))
