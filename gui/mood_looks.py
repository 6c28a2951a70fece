"""The looks of moods in talks: the leaf of moods, a line rewritten, a scene out of a song.

What is said is put into the library of the throwaway home and heard by the tagger that ships.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.library.database import Database
from gui.app import Program
from gui.chat.drawer import Leaf
from gui.chat.mood_panel import MoodPanel
from gui.shots import NARROW, SCALED, Settle, Shot

_TALK = (
    "I found the letters she wrote me, all of them, still in the tin.",
    "Oh, love. And you sat down and read them, did you?",
    "Every one. I cried till the lamp went out. I miss her so much it hurts.",
    "Then you loved her well. It is meant to hurt, and it is not meant to stop at once.",
    "You don't understand! I never told her. I was a coward and a fool, I could break things!",
    "Break the blue plate, then, I never liked it. Shout at the sea. It has heard worse.",
    "Ha. You always make me laugh, even now.",
    "Good. Put the kettle on, the sun is coming up, and we will dance like we did at the fair.",
    "The light is lovely on the water. It is so quiet and warm here with you.",
    "Stay as long as you like. There is nothing to be done today but sit still and be happy.",
)


def mood_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a tagger and tagged songs, from the Chat page."""
    presenter, page = program.chat.presenter, program.chat.page
    program.window.show_page("chat")
    page.show_drawer(True)
    presenter.new()
    panel = page.drawer.show_leaf(Leaf.MOOD)
    assert isinstance(panel, MoodPanel)
    yield Shot("mood-nothing")
    one = _write_talk(program)
    presenter.conversations.refresh()
    presenter.show(one)
    settle(lambda: panel.moods.heard is not None and panel.moods.progress is None
           and not program.desk.busy)
    yield Shot("mood-talk")
    yield Shot("mood-talk-end", end=True)
    yield Shot("mood-talk-narrow", NARROW)
    yield Shot("mood-talk-scaled", SCALED, scale=2)
    page.drawer.show_leaf(Leaf.MODEL)
    yield Shot("tools-switch", end=True)
    page.show_drawer(False)
    presenter.new()


def _write_talk(program: Program) -> int:
    with _store(program) as store:
        one, parent = store.create("The letters in the tin").id, None
        for place, text in enumerate(_TALK):
            role = Role.ASSISTANT if place % 2 else Role.USER
            author = "Wilma" if place % 2 else ""
            parent = store.add_message(one, role, text, parent, author).id
    return one


@contextmanager
def _store(program: Program) -> Iterator[ConversationStore]:
    database = Database.open(program.paths.library_file, program.paths.backups)
    try:
        with database.transaction():
            yield ConversationStore(database)
    finally:
        database.close()
