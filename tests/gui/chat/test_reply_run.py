"""Following a reply: its phases, its pace, and exactly one end."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.chat.conversation import ChatMessage, Role
from engine.chat.prompt_budget import PromptBudget
from engine.chat.replies import (
    ModelLoading,
    PromptRead,
    ReplyAnew,
    ReplyEnded,
    ReplyFigures,
    ReplyStarted,
    ReplyText,
)
from engine.errors import EngineError
from gui.background import WorkQueue
from gui.chat.reply_run import Phase, ReplyRun

MESSAGE = ChatMessage(7, 6, Role.ASSISTANT, "Once ")
STARTED = ReplyStarted(3, MESSAGE, PromptBudget(100, 10, 10, 10))
ENDED = ReplyEnded(MESSAGE, ReplyFigures(10, 2, 0.1, 0.2))


class Log:
    """What a run told, in order."""

    def __init__(self, run: ReplyRun) -> None:
        self.phases: list[Phase] = []
        self.texts: list[str] = []
        self.ends: list[object] = []
        self.told: list[object] = []
        run.changed.connect(lambda: self._note(run))
        run.grown.connect(lambda: self.texts.append(run.progress.text))
        run.told.connect(self.told.append)
        run.ended.connect(self.ends.append)
        run.stopped.connect(lambda: self.ends.append("stopped"))
        run.failed.connect(self.ends.append)

    def _note(self, run: ReplyRun) -> None:
        if not self.phases or self.phases[-1] is not run.progress.phase:
            self.phases.append(run.progress.phase)


@pytest.fixture
def queue(qapp: QApplication) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def run(queue: WorkQueue) -> ReplyRun:
    return ReplyRun(queue)


@pytest.fixture
def log(run: ReplyRun) -> Log:
    return Log(run)


def play(run: ReplyRun, qtbot: QtBot, *events: object) -> None:
    def work() -> Iterator[object]:
        for event in events:
            if isinstance(event, BaseException):
                raise event
            yield event

    run.start(3, work)
    qtbot.waitUntil(lambda: not run.busy)


def test_a_reply_goes_through_its_phases_to_its_end(
        run: ReplyRun, log: Log, qtbot: QtBot) -> None:
    play(run, qtbot, ModelLoading("m"), STARTED, PromptRead(7, 5, 10), ReplyText(7, "upon "),
         ReplyText(7, "a time"), ENDED)
    assert log.phases == [Phase.WAITING, Phase.OPENING, Phase.READING, Phase.WRITING, Phase.IDLE]
    assert log.texts[-1] == "Once upon a time" and log.ends == [ENDED]


def test_text_that_comes_fast_is_shown_together(run: ReplyRun, log: Log, qtbot: QtBot) -> None:
    play(run, qtbot, STARTED, *(ReplyText(7, "x") for _ in range(200)), ENDED)
    assert log.texts[-1] == "Once " + "x" * 200
    assert len(log.texts) < 50


def test_a_reply_made_anew_begins_again(run: ReplyRun, log: Log, qtbot: QtBot) -> None:
    play(run, qtbot, STARTED, ReplyText(7, "the same"), ReplyAnew(7, "Once ", "said again"),
         PromptRead(7, 10, 10), ReplyText(7, "more"), ENDED)
    assert log.texts[-1] == "Once more" and log.told == [] and log.ends == [ENDED]


def test_no_word_is_lost_when_it_fails(run: ReplyRun, log: Log, qtbot: QtBot) -> None:
    failure = EngineError("Broken.")
    play(run, qtbot, STARTED, ReplyText(7, "half"), failure)
    assert log.texts[-1] == "Once half" and log.ends == [failure]


def test_work_that_ends_early_counts_as_stopped(run: ReplyRun, log: Log, qtbot: QtBot) -> None:
    play(run, qtbot, STARTED, ReplyText(7, "half"))
    assert log.ends == ["stopped"]
    # AND what was written where is still known, for who shows it until the store is read again
    assert (run.progress.phase, run.progress.message_id, run.progress.text) == (
        Phase.IDLE, 7, "Once half")


def test_stop_before_it_began_is_an_end_too(
        run: ReplyRun, log: Log, queue: WorkQueue, qtbot: QtBot) -> None:
    queue.pause()
    run.start(3, lambda: iter([STARTED]))
    run.stop()
    qtbot.waitUntil(lambda: not run.busy)
    assert log.ends == ["stopped"] and log.texts == []
    run.stop()


def test_after_the_end_it_is_still_known_what_was_written_where(
        run: ReplyRun, log: Log, qtbot: QtBot) -> None:
    play(run, qtbot, "something else", STARTED, ENDED)
    assert log.told == ["something else"]
    assert run.progress.conversation_id == 3
    assert (run.progress.message_id, run.progress.text) == (7, "Once ")


def test_one_that_is_stored_meanwhile_gets_its_id(run: ReplyRun, log: Log, qtbot: QtBot) -> None:
    run.told.connect(lambda _: run.adopt(12))
    run.start(0, lambda: iter(["stored"]))
    qtbot.waitUntil(lambda: not run.busy)
    assert run.progress.conversation_id == 12
