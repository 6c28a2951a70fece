"""Short questions to the conversations' store, each on a work queue with services of its own."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from gui.background import Task, WorkQueue
from gui.chat.services import ChatServices, OpenChat


class Asking(QObject):
    """`failed` carries the exception of a question that went wrong."""

    failed = Signal(object)

    def __init__(self, open_chat: OpenChat, queue: WorkQueue, urgent: bool = False,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_chat = open_chat
        self._queue = queue
        self._urgent = urgent

    def ask(self, question: Callable[[ChatServices], object],
            then: Callable[[object], object] | None = None,
            otherwise: Callable[[object], object] | None = None) -> None:
        """Has `question` answered there, and hands the answer to `then` here."""
        def work() -> Iterator[object]:
            with self._open_chat() as services:
                yield question(services)

        task = self._queue.submit(work, urgent=self._urgent)
        if then is not None:
            task.yielded.connect(then)
        task.failed.connect(otherwise or self.failed)

    def follow(self, steps: Callable[[ChatServices], Iterator[object]]) -> Task:
        """Has longer work done there, step after step; what a person waits for goes in between.

        The caller listens to the task's signals."""
        def work() -> Iterator[object]:
            with self._open_chat() as services:
                yield from steps(services)

        return self._queue.submit(work)
