"""Which models there are, which is open; choosing, changing one's mind, getting the first."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.models.registry import RegistryEntry
from gui.background import WorkQueue
from gui.chat.chat_models import ChatModels
from gui.chat.services import Fetching, ModelReady
from tests.fakes import FakeTextModel
from tests.gui.chat.conftest import entry


class Bench:
    """Models whose opening can be held; `opened` are the ids that were, in order."""

    def __init__(self, qtbot: QtBot) -> None:
        self.chat, self.desk = WorkQueue(), WorkQueue()
        self.entries = [entry("one", "One"), entry("two", "Two")]
        self.opened: list[str] = []
        self.fails: BaseException | None = None
        self.hold, self.reached, self.go = False, Event(), Event()
        self.told = Event()
        self.models = ChatModels(self.chat, self.desk, lambda: self.entries, self._warm_up)
        self._qtbot = qtbot

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not (self.chat.busy or self.desk.busy))

    def load(self) -> None:
        self.models.load()
        self.settle()

    def _warm_up(self) -> Iterator[FakeTextModel]:
        assert self.models.current
        chosen = self.models.current.id
        if self.hold:
            self.hold = False
            self.reached.set()
            assert self.go.wait(20)
        if self.fails:
            raise self.fails
        self.opened.append(chosen)
        yield FakeTextModel(id=chosen)
        self.told.set()


@pytest.fixture
def bench(qapp: QApplication, qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.go.set()
    made.chat.close()
    made.desk.close()


def test_the_first_model_answers_where_none_was_chosen(bench: Bench) -> None:
    bench.load()
    assert [c.name for c in bench.models.choices] == ["One", "Two"]
    assert bench.models.ready == ModelReady("one", "Fake writer", "CPU", 2048)
    assert not bench.models.opening


def test_taggers_and_broken_folders_are_no_choice(bench: Bench) -> None:
    bench.entries.append(RegistryEntry(Path("broken"), None, EngineError("Broken.")))
    bench.load()
    assert len(bench.models.choices) == 2


def test_a_chosen_model_is_opened_at_once_and_the_same_one_not_again(bench: Bench) -> None:
    bench.load()
    bench.models.use("two")
    bench.settle()
    bench.models.use("two")
    bench.settle()
    assert bench.opened == ["one", "two"]
    assert bench.models.ready and bench.models.ready.id == "two"


def test_before_the_page_was_seen_nothing_is_opened(bench: Bench) -> None:
    bench.models.use("two")
    bench.models.look_again()
    bench.settle()
    assert bench.opened == [] and not bench.models.known


def test_a_change_of_mind_gives_up_the_opening_before(bench: Bench, qtbot: QtBot) -> None:
    # GIVEN a model that is being opened
    bench.hold = True
    bench.models.load()
    qtbot.waitUntil(bench.reached.is_set)
    assert bench.models.opening
    # WHEN another one is chosen meanwhile
    bench.models.use("two")
    bench.go.set()
    bench.settle()
    # THEN that one is open, and the first is never shown as such
    assert bench.models.ready and bench.models.ready.id == "two"
    assert bench.opened[-1] == "two" and not bench.models.opening


def test_word_of_a_model_given_up_comes_too_late(bench: Bench, qtbot: QtBot) -> None:
    # GIVEN a model that was opened, the word of it still on its way to the screen
    bench.load()
    bench.told.clear()
    bench.models.make_ready()
    assert bench.told.wait(20)
    # WHEN another one is chosen
    shown: list[str] = []
    bench.models.changed.connect(
        lambda: shown.append(bench.models.ready.id if bench.models.ready else ""))
    bench.models.use("two")
    bench.settle()
    qtbot.waitUntil(lambda: shown[-1] == "two")
    # THEN the first is never taken for it
    assert "one" not in shown


def test_a_model_that_cannot_be_opened_says_why_until_another_is(bench: Bench) -> None:
    bench.fails = EngineError("Its file is gone.", "Add it again.")
    bench.load()
    assert bench.models.problem is bench.fails and bench.models.ready is None
    bench.fails = None
    bench.models.use("two")
    bench.settle()
    assert bench.models.problem is None and bench.models.ready


def test_a_bug_while_opening_is_told(bench: Bench) -> None:
    told: list[object] = []
    bench.models.failed.connect(told.append)
    bench.fails = ZeroDivisionError()
    bench.load()
    assert told == [bench.fails] and bench.models.problem is None


def test_a_removed_model_leaves_the_first_one(bench: Bench) -> None:
    bench.load()
    bench.models.use("two")
    bench.settle()
    del bench.entries[1]
    bench.load()
    assert bench.models.current and bench.models.current.id == "one"
    assert bench.opened == ["one", "two", "one"]


def test_a_model_that_arrived_is_opened(bench: Bench) -> None:
    # GIVEN none, and one on its way
    arrived, bench.entries[:] = bench.entries[:1], []
    bench.load()
    assert bench.models.current is None and bench.opened == []
    bench.models.show_fetching(Fetching(5, 9, "Getting it"))
    # WHEN it has come
    bench.entries[:] = arrived
    bench.models.show_fetching(None)
    bench.settle()
    assert bench.models.ready and bench.models.fetching is None
