"""Conversations of another library. Since a conversation is a tree, two that went on apart become
one with both ways to go on; what is shown here stays shown.

A conversation is the same by the moment it was begun and its first words, a message by when, by
whom and what was said.
"""

from collections.abc import Mapping
from typing import Any

from engine.library.database import Database
from engine.library.merging.facts import add_facts
from engine.library.merging.numbers import note

_TALK = ("title, named, system_prompt, settings, model, folder, pinned, created_at, changed_at,"
         " scene, turn_order, pause_seconds, prompt_format, person, authors_note, lorebook")
_SAID = ("role, author, text, state, problem, model, settings, writer, written_at, created_at,"
         " trashed_at, marks, steps")
_KEY = "created_at, role, author, text"


def add_talks(database: Database) -> tuple[int, int]:
    """How many conversations, and how many messages, were not here before. Conversations in the
    trash of the other library stay there."""
    talks = messages = 0
    for number, chosen in database.all(
            "SELECT id, chosen FROM other.conversation WHERE trashed_at IS NULL ORDER BY id"):
        own = _known(database, number)
        if own is None:
            talks += 1
            key = database.execute(f"INSERT INTO main.conversation ({_TALK}) SELECT {_TALK}"
                                   " FROM other.conversation WHERE id = ?", (number,))
        else:
            key = own
        note(database, "conversation", number, key, own is None)
        placed, fresh = _add_messages(database, number, key)
        messages += fresh
        _show(database, number, key, chosen, placed)
    _add_casts(database)
    add_facts(database)
    return talks, messages


def _known(database: Database, number: int) -> int | None:
    found = database.first(
        "SELECT c.id FROM main.conversation c JOIN other.conversation o"
        " ON o.created_at = c.created_at WHERE o.id = ?1 AND"
        " (SELECT text FROM main.message WHERE conversation_id = c.id ORDER BY id LIMIT 1)"
        " IS (SELECT text FROM other.message WHERE conversation_id = ?1 ORDER BY id LIMIT 1)",
        (number,))
    return found[0] if found else None


def _add_messages(database: Database, number: int,
                  own: int) -> tuple[dict[int | None, int | None], int]:
    """The number each message of a conversation has here, and how many were not here before."""
    here: dict[tuple[Any, ...], list[int]] = {}
    for key, *told in database.all(f"SELECT id, {_KEY} FROM main.message WHERE conversation_id = ?"
                                   " ORDER BY id DESC", (own,)):
        here.setdefault(tuple(told), []).append(key)
    placed: dict[int | None, int | None] = {None: None}
    fresh = 0
    for key, parent, *told in _in_order(database.all(
            f"SELECT id, parent_id, {_KEY} FROM other.message WHERE conversation_id = ?"
            " ORDER BY id", (number,))):
        twins = here.get(tuple(told))
        if twins:
            placed[key] = twin = twins.pop()
            note(database, "message", key, twin, False)
            continue
        made = database.execute(
            f"INSERT INTO main.message (conversation_id, parent_id, {_SAID}) SELECT ?, ?, {_SAID}"
            " FROM other.message WHERE id = ?", (own, placed[parent], key))
        placed[key] = made
        note(database, "message", key, made, True)
        fresh += 1
    return placed, fresh


def _in_order(rows: list[Any]) -> list[Any]:
    """Each after its parent: one that was moved may follow a later one."""
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row[1], []).append(row)
    ordered: list[Any] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += reversed(below.get(row[0], []))
    return ordered


def _show(database: Database, number: int, own: int, chosen: int | None,
          numbers: Mapping[int | None, int | None]) -> None:
    """Where nothing is shown here yet, what the other library showed there."""
    if chosen is not None and chosen in numbers:
        database.execute("UPDATE main.conversation SET chosen = ? WHERE id = ? AND chosen IS NULL",
                         (numbers[chosen], own))
    for key, shown in database.all(
            "SELECT id, chosen FROM other.message WHERE conversation_id = ?"
            " AND chosen IS NOT NULL", (number,)):
        if key in numbers and shown in numbers:
            database.execute("UPDATE main.message SET chosen = ? WHERE id = ? AND chosen IS NULL",
                             (numbers[shown], numbers[key]))


def _add_casts(database: Database) -> None:
    """Who talks in a conversation that is new here; one that is known keeps its cast."""
    database.execute(
        "INSERT OR IGNORE INTO main.cast_member (conversation_id, place, persona_id, muted,"
        " talkativeness, since) SELECT c.own, o.place, p.own, o.muted, o.talkativeness,"
        " coalesce((SELECT own FROM temp.message_number WHERE other = o.since), 0)"
        " FROM other.cast_member o"
        " JOIN temp.conversation_number c ON c.other = o.conversation_id AND c.fresh"
        " JOIN temp.persona_number p ON p.other = o.persona_id")
