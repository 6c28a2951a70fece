"""All scenes of the library: the one door to their table. Every write is one transaction.

Belongs to the thread that opened its database. A conversation holds a copy of its scene, so that
nothing done here changes a talk that was begun.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from engine.chat.documents import Documents, StoredDocument
from engine.chat.scene import Scene
from engine.chat.stored_values import one_line
from engine.errors import EngineError
from engine.library.database import Database

StoredScene = StoredDocument[Scene]


@dataclass(frozen=True, slots=True)
class SceneRow:
    """What a list shows of a scene."""

    id: int
    title: str
    about: str
    mode: str
    cast: tuple[str, ...]
    shipped: bool
    changed_at: str


class _Glance(msgspec.Struct, frozen=True):
    """What of a document a list shows."""

    scenario: str = ""
    mode: str = ""
    cast: tuple[str, ...] = ()


class SceneStore:
    """Scenes by id. Unknown ids raise EngineError: another window may have deleted them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._documents = Documents(database, "scene", Scene, "scene")

    def rows(self, trashed: bool = False) -> list[SceneRow]:
        """What a list shows, by title. One that cannot be read is named all the same."""
        found = [_row(*row) for row in self._database.all(
            "SELECT id, name, document, shipped, changed_at FROM scene"
            f" WHERE trashed_at IS {'NOT ' if trashed else ''}NULL")]
        return sorted(found, key=lambda row: (row.title.casefold(), row.id))

    def add(self, scene: Scene, shipped: str = "") -> StoredScene:
        """A new scene. EngineError if it has no title."""
        scene = _titled(scene)
        return self.scene(self._documents.add(scene.title, scene, shipped))

    def scene(self, scene_id: int) -> StoredScene:
        """One scene, also of the trash."""
        return self._documents.get(scene_id)

    def save(self, scene_id: int, scene: Scene) -> StoredScene:
        """Puts an edited scene in its place."""
        scene = _titled(scene)
        with self._database.transaction(durable=True):
            self._documents.save(scene_id, scene.title, scene)
        return self.scene(scene_id)

    def copy(self, scene_id: int, title: str) -> StoredScene:
        """The same scene again under another title, the person's own."""
        return self.add(msgspec.structs.replace(self.scene(scene_id).value, title=title))

    def put_shipped(self, scenes: Mapping[str, Scene]) -> int:
        """Stores what came with the program and was never here; how many there were."""
        known = self._documents.shipped_keys()
        fresh = {key: scene for key, scene in scenes.items() if key not in known}
        with self._database.transaction(durable=True):
            for key, scene in fresh.items():
                self.add(scene, key)
        return len(fresh)

    def delete(self, scene_ids: Sequence[int]) -> None:
        """Moves scenes to the trash; `restore` undoes it."""
        self._documents.trash(scene_ids)

    def restore(self, scene_ids: Sequence[int]) -> None:
        """Takes scenes out of the trash."""
        self._documents.restore(scene_ids)

    def purge(self, scene_ids: Sequence[int]) -> None:
        """Deletes for good, but for what came with the program."""
        self._documents.purge(scene_ids)


def _row(number: int, title: str, document: str, shipped: str, changed_at: str) -> SceneRow:
    glance = _Glance()
    with suppress(msgspec.DecodeError, RecursionError):
        glance = msgspec.json.decode(document, type=_Glance)
    return SceneRow(number, title, glance.scenario, glance.mode, glance.cast, bool(shipped),
                    changed_at)


def _titled(scene: Scene) -> Scene:
    """The scene with a title that can be kept."""
    title = one_line(scene.title)
    if not title:
        raise EngineError("A scene needs a title.", "Give it one, then save it again.")
    return msgspec.structs.replace(scene, title=title)
