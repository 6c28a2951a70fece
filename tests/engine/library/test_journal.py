"""What a person did can be taken back and made again, in order, also by another program."""

from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError
from engine.library.database import Database
from engine.library.journal import Journal, OutOfReachError


class Slate:
    """A value in the library that steps of the kind "word" write."""

    def __init__(self, database: Database, most: int = 100) -> None:
        self.database = database
        self.journal = Journal(database, most)
        self.journal.register("word", self._put)
        database.execute("CREATE TABLE IF NOT EXISTS slate (word TEXT)")

    @property
    def word(self) -> str:
        row = self.database.first("SELECT word FROM slate")
        return row[0] if row else ""

    def write(self, word: str) -> None:
        with self.database.transaction(durable=True):
            before = self.word
            self._put(self.database, word, before)
            self.journal.record("word", before, word)

    def _put(self, database: Database, wanted: Any, present: Any) -> None:
        assert self.word == present
        database.execute("DELETE FROM slate")
        database.execute("INSERT INTO slate VALUES (?)", (wanted,))
        if wanted == "gone":
            raise OutOfReachError("It is gone.")
        if wanted == "full":
            raise EngineError("The disk is full.")


@pytest.fixture
def slate() -> Slate:
    return Slate(Database.in_memory())


def test_steps_are_taken_back_and_made_again_in_order(slate: Slate) -> None:
    for word in ("one", "two", "three"):
        slate.write(word)
    taken = [slate.journal.undo(), slate.journal.undo()]
    assert [step.after for step in taken if step] == ["three", "two"] and slate.word == "one"
    again = slate.journal.redo()
    assert again is not None and again.after == "two" and slate.word == "two"
    assert slate.journal.last_done() == again.__class__(
        again.id, "word", "one", "two", again.at, False)


def test_nothing_to_take_back_is_none(slate: Slate) -> None:
    assert slate.journal.undo() is None and slate.journal.redo() is None
    slate.write("one")
    assert slate.journal.redo() is None
    slate.journal.undo()
    assert slate.journal.undo() is None and slate.word == ""


def test_a_new_step_ends_what_could_be_made_again(slate: Slate) -> None:
    slate.write("one")
    slate.write("two")
    slate.journal.undo()
    slate.write("three")
    assert slate.journal.redo() is None
    slate.journal.undo()
    assert slate.word == "one"


def test_only_so_many_are_kept() -> None:
    slate = Slate(Database.in_memory(), most=3)
    for number in range(6):
        slate.write(str(number))
    assert [step.after for step in slate.journal.steps()] == ["5", "4", "3"]


def test_another_program_can_take_a_step_back(tmp_path: Path) -> None:
    file = tmp_path / "library.sqlite3"
    first = Slate(Database.open(file))
    first.write("one")
    first.write("two")
    first.database.close()
    # WHEN it starts again THEN the step is still there
    second = Slate(Database.open(file))
    assert second.journal.undo() is not None and second.word == "one"
    second.database.close()
    third = Slate(Database.open(file))
    assert third.journal.redo() is not None and third.word == "two"
    third.database.close()


def test_a_step_out_of_reach_is_dropped_and_blocks_nothing(slate: Slate) -> None:
    for word in ("zero", "gone", "two"):
        slate.write(word) if word != "gone" else _smuggle(slate)
    # WHEN what a step needs is gone THEN a sentence says so and nothing is half done
    with pytest.raises(OutOfReachError, match="It is gone"):
        slate.journal.undo()
    assert slate.word == "two"
    # AND the next one goes on before it
    assert [step.after for step in slate.journal.steps()] == ["gone", "zero"]


def _smuggle(slate: Slate) -> None:
    slate.database.execute("UPDATE slate SET word = 'gone'")
    slate.journal.record("word", "zero", "gone")


def test_a_failure_that_may_pass_keeps_the_step(slate: Slate) -> None:
    slate.database.execute("INSERT INTO slate VALUES ('two')")
    slate.journal.record("word", "full", "two")
    with pytest.raises(EngineError, match="full"):
        slate.journal.undo()
    assert slate.word == "two" and slate.journal.last_done() is not None


def test_a_kind_nobody_knows_here_is_dropped_with_a_sentence(slate: Slate) -> None:
    slate.write("one")
    slate.journal.record("from the future", None, {"x": 1})
    with pytest.raises(OutOfReachError, match="newer"):
        slate.journal.undo()
    assert slate.journal.undo() is not None and slate.word == ""


def test_a_change_that_fails_leaves_no_step(slate: Slate) -> None:
    with pytest.raises(EngineError), slate.database.transaction():
        slate.journal.record("word", "", "one")
        raise EngineError("no")
    assert slate.journal.steps() == []
