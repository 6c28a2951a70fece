"""A conversation as a file told it, and what was wrong with the file. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.talk import TalkSetup

MOST_SAID = 20
MOST_NAME = 200
MOST_LETTERS = 1_000_000
MOST_MESSAGES = 100_000
NO_SETUP = TalkSetup()


@dataclass(frozen=True, slots=True)
class ReadChat:
    """One conversation. The ids of its messages count from 1 and mean nothing outside of it; each
    stands after the one it follows.

    `setup` is what it was set up with, where the file knew; the personas in it have the id 0.
    `names` are those who talk, as they are called in it, without the person.
    """

    conversation: Conversation
    setup: TalkSetup = NO_SETUP
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadChats:
    """What a file held. `said` are sentences for the person about what was left out."""

    chats: tuple[ReadChat, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(slots=True)
class Remarks:
    """Sentences about a file as it is read: the first few, and how many more there were."""

    sentences: list[str] = field(default_factory=list[str])
    more: int = 0

    def add(self, sentence: str) -> None:
        if len(self.sentences) < MOST_SAID:
            self.sentences.append(sentence)
        else:
            self.more += 1

    def told(self) -> tuple[str, ...]:
        rest = (f"There is more of this kind: {self.more:,} times.",) if self.more else ()
        return (*self.sentences, *rest)


@dataclass(slots=True)
class ChatBuilder:
    """Puts a conversation together, message after message. `last` is what the next one follows,
    None is the beginning."""

    messages: list[ChatMessage] = field(default_factory=list[ChatMessage])
    chosen: dict[int | None, int] = field(default_factory=dict[int | None, int])
    last: int | None = None

    def say(self, role: Role, text: str, author: str = "", at: str = "") -> None:
        """Adds a message after the last one and shows it."""
        self.say_one_of(role, (text,), 0, author, at)

    def say_one_of(self, role: Role, texts: Sequence[str], shown: int, author: str = "",
                   at: str = "") -> None:
        """Adds alternatives after the last message and shows one of them."""
        parent = self.last
        for place, text in enumerate(texts):
            number = len(self.messages) + 1
            self.messages.append(ChatMessage(number, parent, role, text, author, created_at=at))
            if place == shown:
                self.chosen[parent] = self.last = number

    def built(self, title: str = "", system_prompt: str = "",
              setup: TalkSetup = NO_SETUP) -> ReadChat:
        """The whole."""
        authors = (m.author for m in self.messages if m.role is Role.ASSISTANT and m.author)
        conversation = Conversation(0, title, system_prompt, messages=tuple(self.messages),
                                    chosen=dict(self.chosen))
        return ReadChat(conversation, setup, tuple(dict.fromkeys(authors)))


def one_line(text: object) -> str:
    """A name or title of a file as one line of bearable length, "" where it is no text."""
    return " ".join(text.split())[:MOST_NAME] if isinstance(text, str) else ""


def words_of(text: object) -> str | None:
    """What a message says; None where it is no text, or one nobody could have written."""
    return text if isinstance(text, str) and len(text) <= MOST_LETTERS else None
