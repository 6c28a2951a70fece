"""The looks of conversations in folders: the list, what a search finds, chats that come and go.

The conversations are put into the library of the throwaway home; the files are taken in for real.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine.chat.chat_files.writing import ChatForm
from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.library.database import Database
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot

_FOLDERS = {"Songs": ("Where the chorus comes in", "A verse about the night train"),
            "Letters to the landlord": ("The cat and I", "The boiler, again", "Rent in May"),
            "": ("Shorter, please", "Words for rain that are not rain")}
_SAID = "Put the old kettle on, the chorus can wait until it sings."
_GOOD = {"messages": [{"role": "user", "content": "What rhymes with orange?"},
                      {"role": "assistant", "content": "Door hinge, if you hurry."}]}


def file_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """From the Chat page, with a model installed."""
    chat, page = program.chat, program.chat.page
    program.window.show_page("chat")
    ids = _write(program)
    chat.presenter.conversations.refresh()
    settle(lambda: "Songs" in chat.presenter.conversations.table.folders)
    chat.presenter.show(ids[0])
    settle(lambda: chat.presenter.open.id == ids[0] and not program.desk.busy)
    yield Shot("folders")
    page.panel.list.setFocus()
    chat.presenter.conversations.table.fold("Songs", True)
    chat.presenter.conversations.move(ids[-1:], "Songs")
    settle(lambda: not program.desk.busy)
    yield Shot("folders-closed-narrow", NARROW)
    yield Shot("folders-scaled", SCALED, scale=2)
    yield from _search_looks(program, settle)
    yield from _exchange_looks(program, settle, ids)


def _search_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    page, table = program.chat.page, program.chat.presenter.conversations.table
    page.panel.search.setText("kettle")
    settle(lambda: table.searching and not program.desk.busy)
    page.panel.list.setCurrentIndex(table.index(0))
    settle(lambda: program.chat.presenter.sought > 0 and not program.desk.busy)
    yield Shot("folders-found")
    page.panel.search.clear()


def _exchange_looks(program: Program, settle: Settle, ids: list[int]) -> Iterator[Shot]:
    page, exchange = program.chat.page, program.chat.page.files.exchange
    chats = _chats(program.paths.home / "Chats of last winter.jsonl")
    page.files.take([chats])
    settle(lambda: not exchange.busy and not program.desk.busy)
    yield Shot("chats-came")
    yield Shot("chats-came-scaled", SCALED, scale=2)
    exchange.undo()
    yield from _saving_looks(program, settle, ids)


def _saving_looks(program: Program, settle: Settle, ids: list[int]) -> Iterator[Shot]:
    page, exchange = program.chat.page, program.chat.page.files.exchange
    page.files.save(ids)
    dialog = page.files.dialog
    assert dialog is not None
    yield Shot("chats-save", (dialog.sizeHint().width(), dialog.sizeHint().height()),
               widget=dialog)
    dialog.reject()
    exchange.write(ids, ChatForm.OURS, program.paths.home / "Conversations.json")
    settle(lambda: not exchange.busy and not program.desk.busy)
    yield Shot("chats-saved", NARROW)
    written = exchange.written
    assert written is not None
    with _held(program):
        exchange.write(ids, ChatForm.OURS, program.paths.home / "Conversations.json")
        exchange.step = replace(written, done=3, total=12, place=None)
        page.exchange.refresh()
        yield Shot("chats-going")
    settle(lambda: not exchange.busy and not program.desk.busy)
    exchange.forget()


def _write(program: Program) -> list[int]:
    """Conversations in folders; the first of them is pinned."""
    ids: list[int] = []
    with _store(program) as store:
        for folder, titles in reversed(_FOLDERS.items()):
            for title in reversed(titles):
                one = store.create(title).id
                asked = store.add_message(one, Role.USER, title + "?")
                store.add_message(one, Role.ASSISTANT, _SAID, asked.id,
                                  "Wilma" if folder else "")
                store.set_folder(one, folder)
                ids.append(one)
        store.set_pinned(ids[-1], True)
        store.set_pinned(ids[0], True)
    return ids


def _chats(file: Path) -> Path:
    """A file with two chats, and lines that are none."""
    lines = [json.dumps(_GOOD), "{broken", json.dumps(_GOOD), *["also broken"] * 4]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


@contextmanager
def _held(program: Program) -> Iterator[None]:
    """Keeps the desk busy with something else meanwhile."""
    done: list[bool] = []

    def hold() -> Iterator[object]:
        while not done:
            time.sleep(0.01)
            yield None

    program.desk.submit(hold)
    try:
        yield
    finally:
        done.append(True)


@contextmanager
def _store(program: Program) -> Iterator[ConversationStore]:
    database = Database.open(program.paths.library_file, program.paths.backups)
    try:
        with database.transaction():
            yield ConversationStore(database)
    finally:
        database.close()
