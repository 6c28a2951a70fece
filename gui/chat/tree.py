"""What the transcript shows of a conversation, and how a conversation takes in what is new.

Pure functions of values.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from engine.chat.conversation import ChatMessage, Conversation, MessageState, Role
from gui.chat.reply_notes import Marks, mark_text
from gui.chat.shown import Act, ShownMessage
from gui.chat.wording import name_of, state_note

_CHANGING = (Act.EDIT, Act.REGENERATE, Act.CONTINUE, Act.REWRITE, Act.BRANCH, Act.DELETE)


def shown_messages(conversation: Conversation, models: Mapping[str, str],
                   frozen: bool = False,
                   colours: Mapping[str, str] | None = None,
                   marks: Marks | None = None) -> tuple[ShownMessage, ...]:
    """The messages of the path that is shown; nothing but copying can be done if `frozen`.
    `models` are the models' names by their ids, `colours` those of the cast by their names,
    `marks` those of replies by their ids."""
    siblings: dict[int | None, list[int]] = defaultdict(list)
    for message in conversation.messages:
        siblings[message.parent].append(message.id)
    path, hues, marked = conversation.path, colours or {}, marks or {}
    return tuple(
        shown_message(message, siblings[message.parent], models, frozen,
                      place == len(path) - 1, hues.get(message.author, ""),
                      tuple(map(mark_text, marked[message.id])) if message.id in marked else ())
        for place, message in enumerate(path))


def shown_message(message: ChatMessage, siblings: Sequence[int], models: Mapping[str, str],
                  frozen: bool, last: bool, colour: str = "",
                  marks: tuple[str, ...] = ()) -> ShownMessage:
    """One message; `siblings` are the ids of all alternatives at its place."""
    return ShownMessage(
        message.id, name_of(message, models), message.text, message.role is Role.USER,
        siblings.index(message.id) + 1, len(siblings), state_note(message),
        _acts(message.role is Role.ASSISTANT, bool(message.text),
              message.state is MessageState.STREAMING, last, frozen, bool(message.author)),
        colour, marks)


def taken_in(conversation: Conversation, *messages: ChatMessage) -> Conversation:
    """The conversation with these messages in it, new or changed, and shown."""
    known = {message.id: message for message in conversation.messages}
    chosen = dict(conversation.chosen)
    for message in messages:
        known[message.id] = message
        chosen[message.parent] = message.id
    return replace(conversation, messages=tuple(known.values()), chosen=chosen)


def stepped(conversation: Conversation, message_id: int, by: int) -> int:
    """The id of the alternative `by` places after a message, 0 if there is none."""
    ids = [message.id for message in conversation.alternatives(message_id)]
    place = ids.index(message_id) + by if message_id in ids else -1
    return ids[place] if 0 <= place < len(ids) else 0


@cache
def _acts(answer: bool, has_text: bool, streaming: bool, last: bool,
          frozen: bool, in_cast: bool) -> tuple[Act, ...]:
    """What can be done with a message; of thousands only a few differ."""
    can = dict.fromkeys(Act, not streaming) | {
        Act.COPY: has_text, Act.REWRITE: has_text and not streaming, Act.REGENERATE: answer,
        Act.CONTINUE: answer and last and has_text,
        Act.WHY: answer and in_cast and not streaming}
    return tuple(act for act in Act if can[act] and not (frozen and act in _CHANGING))
