"""A conversation of its own from a path of another: told on from there, with all it was set up
with. The other one stays as it is.

Copies rows in one transaction; knows their columns, not what they mean.
"""

from engine.chat.conversation import Conversation, MessageState
from engine.chat.conversation_store import ConversationStore
from engine.chat.stored_values import now
from engine.errors import EngineError
from engine.library.database import Database

_SET_UP = ("named, system_prompt, settings, model, folder, scene, turn_order, pause_seconds,"
           " prompt_format, person, authors_note, lorebook")
_SAID = "role, author, text, problem, model, settings, created_at, steps"
_FACT = "persona_id, text, source, origin, pinned, heard_by, approved, created_at, forgotten_at"


def branch(database: Database, store: ConversationStore, message_id: int,
           title: str = "") -> Conversation:
    """A new conversation of the messages up to this one, shown or not. "" keeps the title.

    Facts go along, but for those drawn from what is not in it. EngineError if the message is gone.
    """
    conversation_id = store.conversation_of(message_id)
    path = store.conversation(conversation_id).path_to(message_id)
    if not path:
        raise EngineError("This message is no longer there.",
                          "It may have been deleted in another window.")
    with database.transaction(durable=True):
        copy = _copy_setup(database, conversation_id, title.strip())
        copied: dict[int, int] = {}
        for message in path:
            parent = copied.get(message.parent or 0)
            copied[message.id] = _copy_message(database, copy, message.id, parent)
            place = "message" if parent else "conversation"
            database.execute(f"UPDATE {place} SET chosen = ? WHERE id = ?",
                             (copied[message.id], parent or copy))
        _copy_facts(database, conversation_id, copy, copied)
    return store.conversation(copy)


def _copy_setup(database: Database, conversation_id: int, title: str) -> int:
    at = now()
    copy = database.execute(
        f"INSERT INTO conversation (title, {_SET_UP}, created_at, changed_at)"
        f" SELECT coalesce(nullif(?, ''), title), {_SET_UP}, ?, ? FROM conversation WHERE id = ?",
        (title, at, at, conversation_id))
    if title:
        database.execute("UPDATE conversation SET named = 1 WHERE id = ?", (copy,))
    database.execute(
        "INSERT INTO cast_member (conversation_id, place, persona_id, muted, talkativeness)"
        " SELECT ?, place, persona_id, muted, talkativeness FROM cast_member"
        " WHERE conversation_id = ?", (copy, conversation_id))
    return copy


def _copy_message(database: Database, copy: int, number: int, parent: int | None) -> int:
    # A reply that is still being written goes on only where it began.
    return database.execute(
        f"INSERT INTO message (conversation_id, parent_id, state, {_SAID})"
        f" SELECT ?, ?, CASE state WHEN ? THEN ? ELSE state END, {_SAID} FROM message"
        " WHERE id = ?",
        (copy, parent, MessageState.STREAMING, MessageState.STOPPED, number))


def _copy_facts(database: Database, conversation_id: int, copy: int,
                copied: dict[int, int]) -> None:
    facts: dict[int, int] = {}
    for number, said in database.all(
            "SELECT id, message_id FROM fact WHERE conversation_id = ? ORDER BY id",
            (conversation_id,)):
        if said is None or said in copied:
            facts[number] = database.execute(
                f"INSERT INTO fact (conversation_id, message_id, {_FACT})"
                f" SELECT ?, ?, {_FACT} FROM fact WHERE id = ?",
                (copy, copied.get(said or 0), number))
    for old, new in copied.items():
        for fact, place in database.all(
                "SELECT fact_id, place FROM fact_use WHERE message_id = ?", (old,)):
            database.execute("INSERT INTO fact_use (message_id, fact_id, place) VALUES (?, ?, ?)",
                             (new, facts.get(fact, fact), place))
