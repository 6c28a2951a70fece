"""The cast of a talk, one below the other: who speaks how readily, who is muted, in which order.

The order is changed by two buttons or by dragging a row at its name.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.chat.talk import CastMember
from gui.chat.elided_label import ElidedLabel
from gui.chat.faces import draw_face
from gui.chat.sliding_value import SlidingValue
from gui.controls import Switch
from gui.text_line import text_line
from gui.theme import SPACE, ThemeSource

_FACE = 24
_STEPS = 20


class CastRows(QWidget):
    """`moved` carries the ids in their new order, `muted` an id and whether it is now, `shared`
    an id and how readily it speaks, `left` an id."""

    moved = Signal(list)
    muted = Signal(int, bool)
    shared = Signal(int, float)
    left = Signal(int)

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._known: dict[int, CastRow] = {}
        self._told: list[int] = []
        self.rows: list[CastRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        theme_source.changed.connect(self.update)

    def show_cast(self, cast: Sequence[CastMember], colours: Sequence[str],
                  faces: Sequence[object | None], by_chance: bool) -> None:
        """Shows who talks. `by_chance`: how readily they speak decides whose turn it is."""
        ids = [member.persona_id for member in cast]
        for number in [number for number in self._known if number not in ids]:
            row = self._known.pop(number)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for member, colour, face in zip(cast, colours, faces, strict=True):
            if member.persona_id not in self._known:
                self._known[member.persona_id] = self._made(member.persona_id)
            self._known[member.persona_id].show_member(
                member, colour, face, by_chance and len(cast) > 1, len(cast) > 1)
        self._told = ids
        self._put([self._known[number] for number in ids])

    def _made(self, number: int) -> "CastRow":
        row = CastRow(self._theme_source)
        row.stepped.connect(lambda by: self._step(row, by))
        row.dragged.connect(lambda height: self._drag(row, height))
        row.dropped.connect(self._tell_order)
        row.mute.clicked.connect(lambda: self.muted.emit(number, row.mute.isChecked()))
        row.shared.connect(lambda share: self.shared.emit(number, share))
        row.leave.clicked.connect(lambda: self.left.emit(number))
        row.number = number
        return row

    def _put(self, rows: "list[CastRow]") -> None:
        if rows != self.rows:
            self.rows = rows
            for place, row in enumerate(rows):
                self._column.insertWidget(place, row)
        for place, row in enumerate(rows):
            row.show_place(place, len(rows))

    def _step(self, row: "CastRow", by: int) -> None:
        rows = [one for one in self.rows if one is not row]
        rows.insert(self.rows.index(row) + by, row)
        self._put(rows)
        self._tell_order()

    def _drag(self, row: "CastRow", height: int) -> None:
        """To where the mouse is: above each row whose middle lies below it."""
        others = [one for one in self.rows if one is not row]
        place = sum(one.geometry().center().y() < height for one in others)
        others.insert(place, row)
        self._put(others)

    def _tell_order(self) -> None:
        ids = [row.number for row in self.rows]
        if ids != self._told:
            self._told = ids
            self.moved.emit(ids)


class CastRow(QWidget):
    """One of the cast. `stepped` carries by how many places, `dragged` the height in the list the
    mouse is at."""

    stepped = Signal(int)
    dragged = Signal(int)
    dropped = Signal()
    shared = Signal(float)

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = 0
        self._dragging = False
        self.face = _Face(theme_source)
        self.name = ElidedLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.installEventFilter(self)
        self.up = self._button("\u2191", self.tr("Earlier"), lambda: self.stepped.emit(-1))
        self.down = self._button("\u2193", self.tr("Later"), lambda: self.stepped.emit(1))
        self.leave = self._button("\u2212", self.tr("Leave the talk"), lambda: None)
        self.mute = Switch(self.tr("Speaks only when asked to"), lambda _: None)
        self.share = SlidingValue(0, 1, 1 / _STEPS, self.shared.emit, {
            round(step / _STEPS, 4): f"{100 * step // _STEPS}\u202f%"
            for step in range(_STEPS + 1)})
        self.readily = text_line("meta", self.tr("How readily"))
        self._lay_out()

    def show_member(self, member: CastMember, colour: str, face: object | None,
                    by_chance: bool, several: bool) -> None:
        """Shows one; `by_chance` as of `CastRows`."""
        called = member.persona.called
        self.name.setText(called)
        self.name.setCursor(Qt.CursorShape.OpenHandCursor if several
                            else Qt.CursorShape.ArrowCursor)
        self.face.show_one(face, called, colour)
        self.mute.show_value(member.muted)
        self.share.show_value(member.talkativeness)
        for widget in (self.share, self.readily):
            widget.setVisible(by_chance and not member.muted)
        for widget in (self.up, self.down, self.leave, self.mute):
            widget.setVisible(several)
        for widget, words in (
                (self.up, self.tr("{name}: earlier")), (self.down, self.tr("{name}: later")),
                (self.leave, self.tr("{name}: leave the talk")),
                (self.mute, self.tr("{name}: speaks only when asked to")),
                (self.share.slider, self.tr("{name}: how readily they speak"))):
            widget.setAccessibleName(words.format(name=called))

    def show_place(self, place: int, of: int) -> None:
        """Says where in the order it stands. The keyboard stays on a button that can be pressed."""
        for button, other, can in ((self.up, self.down, place > 0),
                                   (self.down, self.up, place < of - 1)):
            if button.hasFocus() and not can:
                other.setEnabled(True)
                other.setFocus()
            button.setEnabled(can)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and self.up.isVisibleTo(self):
            kind = event.type()
            if kind == QEvent.Type.MouseButtonPress:
                self._dragging = event.button() == Qt.MouseButton.LeftButton
            elif kind == QEvent.Type.MouseMove and self._dragging:
                at = self.name.mapTo(self, event.position().toPoint())
                self.dragged.emit(self.y() + at.y())
            elif kind == QEvent.Type.MouseButtonRelease and self._dragging:
                self._dragging = False
                self.dropped.emit()
            return self._dragging
        return False

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE // 2)
        head.addWidget(self.face)
        head.addSpacing(SPACE // 2)
        head.addWidget(self.name, 1)
        for button in (self.up, self.down, self.leave):
            head.addWidget(button)
        readily = QHBoxLayout()
        readily.setSpacing(SPACE)
        self.readily.setWordWrap(False)
        readily.addWidget(self.readily)
        readily.addWidget(self.share, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.mute)
        column.addLayout(readily)

    def _button(self, sign: str, words: str, act: object) -> QPushButton:
        button = QPushButton(sign)
        button.setProperty("role", "step")
        button.setToolTip(words)
        button.clicked.connect(act)
        return button


class _Face(QWidget):
    def __init__(self, theme_source: ThemeSource) -> None:
        super().__init__()
        self._theme_source = theme_source
        self._shown: tuple[object | None, str, str] = (None, "", "")
        self.setFixedSize(_FACE, _FACE)

    def show_one(self, face: object | None, name: str, colour: str) -> None:
        self._shown = (face, name, colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        face, name, colour = self._shown
        with QPainter(self) as painter:
            draw_face(painter, QRectF(self.rect()), face, name, colour,
                      self._theme_source.current)
