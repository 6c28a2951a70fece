"""The looks of how a talk is written and where it parted: prompt, format, tree, search within it.

They stand on the talk of two characters that was opened before. No model writes: what one would be
asked is told as a queue would tell it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.prompt_budget import PromptBudget
from engine.chat.prompts.writing import PromptPart
from engine.library.database import Database
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot

_TREE, _EDITOR, _SMALL = (640, 520), (900, 520), (640, 460)
_OTHERS = ("Then I would rather have the march. Waltzes keep me up.",
           "Leave it be. Some kettles only want company.")
_SHOWN = """###C###
Wilma's kettle came with the house.
About: Wilma mends kettles, clocks and, when nobody looks, people.
Scene: A kitchen at six in the morning. The kettle hums by itself.
###I###
Wilma {female, 71, tinker}
Mode: chat
###P###
Friend {}: My kettle hums since Tuesday. Is that a bad sign?
Wilma {}: Depends on the tune. Put it on the left, and take that lid off. No, gently.
Friend {}: It is a waltz, I think.
Wilma {}:"""
_PARTS = (PromptPart("frame", "The format's own words", "", 34),
          PromptPart("persona", "Wilma", "", 212), PromptPart("scene", "Scene", "", 66),
          PromptPart("facts", "Fact", "", 48), PromptPart("lore", "The hum", "", 120),
          PromptPart("lore", "Old kettles", "", 410, kept=False),
          PromptPart("turns", "Earlier turns", "", 640, kept=False),
          PromptPart("turns", "Turns", "", 905))
_BUDGET = PromptBudget(2048, 1385, 512, 2435, dropped=14)


def prompt_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """From the Chat page, with a talk open."""
    _part(program, settle)
    yield from _tree_looks(program, settle)
    yield from _find_looks(program)
    yield from _panel_looks(program, settle)
    yield from _editor_looks(program, settle)
    program.chat.page.show_drawer(False)


def _tree_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    page = program.chat.page
    page.tree.open()
    dialog = page.tree.dialog
    assert dialog is not None
    yield Shot("talk-tree", _TREE, widget=dialog)
    yield Shot("talk-tree-scaled", _SMALL, scale=2, widget=dialog)
    dialog.reject()
    settle(lambda: page.tree.dialog is None)


def _find_looks(program: Program) -> Iterator[Shot]:
    bar = program.chat.page.find_bar
    bar.open()
    bar.field.setText("hum")
    bar.search()
    yield Shot("talk-find")
    yield Shot("talk-find-narrow", NARROW)
    bar.leave()


def _panel_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    presenter = program.chat.presenter
    program.chat.page.show_drawer(True)
    panel = _panel(program)
    settle(lambda: bool(panel.prompt.offers) and not program.desk.busy)
    panel.prompt.choose("movie")
    settle(lambda: panel.prompt.name == "movie" and not program.chat.queue.busy)
    presenter.meter.show_prompt(_BUDGET, _SHOWN, _PARTS)
    yield Shot("talk-prompt")
    yield Shot("talk-prompt-end", end=True)
    yield Shot("talk-prompt-narrow", NARROW)
    yield Shot("talk-prompt-scaled", SCALED, scale=2)


def _editor_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    panel = _panel(program)
    panel.prompt.open("movie")
    settle(lambda: panel.editor is not None)
    editor = panel.editor
    assert editor is not None
    settle(lambda: not program.chat.queue.busy)
    panel.prompt.previewed.emit(program.chat.presenter.meter.view)
    yield Shot("talk-format", _EDITOR, widget=editor)
    yield Shot("talk-format-scaled", _EDITOR, scale=2, widget=editor)
    editor.text.setPlainText(editor.text.toPlainText().replace("{scenario}", "{szene}"))
    editor.check()
    yield Shot("talk-format-wrong", _EDITOR, widget=editor)
    editor.reject()
    settle(lambda: panel.editor is None)


def _panel(program: Program) -> Any:
    """The leaf of the prompt, laid on top. A page's own parts are known to its room alone."""
    drawer = program.chat.page.drawer
    return drawer.show_leaf(next(leaf for leaf in drawer.buttons if leaf == "prompt"))


def _part(program: Program, settle: Settle) -> None:
    """Puts other ways to go on into the open talk."""
    presenter = program.chat.presenter
    path = presenter.open.stored.path
    with _store(program) as store:
        for number, text in enumerate(_OTHERS):
            beside = path[2 + number]
            other = store.add_message(presenter.open.id, beside.role, text, beside.parent,
                                      beside.author)
            asked = store.add_message(presenter.open.id, Role.USER, "Go on.", other.id)
            store.add_message(presenter.open.id, Role.ASSISTANT, "Hm. And then?", asked.id,
                              path[2].author)
            store.add_message(presenter.open.id, Role.ASSISTANT, "Some other time.", asked.id,
                              path[2].author)
        store.choose(path[-1].id)
    presenter.show(presenter.open.id)
    settle(lambda: len(presenter.open.stored.messages) > len(path) and not program.desk.busy)


@contextmanager
def _store(program: Program) -> Iterator[ConversationStore]:
    database = Database.open(program.paths.library_file, program.paths.backups)
    try:
        with database.transaction():
            yield ConversationStore(database)
    finally:
        database.close()
