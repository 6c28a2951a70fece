"""The scene of the open talk: which it is, what happens, and what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.chat.scene import Scene
from gui.chat.characters import SceneOffer
from gui.controls import Words
from gui.flow import FlowLayout
from gui.link_button import link_button
from gui.menu_button import MenuButton
from gui.text_line import text_line
from gui.theme import SPACE

_LINES = 6


class SceneSection(QWidget):
    """`chosen` carries a scene's id, `edit_wanted` nothing: it asks for the editor, with the
    talk's own scene or an empty one. `written` carries another scenario."""

    chosen = Signal(int)
    edit_wanted = Signal()
    left = Signal()
    written = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.about = text_line("heading"), text_line("meta")
        self.scenario = Words(self.tr("Where they are, and what happens"), self.written.emit)
        self.scenario.setFixedHeight(
            _LINES * self.scenario.fontMetrics().lineSpacing() + 2 * SPACE)
        self.scenario.setAccessibleName(self.tr("Scenario"))
        self.choose = MenuButton(self.tr("Set a scene"))
        self.edit = _link(self.tr("Edit…"), self.edit_wanted.emit)
        self.edit.setToolTip(self.tr("Also its facts, keywords and cast"))
        self.leave = _link(self.tr("Take it away"), self.left.emit)
        tools = FlowLayout(SPACE // 2)
        for button in (self.choose, self.edit, self.leave):
            tools.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addWidget(self.scenario)
        column.addLayout(tools)

    def show_scene(self, scene: Scene | None) -> None:
        """Shows a scene, None for none."""
        self.title.setText((scene and scene.title) or (
            self.tr("A scene of this talk alone") if scene else self.tr("No scene is set")))
        about = " · ".join(filter(None, (scene.mode, scene.mood))) if scene else self.tr(
            "Choose one, or write what happens.")
        self.about.setText(about)
        self.about.setVisible(bool(about))
        self.scenario.show_value(scene.scenario if scene else "")
        self.choose.setText(self.tr("Another") if scene else self.tr("Set a scene"))
        self.edit.setVisible(scene is not None)
        self.leave.setVisible(scene is not None)

    def offer(self, offers: Sequence[SceneOffer]) -> None:
        """What the library has to choose from."""
        menu = self.choose.menu_of
        menu.clear()
        for offer in offers:
            action = menu.addAction(offer.title.replace("&", "&&"))
            action.triggered.connect(lambda _=False, one=offer.id: self.chosen.emit(one))
        if offers:
            menu.addSeparator()
        menu.addAction(self.tr("A new one…"), self.edit_wanted.emit)


def _link(words: str, act: object) -> QPushButton:
    button = link_button(words)
    button.clicked.connect(act)
    return button
