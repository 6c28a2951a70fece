"""The looks of moods in talks: the leaf of moods, a line rewritten, a scene out of a song.

What is said is put into the library of the throwaway home and heard by the tagger that ships; what
takes a model's weights is told as a queue would tell it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.tool_use import ToolStep
from engine.interplay.rewriting import Candidate, CandidateWritten, LineRewritten, Rewritten
from engine.library.database import Database
from engine.tagging.song import SongState
from gui.app import Program
from gui.rewrite_dialog import REWRITE_SIZE
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
_EDITOR = (640, 500)
_LISTENS_AFTER = 0.5
_LINE = "I keep a lamp in the window all night"
_WAYS = (
    Candidate("I keep a lonely lamp in the window all night", 1.42, 0.86, 1.22, better=True),
    Candidate("The lamp in the window burns all night for nobody", 1.31, 0.74, 0.97, better=True),
    Candidate("I keep a lamp in the window and I wait", 0.38, 0.81, 0.31, better=True),
    Candidate("All night I cry", 1.95, 0.31, 0.60, better=False),
)
_STEPS = (
    ToolStep("search_library", "rain", "They ask for songs.", "1 song was found.",
             ("In the library is the song “Rain on the Tin Roof”.",)),
    ToolStep("tag_song", "“Rain on the Tin Roof”", "They ask how it feels.",
             "The song was looked at.", ("Its moods are calm 64%, sadness 52%.",)),
)


def mood_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a tagger and tagged songs, from the Chat page; none without."""
    if not program.tag.table.in_state(SongState.TAGGED):
        return
    presenter, page = program.chat.presenter, program.chat.page
    program.window.show_page("chat")
    page.show_drawer(True)
    presenter.new()
    _show_leaf(program, "mood")
    yield Shot("mood-nothing")
    one = _write_talk(program)
    presenter.conversations.refresh()
    presenter.show(one)
    _listen(settle, program)
    yield Shot("mood-talk")
    yield Shot("mood-talk-end", end=True)
    yield Shot("mood-talk-narrow", NARROW)
    yield Shot("mood-talk-scaled", SCALED, scale=2)
    _show_leaf(program, "model")
    yield Shot("tools-switch", end=True)
    page.show_drawer(False)
    yield from _tool_looks(program, settle)
    yield from _rewrite_looks(program, settle)
    presenter.new()
    yield from _song_looks(program, settle)


def _show_leaf(program: Program, name: str) -> None:
    """Lays a leaf on top. A page's own parts are known to its room alone."""
    drawer = program.chat.page.drawer
    drawer.show_leaf(next(leaf for leaf in drawer.buttons if leaf == name))


def _listen(settle: Settle, program: Program) -> None:
    """It listens a moment after the talk is open, beside the screen."""
    presenter = program.chat.presenter
    settle(lambda: bool(presenter.open.shown) and not program.desk.busy)
    began = time.monotonic() + _LISTENS_AFTER
    settle(lambda: time.monotonic() > began and not program.desk.busy)


def _tool_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """What tools did, beneath the message they did it for."""
    presenter = program.chat.presenter
    with _store(program) as store:
        one = store.create("Songs for a wet day").id
        asked = store.add_message(one, Role.USER, "Have I any songs about rain? How do they feel?")
        store.keep_steps(asked.id, _STEPS)
        store.add_message(one, Role.ASSISTANT, "You have one, “Rain on the Tin Roof”, and it is a "
                          "calm song with a little sadness in it.", asked.id)
    presenter.show(one)
    settle(lambda: presenter.open.id == one and not program.desk.busy)
    yield Shot("tools-used")


def _rewrite_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    rewrites = program.chat.rewrites
    assert rewrites is not None
    rewrites.rewrite(_LINE, program.chat.page)
    dialog = rewrites.dialog
    assert dialog is not None
    dialog.mood.show_value("sadness")
    yield Shot("rewrite-first", REWRITE_SIZE, widget=dialog)
    dialog.start()
    settle(lambda: not dialog.rewriting.busy)
    for number in range(len(_WAYS)):
        dialog.rewriting.told.emit(CandidateWritten(0, 1, number + 1, 6, _WAYS[:number + 1]))
    yield Shot("rewrite-busy", REWRITE_SIZE, widget=dialog)
    dialog.rewriting.told.emit(LineRewritten(0, _LINE, _WAYS[0].text, _WAYS))
    dialog.rewriting.told.emit(Rewritten(_LINE, _WAYS[0].text, "sadness", 1.42, 0.86))
    yield Shot("rewrite", REWRITE_SIZE, widget=dialog)
    yield Shot("rewrite-scaled", REWRITE_SIZE, scale=2, widget=dialog)
    dialog.reject()
    settle(lambda: rewrites.dialog is None)


def _song_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """A scene out of the song with the most moods."""
    scenes, tag = program.chat.song_scenes, program.tag
    assert scenes is not None
    program.window.show_page("tag")
    rows = [row for row in tag.table.in_state(SongState.TAGGED) if row.song_id is not None]
    if rows:
        richest = max(rows, key=lambda row: len(row.tags))
        scenes.make(richest.song_id or 0, program.tag_page)
        settle(lambda: scenes.editor is not None)
        editor = scenes.editor
        assert editor is not None
        yield Shot("song-scene", _EDITOR, widget=editor)
        yield Shot("song-scene-end", _EDITOR, widget=editor, end=True)
        editor.reject()
        settle(lambda: scenes.editor is None)


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
