"""The meter: measured a moment later, one at a time, never after the end."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from engine.chat.conversation import Conversation
from engine.chat.prompt_budget import PromptBudget
from engine.errors import EngineError
from gui.chat.meter import Meter
from gui.chat.prompt_view import PromptView
from gui.chat.services import ChatAsking

BUDGET = PromptBudget(100, 10, 10, 10)
VIEW = PromptView(BUDGET, "prompt")


class SlowAsking(ChatAsking):
    """Keeps what was asked until the test answers it."""

    def __init__(self) -> None:
        self.open: list[tuple[Callable[[object], object], Callable[[object], object]]] = []

    def ask(self, question: Callable[..., object],
            then: Callable[[object], object] | None = None,
            otherwise: Callable[[object], object] | None = None) -> None:
        assert then and otherwise
        self.open.append((then, otherwise))


@pytest.fixture
def asking(qapp: object) -> SlowAsking:
    return SlowAsking()


@pytest.fixture
def meter(asking: SlowAsking) -> Meter:
    return Meter(asking)


def want(meter: Meter, draft: str) -> None:
    meter.want(Conversation(1, ""), draft)


def test_letters_that_come_fast_are_measured_once(
        meter: Meter, asking: SlowAsking, qtbot: QtBot) -> None:
    for length in range(5):
        want(meter, "x" * length)
    qtbot.waitUntil(lambda: len(asking.open) == 1)
    with qtbot.waitSignal(meter.changed):
        asking.open[0][0](VIEW)
    assert meter.budget == BUDGET


def test_what_was_measured_for_older_text_is_not_shown(
        meter: Meter, asking: SlowAsking, qtbot: QtBot) -> None:
    # GIVEN that the text goes on while it is measured
    want(meter, "a")
    qtbot.waitUntil(lambda: len(asking.open) == 1)
    want(meter, "ab")
    # WHEN the older measure comes, THEN it is dropped and the newer text measured
    asking.open[0][0](VIEW)
    assert meter.budget is None
    qtbot.waitUntil(lambda: len(asking.open) == 2)
    asking.open[1][0](VIEW)
    assert meter.budget == BUDGET


def test_what_cannot_be_measured_shows_nothing(
        meter: Meter, asking: SlowAsking, qtbot: QtBot) -> None:
    meter.show(BUDGET)
    want(meter, "a")
    qtbot.waitUntil(lambda: len(asking.open) == 1)
    asking.open[0][1](ValueError())
    assert meter.budget is None and meter.problem is None


def test_why_nothing_could_be_measured_is_kept_until_it_can(
        meter: Meter, asking: SlowAsking, qtbot: QtBot) -> None:
    want(meter, "a")
    qtbot.waitUntil(lambda: len(asking.open) == 1)
    asking.open[0][1](EngineError("The format is broken."))
    assert meter.budget is None and str(meter.problem) == "The format is broken."
    want(meter, "b")
    qtbot.waitUntil(lambda: len(asking.open) == 2)
    asking.open[1][0](VIEW)
    assert meter.problem is None and meter.view == VIEW


def test_a_budget_from_elsewhere_keeps_the_prompt(
        meter: Meter, asking: SlowAsking, qtbot: QtBot) -> None:
    want(meter, "a")
    qtbot.waitUntil(lambda: len(asking.open) == 1)
    asking.open[0][0](VIEW)
    meter.show(PromptBudget(100, 20, 10, 20))
    assert meter.view == VIEW and meter.budget != BUDGET
    meter.show(None)
    assert meter.view is None


def test_after_its_end_it_measures_no_more(
        meter: Meter, asking: SlowAsking, qtbot: QtBot) -> None:
    want(meter, "a")
    meter.close()
    want(meter, "b")
    assert meter.budget is None and asking.open == []
