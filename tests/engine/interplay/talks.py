"""Conversations made by hand, and an ear to hear them with."""

from collections.abc import Sequence

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.interplay.hearing import MoodListener
from engine.interplay.talk_moods import TalkMoodReader, TalkMoods
from engine.settings import CollationSettings
from engine.tagging.language import LanguageDetector
from tests.fakes import FakeTagger


def talk(*said: tuple[str, str] | str, number: int = 7) -> Conversation:
    """Messages after each other: ("Ann", text) is a persona's, ("", text) nobody's reply, and a
    text alone is the person's. ("*", text) is what happens."""
    messages: list[ChatMessage] = []
    for at, one in enumerate(said, 1):
        author, text = one if isinstance(one, tuple) else ("", one)
        role = Role.USER if isinstance(one, str) else Role.ASSISTANT
        if author == "*":
            author, role = "", Role.SYSTEM
        messages.append(ChatMessage(at, at - 1 or None, role, text, author))
    chosen = {message.parent: message.id for message in messages}
    return Conversation(number, "A talk", messages=tuple(messages), chosen=chosen)


def moods_of(conversation: Conversation, tagger: FakeTagger | None = None,
             detector: LanguageDetector | None = None, person: str = "") -> TalkMoods:
    """What a reader made for this once hears."""
    reader = TalkMoodReader(MoodListener(tagger or FakeTagger()), detector or LanguageDetector())
    return ended(list(reader.follow(conversation, CollationSettings(), person)))


def ended(events: Sequence[object]) -> TalkMoods:
    """The last event, which is the moods."""
    assert isinstance(events[-1], TalkMoods)
    assert not any(isinstance(event, TalkMoods) for event in events[:-1])
    return events[-1]
