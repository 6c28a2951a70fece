"""What the Chat page does: opens conversations, sends, follows replies, asks again.

Knows no widgets. Replies and all changes of the open conversation run on the `chat` queue, one
after the other; lists and reading run beside them on `desk`. Attributes are plain; signals say
when they changed.
"""

from typing import cast

from PySide6.QtCore import QObject, QSettings, Signal

from engine.chat.conversation import Conversation, MessageState, ReplySettings, Role
from engine.errors import EngineError
from engine.inference.sampling import SamplingSettings
from engine.settings import Settings
from gui.background import WorkQueue
from gui.chat.answering import Answering
from gui.chat.characters import Characters, MakeFace
from gui.chat.chat_models import ChatModels
from gui.chat.conversations import Conversations
from gui.chat.drafts import Drafts
from gui.chat.meter import Meter
from gui.chat.open_cast import OpenCast
from gui.chat.open_conversation import OpenConversation
from gui.chat.reply_notes import ReplyNotes
from gui.chat.reply_run import ReplyRun
from gui.chat.services import ChatAsking, ChatServices, OpenChat, Trouble
from gui.chat.shown import Act
from gui.chat.speaking import Speaking
from gui.chat.tree_editing import TreeEditing
from gui.chat.turns import Turns
from gui.chat.undoing import Undoing
from gui.chat.wording import translate
from gui.mood_source import MoodSource

_LAST = "chat/conversation"


