"""Several facts, one below the other; of very many the first, and more on request."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from engine.chat.fact import Fact
from engine.chat.talk import TalkSetup
from gui.chat.fact_row import FactRow
from gui.chat.open_facts import OpenFacts
from gui.icons import IconSource

AT_ONCE = 30


class FactRows(QWidget):
    """Hands what the person wants with a fact to `facts`. `shown_more` says that the rows are
    others now, `left` that the row the keyboard was in went, and was the last."""

    shown_more = Signal()
    left = Signal()

    def __init__(self, facts: OpenFacts, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self._icons = icons
        self._names: tuple[tuple[int, str], ...] = ()
        self._held: tuple[Fact, ...] = ()
        self._setup = TalkSetup()
        self._most = AT_ONCE
        self.rows: list[FactRow] = []
        self._lines: list[QFrame] = []
        self.more = QPushButton()
        self.more.setProperty("role", "link")
        self.more.clicked.connect(self._show_more)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.more)

    def show_facts(self, facts: Sequence[Fact], setup: TalkSetup) -> None:
        """Shows these, in this order; a field that is open stays while its fact is the same."""
        held = tuple(facts)
        if {fact.id for fact in held[:AT_ONCE]} != {fact.id for fact in self._held[:AT_ONCE]}:
            self._most = max(AT_ONCE, min(self._most, len(held)))
        self._held, self._setup = held, setup
        self._refresh()

    def _show_more(self) -> None:
        at = len(self.rows)
        self._most += AT_ONCE
        self._refresh()
        if at < len(self.rows):
            next(iter(self.rows[at].buttons.values())).setFocus()
        self.shown_more.emit()

    def _refresh(self) -> None:
        wanted = self._held[: self._most]
        names = tuple((member.persona_id, member.persona.called) for member in self._setup.cast)
        if (wanted, names) != (tuple(row.fact for row in self.rows), self._names):
            known = {row.fact: row for row in self.rows} if names == self._names else {}
            self._names = names
            self._show(wanted, known)
        left = len(self._held) - len(wanted)
        self.more.setVisible(left > 0)
        self.more.setText(self.tr("Show more ({n})").format(n=left))

    def _show(self, wanted: Sequence[Fact], known: dict[Fact, FactRow]) -> None:
        focused = next(((place, row.fact.id, name) for place, row in enumerate(self.rows)
                        for name, button in row.buttons.items() if button.hasFocus()), None)
        rows = [known.pop(fact, None) or self._row(fact) for fact in wanted]
        for row in (*self.rows, *self._lines):
            self._column.removeWidget(row)
            if row not in rows:
                row.hide()
                row.deleteLater()
        self.rows, self._lines = rows, []
        for place, row in enumerate(rows):
            if place:
                self._lines.append(_line())
                self._column.insertWidget(2 * place - 1, self._lines[-1])
            self._column.insertWidget(2 * place, row)
            row.show()
        if focused is not None:
            self._focus_again(*focused)

    def _focus_again(self, place: int, fact_id: int, name: str) -> None:
        """The keyboard stays where it was, though the row is another; after one that went it is
        in the next."""
        if not self.rows:
            self.left.emit()
            return
        row = next((row for row in self.rows if row.fact.id == fact_id),
                   self.rows[min(place, len(self.rows) - 1)])
        row.buttons.get(name, next(iter(row.buttons.values()))).setFocus()

    def _row(self, fact: Fact) -> FactRow:
        row, facts = FactRow(fact, self._setup, self._icons), self._facts
        row.pinned.connect(lambda pinned: facts.pin(fact.id, pinned))
        row.edited.connect(lambda words: facts.edit(fact.id, words))
        row.forgotten.connect(lambda: facts.forget([fact.id]))
        row.heard.connect(lambda heard: facts.set_heard_by(fact.id, heard))
        row.kept.connect(lambda: facts.keep([fact.id]))
        return row


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line
