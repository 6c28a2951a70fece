"""The conversation as one column of text: read, marked, copied, paged and edited by mouse or keys.

Only what is in sight is laid out, so that thousands of messages open and scroll at once. It
follows a reply that is being written only while the person is at its end.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from gui.chat.column_view import ColumnView
from gui.chat.finding import Found
from gui.chat.message_actions import KEYS, MessageActions, act_words
from gui.chat.message_column import BETWEEN, HEAD, NOTE
from gui.chat.message_editor import MessageEditor
from gui.chat.message_paint import MessagePaint, described
from gui.chat.selection import TextSelection, everything
from gui.chat.shown import Act, ShownMessage
from gui.icons import IconSource
from gui.theme import SPACE, ThemeSource

_ACT_KEYS = {Qt.Key.Key_C: Act.COPY, Qt.Key.Key_E: Act.EDIT, Qt.Key.Key_R: Act.REGENERATE,
             Qt.Key.Key_G: Act.CONTINUE, Qt.Key.Key_M: Act.REWRITE, Qt.Key.Key_B: Act.BRANCH,
             Qt.Key.Key_W: Act.WHY, Qt.Key.Key_Delete: Act.DELETE}
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -1_000_000,
          Qt.Key.Key_End: 1_000_000}


class Transcript(ColumnView):
    """`act_wanted` carries an act and a message's id, `step_wanted` an id and -1 or 1 for the
    alternative before or after, `edited` an id, the new text, whether an answer is wanted and
    whether what follows is kept."""

    act_wanted = Signal(str, int)
    step_wanted = Signal(int, int)
    edited = Signal(int, str, bool, bool)

    def __init__(self, theme_source: ThemeSource, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(theme_source.current, parent)
        self._theme_source = theme_source
        self._paint = MessagePaint()
        self._selection: TextSelection | None = None
        self._marking = False
        self._current = -1
        self._editing = -1
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
        self.viewport().setMouseTracking(True)
        self.act_bar = MessageActions(icons, self.viewport())
        self.act_bar.wanted.connect(self._act)
        self.editor = MessageEditor(self.viewport())
        self.editor.kept.connect(self._keep_edit)
        self.editor.left.connect(self.stop_editing)
        self.editor.grown.connect(self._fit_editor)
        self.latest = QPushButton(self.tr("Latest"), self.viewport())
        self.latest.setAccessibleName(self.tr("Go to the latest message"))
        self.latest.clicked.connect(self.go_to_end)
        self.latest.hide()
        theme_source.changed.connect(self._redress)

    @property
    def current(self) -> ShownMessage | None:
        """The message the keyboard is at."""
        inside = 0 <= self._current < len(self.column.messages)
        return self.column.messages[self._current] if inside else None

    def show_conversation(self, messages: Sequence[ShownMessage]) -> None:
        """Another conversation: from its end, nothing marked."""
        self.stop_editing()
        self._selection, self._current, self._hovered = None, -1, -1
        self.column.show(messages)
        self.go_to_end()

    def show_messages(self, messages: Sequence[ShownMessage]) -> None:
        """Other messages of the same conversation; what is looked at stays where it is."""
        follow = self.at_end
        self._selection = None
        if self.editing_id not in {message.id for message in messages}:
            self.stop_editing()
        self.column.show(messages)
        self._current = min(self._current, len(messages) - 1)
        if self._editing >= 0:
            self._editing = next(place for place, message in enumerate(messages)
                                 if message.id == self.editing_id)
        self.take_in(follow)

    def update_message(self, message: ShownMessage) -> None:
        """More text, or another note, for a message that is there."""
        messages = self.column.messages
        place = next((p for p in reversed(range(len(messages))) if messages[p].id == message.id),
                     -1)
        if place >= 0:
            follow = self.at_end
            self.column.replace(place, message)
            self.take_in(follow)

    def go_to_message(self, message_id: int) -> None:
        """Brings a message into sight and the keyboard to it."""
        for place, message in enumerate(self.column.messages):
            if message.id == message_id:
                self._go_to(place)

    def selected_words(self) -> str:
        return self._selection.words(self.column) if self._selection else ""

    def show_found(self, found: Sequence[Found], now: Found | None, scroll: bool = False) -> None:
        """Marks what was found, and the place the person is at."""
        self.column.show_found(found, now)
        if now is not None and scroll:
            self.bring_line_into_sight(now.place, now.start)
        self.viewport().update()

    # Editing in place

    @property
    def editing_id(self) -> int:
        """The id of the message that is being changed, -1 for none."""
        inside = 0 <= self._editing < len(self.column.messages)
        return self.column.messages[self._editing].id if inside else -1

    def edit(self, message_id: int) -> None:
        """Opens the editor where the message stands."""
        for place, message in enumerate(self.column.messages):
            if message.id == message_id:
                self.stop_editing()
                self._editing = place
                self.editor.resize(int(self.column.width), self.editor.height())
                self.editor.open(message.text, message.mine,
                                 followed=place + 1 < len(self.column.messages))
                self._fit_editor()
                self.bring_into_sight(place)
                return

    def stop_editing(self) -> None:
        if self._editing >= 0:
            self._editing = -1
            self.editor.hide()
            self.column.set_editor(-1, 0)
            self.take_in(follow=False)
            self.setFocus()

    def _keep_edit(self, text: str, answer: bool, keep_following: bool) -> None:
        message_id = self.editing_id
        self.stop_editing()
        self.edited.emit(message_id, text, answer, keep_following)

    def _fit_editor(self) -> None:
        if self._editing >= 0:
            self.editor.fit(int(self.column.width))
            self.column.set_editor(self._editing, self.editor.height())
            self.take_in(follow=False)

    def place_children(self) -> None:
        self._place_actions()
        if self._editing >= 0:
            self.editor.move(int(self.left),
                             int(self.column.top(self._editing) - self.upper + HEAD))
        self.latest.adjustSize()
        self.latest.move((self.viewport().width() - self.latest.width()) // 2,
                         self.viewport().height() - self.latest.height() - SPACE)
        self.latest.setVisible(not self.at_end)

    def _place_actions(self) -> None:
        place = self._hovered if self._hovered >= 0 else (
            self._current if self.hasFocus() else -1)
        if not 0 <= place < len(self.column.messages) or place == self._editing:
            self.act_bar.hide()
            return
        top = self.column.top(place) - self.upper - BETWEEN / 2
        # Of a long message the bar stays in sight while any of it is.
        lowest = self.column.bottom(place) - self.upper - HEAD
        self.act_bar.stand_at(self.column.messages[place], int(self.left + self.column.width),
                              int(max(top, min(2.0, lowest))))

    # What Qt tells

    def width_changed(self) -> None:
        self._fit_editor()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.column.messages:
            return
        theme = self._theme_source.current
        first, last = self.in_sight()
        with QPainter(self.viewport()) as painter:
            for place in range(first, last + 1):
                painter.save()
                painter.translate(self.left, self.column.top(place) - self.upper)
                if place == self._current and self.hasFocus():
                    self._paint.draw_outline(painter, self.column, place, theme)
                length = self.column.text(place).length if self._selection else 0
                span = self._selection.span_in(place, length) if self._selection else None
                self._paint.draw(painter, self.column, place, theme, span,
                                 hide_text=place == self._editing)
                painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self.place_at(event.position())
        step = self._step_at(place, event.position())
        if step:
            self.step_wanted.emit(self.column.messages[place].id, step)
            return
        if self._is_at_marks(place, event.position()):
            self._act(Act.WHY, self.column.messages[place].id)
            return
        self._current = -1
        spot = self.spot_at(event.position())
        self._selection = TextSelection(spot, spot) if spot else None
        self._marking = spot is not None
        self.place_children()
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._marking and self._selection:
            self._mark_to(event.position())
            return
        self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._marking = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot and not self._step_at(spot[0], event.position()):
            start, end = self.column.text(spot[0]).word_at(spot[1])
            self._selection = TextSelection((spot[0], start), (spot[0], end))
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        if not self.viewport().rect().contains(
                self.viewport().mapFromGlobal(self.cursor().pos())):
            self._hovered = -1
            self._place_actions()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._go_to(len(self.column.messages) - 1 if self._current < 0 else self._current)
        self._place_actions()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._place_actions()
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self._current if by_key else self.place_at(QPointF(event.pos()))
        if 0 <= place < len(self.column.messages):
            where = event.globalPos() if not by_key else self._corner(place)
            self._menu(self.column.messages[place]).popup(where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._took_key(Qt.Key(event.key()), event):
            return
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _took_key(self, key: Qt.Key, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        message = self.current
        if control and key == Qt.Key.Key_A:
            self._selection = everything(self.column)
            self.viewport().update()
        elif control and key == Qt.Key.Key_C:
            self._copy(message)
        elif key in _MOVES and not control:
            start = self._current if message or key == Qt.Key.Key_Home else len(
                self.column.messages)
            self._go_to(start + _MOVES[key])
        elif message is None or control:
            return False
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step_wanted.emit(message.id, 1 if key == Qt.Key.Key_Right else -1)
        elif key in _ACT_KEYS and _ACT_KEYS[key] in message.acts:
            self._act(_ACT_KEYS[key], message.id)
        else:
            return False
        return True

    # What the person does

    def _act(self, act: str, message_id: int) -> None:
        message = next((m for m in self.column.messages if m.id == message_id), None)
        if message is None:
            return
        if act == Act.COPY:
            QGuiApplication.clipboard().setText(message.text)
        elif act == Act.EDIT:
            self.edit(message_id)
        else:
            self.act_wanted.emit(str(act), message_id)

    def _copy(self, message: ShownMessage | None) -> None:
        words = self.selected_words() or (message.text if message else "")
        if words:
            QGuiApplication.clipboard().setText(words)

    def _go_to(self, place: int) -> None:
        if not self.column.messages:
            return
        self._current = max(0, min(place, len(self.column.messages) - 1))
        self._hovered = -1
        self.bring_into_sight(self._current)
        self._say(described(self.column.messages[self._current]))

    def _say(self, words: str) -> None:
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _mark_to(self, point: QPointF) -> None:
        height = self.viewport().height()
        if not 0 <= point.y() <= height:
            bar = self.verticalScrollBar()
            bar.setValue(int(bar.value() + (point.y() if point.y() < 0 else point.y() - height)))
        spot = self.spot_at(point)
        if spot and self._selection:
            self._selection = TextSelection(self._selection.anchor, spot)
            self.viewport().update()

    def _hover(self, point: QPointF) -> None:
        place = self.place_at(point)
        if place != self._hovered:
            self._hovered = place
            self._place_actions()
        self.viewport().setCursor(self._cursor_at(place, point))

    def _cursor_at(self, place: int, point: QPointF) -> Qt.CursorShape:
        if place < 0:
            return Qt.CursorShape.ArrowCursor
        if self._step_at(place, point) or self._is_at_marks(place, point):
            return Qt.CursorShape.PointingHandCursor
        below_name = self.point_in(place, point).y() > HEAD
        return Qt.CursorShape.IBeamCursor if below_name else Qt.CursorShape.ArrowCursor

    def _step_at(self, place: int, point: QPointF) -> int:
        if place < 0:
            return 0
        return self._paint.step_at(self.column, place, self.point_in(place, point))

    def _is_at_marks(self, place: int, point: QPointF) -> bool:
        """Whether this is where it is said what in a reply does not agree with what is known."""
        if place < 0 or not self.column.messages[place].marks:
            return False
        foot = self.column.bottom(place) - self.column.top(place)
        marks = NOTE * len(self.column.messages[place].marks)
        return foot - marks <= self.point_in(place, point).y() <= foot

    def _corner(self, place: int) -> QPoint:
        return self.viewport().mapToGlobal(QPoint(
            int(self.left), int(max(0.0, self.column.top(place) - self.upper + HEAD))))

    def _menu(self, message: ShownMessage) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.selected_words():
            menu.addAction(self.tr("Copy what is marked"), lambda: self._copy(None))
        for act in message.acts:
            menu.addAction(f"{act_words(act)}\t{KEYS[act]}",
                           lambda act=act: self._act(act, message.id))
        return menu

    def _redress(self) -> None:
        self.column.set_theme(self._theme_source.current)
        self.viewport().update()
