"""The looks of scenes: written in their editor, set and changed beside a talk, roles taken."""

from collections.abc import Iterator

from engine.chat.lorebook import Lorebook, LoreEntry
from gui.app import Program
from gui.chat.drawer import Leaf
from gui.chat.scene_panel import ScenePanel
from gui.shots import NARROW, SCALED, Settle, Shot

_CHOOSER = (600, 520)
_EDITOR = (640, 500)


def scene_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a model installed, from the Chat page."""
    program.window.show_page("chat")
    yield from _editor_looks(program, settle)
    yield from _panel_looks(program, settle)


def _editor_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    casting = program.chat.page.casting
    casting.choose()
    chooser = casting.chooser
    assert chooser is not None
    settle(lambda: chooser.scene.count() > 1)
    chooser.scenes.choose(program.chat.presenter.characters.scenes[0].id)
    yield Shot("scene-choose", _CHOOSER, widget=chooser)
    casting.edit_scene(chooser.scenes.scene_id)
    settle(lambda: casting.scene_editor is not None)
    editor = casting.scene_editor
    assert editor is not None
    yield Shot("scene-editor", _EDITOR, widget=editor)
    yield Shot("scene-editor-end", _EDITOR, widget=editor, end=True)
    yield Shot("scene-editor-scaled", _EDITOR, scale=2, widget=editor)
    editor.reject()
    chooser.reject()
    settle(lambda: casting.chooser is None)


def _panel_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    chat = program.chat
    presenter, page = chat.presenter, chat.page
    presenter.new()
    page.show_drawer(True)
    panel = page.drawer.show_leaf(Leaf.SCENE)
    assert isinstance(panel, ScenePanel)
    yield Shot("scene-panel-none")
    characters = presenter.characters
    settle(lambda: characters.known)
    scene = characters.scenes[0]
    cast = [row.id for row in characters.rows if row.name in scene.cast]
    characters.begin(cast)
    settle(lambda: presenter.cast.several and not program.desk.busy)
    yield Shot("scene-panel-empty")
    panel.talk.choose(scene.id)
    settle(lambda: presenter.cast.setup.scene is not None and not chat.queue.busy)
    panel.talk.set_person("Kim")
    book = Lorebook((LoreEntry(("lock",), "It leaks."), LoreEntry(("swan",), "It bites.")),
                    name="The canal")
    presenter.cast.change(lambda company, one: company.casts.set_lorebook(one, book))
    settle(lambda: presenter.cast.setup.lorebook is not None and not chat.queue.busy)
    yield Shot("scene-panel")
    yield Shot("scene-panel-end", end=True)
    yield Shot("scene-panel-narrow", NARROW)
    yield Shot("scene-panel-scaled", SCALED, scale=2)
    panel.talk.take_away()
    settle(lambda: not chat.queue.busy)
    yield Shot("scene-panel-undo")
    page.show_drawer(False)
