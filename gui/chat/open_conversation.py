"""The conversation that is open: its messages as they are shown, and changes to what was said.

Knows no widgets. Changes run on the chat queue, so that each reply sees those before it.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.chat.conversation import ChatMessage, Conversation, ReplySettings
from engine.chat.talk import TalkSetup
from gui.chat.chat_models import ChatModels
from gui.chat.persona_colours import colours_of
from gui.chat.reply_notes import Marks
from gui.chat.reply_run import ReplyRun
from gui.chat.services import ChatAsking, ChatServices
from gui.chat.shown import ShownMessage
from gui.chat.tree import shown_messages, stepped, taken_in
from gui.chat.wording import progress_note, translate

_ASKED, _COMING = -2, -3


class OpenConversation(QObject):
    """`stored` is the conversation, of id 0 while the store does not have it; `shown` are its
    messages. `asked` is what was sent and has no message yet, for the person themselves or for
    `asked_as` of the cast. `setup` is who talks there and how, once that is read: without a cast
    it is the model itself. `marks` are those of replies, by their ids."""

    opened = Signal()
    messages_changed = Signal()
    message_grown = Signal(object)
    changed = Signal()

    def __init__(self, fresh: Conversation, asking: ChatAsking, run: ReplyRun, models: ChatModels,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._run = run
        self._models = models
        self.stored = fresh
        self.setup = TalkSetup()
        self.shown: tuple[ShownMessage, ...] = ()
        self.asked = ""
        self.asked_as = ""
        self.marks: Marks = {}

    @property
    def id(self) -> int:
        return self.stored.id

    @property
    def streaming(self) -> bool:
        """Whether a reply is being made for it."""
        return self._run.busy and self._run.progress.conversation_id == self.id

    @property
    def note(self) -> str:
        """What is being done before the reply's first word."""
        return progress_note(self._run.progress, self._models.ready is not None)

    def open(self, conversation: Conversation) -> None:
        """Shows another conversation."""
        self.setup = self.setup if conversation.id == self.id else TalkSetup()
        self.stored, self.asked = conversation, ""
        self.refresh()
        self.opened.emit()

    def take(self, conversation: Conversation) -> None:
        """Shows the same conversation as it is stored now."""
        self.stored = conversation
        self.tell_messages()

    def take_setup(self, setup: TalkSetup) -> None:
        """Shows who talks here now. Messages are only shown anew where their names or colours
        are others: a long talk has many."""
        before, self.setup = self.setup, setup
        if colours_of(setup) != colours_of(before):
            self.tell_messages()
        elif setup != before:
            self.changed.emit()

    def take_marks(self, marks: Marks) -> None:
        """Shows what in replies does not agree with what their speakers know."""
        if marks != self.marks:
            self.marks = marks
            self.tell_messages()

    def take_messages(self, *messages: ChatMessage) -> None:
        """Shows messages that are new, or have changed."""
        self.stored = taken_in(self.stored, *messages)
        self.tell_messages()

    def tell_messages(self) -> None:
        self.refresh()
        self.messages_changed.emit()

    def refresh(self) -> None:
        """Makes `shown` anew. Before a reply has its own message, what was asked stands there."""
        name = self._models.current.name if self._models.current else ""
        names = {choice.id: choice.name for choice in self._models.choices}
        shown = list(shown_messages(self.stored, names, self.streaming, colours_of(self.setup),
                                    self.marks))
        progress, note = self._run.progress, self.note
        if self.streaming and not progress.message_id and self.asked:
            shown += [self._asked_message(), replace(self._coming(name), note=note)]
        elif self.streaming and shown and shown[-1].id == progress.message_id:
            shown[-1] = replace(shown[-1], text=progress.text, note=note)
        self.shown = tuple(shown)

    def grow(self) -> None:
        """Shows how far the reply is."""
        progress = self._run.progress
        if self.streaming and self.shown and self.shown[-1].id in (progress.message_id, _COMING):
            grown = replace(self.shown[-1], text=progress.text, note=self.note)
            if grown != self.shown[-1]:
                self.shown = (*self.shown[:-1], grown)
                self.message_grown.emit(grown)

    def step(self, message_id: int, by: int) -> None:
        """Shows the alternative before or after a message."""
        other = stepped(self.stored, message_id, by)
        if other and not self.streaming:
            self.change(lambda services: services.store.choose(other))

    def set_system_prompt(self, text: str) -> None:
        if text != self.stored.system_prompt:
            self.stored = replace(self.stored, system_prompt=text)
            self._store(lambda services, one: services.store.set_system_prompt(one, text))

    def set_reply_settings(self, settings: ReplySettings) -> None:
        if settings != self.stored.settings:
            self.stored = replace(self.stored, settings=settings)
            self._store(lambda services, one: services.store.set_settings(one, settings))

    def change(self, change: Callable[[ChatServices], object]) -> None:
        """Changes the stored conversation, then shows it as it is stored."""
        conversation_id = self.id

        def changed(services: ChatServices) -> Conversation:
            change(services)
            return services.store.conversation(conversation_id)

        self._asking.ask(changed, self._take_if_open)

    def _asked_message(self) -> ShownMessage:
        """What was sent and has no message yet."""
        if self.asked_as:
            return ShownMessage(_ASKED, self.asked_as, self.asked,
                                colour=colours_of(self.setup).get(self.asked_as, ""))
        return ShownMessage(_ASKED, translate("Chat", "You"), self.asked, mine=True)

    def _coming(self, model: str) -> ShownMessage:
        """The reply that has no message yet: by whom, as far as that is known."""
        cast = self.setup.cast
        if len(cast) == 1:
            called = cast[0].persona.called
            return ShownMessage(_COMING, called, "", colour=colours_of(self.setup)[called])
        unknown = "…" if cast else model or translate("Chat", "Assistant")
        return ShownMessage(_COMING, unknown, "")

    def _take_if_open(self, found: object) -> None:
        if isinstance(found, Conversation) and found.id == self.id:
            self.take(found)

    def _store(self, change: Callable[[ChatServices, int], object]) -> None:
        """Stores a property, if the conversation is stored at all yet."""
        conversation_id = self.id
        if conversation_id:
            self._asking.ask(lambda services: change(services, conversation_id))
        self.changed.emit()
