"""Short questions to what is stored, each on a work queue with services of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from gui.background import Task, WorkQueue

Services = TypeVar("Services")


class Asking(QObject, Generic[Services]):
    """`failed` carries the exception of a question that went wrong. `open_services` is entered on
    the queue's thread, once for each question."""

    failed = Signal(object)

    def __init__(self, open_services: Callable[[], AbstractContextManager[Services]],
                 queue: WorkQueue, urgent: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_services = open_services
        self._queue = queue
        self._urgent = urgent

    def ask(self, question: Callable[[Services], object],
            then: Callable[[Any], object] | None = None,
            otherwise: Callable[[object], object] | None = None) -> None:
        """Has `question` answered there, and hands the answer to `then` here, which knows what
        kind of answer it is."""
        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield question(services)

        task = self._queue.submit(work, urgent=self._urgent)
        if then is not None:
            task.yielded.connect(then)
        task.failed.connect(otherwise or self.failed)

    def follow(self, steps: Callable[[Services], Iterator[object]]) -> Task:
        """Has longer work done there, step after step; what a person waits for goes in between.

        The caller listens to the task's signals."""
        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield from steps(services)

        return self._queue.submit(work)
