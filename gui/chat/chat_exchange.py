"""Chats that come in from files and go out to files: how far that is, and what became of it.

Knows no widgets. Works on the desk queue; what came in until it is stopped stays.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.background import Task
from gui.chat.conversations import Conversations
from gui.chat.exchange_work import IsCard, Kept, Looked, Said, Written, take_in, write_out
from gui.chat.services import ChatAsking, ChatServices

if TYPE_CHECKING:
    from engine.chat.chat_files.writing import ChatForm

_PACE_MS = 60


@dataclass(slots=True)
class Arrivals:
    """What came of taking files in: conversations, new personas, sentences, files without a chat;
    `stopped` by the person."""

    ids: list[int] = field(default_factory=list[int])
    personas: list[int] = field(default_factory=list[int])
    sentences: list[str] = field(default_factory=list[str])
    unread: int = 0
    cards: list[Path] = field(default_factory=list[Path])
    stopped: bool = False


class ChatExchange(QObject):
    """`step` says how far it is while `busy`, `came` how many have come in so far. Then `arrived`
    or `written` says what became of it, until `forget`. `cards_found` carries files that hold
    characters instead of chats."""

    changed = Signal()
    brought = Signal(list)
    cards_found = Signal(list)
    failed = Signal(object)

    def __init__(self, asking: ChatAsking, conversations: Conversations,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._conversations = conversations
        self._task: Task | None = None
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(self.changed)
        self.step: Looked | Written | None = None
        self.came = 0
        self.arrived: Arrivals | None = None
        self.written: Written | None = None

    @property
    def busy(self) -> bool:
        return self._task is not None

    def take(self, files: Sequence[Path]) -> None:
        """Takes the chats of files in. While something else is under way, nothing happens."""
        if not self.busy and files:
            arrivals = Arrivals()
            self._start(lambda services: take_in(services, files),
                        lambda stopped: self._end_taking(arrivals, stopped),
                        lambda step: self._note(step, arrivals))

    def write(self, ids: Sequence[int], form: "ChatForm", place: Path) -> None:
        """Writes conversations to a file or a folder, as `write_out` says."""
        if not self.busy and ids:
            self._start(lambda services: write_out(services, ids, form, place),
                        lambda _: self._end(), self._note_written)

    def cancel(self) -> None:
        """Stops after the present step."""
        if self._task is not None:
            self._task.cancel()

    def undo(self) -> None:
        """Takes back what came in last; the list then offers to take that back, too."""
        arrived = self.arrived
        self.forget()
        if arrived is not None and arrived.ids:
            self._conversations.delete(arrived.ids)
            if arrived.personas:
                self._asking.ask(
                    lambda services: services.company.personas.delete(arrived.personas))

    def forget(self) -> None:
        """Tells no more of what became of it."""
        self.arrived = self.written = None
        self.changed.emit()

    def _start(self, steps: Callable[[ChatServices], Iterator[object]],
               end: Callable[[bool], object], note: Callable[[object], object]) -> None:
        self.arrived = self.written = self.step = None
        self.came = 0
        task = self._task = self._asking.follow(steps)
        task.yielded.connect(note)
        task.returned.connect(lambda: end(False))
        task.cancelled.connect(lambda: end(True))
        task.failed.connect(lambda problem: self._fail(problem, end))
        self.changed.emit()

    def _note(self, step: object, arrivals: Arrivals) -> None:
        match step:
            case Looked():
                self.step = step
            case Kept():
                arrivals.ids.append(step.id)
                self.came += 1
                arrivals.personas += step.personas
            case Said():
                arrivals.sentences += step.sentences
                arrivals.unread += step.unread
            case IsCard():
                arrivals.cards.append(step.file)
            case _:
                return
        self._tell_soon()

    def _note_written(self, step: object) -> None:
        if isinstance(step, Written):
            self.step = step
            self.written = step if step.place is not None else None
            self._tell_soon()

    def _tell_soon(self) -> None:
        """Thousands of steps need not be painted one by one."""
        if not self._pace.isActive():
            self._pace.start()

    def _end_taking(self, arrivals: Arrivals, stopped: bool) -> None:
        arrivals.stopped = stopped
        if arrivals.ids or arrivals.sentences or stopped:
            self.arrived = arrivals
        if arrivals.ids:
            self._conversations.refresh()
            self.brought.emit(arrivals.ids)
        self._end()
        if arrivals.cards:
            self.cards_found.emit(arrivals.cards)

    def _end(self) -> None:
        self._pace.stop()
        self._task = self.step = None
        self.changed.emit()

    def _fail(self, problem: object, end: Callable[[bool], object]) -> None:
        """What came in before stays, and is told."""
        end(True)
        self.failed.emit(problem)
