"""The tree of a conversation in its rows: what is shown where, what is taken out and put back.

Statements only: the caller holds the transaction and knows that the rows are there. A message's
`chosen` is the alternative shown after it, a conversation's the one shown first.
"""

from collections.abc import Sequence

from engine.chat.stored_values import now
from engine.library.database import Database

_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT ?1 UNION ALL SELECT m.id FROM message m JOIN below b ON m.parent_id = b.id)
"""
_ABOVE = """
WITH RECURSIVE above (id, parent_id) AS (
    SELECT id, parent_id FROM message WHERE id = ?1
    UNION ALL SELECT m.id, m.parent_id FROM message m JOIN above a ON m.id = a.parent_id)
"""


def shown_after(database: Database, conversation_id: int, parent: int | None) -> int | None:
    """Which message is shown after `parent`, None as a parent is the beginning."""
    place, key = _place(conversation_id, parent)
    row = database.first(f"SELECT chosen FROM {place} WHERE id = ?", (key,))
    return row[0] if row else None


def show(database: Database, conversation_id: int, parent: int | None,
         number: int | None) -> None:
    """Shows message `number` after `parent`, None shows nothing."""
    place, key = _place(conversation_id, parent)
    database.execute(f"UPDATE {place} SET chosen = ? WHERE id = ?", (number, key))


def show_path(database: Database, conversation_id: int, message_id: int) -> None:
    """Shows a message, and those before it that lead there."""
    for number, parent in database.all(f"{_ABOVE} SELECT id, parent_id FROM above", (message_id,)):
        show(database, conversation_id, parent, number)


def trash_below(database: Database, conversation_id: int, message_id: int) -> None:
    """Takes a message and all that follows it out; its newest sibling is shown in its place."""
    database.execute(
        f"{_BELOW} UPDATE message SET trashed_at = ?2 WHERE id IN below AND trashed_at IS NULL",
        (message_id, now()))
    parent = database.all("SELECT parent_id FROM message WHERE id = ?", (message_id,))[0][0]
    sibling = database.first(
        "SELECT max(id) FROM message WHERE conversation_id = ? AND parent_id IS ?"
        " AND trashed_at IS NULL", (conversation_id, parent))
    place, key = _place(conversation_id, parent)
    database.execute(f"UPDATE {place} SET chosen = ? WHERE id = ? AND chosen = ?",
                     (sibling[0] if sibling else None, key, message_id))


def restore_below(database: Database, message_id: int) -> None:
    """Puts back what one `trash_below` took out."""
    database.execute(
        f"{_BELOW} UPDATE message SET trashed_at = NULL WHERE id IN below AND trashed_at"
        " = (SELECT trashed_at FROM message WHERE id = ?1)", (message_id,))


def restore_above(database: Database, message_id: int) -> None:
    """Puts back what a message follows, where that was taken out: else nobody would see it."""
    database.execute(
        f"{_ABOVE} UPDATE message SET trashed_at = NULL WHERE id IN (SELECT id FROM above)"
        " AND id <> ?1 AND trashed_at IS NOT NULL", (message_id,))


def children(database: Database, message_id: int) -> list[int]:
    """The messages right after one, those of the trash too."""
    return [number for number, in database.all(
        "SELECT id FROM message WHERE parent_id = ? ORDER BY id", (message_id,))]


def move_children(database: Database, numbers: Sequence[int], old: int, new: int) -> None:
    """Hangs messages that follow `old` under `new`; what was shown after `old` is shown there."""
    shown = database.all("SELECT chosen FROM message WHERE id = ?", (old,))[0][0]
    database.execute_many("UPDATE message SET parent_id = ? WHERE id = ? AND parent_id = ?",
                          [(new, number, old) for number in numbers])
    if shown in numbers:
        database.execute("UPDATE message SET chosen = NULL WHERE id = ?", (old,))
        database.execute("UPDATE message SET chosen = ? WHERE id = ?", (shown, new))


def _place(conversation_id: int, parent: int | None) -> tuple[str, int]:
    """Where it stands which message is shown after `parent`: table and row."""
    return ("conversation", conversation_id) if parent is None else ("message", parent)
