"""The looks of the Chat page: no model, nothing said, a talk, writing, failed, very long.

What was said is put into the library of the throwaway home; what takes a model's weights is told
as a queue would tell it. The page then shows it as it shows the real thing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.prompt_budget import PromptBudget
from engine.chat.replies import ReplyFigures, ReplyStarted, ReplyText
from engine.library.database import Database
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot

MANY = 2000
_BUDGET = PromptBudget(8192, 412, 512, 412)
_TIGHT = PromptBudget(8192, 7610, 512, 41_300, dropped=1640)
_QUESTION = "What does the bridge of a song do? I never know where to put it."
_ANSWER = """The bridge is the part that comes once and goes somewhere new. After two verses and \
two choruses the ear knows what is next; the bridge breaks that promise.

1. **Where**: after the second chorus, most of the time.
2. **What**: other chords, often a step away from home, and *shorter lines*.
3. **Why**: so that the last chorus sounds like coming back.

A plain shape to try:

```
verse  chorus  verse  chorus
bridge
chorus chorus
```

If the words of your second verse already surprise, leave it out."""
_OTHER = "It is the part of a song that comes once, before the last chorus."
_TITLES = ("Where to put the bridge", "A verse about the night train", "Translate the liner notes",
           "Words for rain that are not rain", "Shorter, please", "Rhymes for “orange”")


@dataclass(frozen=True, slots=True)
class _Told:
    """A model as it tells of itself once it is open."""

    id: str
    name: str
    device: str = "Processor (CPU)"
    window: int = 8192


def first_chat_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """Before there is a model."""
    program.window.show_page("chat")
    settle(lambda: program.chat.models.known)
    yield Shot("chat-first")
    yield Shot("chat-first-narrow", NARROW)
    yield Shot("chat-first-scaled", SCALED, scale=2)


def chat_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a model installed: one that cannot be opened, then one that is open."""
    chat, page = program.chat, program.chat.page
    program.window.show_page("chat")
    settle(lambda: chat.models.problem is not None)
    yield Shot("chat-no-weights")
    current = chat.models.current
    chat.models.note_ready(_Told(current.id if current else "", current.name if current else ""))
    yield Shot("chat-empty")
    yield Shot("chat-empty-scaled", SCALED, scale=2)
    talk = _write_talks(program)
    chat.presenter.conversations.refresh()
    yield from _talk_looks(program, settle, talk)
    yield from _busy_looks(program, settle)
    yield from _failed_looks(program, settle, talk)
    yield from _full_looks(program, settle)
    page.show_drawer(False)
    chat.presenter.new()


def _talk_looks(program: Program, settle: Settle, talk: int) -> Iterator[Shot]:
    presenter, page = program.chat.presenter, program.chat.page
    _open(program, settle, talk)
    presenter.answering.figures = ReplyFigures(412, 163, 0.21, 1.17)
    presenter.meter.show(_BUDGET)
    yield Shot("chat-talk")
    page.transcript.setFocus()
    page.transcript.go_to_message(presenter.open.shown[1].id)
    yield Shot("chat-message")
    page.transcript.edit(presenter.open.shown[0].id)
    yield Shot("chat-editing")
    page.transcript.stop_editing()
    page.show_drawer(True)
    yield Shot("chat-drawer")
    yield Shot("chat-drawer-narrow", NARROW)
    yield Shot("chat-drawer-scaled", SCALED, scale=2)
    page.show_drawer(False)
    page.input.use("translate")
    yield Shot("chat-narrow", NARROW)
    yield Shot("chat-scaled", SCALED, scale=2)
    page.input.use("")
    presenter.conversations.search("chorus")
    settle(lambda: presenter.conversations.table.searching)
    yield Shot("chat-search")
    presenter.conversations.search("")


def _busy_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """A reply that is being written, as far as a picture of it takes."""
    presenter = program.chat.presenter
    with _store(program) as store:
        one = store.create("How a song ends").id
        asked = store.add_message(one, Role.USER, "And how does a song end?")
    _open(program, settle, one)
    done: list[bool] = []
    reply = ChatMessage(10**9, asked.id, Role.ASSISTANT, "", state=MessageState.STREAMING)

    def work() -> Iterator[object]:
        yield ReplyStarted(one, reply, _BUDGET)
        yield ReplyText(reply.id, _ANSWER[:260])
        while not done:
            time.sleep(0.01)
            yield None

    presenter.run.start(one, work)
    settle(lambda: bool(presenter.run.progress.text))
    yield Shot("chat-busy")
    done.append(True)
    settle(lambda: not presenter.run.busy)


def _failed_looks(program: Program, settle: Settle, talk: int) -> Iterator[Shot]:
    with _store(program) as store:
        one = store.create("A letter to the landlord").id
        asked = store.add_message(one, Role.USER, "Write a letter to my landlord about the cat.")
        said = store.add_message(one, Role.ASSISTANT, "", asked.id)
        store.write(said.id, "Dear landlord, the cat and I", MessageState.FAILED,
                    "The model gave no number where one was due. Try again, or choose another one.")
    _open(program, settle, one)
    yield Shot("chat-failed")
    _open(program, settle, talk)


def _full_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """A long conversation, of which the model no longer reads the beginning."""
    with _store(program) as store:
        one = store.create("All winter long").id
        parent: int | None = None
        for number in range(MANY):
            role = Role.ASSISTANT if number % 2 else Role.USER
            text = f"{number + 1}. {_OTHER}" if number % 2 else f"{number + 1}. {_QUESTION}"
            parent = store.add_message(one, role, text, parent).id
    _open(program, settle, one)
    program.chat.presenter.meter.show(_TIGHT)
    yield Shot("chat-many")
    yield Shot("chat-many-narrow", NARROW)


def _write_talks(program: Program) -> int:
    """Some conversations; the id of the one to look at."""
    one = 0
    with _store(program) as store:
        for title in reversed(_TITLES):
            one = store.create(title).id
            asked = store.add_message(one, Role.USER, _QUESTION)
            store.add_message(one, Role.ASSISTANT, _OTHER, asked.id)
            said = store.add_message(one, Role.ASSISTANT, _ANSWER, asked.id)
            thanks = store.add_message(one, Role.USER, "Thanks. And in one sentence?", said.id)
            last = store.add_message(one, Role.ASSISTANT, "", thanks.id)
            store.write(last.id, "It goes somewhere new", MessageState.STOPPED)
    return one


def _open(program: Program, settle: Settle, conversation_id: int) -> None:
    presenter = program.chat.presenter
    presenter.conversations.refresh()
    presenter.show(conversation_id)
    settle(lambda: presenter.open.id == conversation_id and not program.desk.busy)


@contextmanager
def _store(program: Program) -> Iterator[ConversationStore]:
    database = Database.open(program.paths.library_file, program.paths.backups)
    try:
        with database.transaction():
            yield ConversationStore(database)
    finally:
        database.close()
