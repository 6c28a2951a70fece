"""What the Chat page needs of the engine, opened by each piece of work on its own thread."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.asking import Asking

if TYPE_CHECKING:
    from engine.chat.chatbot import Chatbot
    from engine.chat.conversation_store import ConversationStore
    from engine.inference.text_model import TextModel
    from gui.chat.company import Company


@dataclass(frozen=True, slots=True)
class ChatServices:
    """A door to the conversations and to who answers, for one thread while one piece of work
    lasts: one database connection, opened on entering and closed on leaving. `models` hands out
    a model by its id, "" for the chosen one; `company` is who there is to talk with."""

    store: "ConversationStore"
    chatbot: "Chatbot"
    models: Callable[[str], "TextModel"]
    company: "Company"


OpenChat = Callable[[], AbstractContextManager[ChatServices]]
ChatAsking = Asking[ChatServices]


@dataclass(frozen=True, slots=True)
class ModelReady:
    """The chat model that is open now, where it really runs, and how much it can read.

    `note` says why it does not run where it was meant to.
    """

    id: str
    name: str
    device: str
    window: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A chat model that is installed."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far a model is that is being got: `done` of `total` (0: not known yet; maybe bytes),
    what is done now in a few words, and why it failed, if it did."""

    done: int = 0
    total: int = 0
    what: str = ""
    problem: str = ""
    hint: str = ""
    in_bytes: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer, and what can be done; `unasked` where nobody asked for one yet."""

    message: str
    hint: str = ""
    unasked: bool = False
