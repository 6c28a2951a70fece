"""The facts of the open talk: what is so, what a reply was given, and changes to it.

Knows no widgets. Changes run on the chat queue, so that each reply sees those before it; adding and
forgetting can be undone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from engine.chat.conversation import ChatMessage, Role
from engine.chat.fact import Fact
from engine.chat.talk import TalkSetup
from engine.chat.truth.reply_mark import ReplyMark
from engine.errors import EngineError
from gui.chat.presenter import ChatPresenter
from gui.chat.services import ChatServices
from gui.chat.undoable import Undoable
from gui.chat.wording import translate

if TYPE_CHECKING:
    from engine.chat.fact_store import FactStore

Change = Callable[["FactStore"], object]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, sorted out where it was read: there may be thousands."""

    conversation_id: int
    facts: tuple[Fact, ...] = ()
    offered: tuple[Fact, ...] = ()
    used: tuple[Fact, ...] = ()
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that `back` takes back; `forgotten` counts the facts that it would bring back."""

    conversation_id: int
    back: Change
    forgotten: int = 0


class OpenFacts(Undoable):
    """`facts` are those that are so, the pinned first; `offered` wait for the person's word;
    `used` were given to the `reply`, best first, beside the `lost` ones, which are forgotten now.
    `said` carries why a change could not be made, "" for one that was."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, presenter: ChatPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._picked = 0
        self._waits = self._again = False
        self._steps: list[_Step] = []
        self.facts: tuple[Fact, ...] = ()
        self.offered: tuple[Fact, ...] = ()
        self.used: tuple[Fact, ...] = ()
        self.lost = 0
        presenter.undoing.watch(self)

    # What is asked about

    @property
    def id(self) -> int:
        """The open conversation."""
        return self._presenter.open.id

    @property
    def setup(self) -> TalkSetup:
        """Who talks in it."""
        return self._presenter.cast.setup

    @property
    def reply(self) -> ChatMessage | None:
        """The reply that was picked, else the last one of a character."""
        path = self._presenter.open.stored.path
        replies = [message for message in path if message.role is Role.ASSISTANT]
        picked = [message for message in replies if message.id == self._picked]
        return next(reversed(picked or replies), None)

    @property
    def is_picked(self) -> bool:
        """Whether it is another than the last."""
        return any(message.id == self._picked for message in self._presenter.open.stored.path)

    @property
    def marks(self) -> tuple[ReplyMark, ...]:
        """What in the reply does not agree with what its speaker knows."""
        reply = self.reply
        return self._presenter.open.marks.get(reply.id, ()) if reply else ()

    @property
    def lore(self) -> tuple[str, ...]:
        """The names of the lore the reply was told."""
        reply = self.reply
        return self._presenter.notes.lore.get(reply.id, ()) if reply else ()

    @property
    def forgotten(self) -> int:
        """How many facts `bring_back` would bring back."""
        return next((step.forgotten for step in self._here() if step.forgotten), 0)

    def pick(self, message_id: int) -> None:
        """Asks about a reply, 0 for the last one."""
        self._picked = message_id
        self.read()

    def read(self) -> None:
        """Reads what is so now, once where it is wanted again and again meanwhile."""
        one, reply = self.id, self.reply
        number = reply.id if reply else 0
        if not one:
            self._take(_Read(0))
        elif self._waits:
            self._again = True
        else:
            self._waits = True
            self._presenter.reading.ask(lambda services: _read(services, one, number),
                                        self._take_read, self._miss)

    # Changes

    def add(self, text: str, persona_id: int | None = None) -> None:
        """Adds a fact, known to one of the cast or to everyone."""
        heard = None if persona_id is None else (persona_id,)
        fact = Fact(0, text, conversation_id=self.id, persona_id=persona_id, heard_by=heard)
        added: list[int] = []  # its id, once it is stored
        self._change(lambda store: added.append(store.add(fact).id))
        self._remember(_Step(self.id, lambda store: store.forget(added)))

    def edit(self, fact_id: int, text: str) -> None:
        """Says a fact otherwise; one that was offered is kept so."""
        self._change(lambda store: store.edit(fact_id, text))

    def pin(self, fact_id: int, pinned: bool) -> None:
        """Gives a fact to every reply, or only where it bears on the talk."""
        self._change(lambda store: store.pin(fact_id, pinned))

    def set_heard_by(self, fact_id: int, heard_by: Sequence[int] | None) -> None:
        """Says who knows a fact, None for everyone."""
        self._change(lambda store: store.set_heard_by(fact_id, heard_by))

    def keep(self, fact_ids: Sequence[int]) -> None:
        """Takes offered facts for true."""
        self._change(lambda store: store.approve(fact_ids))

    def forget(self, fact_ids: Sequence[int]) -> None:
        """Gives facts to no reply any more, or discards offered ones."""
        numbers = tuple(fact_ids)
        self._change(lambda store: store.forget(numbers))
        self._remember(_Step(self.id, lambda store: store.remember(numbers), len(numbers)))

    def undo(self) -> None:
        """Takes back what was added or forgotten last here."""
        self._take_back(next(iter(self._here()), None))

    def bring_back(self) -> None:
        """Brings back what was forgotten last here, whatever was added since."""
        self._take_back(next((step for step in self._here() if step.forgotten), None))

    def _here(self) -> list[_Step]:
        """What can be taken back of this talk, the last first."""
        return [step for step in reversed(self._steps) if step.conversation_id == self.id]

    def _remember(self, step: _Step) -> None:
        self._steps.append(step)
        self.stepped.emit()

    def _take_back(self, step: _Step | None) -> None:
        if step is not None:
            self._steps.remove(step)
            self._change(step.back)
            self.undone.emit()

    def _change(self, change: Change) -> None:
        one, reply = self.id, self.reply
        number = reply.id if reply else 0

        def changed(services: ChatServices) -> _Read:
            change(_store(services))
            return _read(services, one, number)

        if one:
            self._presenter.writing.ask(changed, self._take_changed, self._refuse)

    def _take_changed(self, found: object) -> None:
        self.said.emit("")
        self._take(found)

    def _take_read(self, found: object) -> None:
        self._waits, again, self._again = False, self._again, False
        if again:
            self.read()
        else:
            self._take(found)

    def _miss(self, problem: object) -> None:
        self._waits = self._again = False
        self._presenter.problem_raised.emit(problem)

    def _take(self, found: object) -> None:
        read = cast("_Read", found)
        if read.conversation_id == self.id:
            self.facts, self.offered = read.facts, read.offered
            self.used, self.lost = read.used, read.lost
            self.changed.emit()

    def _refuse(self, problem: object) -> None:
        if isinstance(problem, EngineError):
            self.said.emit(" ".join(filter(None, (problem.message, problem.hint))))
        else:
            self.said.emit(translate("Chat", "Something in the program broke."))
            self._presenter.problem_raised.emit(problem)
        self.read()


def _store(services: ChatServices) -> "FactStore":
    from engine.chat.fact_store import FactStore

    return FactStore(services.company.database)


def _read(services: ChatServices, one: int, reply_id: int) -> _Read:
    store = _store(services)
    facts, used = store.facts(one), store.used(reply_id) if reply_id else []
    held = {fact.id for fact in facts}
    still = tuple(fact for fact in used if fact.id in held)
    approved = sorted((fact for fact in facts if fact.approved), key=lambda fact: not fact.pinned)
    return _Read(one, tuple(approved), tuple(fact for fact in facts if not fact.approved), still,
                 len(used) - len(still))
