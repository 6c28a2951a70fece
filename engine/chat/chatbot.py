"""Replies in a conversation, stored as they stream.

Joins store, prompt budget and model. Knows no window and no thread: whoever calls it serves it.
"""

from collections.abc import Callable, Iterator

from engine.chat.conversation import Conversation
from engine.chat.conversation_store import ConversationStore
from engine.chat.prompt_budget import PromptBudget
from engine.chat.replies import ReplyEvent
from engine.inference.language_model import TextModel

ModelSource = Callable[[str], TextModel]
"""The model of an id ("" for the one of the settings), kept open. EngineError if there is none."""


class Chatbot:
    """One reply at a time, on the thread that owns the store.

    Every method that returns an iterator does its work while it is iterated. Closing it stops
    the model at once: what was said is kept, with the state STOPPED. Where the model fails, what
    was said is kept with the state FAILED, and EngineError is raised.
    """

    def __init__(self, store: ConversationStore, models: ModelSource) -> None:
        self._store = store
        self._models = models

    def send(self, conversation_id: int, text: str, author: str = "") -> Iterator[ReplyEvent]:
        """Stores what the person says after the last message shown, then replies."""
        raise NotImplementedError

    def reply(self, conversation_id: int) -> Iterator[ReplyEvent]:
        """Replies to the last message shown."""
        raise NotImplementedError

    def regenerate(self, conversation_id: int, message_id: int) -> Iterator[ReplyEvent]:
        """Makes a new alternative of a reply and shows it. The old ones stay."""
        raise NotImplementedError

    def continue_reply(self, conversation_id: int, message_id: int) -> Iterator[ReplyEvent]:
        """Goes on where a reply ended, in the same message."""
        raise NotImplementedError

    def meter(self, conversation_id: int, draft: str = "") -> PromptBudget:
        """How the window would be filled if `draft` were sent now. Opens the model if need be."""
        raise NotImplementedError

    def conversation(self, conversation_id: int) -> Conversation:
        """The conversation as it is stored. EngineError if it is gone."""
        raise NotImplementedError
