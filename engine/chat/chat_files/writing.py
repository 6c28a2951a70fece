"""Conversations as files to keep: in our own form, as other programs take them, or to be read.

Knows files and the forms' names; each form has its own module. A file is written whole or not
at all.
"""

import enum
from collections.abc import Sequence
from pathlib import Path

from engine.chat.chat_files.messages import as_messages, as_sharegpt
from engine.chat.chat_files.our_json import as_json
from engine.chat.chat_files.plain_text import as_markdown, as_text
from engine.chat.chat_files.read_chat import NO_SETUP
from engine.chat.chat_files.silly_tavern import as_silly_tavern
from engine.chat.conversation import Conversation
from engine.chat.talk import TalkSetup
from engine.errors import EngineError
from engine.library.whole_file import write_whole


class ChatForm(enum.StrEnum):
    """The forms a conversation can be written in."""

    OURS = "ours"  # everything, every alternative
    SILLY_TAVERN = "sillytavern"  # what is shown, with the alternatives at each place
    TEXT = "text"
    MARKDOWN = "markdown"
    MESSAGES = "messages"  # a line of roles, as training takes it
    SHAREGPT = "sharegpt"

    @property
    def ending(self) -> str:
        """How its files are called."""
        return {ChatForm.OURS: ".json", ChatForm.TEXT: ".txt",
                ChatForm.MARKDOWN: ".md"}.get(self, ".jsonl")

    @property
    def joins(self) -> bool:
        """Whether several conversations go into one file, a line each."""
        return self in (ChatForm.OURS, ChatForm.MESSAGES, ChatForm.SHAREGPT)


def form_of(file: Path) -> ChatForm:
    """The form an ending asks for: .json is ours, .jsonl a line of `messages`."""
    return {".json": ChatForm.OURS, ".jsonl": ChatForm.MESSAGES,
            ".md": ChatForm.MARKDOWN}.get(file.suffix.casefold(), ChatForm.TEXT)


def write_conversation(conversation: Conversation, file: Path, form: ChatForm | None = None,
                       setup: TalkSetup = NO_SETUP) -> None:
    """Writes one conversation, by its file's ending where no form is named. EngineError if it
    cannot."""
    text = written(conversation, form or form_of(file), setup)
    write_whole(file, text.encode("utf-8", "replace"))


def write_conversations(chats: Sequence[tuple[Conversation, TalkSetup]], file: Path,
                        form: ChatForm) -> None:
    """Writes several into one file, a line each. EngineError if it cannot, or the form holds but
    one."""
    if not form.joins:
        raise EngineError(f"A file of the form {form.value} holds one conversation.",
                          "Export them one by one, or choose another form.")
    lines = (as_json(conversation, setup, indent=None) if form is ChatForm.OURS
             else written(conversation, form, setup) for conversation, setup in chats)
    write_whole(file, "".join(lines).encode("utf-8", "replace"))


def written(conversation: Conversation, form: ChatForm, setup: TalkSetup = NO_SETUP) -> str:
    """A conversation in a form."""
    match form:
        case ChatForm.OURS:
            return as_json(conversation, setup)
        case ChatForm.SILLY_TAVERN:
            return as_silly_tavern(conversation, setup)
        case ChatForm.MARKDOWN:
            return as_markdown(conversation, setup)
        case ChatForm.MESSAGES:
            return as_messages(conversation)
        case ChatForm.SHAREGPT:
            return as_sharegpt(conversation)
        case ChatForm.TEXT:
            return as_text(conversation, setup)
