"""The first step: what should get better. One card a wish, with what it needs."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from engine.training.planning.goal import NEEDS, Goal
from gui.controls import Option
from gui.link_button import link_button
from gui.settings.fine_tuning import words
from gui.settings.fine_tuning.choosing import Choosing
from gui.text_line import text_line
from gui.theme import CARD_PADDING, SPACE

TWO_COLUMNS = 620


class GoalCard(QFrame):
    """A wish. A press anywhere on it chooses it."""

    def __init__(self, goal: Goal, choose: Callable[[], object],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.goal = goal
        self.option = Option(words.goal_name(goal))
        self.option.setAccessibleDescription(words.goal_words(goal))
        # Each is a stop of the Tab key: of a group with none chosen only the first would be.
        self.option.setAutoExclusive(False)
        self.option.clicked.connect(choose)
        self._about = text_line("meta", words.goal_words(goal))
        self._enough = text_line("meta-ink")
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING - 4, SPACE, CARD_PADDING - 4, SPACE + 2)
        column.setSpacing(2)
        for part in (self.option, self._about, self._enough):
            column.addWidget(part)
        column.addStretch(1)

    def show_state(self, chosen: bool, rows: int) -> None:
        """Marks the chosen one and says whether there are data enough."""
        self.option.setChecked(chosen)
        self._enough.setText(words.enough_words(self.goal, rows))
        if self.property("current") != chosen:
            self.setProperty("current", chosen)
            self.style().unpolish(self)
            self.style().polish(self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
                event.position().toPoint()):
            self.option.setFocus(Qt.FocusReason.MouseFocusReason)
            self.option.click()


class GoalStep(QWidget):
    """`chosen` carries the Goal that was pressed, also where it was chosen before. What was not
    chosen steps back behind a link."""

    chosen = Signal(object)

    def __init__(self, choosing: Choosing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choosing = choosing
        self._arranged = (0, 0)
        self._open = False
        self.others = link_button(self.tr("Something else…"))
        self.others.clicked.connect(self._show_all)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        self.cards = {goal: self._card(goal) for goal in Goal}
        self._grid.addWidget(self.others, len(Goal), 0, Qt.AlignmentFlag.AlignLeft)
        choosing.changed.connect(self._show)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self._room())

    def _room(self) -> int:
        return 2 if self.width() >= TWO_COLUMNS else 1

    def _card(self, goal: Goal) -> GoalCard:
        return GoalCard(goal, lambda: self._choose(goal), self)

    def _choose(self, goal: Goal) -> None:
        self._open = False
        self.chosen.emit(goal)
        self._show()

    def _show_all(self) -> None:
        self._open = True
        self._show()
        chosen = self._choosing.goal
        self.cards[chosen or Goal.MOODS].option.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self, columns: int) -> None:
        """Cards beside each other; one that stands alone takes the whole width."""
        shown = [card for card in self.cards.values() if not card.isHidden()]
        columns = min(columns, max(1, len(shown)))
        if (columns, len(shown)) == self._arranged:
            return
        self._arranged = columns, len(shown)
        for card in self.cards.values():
            self._grid.removeWidget(card)
        for place, card in enumerate(shown):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _show(self) -> None:
        choosing = self._choosing
        for goal, card in self.cards.items():
            card.show_state(goal is choosing.goal, own_rows(choosing, goal))
            card.setVisible(goal is choosing.goal or choosing.goal is None or self._open)
        self.others.setVisible(choosing.goal is not None and not self._open)
        self._arrange(self._room())


def own_rows(choosing: Choosing, goal: Goal) -> int:
    """How much of the person's own a goal could learn from, at most."""
    return max((choosing.rows_of(source) for source in NEEDS[goal].own), default=0)
