"""The marks of replies in the library, beside the messages they belong to.

Belongs to the thread that opened its database. What marks are made of is decided elsewhere.
"""

from collections.abc import Sequence

from engine.chat.stored_values import document_of, value_of
from engine.chat.truth.reply_mark import ReplyMark
from engine.library.database import Database


class MarkStore:
    """Marks by the id of their message."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, message_id: int, marks: Sequence[ReplyMark]) -> None:
        """Stores what a reply is marked with, instead of what it was before."""
        document = document_of(list(marks)) if marks else ""
        with self._database.transaction():
            self._database.execute("UPDATE message SET marks = ? WHERE id = ?",
                                   (document, message_id))

    def marks(self, message_id: int) -> tuple[ReplyMark, ...]:
        """The marks of a message as it reads now: those whose words have changed are gone."""
        row = self._database.first("SELECT text, marks FROM message WHERE id = ?", (message_id,))
        return _valid(*row) if row else ()

    def of_conversation(self, conversation_id: int) -> dict[int, tuple[ReplyMark, ...]]:
        """All marks of a conversation's messages, by their ids."""
        rows = self._database.all(
            "SELECT id, text, marks FROM message WHERE conversation_id = ? AND marks <> ''"
            " AND trashed_at IS NULL", (conversation_id,))
        found = {number: _valid(text, marks) for number, text, marks in rows}
        return {number: marks for number, marks in found.items() if marks}


def _valid(text: str, document: str) -> tuple[ReplyMark, ...]:
    """Those that can be read, and still stand in the text."""
    marks = (value_of(document, tuple[ReplyMark, ...]) if document else None) or ()
    return tuple(mark for mark in marks if text[mark.start:mark.end] == mark.text)
