"""The steps a person took, so that each can be taken back and made again, also after a restart.

Knows the order of steps and which are undone; what a step means is known by whoever registers its
kind. A step and its change stand in one transaction: both are stored, or neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.errors import EngineError
from engine.library.database import Database

MOST_STEPS = 2000

Put = Callable[[Database, Any, Any], None]
"""put(database, wanted, present): makes it so that `wanted` holds where the step's other document,
`present`, held. Runs within a transaction. OutOfReachError where that cannot be any more."""


class OutOfReachError(EngineError):
    """What a step changed is gone for good; the step is dropped from the journal."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the person did: documents (JSON values) of how it was before and after.

    `at` is UTC in ISO 8601. An `undone` step can be made again until another one is taken.
    """

    id: int
    kind: str
    before: Any
    after: Any
    at: str
    undone: bool


class Journal:
    """The journal table: one linear history, shared by all windows and programs of a library.

    A journal belongs to the thread that opened its database.
    """

    def __init__(self, database: Database, most: int = MOST_STEPS) -> None:
        self._database = database
        self._most = most
        self._kinds: dict[str, Put] = {}

    def register(self, kind: str, put: Put) -> None:
        """Says how steps of this kind are taken back and made again."""
        self._kinds[kind] = put

    def record(self, kind: str, before: object, after: object) -> int:
        """Notes a step; its number. Call within the durable transaction of the change itself.

        Steps that were undone can then no more be made again, and the oldest are forgotten.
        """
        with self._database.transaction(durable=True):
            self._database.execute("DELETE FROM journal WHERE undone")
            step = self._database.execute(
                "INSERT INTO journal (kind, before, after, at) VALUES (?, ?, ?, ?)",
                (kind, _json(before), _json(after), _now()))
            self._database.execute(
                "DELETE FROM journal WHERE id <= (SELECT id FROM journal ORDER BY id DESC"
                " LIMIT 1 OFFSET ?)", (self._most,))
        return step

    def undo(self) -> Step | None:
        """Takes back the latest step that stands; that step, or None where there is none.

        OutOfReachError where it cannot be taken back any more: the next call goes on before it.
        """
        return self._turn(self.last_done, undone=True)

    def redo(self) -> Step | None:
        """Makes the step again that was taken back last; that step, or None."""
        return self._turn(self.next_undone, undone=False)

    def last_done(self) -> Step | None:
        """The step that `undo` would take back."""
        return self._first("WHERE NOT undone ORDER BY id DESC")

    def next_undone(self) -> Step | None:
        """The step that `redo` would make again."""
        return self._first("WHERE undone ORDER BY id")

    def steps(self, most: int = 100) -> list[Step]:
        """The latest steps, newest first; those undone, too."""
        return [_step(row) for row in self._database.all(
            "SELECT id, kind, before, after, at, undone FROM journal ORDER BY id DESC LIMIT ?",
            (most,))]

    def _turn(self, which: Callable[[], Step | None], undone: bool) -> Step | None:
        try:
            with self._database.transaction(durable=True):
                step = which()
                if step is not None:
                    self._put(step, undone)
                return step
        except _DroppedStep as dropped:
            self._database.execute("DELETE FROM journal WHERE id = ?", (dropped.step.id,))
            raise dropped.reason from None

    def _put(self, step: Step, undone: bool) -> None:
        put = self._kinds.get(step.kind, _unknown)
        try:
            if undone:
                put(self._database, step.before, step.after)
            else:
                put(self._database, step.after, step.before)
        except OutOfReachError as reason:
            raise _DroppedStep(step, reason) from reason
        self._database.execute("UPDATE journal SET undone = ? WHERE id = ?", (undone, step.id))

    def _first(self, rest: str) -> Step | None:
        row = self._database.first(
            f"SELECT id, kind, before, after, at, undone FROM journal {rest} LIMIT 1")
        return _step(row) if row else None


class _DroppedStep(Exception):  # noqa: N818 - leaves the transaction, never this module
    def __init__(self, step: Step, reason: OutOfReachError) -> None:
        super().__init__()
        self.step = step
        self.reason = reason


def _unknown(_database: Database, _wanted: Any, _present: Any) -> None:
    raise OutOfReachError("This step was made by a newer Undertone and cannot be taken back here.",
                          "What you did before it can still be taken back.")


def _step(row: tuple[Any, ...]) -> Step:
    number, kind, before, after, at, undone = row
    return Step(number, kind, msgspec.json.decode(before), msgspec.json.decode(after), at,
                bool(undone))


def _json(document: object) -> str:
    return msgspec.json.encode(document).decode()


def _now() -> str:
    return datetime.now(UTC).isoformat("T", "seconds")
