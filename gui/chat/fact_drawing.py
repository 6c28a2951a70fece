"""Has facts drawn from the open talk, and tells how far that is. Knows no widgets.

Runs on the chat queue and gives way to a reply: it stops as soon as one is asked for.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from gui.background import Task
from gui.chat.fact_words import drawn_text
from gui.chat.presenter import ChatPresenter
from gui.chat.services import ChatServices
from gui.chat.wording import translate

if TYPE_CHECKING:
    from engine.chat.drawn_facts.drawing import DrawEvent


class FactDrawing(QObject):
    """`done` of `total` sentences are read while it is `busy`. `offered` says that there is a new
    fact in the conversation; `told` carries a sentence on how it went."""

    changed = Signal()
    offered = Signal()
    told = Signal(str)

    def __init__(self, presenter: ChatPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._task: Task | None = None
        self._of = 0
        self._found = 0
        self.done = self.total = 0
        presenter.run.changed.connect(self._give_way)
        presenter.open.opened.connect(self._leave)

    @property
    def busy(self) -> bool:
        return self._task is not None

    @property
    def possible(self) -> bool:
        """Whether there is a talk to read and a model to do it, and nobody is just replying."""
        presenter = self._presenter
        return bool(presenter.open.id and presenter.cast.setup.cast) and presenter.can_send

    def start(self) -> None:
        """Begins to read the talk, unless that is being done."""
        if self.busy or not self.possible:
            return
        one = self._of = self._presenter.open.id
        self.done = self.total = self._found = 0
        task = self._task = self._presenter.writing.follow(lambda services: _drawn(services, one))
        task.yielded.connect(self._take)
        task.returned.connect(self._end)
        task.cancelled.connect(self._end_early)
        task.failed.connect(self._fail)
        self.told.emit("")
        self.changed.emit()

    def stop(self) -> None:
        """Ends it; what was found stays offered."""
        if self._task is not None:
            self._task.cancel()

    def _leave(self) -> None:
        """Another conversation: how it went in this one is nothing to tell there."""
        self.stop()
        if self._of and self._of != self._presenter.open.id:
            self._of = 0
            self.told.emit("")

    def _tell(self, sentence: str) -> None:
        if self._of:
            self.told.emit(sentence)

    def _take(self, event: object) -> None:
        from engine.chat.drawn_facts.drawing import FactOffered, FactsDrawn, SentenceRead

        match event:
            case SentenceRead():
                self.done, self.total = event.done, event.total
                self.changed.emit()
            case FactOffered():
                self._found += 1
                self.offered.emit()
            case FactsDrawn():
                self._tell(drawn_text(event.sentences, event.offered, event.known))
            case _:
                pass

    def _end(self) -> None:
        self._task = None
        self.changed.emit()

    def _end_early(self) -> None:
        self._end()
        self._tell(translate("Chat", "Stopped. What was found is offered below.")
                   if self._found else translate("Chat", "Stopped."))

    def _fail(self, problem: object) -> None:
        self._end()
        if isinstance(problem, EngineError):
            self._tell(" ".join(filter(None, (problem.message, problem.hint))))
        else:
            self._tell(translate("Chat", "Something in the program broke."))
            self._presenter.problem_raised.emit(problem)

    def _give_way(self) -> None:
        if self._presenter.run.busy:
            self.stop()


def _drawn(services: ChatServices, one: int) -> "Iterator[DrawEvent]":
    # Few people draw facts: what that needs is read when they do.
    from engine.chat.drawn_facts.drawing import FactDrawer
    from engine.chat.drawn_facts.fact_prompt import load_fact_prompt
    from engine.chat.fact_store import FactStore

    company, conversation = services.company, services.store.conversation(one)
    drawer = FactDrawer(services.models(conversation.model), company.director.study.sentences,
                        FactStore(company.database), company.casts,
                        load_fact_prompt(company.paths))
    yield from drawer.draw(conversation)
