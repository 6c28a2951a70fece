"""All conversations of the library: the one door to their tables. Every write is one transaction.

A store belongs to the thread that opened its database. Nothing a person or a model said is
overwritten: edits and new replies are siblings, and what is deleted waits in the trash.
"""

from collections.abc import Sequence

from engine.chat.conversation import (
    ChatMessage,
    Conversation,
    ConversationRow,
    FoundMessage,
    MessageState,
    ReplySettings,
    Role,
)
from engine.library.database import Database


class ConversationStore:
    """Conversations by id. Unknown ids raise EngineError: another window may have deleted them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, trashed: bool = False) -> list[ConversationRow]:
        """What a list shows: pinned first, then by when they changed last, newest first."""
        raise NotImplementedError

    def create(self, title: str = "", system_prompt: str = "",
               settings: ReplySettings | None = None, model: str = "") -> Conversation:
        """A new, empty conversation. Without a title its first words will give it one."""
        raise NotImplementedError

    def conversation(self, conversation_id: int) -> Conversation:
        """The whole tree."""
        raise NotImplementedError

    def message(self, message_id: int) -> ChatMessage:
        raise NotImplementedError

    def add_message(self, conversation_id: int, role: Role, text: str, parent: int | None = None,
                    author: str = "", state: MessageState = MessageState.WHOLE, model: str = "",
                    settings: ReplySettings | None = None) -> ChatMessage:
        """Stores a message after `parent` and shows it there."""
        raise NotImplementedError

    def edit(self, message_id: int, text: str) -> ChatMessage:
        """A sibling of the message with another text, shown in its place."""
        raise NotImplementedError

    def choose(self, message_id: int) -> None:
        """Shows this alternative, and the messages before it that lead there."""
        raise NotImplementedError

    def delete_message(self, message_id: int) -> None:
        """Takes a message and all that follows it out of the tree; `restore_message` undoes it."""
        raise NotImplementedError

    def restore_message(self, message_id: int) -> None:
        raise NotImplementedError

    def write(self, message_id: int, text: str, state: MessageState, problem: str = "") -> None:
        """Stores a message's text as far as it goes, while it streams and at its end."""
        raise NotImplementedError

    def rename(self, conversation_id: int, title: str) -> None:
        raise NotImplementedError

    def set_pinned(self, conversation_id: int, pinned: bool) -> None:
        raise NotImplementedError

    def set_folder(self, conversation_id: int, folder: str) -> None:
        raise NotImplementedError

    def set_system_prompt(self, conversation_id: int, text: str) -> None:
        raise NotImplementedError

    def set_settings(self, conversation_id: int, settings: ReplySettings) -> None:
        raise NotImplementedError

    def set_model(self, conversation_id: int, model: str) -> None:
        raise NotImplementedError

    def delete(self, conversation_ids: Sequence[int]) -> None:
        """Moves conversations to the trash; `restore` undoes it."""
        raise NotImplementedError

    def restore(self, conversation_ids: Sequence[int]) -> None:
        raise NotImplementedError

    def purge(self, conversation_ids: Sequence[int]) -> None:
        """Deletes for good."""
        raise NotImplementedError

    def search(self, words: str, most: int = 100) -> list[FoundMessage]:
        """Messages that hold all the words (as beginnings), and conversations so titled; newest
        first, nothing of the trash."""
        raise NotImplementedError

    def mark_interrupted(self) -> int:
        """Replies that were streaming when the program ended are marked; how many there were."""
        raise NotImplementedError
