"""The scenes of the library: read to be edited, stored, doubled, deleted and brought back.

Knows no widgets. Their list is `Characters.scenes`, which is read anew after each change; a talk
holds a copy of its scene, so that nothing done here changes one that was begun.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from gui.chat.characters import Characters
from gui.chat.services import ChatAsking, ChatServices

if TYPE_CHECKING:
    from engine.chat.scene import Scene
    from engine.chat.scene_store import SceneStore


@dataclass(frozen=True, slots=True)
class SceneSheet:
    """A whole scene to edit. `id` 0 is one that is not stored yet."""

    id: int
    scene: "Scene"


class Scenes(QObject):
    """`opened` carries a SceneSheet that was asked for, `saved` a scene's id. `removed` is the
    title of the one deleted last, which `undo` brings back."""

    changed = Signal()
    opened = Signal(object)
    saved = Signal(int)
    failed = Signal(object)

    def __init__(self, asking: ChatAsking, characters: Characters,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._characters = characters
        self._bin: list[int] = []
        self.removed = ""

    def open(self, scene_id: int) -> None:
        """Has one read as a whole, for `opened`."""
        self._ask(lambda store: SceneSheet(scene_id, store.scene(scene_id).value),
                  self.opened.emit)

    def save(self, sheet: SceneSheet) -> None:
        """Stores one that was edited, or a new one."""
        def write(store: "SceneStore") -> int:
            if sheet.id:
                return store.save(sheet.id, sheet.scene).id
            return store.add(sheet.scene).id

        self._ask(write, self._take_saved)

    def duplicate(self, scene_id: int, title: str) -> None:
        """The same once more under another title, the person's own."""
        self._ask(lambda store: store.copy(scene_id, title).id, self._take_saved)

    def delete(self, scene_id: int) -> None:
        """Puts one into the bin, from where `undo` brings it back."""
        title = next((s.title for s in self._characters.scenes if s.id == scene_id), "")
        if title:
            self._bin.append(scene_id)
            self.removed = title
            self._ask(lambda store: store.delete([scene_id]), lambda _: self._reload())

    def undo(self) -> None:
        """Brings back the one deleted last."""
        if self._bin:
            scene_id = self._bin.pop()
            self.removed = ""
            self._ask(lambda store: store.restore([scene_id]), lambda _: self._reload())

    def forget_removed(self) -> None:
        """Tells no more of what was deleted."""
        if self.removed:
            self.removed = ""
            self.changed.emit()

    def _ask(self, question: Callable[["SceneStore"], object],
             then: Callable[[object], object]) -> None:
        def asked(services: ChatServices) -> object:
            return question(services.company.scenes)

        self._asking.ask(asked, then, self.failed.emit)

    def _reload(self) -> None:
        self._characters.load()
        self.changed.emit()

    def _take_saved(self, number: object) -> None:
        self._reload()
        self.saved.emit(cast("int", number))
