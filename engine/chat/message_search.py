"""Finds what was said: full-text search over messages, and conversations by their titles.

Reads only. Words match as beginnings, in any case and without their accents.
"""

import unicodedata
from typing import Any

from engine.chat.conversation import FoundMessage, Role
from engine.library.database import Database

_OPEN, _CLOSE = "\x02", "\x03"
_WORDS_AROUND = 16


def search(database: Database, words: str, most: int) -> list[FoundMessage]:
    """Conversations titled so, then messages that hold all words; each newest first."""
    wanted = "".join(c if c.isalnum() else " " for c in words).split()
    if not wanted:
        return []
    titled = _by_title(database, [_plain(word) for word in wanted])[:most]
    return [*titled, *_by_text(database, wanted, most - len(titled))]


def _by_title(database: Database, wanted: list[str]) -> list[FoundMessage]:
    rows: list[tuple[int, str, str]] = database.all(
        "SELECT id, title, changed_at FROM conversation WHERE trashed_at IS NULL"
        " ORDER BY changed_at DESC, id DESC")
    return [FoundMessage(number, title, None, None, title, said_at=changed)
            for number, title, changed in rows
            if all(word in _plain(title) for word in wanted)]


def _by_text(database: Database, wanted: list[str], most: int) -> list[FoundMessage]:
    query = " ".join(f'"{word}"*' for word in wanted)
    # The index hands its rows out newest first by itself, and so ends with the last one wanted:
    # ordered by m.id every match would get its excerpt first. CROSS keeps it outside.
    rows = database.all(
        "SELECT c.id, c.title, m.id, m.role, m.author, m.created_at,"
        " snippet(message_text, 0, ?, ?, '…', ?)"
        " FROM message_text CROSS JOIN message m ON m.id = message_text.rowid"
        " JOIN conversation c ON c.id = m.conversation_id"
        " WHERE message_text MATCH ? AND m.trashed_at IS NULL AND c.trashed_at IS NULL"
        " ORDER BY message_text.rowid DESC LIMIT ?", (_OPEN, _CLOSE, _WORDS_AROUND, query, most))
    return [_found(row) for row in rows]


def _found(row: tuple[Any, ...]) -> FoundMessage:
    conversation_id, title, message_id, role, author, said_at, snippet = row
    excerpt, marks, begun = "", list[tuple[int, int]](), 0
    for letter in snippet:
        if letter == _OPEN:
            begun = len(excerpt)
        elif letter == _CLOSE:
            marks.append((begun, len(excerpt)))
        else:
            excerpt += letter
    return FoundMessage(conversation_id, title, message_id, Role(role), excerpt, tuple(marks),
                        author, said_at)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
