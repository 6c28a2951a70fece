"""The drawer at the right: leaves that show what the talk is made of, one at a time.

A leaf is built the first time it is shown, and reads nothing while it is hidden.
"""

import enum

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.chat.presenter import ChatPresenter
from gui.icons import IconSource
from gui.theme import CARD_PADDING, GAP, SPACE, ThemeSource

_REMEMBERED = "chat/leaf"
_UNDER_TABS = 6


class Leaf(enum.StrEnum):
    """What the drawer can show."""

    SCENE = "scene"
    FACTS = "facts"
    PROMPT = "prompt"
    MOOD = "mood"
    MODEL = "model"


class Drawer(QWidget):
    """`memory` keeps the leaf between runs."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter, self._theme_source, self._icons = presenter, theme_source, icons
        self._memory = memory
        self._panels: dict[Leaf, QWidget] = {}
        self._areas = QStackedWidget()
        self.buttons: dict[Leaf, QPushButton] = {}
        self._lay_out()
        last = str(memory.value(_REMEMBERED, Leaf.MODEL))
        self._shown = next((leaf for leaf in Leaf if leaf == last), Leaf.MODEL)
        self.buttons[self._shown].setChecked(True)

    @property
    def shown(self) -> Leaf:
        """The leaf that lies on top."""
        return self._shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_leaf(self._shown)

    def show_leaf(self, leaf: Leaf) -> QWidget:
        """Lays a leaf on top, and returns what is on it."""
        self.flush()
        self._shown = leaf
        self._memory.setValue(_REMEMBERED, leaf.value)
        panel = self.panel(leaf)
        self.buttons[leaf].setChecked(True)
        area = panel.parentWidget()
        while area is not None and self._areas.indexOf(area) < 0:
            area = area.parentWidget()
        if area is not None:
            self._areas.setCurrentWidget(area)
        return panel

    def panel(self, leaf: Leaf) -> QWidget:
        """What is on a leaf; built if it was not shown yet."""
        if leaf not in self._panels:
            panel = self._panels[leaf] = self._make(leaf)
            self._areas.addWidget(_scrolled(panel))
        return self._panels[leaf]

    def flush(self) -> None:
        """Hands on what was typed a moment ago."""
        for panel in self._panels.values():
            hand_on = getattr(panel, "flush", None)
            if hand_on is not None:
                hand_on()

    def _make(self, leaf: Leaf) -> QWidget:
        # Leaves few people open need not be imported before the first paint.
        match leaf:
            case Leaf.SCENE:
                from gui.chat.scene_panel import ScenePanel as Panel
            case Leaf.FACTS:
                from gui.chat.facts_panel import FactsPanel as Panel
            case Leaf.PROMPT:
                from gui.chat.prompt_panel import PromptPanel as Panel
            case Leaf.MOOD:
                from gui.chat.mood_panel import MoodPanel as Panel
            case Leaf.MODEL:
                from gui.chat.model_panel import ModelPanel as Panel
        return Panel(self._presenter, self._theme_source, self._icons)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.setContentsMargins(SPACE, SPACE, SPACE, _UNDER_TABS)
        group = QButtonGroup(self)
        for leaf in Leaf:
            button = self.buttons[leaf] = QPushButton(self._words(leaf))
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.clicked.connect(lambda _, leaf=leaf: self.show_leaf(leaf))
            group.addButton(button)
            row.addWidget(button, 1)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        line = QFrame()  # what is scrolled ends here, not at the buttons
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        inside.addLayout(row)
        inside.addWidget(line)
        inside.addWidget(self._areas, 1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(card)

    def _words(self, leaf: Leaf) -> str:
        return {Leaf.SCENE: self.tr("Scene"), Leaf.FACTS: self.tr("Facts"),
                Leaf.PROMPT: self.tr("Prompt"), Leaf.MOOD: self.tr("Mood"),
                Leaf.MODEL: self.tr("Model")}[leaf]


def _scrolled(panel: QWidget) -> QScrollArea:
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(CARD_PADDING, GAP, CARD_PADDING, CARD_PADDING)
    column.addWidget(panel)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area
