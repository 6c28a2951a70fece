"""Marks in the library: kept beside their message, gone where its words are."""

from collections.abc import Iterator

import pytest

from engine.chat.conversation import MessageState, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.truth.mark_store import MarkStore
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from engine.library.database import Database

TEXT = "Hello. I can swim."
MARK = ReplyMark(MarkKind.CONTRADICTION, 7, 18, "I can swim.", "Ann knows otherwise.", 4)


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def message(database: Database) -> int:
    talks = ConversationStore(database)
    return talks.add_message(talks.create().id, Role.ASSISTANT, TEXT).id


def test_marks_come_back_as_they_were(database: Database, message: int) -> None:
    store = MarkStore(database)
    store.put(message, [MARK])
    assert store.marks(message) == (MARK,)
    assert store.of_conversation(1) == {message: (MARK,)}
    assert ConversationStore(database).marks(1) == {message: (MARK,)}


def test_new_marks_take_the_place_of_old_ones(database: Database, message: int) -> None:
    store = MarkStore(database)
    store.put(message, [MARK])
    store.put(message, [])
    assert store.marks(message) == () and store.of_conversation(1) == {}


def test_a_mark_goes_with_its_words(database: Database, message: int) -> None:
    store = MarkStore(database)
    store.put(message, [MARK])
    ConversationStore(database).write(message, "Hello. I cannot swim.", MessageState.WHOLE)
    assert store.marks(message) == () and store.of_conversation(1) == {}


def test_what_cannot_be_read_counts_as_none(database: Database, message: int) -> None:
    for document in ("[{}]", "no JSON", '[{"kind": "praise"}]'):
        database.execute("UPDATE message SET marks = ? WHERE id = ?", (document, message))
        assert MarkStore(database).marks(message) == ()


def test_half_letters_and_unknown_messages_do_no_harm(database: Database, message: int) -> None:
    store = MarkStore(database)
    store.put(message, [ReplyMark(MarkKind.INVENTION, 0, 1, "H", "So \ud800 told.")])
    store.put(99, [MARK])
    assert store.marks(99) == ()
    assert store.of_conversation(99) == {}