class ChatPresenter(QObject):
    """`conversations` is the list, `open` the conversation that is shown, `answering` has it
    answered, `run` follows the reply, `meter` how full the window is, `models` what can answer,
    `speaking` as whom the person speaks;
    `sought` is the message a search led to. `reading` asks the store beside the replies,
    `writing` between them, so that each reply sees what was changed before it. `moods` is where
    moods of words come from, None where nobody hears them.

    `unsent` carries text that goes back into the field; `streaming_changed` whether a reply is
    being made anywhere; `reply_told` carries the events of the reply in the open conversation, but
    for its words. `message_wanted` is the message somebody wants to read, `song_wanted` the place
    of a song they want to see.
    """

    state_changed = Signal()
    unsent = Signal(str)
    streaming_changed = Signal(bool)
    problem_raised = Signal(object)
    reply_told = Signal(object)
    message_wanted = Signal(int)
    song_wanted = Signal(str)

    def __init__(self, open_chat: OpenChat, chat: WorkQueue, desk: WorkQueue, models: ChatModels,
                 settings: Settings, memory: QSettings, parent: QObject | None = None,
                 make_face: MakeFace = lambda _: None, moods: MoodSource | None = None) -> None:
        super().__init__(parent)
        self.moods = moods
        self._memory = memory
        self._settings = settings
        self.reading = ChatAsking(open_chat, desk, urgent=True, parent=self)
        self.writing = ChatAsking(open_chat, chat, urgent=True, parent=self)
        self.loaded = False
        self.models = models
        self.drafts = Drafts(memory)
        self.draft = ""
        self.conversations = Conversations(self.reading, self)
        self.run = ReplyRun(chat, self)
        self.open = OpenConversation(self._fresh(), self.writing, self.run, models, self)
        self.answering = Answering(open_chat, self.open, self.run, models, self.reading, self)
        self.characters = Characters(self.reading, make_face, self)
        self.characters.voices = lambda: self.models.choices
        self.cast = OpenCast(self.open, self.reading, self.writing, self)
        self.speaking = Speaking(self.cast, self.open, self)
        self.notes = ReplyNotes(self.open, self.reading, self)
        self.edits = TreeEditing(self.open, self.reading, self.writing, self)
        self.undoing = Undoing(self.conversations, self.open, self.edits, self)
        self.turns = Turns(self.answering.ask, self.open, self.run, self)
        self.meter = Meter(self.writing, self)
        self.sought = 0
        self._connect()

    # Looking around

    def load(self) -> None:
        """Brings back the list and the conversation that was open last. Once."""
        if not self.loaded:
            self.loaded = True
            self.models.load()
            self.conversations.load()
            last = str(self._memory.value(_LAST, ""))
            if last.isdigit() and last != "0":
                self.show(int(last))
            else:
                self.new()

    def show(self, conversation_id: int, message_id: int = 0) -> None:
        """Opens a conversation; of a found message, with the alternatives that lead to it."""
        def read(services: ChatServices) -> Conversation:
            found = services.store.conversation(conversation_id)
            if message_id and all(message.id != message_id for message in found.path):
                services.store.choose(message_id)
                found = services.store.conversation(conversation_id)
            return found

        self.reading.ask(read, lambda found: self._show(found, message_id), self._miss)

    def new(self) -> None:
        """Begins a conversation; it is stored with its first message."""
        self._show(self._fresh())

    def use_settings(self, settings: Settings) -> None:
        """Takes changed settings; conversations keep their own."""
        before, fresh = self._settings, self._fresh()
        self._settings = settings
        self.models.use(settings.chat_model)
        if (settings.device, settings.threads) != (before.device, before.threads) and (
                self.models.ready is not None):
            self.models.make_ready()
        # What was chosen for a conversation that begins only gives way to other defaults.
        if not (self.open.id or self.run.busy) and self._fresh() != fresh:
            self.open.open(self._fresh())
        self.state_changed.emit()

    @property
    def title(self) -> str:
        """The name of the open conversation; the store gives it one with its first words."""
        row = self.conversations.table.conversation(self.open.id)
        return row.title if row else self.open.stored.title

    @property
    def can_send(self) -> bool:
        return self.answering.can_answer

    @property
    def why_no_answer(self) -> Trouble | None:
        """What stands between the person and an answer, None while all is well."""
        if self.run.busy or not self.models.choices:
            return None
        leaf, problem = self.open.stored.leaf, self.models.problem
        if leaf is not None and leaf.state is MessageState.FAILED:
            # The message says why; here only that it can be asked for again.
            return Trouble(translate("Chat", "This reply could not be finished."))
        trouble = self.answering.trouble
        if trouble is not None or problem is not None:
            return trouble or (problem and Trouble(problem.message, problem.hint))
        if leaf is not None and leaf.role is Role.USER and not self.turns.awaited:
            return Trouble(translate("Chat", "This message has no answer yet."), "", True)
        return None

    @property
    def default_settings(self) -> ReplySettings:
        """What a new conversation begins with."""
        return ReplySettings(self._settings.chat_max_tokens,
                             SamplingSettings(temperature=self._settings.chat_temperature))

    def set_draft(self, text: str) -> None:
        """Remembers what stands in the field, and measures it a moment later."""
        self.draft = text
        self.drafts.keep(self.open.id, text)
        self.measure()

    # Asking

    def send(self, text: str) -> bool:
        """Has the text answered; False if that cannot be now."""
        text = text.strip()
        if not text or not self.can_send:
            return False
        conversation = self.open.stored
        self.set_draft("")
        author = self.open.asked_as = self.speaking.author
        self.answering.send(conversation, text,
                            lambda services, one: services.chatbot.send(one, text, author))
        return True

    def stop(self) -> None:
        """Ends the reply that is being made; what was said stays."""
        self.turns.end()
        self.run.stop()

    def retry(self) -> bool:
        """Asks again after trouble; False where nothing was stored that could be answered."""
        if self.models.problem is not None:
            self.models.make_ready()
        leaf = self.open.stored.leaf
        failed = leaf is not None and leaf.state is MessageState.FAILED
        if leaf is None or not (failed or self.answering.trouble or leaf.role is Role.USER):
            return False
        if leaf.role is Role.USER:
            self.answering.ask(lambda services: services.chatbot.reply(self.open.id))
        else:
            self.act(Act.REGENERATE, leaf.id)
        return True

    def act(self, act: str, message_id: int) -> None:
        """Does what a message's own buttons say."""
        one = self.open.id
        if act == Act.DELETE:
            self.edits.remove(message_id)
        elif act == Act.BRANCH:
            self.edits.branch(message_id)
        elif act == Act.REGENERATE:
            self.answering.ask(lambda services: services.chatbot.regenerate(one, message_id))
        elif act == Act.CONTINUE:
            self.answering.ask(lambda services: services.chatbot.continue_reply(one, message_id))

    def edit(self, message_id: int, text: str, answer: bool,
             keep_following: bool = False) -> None:
        """Gives a message another text, beside the old one; maybe has it answered anew, or lets
        what followed follow it."""
        if answer and self.can_send:
            self.answering.ask(self.edits.edited_for_answer(message_id, text))
        else:
            self.edits.edit(message_id, text, keep_following)

    def undo(self) -> None:
        """Takes back what was done last: here, or to the list of conversations."""
        self.undoing.undo()

    def undo_edit(self) -> None:
        """Takes back what was done last here, and leaves the list as it is."""
        self.undoing.undo_edit()

    def redo(self) -> None:
        """Does again what was taken back last here."""
        self.undoing.redo()

    def close(self) -> None:
        """Stops what runs, without waiting for it. Call before the work queues are closed."""
        self.meter.close()
        self.turns.end()
        self.conversations.close()
        self.run.stop()

    # Within

    def _connect(self) -> None:
        for source in (self.reading.failed, self.writing.failed, self.models.failed,
                       self.characters.failed):
            source.connect(self.problem_raised)
        self.characters.begun.connect(self._show_begun)
        self.edits.branched.connect(self._show_begun)
        self.characters.saved.connect(self.cast.follow)
        self.models.changed.connect(self._follow_models)
        self.conversations.table.counted.connect(self.state_changed)
        self.conversations.deleted.connect(self._leave_deleted)
        self.open.changed.connect(self.measure)
        self.open.changed.connect(self.state_changed)
        self.open.messages_changed.connect(self.measure)
        self.open.messages_changed.connect(self.state_changed)
        for news in (self.meter.changed, self.turns.changed, self.cast.changed,
                     self.speaking.changed):
            news.connect(self.state_changed)
        self.run.changed.connect(self._follow_run)
        self.answering.changed.connect(self.state_changed)
        for ending in (self.run.ended, self.run.stopped, self.run.failed):
            ending.connect(self.edits.read)
        self.answering.begun.connect(lambda begun: self.meter.show(begun.budget))
        self.answering.begun.connect(lambda _: self.edits.settle())
        self.speaking.changed.connect(self.measure)
        self.answering.told.connect(self.notes.follow)
        self.answering.told.connect(self.reply_told)
        self.answering.adopted.connect(lambda one: self._memory.setValue(_LAST, one))
        self.answering.listed.connect(self.conversations.refresh)
        self.answering.unsent.connect(self._give_back)
        self.answering.streaming_changed.connect(self.streaming_changed)
        self.answering.problem_raised.connect(self.problem_raised)

    def _fresh(self) -> Conversation:
        return Conversation(0, "", self._settings.system_prompt, self.default_settings)

    def _show(self, found: object, sought: int = 0) -> None:
        conversation = cast("Conversation", found)
        self.sought = sought
        self._memory.setValue(_LAST, conversation.id)
        self.answering.forget_trouble()
        self.draft = self.drafts.of(conversation.id)
        self.meter.show(None)
        self.open.open(conversation)
        self.measure()
        self.state_changed.emit()

    def _show_begun(self, found: object) -> None:
        self._show(found)
        self.conversations.refresh()

    def _miss(self, problem: object) -> None:
        """The conversation is gone: another window deleted it, or it was left at the end."""
        known = isinstance(problem, EngineError)
        if not (known and str(self._memory.value(_LAST, "")) and not self.open.id):
            self.problem_raised.emit(problem)
        self.conversations.refresh()
        self.new()

    def _give_back(self, text: str) -> None:
        """What was sent and never stored goes back into the field."""
        if not self.draft:
            self.unsent.emit(text)

    def measure(self) -> None:
        """Counts tokens once a model is open: counting is no reason to open one."""
        if self.models.ready is not None and not self.open.streaming:
            self.meter.want(self.open.stored, self.draft, self.speaking.author)

    def _follow_run(self) -> None:
        self.conversations.table.mark_writing(
            self.run.progress.conversation_id if self.run.busy else 0)
        self.open.grow()
        self.state_changed.emit()

    def _follow_models(self) -> None:
        self.open.tell_messages()
        self.state_changed.emit()

    def _leave_deleted(self, conversation_ids: list[int]) -> None:
        if self.run.busy and self.run.progress.conversation_id in conversation_ids:
            self.run.stop()
        if self.open.id in conversation_ids:
            self.new()
