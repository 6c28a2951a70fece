"""One fact in the drawer: its words, who knows it, and what can be done with it.

Shows one value and tells what the person wants with it; changes nothing itself.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.chat.fact import Fact
from engine.chat.talk import TalkSetup
from gui.chat.fact_words import about_fact
from gui.icons import Glyph, IconSource
from gui.plain_field import PlainField
from gui.text_line import selectable_line, text_line
from gui.theme import SPACE

_SIGN = 16
_SIZE = 28
_BESIDE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_LINES = 3


class FactField(PlainField):
    """A sentence: Enter gives it, Escape leaves it."""

    given = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + 2 * SPACE)

    @property
    def words(self) -> str:
        """What stands in it, in one line."""
        return " ".join(self.toPlainText().split())

    def event(self, event: QEvent) -> bool:
        if (event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
                and event.key() == Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.given.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FactRow(QFrame):
    """`pinned` carries whether it is wanted so, `edited` other words, `heard` who is to know it (a
    tuple of personas, None for everyone). `kept` takes an offered fact for true."""

    pinned = Signal(bool)
    edited = Signal(str)
    forgotten = Signal()
    heard = Signal(object)
    kept = Signal()

    def __init__(self, fact: Fact, setup: TalkSetup, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fact = fact
        self._setup = setup
        self._icons = icons
        self.words = selectable_line("", fact.text)
        self.about = text_line("meta", about_fact(fact, setup))
        self.field: FactField | None = None
        self.tools = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, SPACE // 2, 0, SPACE // 2)
        self._column.setSpacing(2)
        self._column.addWidget(self.words)
        self._column.addWidget(self.about)
        self._column.addWidget(self.tools)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        for button in self._made():
            row.addWidget(button)
        row.addStretch(1)

    def edit(self) -> None:
        """Opens a field where the words stand."""
        if self.field is not None:
            return
        field = self.field = FactField()
        field.setPlainText(self.fact.text)
        field.setAccessibleName(self.tr("This fact"))
        field.setToolTip(self.tr("Enter keeps it, Escape leaves it as it was."))
        field.given.connect(self._give)
        field.left.connect(self.stop_editing)
        self.words.hide()
        self._column.insertWidget(0, field)
        field.show()
        field.selectAll()
        field.setFocus()

    def stop_editing(self) -> None:
        """Shows the words as they are."""
        if self.field is not None:
            self.field.hide()
            self.field.deleteLater()
            self.field = None
            self.words.show()
            self.buttons["edit"].setFocus()

    def _give(self) -> None:
        words = self.field.words if self.field else ""
        self.stop_editing()
        if words and words != self.fact.text:
            self.edited.emit(words)

    def _made(self) -> Sequence[QToolButton]:
        edit = self._button("edit", self.tr("Edit"), Glyph.EDIT, self.edit)
        if not self.fact.approved:
            keep = self._button("keep", self.tr("Keep"), Glyph.CHECK, self.kept.emit)
            keep.setText(self.tr("Keep"))
            keep.setToolButtonStyle(_BESIDE)
            discard = self._button("forget", self.tr("Discard"), Glyph.CLOSE, self.forgotten.emit)
            discard.setText(self.tr("Discard"))
            discard.setToolButtonStyle(_BESIDE)
            return keep, discard, edit
        pin = self._button("pin", self.tr("Pin, so that every reply is given it"), Glyph.PIN,
                           lambda: self.pinned.emit(not self.fact.pinned))
        pin.setCheckable(True)
        pin.setChecked(self.fact.pinned)
        knows = self._button("knows", self.tr("Who knows it"), Glyph.MORE, self._show_menu)
        forget = self._button("forget", self.tr("Forget"), Glyph.REMOVE, self.forgotten.emit)
        return pin, edit, knows, forget

    def menu(self) -> QMenu:
        """Who knows the fact, to be changed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        everyone = menu.addAction(self.tr("Everyone knows it"), lambda: self.heard.emit(None))
        everyone.setCheckable(True)
        everyone.setChecked(self.fact.heard_by is None)
        menu.addSeparator()
        for member in self._setup.cast:
            one, called = member.persona_id, member.persona.called.replace("&", "&&")
            action = menu.addAction(self.tr("{name} knows it").format(name=called),
                                    lambda one=one: self._toggle(one))
            action.setCheckable(True)
            action.setChecked(self._knows(one))
            # What is of their own life they know.
            action.setEnabled(self.fact.persona_id != one or self.fact.heard_by is None)
        return menu

    def _toggle(self, persona_id: int) -> None:
        knowing = {member.persona_id for member in self._setup.cast
                   if self._knows(member.persona_id)}
        self.heard.emit(tuple(sorted(knowing ^ {persona_id})))

    def _knows(self, persona_id: int) -> bool:
        heard = self.fact.heard_by
        return heard is None or persona_id in heard or self.fact.persona_id == persona_id

    def _show_menu(self) -> None:
        button = self.buttons["knows"]
        self.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _button(self, name: str, words: str, glyph: Glyph,
                act: Callable[[], object]) -> QToolButton:
        button = self.buttons[name] = QToolButton()
        button.setProperty("role", "plain")
        button.setIcon(self._icons.icon(glyph))
        button.setIconSize(QSize(_SIGN, _SIGN))
        button.setFixedHeight(_SIZE)
        button.setMinimumWidth(_SIZE)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(words)
        button.setAccessibleName(f"{words}: {self.fact.text}")
        button.clicked.connect(act)
        return button

