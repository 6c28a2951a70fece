"""A scene out of a song: made, shown to be approved, and then talked in.

The scene is the person's once they approve of it; the song's words go along as a lorebook of the
talk that is begun with it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import EngineError
from gui.chat.casting import Casting
from gui.chat.presenter import ChatPresenter
from gui.chat.scenes import SceneSheet
from gui.chat.services import ChatServices
from gui.mood_source import MoodSource

if TYPE_CHECKING:
    from engine.chat.lorebook import Lorebook
    from engine.chat.memory.sentence_vectors import SentenceEncoder
    from engine.interplay.song_scene import SongScene
    from gui.chat.scene_editor import SceneEditor, SceneWritten


class SongScenes(QObject):
    """`begun` says that a scene was approved and a talk in it can be begun. `encoder` is opened on
    the chat queue."""

    begun = Signal()

    def __init__(self, presenter: ChatPresenter, casting: Casting, moods: MoodSource,
                 encoder: "Callable[[], SentenceEncoder]") -> None:
        super().__init__(casting)
        self._presenter = presenter
        self._casting = casting
        self._moods = moods
        self._encoder = encoder
        self.editor: SceneEditor | None = None

    def make(self, song_id: int, before: QWidget) -> None:
        """Makes the scene of a song, and shows it before that page."""
        if self.editor is None:
            self._presenter.writing.ask(
                lambda services: self._made(services, song_id),
                lambda made: self._show(cast("SongScene", made), before),
                self._presenter.problem_raised.emit)

    def _made(self, services: ChatServices, song_id: int) -> "SongScene":
        """On the chat queue's thread."""
        from engine.interplay.song_scene import SceneMaker
        from engine.tagging.lyric_store import LyricStore

        song = LyricStore(services.company.database).shown_song(
            song_id, self._moods.settings())
        if song is None:
            raise EngineError("This song is no longer in the library.", "Tag it again first.")
        return SceneMaker(self._moods.vocabulary, self._encoder()).scene_from(song)

    def _show(self, made: "SongScene", before: QWidget) -> None:
        from gui.chat.scene_editor import SceneEditor

        if self.editor is not None:
            return
        scenes = self._casting.scenes
        editor = self.editor = SceneEditor(made.scene, self._presenter.characters.rows,
                                           parent=before)
        editor.setWindowTitle(self.tr("A scene from this song"))
        editor.save.setText(self.tr("Begin a talk…"))
        editor.source.setText(self._told(made))

        def keep(written: "SceneWritten") -> None:
            scenes.save(SceneSheet(0, written.scene))

        def begin(scene_id: int) -> None:
            if editor.saving:
                editor.leave_saved()
                self._begin(scene_id, made.lorebook)

        editor.kept.connect(keep)
        scenes.saved.connect(begin)
        scenes.failed.connect(editor.stay)
        editor.finished.connect(lambda: scenes.saved.disconnect(begin))
        editor.finished.connect(self._forget)
        editor.setWindowModality(Qt.WindowModality.WindowModal)
        editor.open()

    def _told(self, made: "SongScene") -> str:
        names = ", ".join(entry.name for entry in made.lorebook.entries)
        if not names:
            return made.scene.source
        return self.tr("{source} In the talk its lines are called by these words: {names}."
                       ).format(source=made.scene.source, names=names)

    def _begin(self, scene_id: int, lorebook: "Lorebook") -> None:
        if lorebook.entries:
            self._presenter.characters.lorebooks[scene_id] = lorebook
        self.begun.emit()
        self._casting.choose(scene_id)

    def _forget(self) -> None:
        self.editor = None
