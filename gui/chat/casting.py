"""Opens the windows in which characters and scenes are chosen and edited, one of each kind at a
time."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from engine.chat.persona import Persona
from engine.chat.scene import Scene
from gui.chat.characters import Portrait
from gui.chat.presenter import ChatPresenter
from gui.chat.scenes import Scenes, SceneSheet
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.chat.persona_editor import PersonaEditor
    from gui.chat.scene_editor import SceneEditor, SceneWritten
    from gui.chat.talk_chooser import TalkChooser


class Casting(QObject):
    """`page` is what the windows stand before; `closed` says that one was left."""

    closed = Signal()

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource,
                 page: QWidget) -> None:
        super().__init__(page)
        self._presenter = presenter
        self._characters = presenter.characters
        self._theme_source = theme_source
        self._page = page
        self.chooser: TalkChooser | None = None
        self.editor: PersonaEditor | None = None
        self.scene_editor: SceneEditor | None = None
        self.scenes = Scenes(presenter.reading, presenter.characters, self)
        self.scenes.failed.connect(presenter.problem_raised)
        self.scenes.opened.connect(self._open_scene)
        self._characters.opened.connect(self._open_editor)

    def choose(self, scene_id: int = 0) -> None:
        """Lets the person begin a talk with characters, in a scene where one is given."""
        self._open_chooser(None)
        if scene_id and self.chooser is not None:
            self.chooser.scenes.choose(scene_id)

    def add(self) -> None:
        """Lets the person put others into the open talk."""
        self._open_chooser([member.persona_id for member in self._presenter.cast.setup.cast])

    def edit(self, persona_id: int) -> None:
        """Lets the person edit a character, 0 a new one."""
        if persona_id:
            self._characters.open(persona_id)
        else:
            self._open_editor(Portrait(0, Persona("")))

    def edit_scene(self, scene_id: int) -> None:
        """Lets the person edit a scene of the library, 0 a new one."""
        if scene_id:
            self.scenes.open(scene_id)
        else:
            self._open_scene(SceneSheet(0, Scene("")))

    def take_cards(self, files: Sequence[Path]) -> None:
        """Imports cards that were let go over the page, and offers a talk with who is in them."""
        self.choose()
        self._characters.take_cards(files)

    def _open_chooser(self, adding: Sequence[int] | None) -> None:
        # Windows few people open: they need not wait for the first paint.
        from gui.chat.talk_chooser import TalkChooser

        if self.chooser is not None:
            return
        chooser = self.chooser = TalkChooser(
            self._characters, self.scenes, self._theme_source, adding, self._page)
        chooser.added.connect(self._presenter.cast.add)
        chooser.edit_wanted.connect(self.edit)
        chooser.scene_wanted.connect(self.edit_scene)
        chooser.finished.connect(self._forget_chooser)
        chooser.setWindowModality(Qt.WindowModality.WindowModal)
        chooser.open()

    def _open_editor(self, portrait: Portrait) -> None:
        from gui.chat.persona_editor import PersonaEditor

        if self.editor is not None:
            return
        editor = self.editor = PersonaEditor(self._characters, portrait, self._theme_source,
                                             self.chooser or self._page)
        editor.finished.connect(self._forget_editor)
        editor.setWindowModality(Qt.WindowModality.WindowModal)
        editor.open()

    def _open_scene(self, sheet: SceneSheet) -> None:
        from gui.chat.scene_editor import SceneEditor

        if self.scene_editor is not None:
            return
        editor = self.scene_editor = SceneEditor(sheet.scene, self._characters.rows,
                                                 parent=self.chooser or self._page)

        def store(written: "SceneWritten") -> None:
            self.scenes.save(SceneSheet(sheet.id, written.scene))

        editor.kept.connect(store)
        self.scenes.saved.connect(editor.leave_saved)
        self.scenes.failed.connect(editor.stay)
        editor.finished.connect(self._forget_editor)
        editor.setWindowModality(Qt.WindowModality.WindowModal)
        editor.open()

    def _forget_editor(self) -> None:
        self.editor = self.scene_editor = None
        if self.chooser is None:
            self.closed.emit()

    def _forget_chooser(self) -> None:
        self.chooser = None
        self.closed.emit()
