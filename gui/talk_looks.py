"""The looks of talks with characters: choosing, an imported card, the editor, one and two at once.

The cards and talks are put into the library of the throwaway home; no model writes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.talk import TurnOrder
from engine.library.database import Database
from gui.app import Program
from gui.shots import NARROW, Settle, Shot

_SIZE = (600, 520)
_EDITOR = (640, 500)
_SCALED = (600, 460)
_NAME = "Olive Penhallow"
_CARD = {"spec": "chara_card_v3", "spec_version": "3.1", "data": {
    "name": _NAME, "description": "Olive winds the town clock, and lends out its spare minutes.",
    "first_mes": "You are early. I can put that right."}}
_ASKED = "My kettle hums since Tuesday. Is that a bad sign?"
_SAYS = ("Depends on the tune. Put it on the left, and take that lid off. No, gently.",
         "If it hums a waltz, it is in love. If it hums a march, unplug it.",
         "It is scale, and the thermostat sulks. Ten minutes and a little vinegar.")


def talk_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a model installed, from the Chat page."""
    program.window.show_page("chat")
    yield from _chooser_looks(program, settle)
    yield from _editor_looks(program, settle)
    yield from _cast_looks(program, settle)


def _chooser_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    chat = program.chat
    chat.page.casting.choose()
    chooser = chat.page.casting.chooser
    assert chooser is not None
    settle(lambda: bool(chooser.list.table.rows))
    yield Shot("talk-choose", _SIZE, widget=chooser)
    chat.presenter.characters.take_cards([_card(program.paths.home / "Olive.json")])
    settle(lambda: any(row.name == _NAME for row in chooser.list.chosen))
    yield Shot("talk-imported", _SIZE, widget=chooser)
    yield Shot("talk-imported-scaled", _SCALED, scale=2, widget=chooser)
    chooser.search.setText("nobody of this name")
    yield Shot("talk-nobody", _SIZE, widget=chooser)
    chooser.reject()
    settle(lambda: chat.page.casting.chooser is None)


def _editor_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    casting = program.chat.page.casting
    row = program.chat.presenter.characters.rows[-1]
    casting.edit(row.id)
    settle(lambda: casting.editor is not None)
    editor = casting.editor
    assert editor is not None
    yield Shot("talk-editor", _EDITOR, widget=editor)
    yield Shot("talk-editor-end", _EDITOR, widget=editor, end=True)
    yield Shot("talk-editor-scaled", _EDITOR, scale=2, widget=editor)
    editor.reject()
    settle(lambda: casting.editor is None)


def _cast_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    presenter, characters = program.chat.presenter, program.chat.presenter.characters
    one = next(row.id for row in characters.rows if row.name.startswith("Wilma"))
    other = next(row.id for row in characters.rows if row.id != one)
    characters.begin([one])
    settle(lambda: presenter.cast.setup.cast != () and not program.desk.busy)
    yield Shot("talk-greeting")
    presenter.cast.add([other])
    presenter.cast.set_order(TurnOrder.HAND)
    settle(lambda: presenter.cast.several and not program.chat.queue.busy)
    with _store(program) as store:
        path = store.conversation(presenter.open.id).path
        last = store.add_message(presenter.open.id, Role.USER, _ASKED, path[-1].id)
        for place, text in enumerate(_SAYS):
            author = presenter.cast.setup.names[place % 2]
            last = store.add_message(presenter.open.id, Role.ASSISTANT, text, last.id, author)
    presenter.show(presenter.open.id)
    settle(lambda: len(presenter.open.shown) > len(_SAYS) and not program.desk.busy)
    yield Shot("talk-two")
    yield Shot("talk-two-narrow", NARROW)
    yield Shot("talk-two-scaled", (960, 540), scale=2)


def _card(file: Path) -> Path:
    """A card of a version that is newer than what is known."""
    file.write_text(json.dumps(_CARD), "utf-8")
    return file


@contextmanager
def _store(program: Program) -> Iterator[ConversationStore]:
    database = Database.open(program.paths.library_file, program.paths.backups)
    try:
        with database.transaction():
            yield ConversationStore(database)
    finally:
        database.close()
