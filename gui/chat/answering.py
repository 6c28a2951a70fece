"""Has the open conversation answered, and takes in what comes of it.

Knows no widgets. Replies run on the chat queue; what was kept of one that ended early is read
beside it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject, Signal

from engine.chat.conversation import Conversation, Role
from engine.chat.replies import ReplyEnded, ReplyFigures, ReplyStarted
from engine.errors import EngineError
from gui.chat.chat_models import ChatModels
from gui.chat.open_conversation import OpenConversation
from gui.chat.reply_run import ReplyRun
from gui.chat.services import ChatAsking, ChatServices, OpenChat, Trouble
from gui.chat.wording import translate

Reply = Callable[[ChatServices], Iterator[object]]
ReplyIn = Callable[[ChatServices, int], Iterator[object]]
"""A reply in the conversation of an id, which is not known before it is stored."""


class Answering(QObject):
    """`figures` say how quick the last reply was, `trouble` why there was none.

    `begun` carries a ReplyStarted of the open conversation, `told` each event of its reply but the
    words, `unsent` what was asked and never stored, `adopted` a conversation that was stored with
    its first message. `listed` says that the list of conversations has changed.
    """

    changed = Signal()
    begun = Signal(object)
    told = Signal(object)
    unsent = Signal(str)
    adopted = Signal(int)
    listed = Signal()
    streaming_changed = Signal(bool)
    problem_raised = Signal(object)

    def __init__(self, open_chat: OpenChat, conversation: OpenConversation, run: ReplyRun,
                 models: ChatModels, reading: ChatAsking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_chat = open_chat
        self._open = conversation
        self._run = run
        self._models = models
        self._reading = reading
        self._creating: Conversation | None = None
        self.figures: ReplyFigures | None = None
        self.trouble: Trouble | None = None
        run.grown.connect(conversation.grow)
        run.noted.connect(self._tell)
        run.begun.connect(self._begin)
        run.told.connect(self._take_stored)
        run.ended.connect(self._end)
        run.stopped.connect(self._end_early)
        run.failed.connect(self._fail)

    @property
    def can_answer(self) -> bool:
        return not self._run.busy and self._models.current is not None

    def ask(self, reply: Reply) -> None:
        """Has `reply` made, unless one is being made or nobody could."""
        if self.can_answer:
            self._start(reply)

    def send(self, conversation: Conversation, text: str, reply: ReplyIn) -> None:
        """Has `text` answered in a conversation, which is stored first where it is new."""
        self._creating = None if conversation.id else conversation

        def work(services: ChatServices) -> Iterator[object]:
            stored = conversation
            if not stored.id:
                stored = services.store.create("", conversation.system_prompt,
                                               conversation.settings)
                yield stored
            yield from reply(services, stored.id)

        self._start(work, text)

    def forget_trouble(self) -> None:
        """Another conversation is shown."""
        self.trouble = None

    def _start(self, reply: Reply, asked: str = "") -> None:
        self.trouble = None
        self._open.asked = asked

        def work() -> Iterator[object]:
            with self._open_chat() as services:
                yield from reply(services)

        self._run.start(self._open.id, work)
        self._open.tell_messages()
        self.streaming_changed.emit(True)

    def _tell(self, event: object) -> None:
        if self._run.progress.conversation_id == self._open.id:
            self.told.emit(event)

    def _take_stored(self, found: object) -> None:
        """A conversation that was stored, or changed, before the reply to it begins."""
        if not isinstance(found, Conversation):
            return
        creating, self._creating = self._creating, None
        if creating is not None:
            self._run.adopt(found.id)
            self.listed.emit()
        if found.id == self._open.id or (creating is not None and creating is self._open.stored):
            self.adopted.emit(found.id)
            self._open.take(found)

    def _begin(self, started: object) -> None:
        begun = cast("ReplyStarted", started)
        if self._models.ready is None:
            self._models.make_ready()  # it is open now; this tells where it runs
        if begun.conversation_id == self._open.id:
            self._open.asked = ""
            self.begun.emit(begun)
            self._open.take_messages(*(m for m in (begun.asked, begun.message) if m is not None))
            self.listed.emit()

    def _end(self, ended: object) -> None:
        whole = cast("ReplyEnded", ended)
        self.figures = whole.figures
        if self._open.stored.message(whole.message.id) is not None:
            self._open.take_messages(whole.message)
        self._settle()

    def _fail(self, failure: object) -> None:
        if isinstance(failure, EngineError):
            self.trouble = Trouble(failure.message, failure.hint)
        else:
            self.trouble = Trouble(translate("Chat", "Something in the program broke."))
            self.problem_raised.emit(failure)
        self._end_early()

    def _end_early(self) -> None:
        """The store knows what was kept of the reply."""
        one, self._creating = self._run.progress.conversation_id, None
        self._hold_written()
        if one:
            self._reading.ask(lambda services: services.store.conversation(one), self._take_kept,
                              lambda _: self._give_back())
        else:
            self._give_back()
        self._settle()

    def _hold_written(self) -> None:
        """What was seen of the reply stays in sight until the store has told what it kept."""
        written = self._run.progress
        held = self._open.stored.message(written.message_id)
        if held is not None:
            self._open.take_messages(replace(held, text=written.text))

    def _take_kept(self, found: object) -> None:
        conversation = cast("Conversation", found)
        if conversation.id == self._open.id:
            self._open.take(conversation)
            asked = [m.text for m in conversation.path if m.role is Role.USER]
            self._give_back(self._open.asked in asked[-1:])
            self.changed.emit()

    def _give_back(self, kept: bool = False) -> None:
        """What was sent and never stored goes back to who sent it."""
        asked, self._open.asked = self._open.asked, ""
        if asked and not kept:
            self.unsent.emit(asked)
        self._open.tell_messages()

    def _settle(self) -> None:
        self._open.tell_messages()
        self.listed.emit()
        self.streaming_changed.emit(False)
        self.changed.emit()
