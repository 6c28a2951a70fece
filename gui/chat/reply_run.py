"""Follows a reply as it is made, at the pace of the screen.

Knows no widgets and no store: it hands work to the chat queue and tells what comes of it.
"""

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from engine.chat.replies import (
    ModelLoading,
    PromptRead,
    ReplyAnew,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolTold,
)
from engine.chat.tool_use import ToolStep
from gui.background import Task, WorkQueue
from gui.gathering import Gathering

SCREEN_PACE_MS = 20

Work = Callable[[], Iterator[object]]


class Phase(enum.Enum):
    """What is being done now."""

    IDLE = enum.auto()
    WAITING = enum.auto()  # asked for, not begun
    OPENING = enum.auto()  # the model is read from disk
    READING = enum.auto()  # the model reads the prompt
    WRITING = enum.auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reply is. `message_id` 0 as long as it has no message in the store.

    `text` is all that was written so far, with what stood there before a continuation. `done` of
    `total` are the tokens of the prompt read, `step` is what a tool does before. After the end it
    still says what was written where.
    """

    phase: Phase = Phase.IDLE
    conversation_id: int = 0
    message_id: int = 0
    text: str = ""
    done: int = 0
    total: int = 0
    step: ToolStep | None = None


class ReplyRun(QObject):
    """One reply at a time. Exactly one of `ended`, `stopped` and `failed` follows each start.

    `begun` carries a ReplyStarted, `ended` a ReplyEnded, `failed` an exception, `told` whatever
    else the work yields; `noted` carries each event as it comes, but the words. Where a reply is
    made anew its text begins again.
    """

    changed = Signal()
    begun = Signal(object)
    grown = Signal()
    told = Signal(object)
    noted = Signal(object)
    ended = Signal(object)
    stopped = Signal()
    failed = Signal(object)

    def __init__(self, queue: WorkQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._task: Task | None = None
        self._ending: ReplyEnded | None = None
        self.progress = Progress()
        self._gathering = Gathering(SCREEN_PACE_MS, self)
        self._gathering.gathered.connect(self._take)

    @property
    def busy(self) -> bool:
        return self._task is not None

    def start(self, conversation_id: int, work: Work) -> None:
        """Puts `work`, which yields ReplyEvents, on the queue. Only while nothing runs."""
        assert self._task is None
        self._ending = None
        self.progress = Progress(Phase.WAITING, conversation_id)
        task = self._task = self._queue.submit(work)
        task.yielded.connect(self._gathering.add)
        task.returned.connect(self._finish)
        task.cancelled.connect(self._finish)
        task.failed.connect(self._fail)
        self.changed.emit()

    def adopt(self, conversation_id: int) -> None:
        """The conversation was stored meanwhile and has an id now."""
        self._show(conversation_id=conversation_id)

    def stop(self) -> None:
        """Ends the reply; what was said stays."""
        if self._task is not None:
            self._task.cancel()

    def _take(self, values: list[object]) -> None:
        said = ""
        for value in values:
            if isinstance(value, ReplyText):
                said += value.text
            elif isinstance(value, ReplyAnew):
                said = ""
                self._show(text=value.text)
            else:
                self._note(value)
        if said:
            phase, self.progress = self.progress.phase, replace(
                self.progress, phase=Phase.WRITING, text=self.progress.text + said)
            if phase is not Phase.WRITING:
                self.changed.emit()
            self.grown.emit()

    def _note(self, value: object) -> None:
        match value:
            case ModelLoading():
                self._show(phase=Phase.OPENING)
            case ToolTold():
                self._show(step=value.step)
            case ReplyStarted():
                self._show(phase=Phase.READING, step=None, conversation_id=value.conversation_id,
                           message_id=value.message.id, text=value.message.text)
                self.begun.emit(value)
            case PromptRead():
                self._show(done=value.done, total=value.total)
            case ReplyEnded():
                self._ending = value
            case _:
                self.told.emit(value)
        self.noted.emit(value)

    def _show(self, **changes: object) -> None:
        self.progress = replace(self.progress, **changes)  # type: ignore[arg-type] # its own fields
        self.changed.emit()

    def _finish(self) -> None:
        self._settle()
        if self._ending is not None:
            self.ended.emit(self._ending)
        else:
            self.stopped.emit()

    def _fail(self, failure: object) -> None:
        self._settle()
        self.failed.emit(failure)

    def _settle(self) -> None:
        self._gathering.flush()
        self._task = None
        self.progress = replace(self.progress, phase=Phase.IDLE, done=0, total=0, step=None)
        self.changed.emit()
