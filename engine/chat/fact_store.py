"""Facts of conversations and personas in the library. Every write is one transaction.

Belongs to the thread that opened its database. Which facts bear on a turn is decided elsewhere;
here stands what is so, who heard it, what the person said of it, and what a reply was given.
"""

import json
from collections.abc import Sequence
from typing import Any

from engine.chat.fact import Fact, FactSource
from engine.chat.stored_values import gone, now, storable
from engine.errors import EngineError
from engine.library.database import Database

_COLUMNS = ("f.id, f.text, f.source, f.conversation_id, f.persona_id, f.message_id, f.heard_by,"
            " f.pinned, f.approved, f.created_at")
# Of the conversation, or of one of its cast wherever they talk. Both halves use an index.
_OF_TALK = f"""
SELECT {_COLUMNS} FROM fact f WHERE f.conversation_id = ?1 AND f.forgotten_at IS NULL
UNION SELECT {_COLUMNS} FROM cast_member m JOIN fact f ON f.persona_id = m.persona_id
WHERE m.conversation_id = ?1 AND f.conversation_id IS NULL AND f.forgotten_at IS NULL
ORDER BY 1
"""


class FactStore:
    """Facts by id. Unknown ids raise EngineError: another window may have deleted them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts(self, conversation_id: int) -> list[Fact]:
        """What is so in a conversation, oldest first: its own facts and those its cast brings.
        Forgotten ones are not among them, offered ones are."""
        return [_fact_of(row) for row in self._database.all(_OF_TALK, (conversation_id,))]

    def known(self, conversation_id: int, persona_id: int) -> list[Fact]:
        """What one of the cast may speak of: its own facts and what it heard."""
        return [fact for fact in self.facts(conversation_id) if fact.known_to(persona_id)]

    def offered(self, conversation_id: int) -> list[Fact]:
        """What was drawn from the talk and waits for the person's word."""
        return [fact for fact in self.facts(conversation_id) if not fact.approved]

    def forgotten(self, conversation_id: int) -> list[Fact]:
        """What the person wants nobody of a conversation to know, discarded offers among it."""
        return [_fact_of(row) for row in self._database.all(
            f"SELECT {_COLUMNS} FROM fact f WHERE f.conversation_id = ?"
            " AND f.forgotten_at IS NOT NULL ORDER BY f.id", (conversation_id,))]

    def of_persona(self, persona_id: int) -> list[Fact]:
        """What goes with a persona wherever it talks, oldest first."""
        return [_fact_of(row) for row in self._database.all(
            f"SELECT {_COLUMNS} FROM fact f WHERE f.persona_id = ? AND f.conversation_id IS NULL"
            " AND f.forgotten_at IS NULL ORDER BY f.id", (persona_id,))]

    def fact(self, fact_id: int) -> Fact:
        """One fact, also a forgotten one."""
        row = self._database.first(f"SELECT {_COLUMNS} FROM fact f WHERE f.id = ?", (fact_id,))
        if row is None:
            raise gone("fact")
        return _fact_of(row)

    def add(self, fact: Fact) -> Fact:
        """Stores a new fact; its id and time are given to it. EngineError without words."""
        with self._database.transaction(durable=fact.source is FactSource.PERSON):
            return self.fact(self._insert(fact, ""))

    def edit(self, fact_id: int, text: str) -> Fact:
        """Says it otherwise. What the person has written is approved."""
        self._set(fact_id, "text", _sentence(text))
        self._set(fact_id, "approved", True)
        return self.fact(fact_id)

    def pin(self, fact_id: int, pinned: bool) -> None:
        """A pinned fact is given to every reply."""
        self._set(fact_id, "pinned", pinned)

    def approve(self, fact_ids: Sequence[int]) -> None:
        """Takes offered facts for true."""
        self._set_all(fact_ids, "approved", True)

    def set_heard_by(self, fact_id: int, heard_by: Sequence[int] | None) -> None:
        """Who knows it, None is everyone."""
        self._set(fact_id, "heard_by", _heard_text(heard_by))

    def forget(self, fact_ids: Sequence[int]) -> None:
        """No reply is given them any more; `remember` undoes it."""
        self._set_all(fact_ids, "forgotten_at", now())

    def remember(self, fact_ids: Sequence[int]) -> None:
        """Brings back what was forgotten."""
        self._set_all(fact_ids, "forgotten_at", None)

    def take_up(self, conversation_id: int, source: FactSource, lines: Sequence[str],
                persona_id: int | None = None) -> None:
        """Makes the lines of a scene or a persona facts of the conversation, each once. Those of
        a persona only it knows.

        Done again it follows the lines: new ones are added, and one that is no longer there goes
        with its fact, unless the person has edited or pinned that. What the person forgot stays
        forgotten as long as its line stands.
        """
        texts = dict.fromkeys(" ".join(storable(line).split()) for line in lines)
        heard = None if persona_id is None else (persona_id,)
        with self._database.transaction():
            rows = self._database.all(
                "SELECT id, origin, text, pinned FROM fact WHERE conversation_id = ?"
                " AND source = ? AND persona_id IS ?", (conversation_id, source, persona_id))
            for number, origin, text, pinned in rows:
                if origin not in texts and origin == text and not pinned:
                    self._database.execute("DELETE FROM fact WHERE id = ?", (number,))
            taken = {origin for _, origin, _, _ in rows}
            for text in filter(None, texts):
                if text not in taken:
                    self._insert(Fact(0, text, source, conversation_id, persona_id, None, heard),
                                 text)

    def note_used(self, message_id: int, fact_ids: Sequence[int]) -> None:
        """Remembers which facts a reply was given, best first, instead of those before."""
        with self._database.transaction():
            self._database.execute("DELETE FROM fact_use WHERE message_id = ?", (message_id,))
            self._database.execute_many(
                "INSERT OR IGNORE INTO fact_use (message_id, fact_id, place) VALUES (?, ?, ?)",
                [(message_id, number, place) for place, number in enumerate(fact_ids)])

    def used(self, message_id: int) -> list[Fact]:
        """Which facts a reply was given, as they read now, forgotten ones too; best first."""
        return [_fact_of(row) for row in self._database.all(
            f"SELECT {_COLUMNS} FROM fact_use u JOIN fact f ON f.id = u.fact_id"
            " WHERE u.message_id = ? ORDER BY u.place", (message_id,))]

    def _insert(self, fact: Fact, origin: str) -> int:
        return self._database.execute(
            "INSERT INTO fact (conversation_id, persona_id, message_id, text, source, origin,"
            " pinned, heard_by, approved, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (fact.conversation_id, fact.persona_id, fact.message_id, _sentence(fact.text),
             fact.source, origin, fact.pinned, _heard_text(fact.heard_by), fact.approved, now()))

    def _set(self, fact_id: int, column: str, value: Any) -> None:
        with self._database.transaction(durable=True):
            if not self._database.all(f"UPDATE fact SET {column} = ? WHERE id = ? RETURNING id",
                                      (value, fact_id)):
                raise gone("fact")

    def _set_all(self, fact_ids: Sequence[int], column: str, value: Any) -> None:
        with self._database.transaction(durable=True):
            self._database.execute_many(f"UPDATE fact SET {column} = ? WHERE id = ?",
                                        [(value, number) for number in fact_ids])


def _fact_of(row: tuple[Any, ...]) -> Fact:
    number, text, source, talk, persona, message, heard, pinned, approved, at = row
    return Fact(number, text, _source(source), talk, persona, message, _heard(heard), bool(pinned),
                bool(approved), at)


def _source(stored: str) -> FactSource:
    try:
        return FactSource(stored)
    except ValueError:  # of a later version
        return FactSource.PERSON


def _heard(stored: str | None) -> tuple[int, ...] | None:
    return None if stored is None else tuple(json.loads(stored))


def _heard_text(heard_by: Sequence[int] | None) -> str | None:
    return None if heard_by is None else json.dumps(sorted(set(heard_by)))


def _sentence(text: str) -> str:
    words = " ".join(storable(text).split())
    if not words:
        raise EngineError("A fact needs words.", "Say what is so, in a sentence.")
    return words
