"""Tables of documents: values kept as JSON beside the name a list shows. Every write is one
transaction.

Knows how such a table is written, not what its values mean; `persona_store` and `scene_store`
give it a face. What is deleted waits in the trash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from engine.chat.stored_values import Value, document_of, gone, now, storable, value_of
from engine.errors import EngineError
from engine.library.database import Database


@dataclass(frozen=True, slots=True)
class StoredDocument(Generic[Value]):
    """A value and its row. `shipped` names what came with the program, "" is the person's own;
    times are UTC as ISO 8601."""

    id: int
    value: Value
    shipped: str
    created_at: str
    changed_at: str


class Documents(Generic[Value]):
    """The documents of one table. `noun` is what a sentence calls one of them.

    Unknown ids raise EngineError: another window may have deleted them.
    """

    def __init__(self, database: Database, table: str, kind: type[Value], noun: str) -> None:
        self._database = database
        self._table = table
        self._kind = kind
        self._noun = noun

    def add(self, name: str, value: Value, shipped: str = "") -> int:
        """Stores a new one; its id."""
        at = now()
        with self._database.transaction(durable=True):
            return self._database.execute(
                f"INSERT INTO {self._table} (name, document, shipped, created_at, changed_at)"
                " VALUES (?, ?, ?, ?, ?)", (storable(name), document_of(value), shipped, at, at))

    def get(self, number: int) -> StoredDocument[Value]:
        """One of them, also of the trash. EngineError where it cannot be read."""
        row = self._database.first(
            f"SELECT name, document, shipped, created_at, changed_at FROM {self._table}"
            " WHERE id = ?", (number,))
        if row is None:
            raise gone(self._noun)
        name, document, *about = row
        value = value_of(document, self._kind)
        if value is None:
            raise EngineError(f"The {self._noun} {name} cannot be read.",
                              "A newer Undertone may have written it; start that version.")
        return StoredDocument(number, value, *about)

    def find(self, number: int) -> Value | None:
        """The value of one of them, None where it is gone or cannot be read."""
        row = self._database.first(f"SELECT document FROM {self._table} WHERE id = ?", (number,))
        return value_of(row[0], self._kind) if row else None

    def save(self, number: int, name: str, value: Value) -> None:
        """Puts another value in its place."""
        self.put(number, "document", document_of(value))
        self.put(number, "name", storable(name))

    def put(self, number: int, column: str, value: object) -> None:
        """Writes one column of a row, and when it was."""
        with self._database.transaction(durable=True):
            if not self._database.all(
                    f"UPDATE {self._table} SET {column} = ?, changed_at = ? WHERE id = ?"
                    " RETURNING id", (value, now(), number)):
                raise gone(self._noun)

    def trash(self, numbers: Sequence[int]) -> None:
        """Moves them to the trash; `restore` undoes it."""
        self._set_trashed(numbers, now())

    def restore(self, numbers: Sequence[int]) -> None:
        """Takes them out of the trash."""
        self._set_trashed(numbers, None)

    def purge(self, numbers: Sequence[int]) -> None:
        """Deletes for good, but for what came with the program."""
        with self._database.transaction(durable=True):
            self._database.execute_many(
                f"DELETE FROM {self._table} WHERE id = ? AND shipped = ''",
                [(number,) for number in numbers])

    def shipped_keys(self) -> set[str]:
        """Of what came with the program: what has ever been put here, the trash counts too."""
        return {name for name, in self._database.all(
            f"SELECT shipped FROM {self._table} WHERE shipped <> ''")}

    def _set_trashed(self, numbers: Sequence[int], at: str | None) -> None:
        with self._database.transaction(durable=True):
            self._database.execute_many(f"UPDATE {self._table} SET trashed_at = ? WHERE id = ?",
                                        [(at, number) for number in numbers])
