"""A conversation as a tree of messages: replies have alternatives, and one path is shown.

Values only; knows no storage and no model. A message that is edited or made anew becomes a
sibling, so that nothing that was said is ever lost.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.chat.tool_use import ToolStep
from engine.inference.sampling import SamplingSettings


class Role(enum.StrEnum):
    """Whose turn a message is, as chat templates name it."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class MessageState(enum.StrEnum):
    """How a message stands. All but STREAMING are final until it is continued."""

    STREAMING = "streaming"
    WHOLE = "whole"
    LENGTH = "length"  # it reached the longest reply allowed: it can be continued
    STOPPED = "stopped"  # by the person
    INTERRUPTED = "interrupted"  # the program ended while it was written
    FAILED = "failed"  # `problem` says why


@dataclass(frozen=True, slots=True)
class ReplySettings:
    """How replies are made. `max_tokens` is the longest reply, in tokens; `tools` whether tools
    may be used before one."""

    max_tokens: int = 512
    sampling: SamplingSettings = SamplingSettings()  # noqa: RUF009 - frozen
    tools: bool = False


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. `parent` is the one it answers, None for a first one.

    `author` names who speaks where the role does not say enough (a persona); "" is the person or
    the model itself. `model` and `settings` are those that wrote it, if a model did.
    `created_at` is a time in UTC as ISO 8601. `problem`: why it failed, a sentence. `steps` are
    those that tools took for it before it was answered.
    """

    id: int
    parent: int | None
    role: Role
    text: str
    author: str = ""
    state: MessageState = MessageState.WHOLE
    model: str = ""
    settings: ReplySettings | None = None
    problem: str = ""
    created_at: str = ""
    steps: tuple[ToolStep, ...] = ()


@dataclass(frozen=True)  # without slots: the path is looked for once
class Conversation:
    """A whole conversation. `messages` are all of the tree, oldest first.

    `chosen` names for a message the alternative shown after it; its key None is the beginning.
    `model` is the id of the model that replies, "" for the one of the settings. `folder` ""
    is none. Times are UTC as ISO 8601.
    """

    id: int
    title: str
    system_prompt: str = ""
    settings: ReplySettings = ReplySettings()
    model: str = ""
    folder: str = ""
    pinned: bool = False
    created_at: str = ""
    changed_at: str = ""
    messages: tuple[ChatMessage, ...] = ()
    chosen: Mapping[int | None, int] = field(default_factory=dict[int | None, int])

    @cached_property
    def path(self) -> tuple[ChatMessage, ...]:
        """The messages shown, from the first to the last."""
        by_id = {message.id: message for message in self.messages}
        shown: list[ChatMessage] = []
        place: int | None = None
        while (following := by_id.get(self.chosen.get(place, 0))) is not None:
            shown.append(following)
            place = following.id
        return tuple(shown)

    @property
    def leaf(self) -> ChatMessage | None:
        """The last message shown."""
        return self.path[-1] if self.messages else None

    def message(self, message_id: int) -> ChatMessage | None:
        """The message of this id, None if it is not of this conversation."""
        return next((m for m in self.messages if m.id == message_id), None)

    def alternatives(self, message_id: int) -> tuple[ChatMessage, ...]:
        """The message and its siblings, oldest first; () for an unknown one."""
        asked = self.message(message_id)
        if asked is None:
            return ()
        return tuple(m for m in self.messages if m.parent == asked.parent)

    def path_to(self, message_id: int) -> tuple[ChatMessage, ...]:
        """The messages from the first to this one, whether shown or not."""
        by_id = {message.id: message for message in self.messages}
        found: list[ChatMessage] = []
        place: int | None = message_id
        while place is not None and place in by_id:
            found.append(by_id[place])
            place = by_id[place].parent
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """What a list shows of a conversation. `messages` counts all of its tree."""

    id: int
    title: str
    folder: str
    pinned: bool
    changed_at: str
    messages: int


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that holds the words searched for; without a message it is the title that does.

    `excerpt` is the text around them; `marks` are the places (start, end) of the words in it.
    `author` is who said it where the role does not say enough, `said_at` when, as ISO 8601.
    """

    conversation_id: int
    title: str
    message_id: int | None
    role: Role | None
    excerpt: str
    marks: tuple[tuple[int, int], ...] = ()
    author: str = ""
    said_at: str = ""
