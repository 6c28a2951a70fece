"""Sets of grown rows in the library. Every write is one transaction.

Belongs to the thread that opened its database. What the person approved or refused is theirs alone
to give, so it is written through to the disk.
"""

import os
from collections.abc import Iterator, Sequence

from engine.chat.stored_values import document_of, gone, now, one_line, storable, value_of
from engine.errors import EngineError
from engine.library.database import Database
from engine.training.growth.grown import (
    GrownRow,
    GrownText,
    Growth,
    GrowthKind,
    RowState,
    row_of,
)
from engine.training.rows.row import Row, RowPlace

_ROW = "id, document, state, model, alike, nearest"


class GrowthStore:
    """Sets by id. Unknown ids raise EngineError: another window may have deleted them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, kind: GrowthKind, seeds: Sequence[GrownText]) -> Growth:
        """A new set without proposals."""
        number = os.urandom(6).hex()
        with self._database.transaction(durable=True):
            self._database.execute(
                "INSERT INTO growth (id, name, kind, seeds, made_at) VALUES (?, ?, ?, ?, ?)",
                (number, one_line(name) or "Grown rows", kind, document_of(list(seeds)), now()))
        return self.growth(number)

    def growths(self) -> tuple[Growth, ...]:
        """All sets, the newest first."""
        numbers = self._database.all("SELECT id FROM growth ORDER BY made_at DESC, id")
        return tuple(self.growth(number) for number, in numbers)

    def growth(self, growth_id: str) -> Growth:
        """One set."""
        row = self._database.first("SELECT name, kind, seeds, made_at FROM growth WHERE id = ?",
                                   (growth_id,))
        if row is None:
            raise gone("set of grown rows")
        name, kind, seeds, made_at = row
        counts = dict(self._database.all("SELECT state, count(*) FROM grown_row"
                                         " WHERE growth_id = ? GROUP BY state", (growth_id,)))
        return Growth(id=growth_id, name=name, kind=GrowthKind(kind),
                      seeds=value_of(seeds, tuple[GrownText, ...]) or (), made_at=made_at,
                      proposed=counts.get("proposed", 0), approved=counts.get("approved", 0),
                      refused=counts.get("refused", 0))

    def rows(self, growth_id: str, state: RowState | None = None) -> tuple[GrownRow, ...]:
        """The proposals of a set in the order they came; of one state where it is named."""
        which = " AND state = ?" if state else ""
        found = self._database.all(f"SELECT {_ROW} FROM grown_row WHERE growth_id = ?{which}"
                                   " ORDER BY id", (growth_id, *([state] if state else [])))
        return tuple(row for each in found if (row := _row(*each)) is not None)

    def propose(self, growth_id: str, text: GrownText, model: str, alike: float,
                nearest: str) -> GrownRow:
        """Keeps a proposal."""
        number = self._database.execute(
            "INSERT INTO grown_row (growth_id, document, state, model, alike, nearest, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (growth_id, document_of(text), RowState.PROPOSED, model, alike, storable(nearest),
             now()))
        return GrownRow(id=number, text=text, state=RowState.PROPOSED, model=model, alike=alike,
                        nearest=nearest)

    def judge(self, row_ids: Sequence[int], state: RowState) -> None:
        """The person's word on proposals; PROPOSED takes it back."""
        with self._database.transaction(durable=True):
            self._database.execute_many("UPDATE grown_row SET state = ? WHERE id = ?",
                                        [(state, number) for number in row_ids])

    def edit(self, row_id: int, text: GrownText) -> None:
        """Says it otherwise; what the person wrote is approved. EngineError without words."""
        if not text.text.strip():
            raise EngineError("A row to learn from needs words.", "Refuse it instead.")
        with self._database.transaction(durable=True):
            if not self._database.all(
                    "UPDATE grown_row SET document = ?, state = ? WHERE id = ? RETURNING id",
                    (document_of(text), RowState.APPROVED, row_id)):
                raise gone("row")

    def delete(self, growth_id: str) -> None:
        """Deletes a set with all its rows, for good."""
        with self._database.transaction(durable=True):
            self._database.execute("DELETE FROM growth WHERE id = ?", (growth_id,))


def read_grown(database: Database, growth_id: str) -> Iterator[Row]:
    """The approved rows of a set. EngineError where the set is gone."""
    store = GrowthStore(database)
    growth = store.growth(growth_id)
    place = f"grown: {growth.name}"
    for row in store.rows(growth_id, RowState.APPROVED):
        yield row_of(growth.kind, row.text, RowPlace(place, row.id))


def _row(number: int, document: str, state: str, model: str, alike: float,
         nearest: str) -> GrownRow | None:
    """None for one of a later version."""
    text = value_of(document, GrownText)
    if text is None:
        return None
    return GrownRow(id=number, text=text, state=RowState(state), model=model, alike=alike,
                    nearest=nearest)
