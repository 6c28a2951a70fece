"""What the person preferred, as rows: the reply they went on from beside those they passed over,
and what they wrote over beside what stood there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.library.database import Database
from engine.training.rows.row import BadRow, ChoiceRow
from engine.training.rows.told_talk import ToldTalk, told_talks

_SAID_OUT = (MessageState.WHOLE, MessageState.LENGTH)


def read_own_choices(database: Database,
                     personas: Collection[int] | None = None) -> Iterator[ChoiceRow | BadRow]:
    """A row for every reply that was passed over for another by the same speaker.

    A reply counts as kept where the talk went on from it, where the person went back to it from a
    newer one, or where they wrote it.
    """
    for talk in told_talks(database, personas):
        if isinstance(talk, BadRow):
            yield talk
        else:
            yield from choices_of(talk, personas)


def choices_of(talk: ToldTalk, personas: Collection[int] | None = None) -> Iterator[ChoiceRow]:
    """The choices of one talk, on whichever path they were made."""
    replies: dict[tuple[int | None, str], list[ChatMessage]] = defaultdict(list)
    for message in talk.conversation.messages:
        if talk.is_of(message, personas):
            replies[message.parent, talk.speaker(message)].append(message)
    answered = {message.parent for message in talk.conversation.messages}
    for (parent, speaker), siblings in replies.items():
        kept = next((message for message in siblings
                     if message.id == talk.conversation.chosen.get(parent)), None)
        if kept is not None and _is_kept(talk, kept, siblings, answered):
            yield from _pairs(talk, speaker, kept, siblings)


def _pairs(talk: ToldTalk, speaker: str, kept: ChatMessage,
           siblings: list[ChatMessage]) -> Iterator[ChoiceRow]:
    before = [message for message in talk.conversation.path_to(kept.id)[:-1]
              if message.text.strip()]
    row = talk.row(before)
    told = {kept.text.strip()}
    for other in siblings:
        text = other.text.strip()
        if text and text not in told and other.state in _SAID_OUT and _was_written(talk, other):
            told.add(text)
            yield ChoiceRow(row, kept.text.strip(), text, talk.place, speaker)


def _is_kept(talk: ToldTalk, kept: ChatMessage, siblings: list[ChatMessage],
             answered: Collection[int | None]) -> bool:
    """Whether the person wanted it: else it is only the last that came."""
    wanted = (kept.id in answered or kept.id in talk.edits or kept.id != siblings[-1].id)
    return wanted and talk.is_good(kept)


def _was_written(talk: ToldTalk, message: ChatMessage) -> bool:
    """Whether a model said it: other greetings of a card are no rejected replies."""
    return message.role is Role.ASSISTANT and (bool(message.model) or message.id in talk.edits)
