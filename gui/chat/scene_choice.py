"""Chooses the scene a talk is begun with; what can be done with scenes is a menu beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.chat.characters import SceneOffer
from gui.chat.scenes import Scenes
from gui.controls import Choice
from gui.menu_button import MenuButton
from gui.text_line import plain_tip
from gui.theme import SPACE

NONE = "0"


class SceneChoice(QWidget):
    """`chosen` carries a SceneOffer the person picked, None for no scene; `edit_wanted` a scene's
    id, 0 for a new one."""

    chosen = Signal(object)
    edit_wanted = Signal(int)

    def __init__(self, scenes: Scenes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scenes = scenes
        self._offers: tuple[SceneOffer, ...] = ()
        self._wanted = 0
        self.choice = Choice([(NONE, self.tr("No scene"))], lambda _: self._tell())
        self.choice.setAccessibleName(self.tr("Scene"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.more = MenuButton(self.tr("Scenes"))
        self.more.setAccessibleName(self.tr("What can be done with scenes"))
        self.menu = self.more.menu_of
        self.menu.addAction(self.tr("New scene…"), lambda: self.edit_wanted.emit(0))
        self._of_one = [
            self.menu.addAction(self.tr("Edit…"), lambda: self.edit_wanted.emit(self.scene_id)),
            self.menu.addAction(self.tr("Duplicate"), self._duplicate),
            self.menu.addAction(self.tr("Delete"), lambda: scenes.delete(self.scene_id))]
        self.menu.aboutToShow.connect(self._refresh)
        self.setFocusProxy(self.choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.choice, 1)
        row.addWidget(self.more)
        scenes.saved.connect(self.choose)
        self._refresh()

    @property
    def scene_id(self) -> int:
        """The scene that is chosen, 0 for none."""
        return int(self.choice.currentData() or 0)

    def offer(self, offers: Sequence[SceneOffer]) -> None:
        """What there is to choose from."""
        self._offers = tuple(offers)
        self.choice.offer([(NONE, self.tr("No scene")), *(
            (str(one.id), one.title) for one in offers)])
        self.choose(self._wanted)

    def choose(self, scene_id: int) -> None:
        """Chooses a scene, as soon as it is among those to choose from."""
        self._wanted = scene_id
        if scene_id and self.choice.findData(str(scene_id)) >= 0:
            self._wanted = 0
            self.choice.show_value(str(scene_id))
            self._tell()

    def _tell(self) -> None:
        offer = self._offered()
        about = offer.about if offer else ""
        self.choice.setToolTip(plain_tip(about))
        self.choice.setAccessibleDescription(about)
        self.chosen.emit(offer)

    def _offered(self) -> SceneOffer | None:
        return next((one for one in self._offers if one.id == self.scene_id), None)

    def _duplicate(self) -> None:
        offer = self._offered()
        if offer is not None:
            self._scenes.duplicate(offer.id, self.tr("{title} (copy)").format(title=offer.title))

    def _refresh(self) -> None:
        for action in self._of_one:
            action.setEnabled(self.scene_id > 0)
