"""Facts of another library's conversations and personas, and which of them replies were given.

A fact is the same where it says the same of the same conversation or persona.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from engine.library.database import Database
from engine.library.merging.numbers import note, numbers_of

_FACT = "text, source, origin, pinned, approved, created_at, forgotten_at"


def add_facts(database: Database) -> None:
    """After conversations, messages and personas have their numbers."""
    personas = numbers_of(database, "persona")
    talks, messages = numbers_of(database, "conversation"), numbers_of(database, "message")
    for number, talk, persona, message, heard, text in database.all(
            "SELECT id, conversation_id, persona_id, message_id, heard_by, text FROM other.fact"
            " ORDER BY id"):
        whose = (talks.get(talk), personas.get(persona))
        if (talk is not None and whose[0] is None) or whose == (None, None):
            continue
        twin = database.first(
            "SELECT id FROM main.fact WHERE conversation_id IS ? AND persona_id IS ? AND text = ?",
            (*whose, text))
        made = twin[0] if twin else database.execute(
            "INSERT INTO main.fact (conversation_id, persona_id, message_id, heard_by,"
            f" {_FACT}) SELECT ?, ?, ?, ?, {_FACT} FROM other.fact WHERE id = ?",
            (*whose, messages.get(message), _heard(heard, personas), number))
        note(database, "fact", number, made, twin is None)
    database.execute(
        "INSERT OR IGNORE INTO main.fact_use (message_id, fact_id, place)"
        " SELECT m.own, f.own, o.place FROM other.fact_use o"
        " JOIN temp.message_number m ON m.other = o.message_id AND m.fresh"
        " JOIN temp.fact_number f ON f.other = o.fact_id")
    _renumber_marks(database)


def _heard(heard: str | None, personas: Mapping[int, int]) -> str | None:
    """Who knows a fact, by the numbers they have here."""
    if heard is None:
        return None
    try:
        told = json.loads(heard)
    except (ValueError, RecursionError):
        return "[]"
    many = cast("list[Any]", told) if isinstance(told, list) else []
    return json.dumps(sorted({personas[each] for each in many if each in personas}))


def _renumber_marks(database: Database) -> None:
    """A mark names the fact its words go against."""
    facts = numbers_of(database, "fact")
    for number, marks in database.all(
            "SELECT id, marks FROM main.message WHERE marks <> '' AND id IN"
            " (SELECT own FROM temp.message_number WHERE fresh)"):
        try:
            told = json.loads(marks)
        except (ValueError, RecursionError):
            continue
        for mark in cast("list[Any]", told) if isinstance(told, list) else []:
            if isinstance(mark, dict) and "fact_id" in mark:
                mark["fact_id"] = facts.get(cast("Any", mark["fact_id"]))
        database.execute("UPDATE main.message SET marks = ? WHERE id = ?",
                         (json.dumps(told, ensure_ascii=False), number))
