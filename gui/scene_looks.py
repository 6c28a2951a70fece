"""The looks of scenes: written in their editor, set and changed beside a talk, roles taken."""

from collections.abc import Iterator

from PySide6.QtWidgets import QPushButton

from engine.chat.lorebook import Lorebook, LoreEntry
from gui.app import Program
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
    panel = page.drawer.show_leaf(next(leaf for leaf in page.drawer.buttons if leaf == "scene"))
    yield Shot("scene-panel-none")
    characters = presenter.characters
    settle(lambda: characters.known)
    scene = characters.scenes[0]
    cast = [row.id for row in characters.rows if row.name in scene.cast]
    characters.begin(cast)
    settle(lambda: presenter.cast.several and not program.desk.busy)
    yield Shot("scene-panel-empty")
    book = Lorebook((LoreEntry(("lock",), "It leaks."), LoreEntry(("swan",), "It bites.")),
                    name="The canal")
    change = presenter.cast.change
    change(lambda company, one: company.casts.set_scene(one, company.scenes.scene(scene.id).value))
    change(lambda company, one: company.casts.set_person(one, "Kim"))
    change(lambda company, one: company.casts.set_lorebook(one, book))
    settle(lambda: presenter.cast.setup.lorebook is not None and not chat.queue.busy)
    yield Shot("scene-panel")
    yield Shot("scene-panel-end", end=True)
    page.cast_bar.speak_as.open()
    yield Shot("speak-as-menu", (240, 160), widget=page.cast_bar.speak_as.menu_of)
    page.cast_bar.speak_as.menu_of.close()
    yield Shot("scene-panel-narrow", NARROW)
    yield Shot("scene-panel-scaled", SCALED, scale=2)
    presenter.speaking.speak_as(presenter.cast.setup.cast[1].persona_id)
    presenter.speaking.take(True)
    settle(lambda: presenter.speaking.taken and not chat.queue.busy)
    for button in panel.findChildren(QPushButton):
        if button.text() == "Take it away":
            button.click()
    settle(lambda: presenter.cast.setup.scene is None and not chat.queue.busy)
    yield Shot("scene-panel-undo")
    yield Shot("scene-panel-undo-narrow", NARROW)
    page.show_drawer(False)
