"""Conversations as training takes them: `messages` of roles, and ShareGPT's turns of from and
value. Both hold one path; alternatives, names and setup are not in them.

Values in, a line of JSON out, and back. Files that mix both shapes are read too.
"""

import json
from typing import Any

from engine.chat.chat_files.json_values import list_of, object_of
from engine.chat.chat_files.read_chat import ChatBuilder, ReadChat, Remarks, one_line, words_of
from engine.chat.conversation import Conversation, Role

_ROLES = {"system": Role.SYSTEM, "developer": Role.SYSTEM,
          "user": Role.USER, "human": Role.USER, "prompter": Role.USER,
          "assistant": Role.ASSISTANT, "gpt": Role.ASSISTANT, "model": Role.ASSISTANT,
          "bot": Role.ASSISTANT, "chatgpt": Role.ASSISTANT}
_FROM = {Role.SYSTEM: "system", Role.USER: "human", Role.ASSISTANT: "gpt"}


def as_messages(conversation: Conversation) -> str:
    """The messages shown as one line: {"messages": [{"role", "content"}]}, the system prompt
    first. Messages without words are left out."""
    system = [(Role.SYSTEM, conversation.system_prompt)]
    said = [*system, *((message.role, message.text) for message in conversation.path)]
    messages = [{"role": role.value, "content": text} for role, text in said if text.strip()]
    return json.dumps({"messages": messages}, ensure_ascii=False) + "\n"


def as_sharegpt(conversation: Conversation) -> str:
    """The messages shown as one line: {"conversations": [{"from", "value"}], "system"}."""
    turns = [{"from": _FROM[message.role], "value": message.text}
             for message in conversation.path if message.text.strip()]
    return json.dumps({"conversations": turns, "system": conversation.system_prompt},
                      ensure_ascii=False) + "\n"


def turns_of(value: object) -> list[Any] | None:
    """The turns of a JSON value that is a conversation of either shape, None if it is none."""
    known = object_of(value)
    listed = list_of(known.get("messages", known.get("conversations", known.get("conversation")))
                     if known else value)
    return listed if listed and any(_is_turn(turn) for turn in listed) else None


def read_turns(value: object, where: str, remarks: Remarks) -> ReadChat | None:
    """The conversation of a JSON value; None, and a sentence, where nothing in it can be read."""
    known = object_of(value)
    builder = ChatBuilder()
    system = words_of(known.get("system")) or ""
    for place, turn in enumerate(turns_of(value) or (), 1):
        role, text = _turn(turn)
        if role is None or text is None:
            remarks.add(f"{where}: message {place} is left out, it is neither the person's nor"
                        " the model's.")
        elif role is Role.SYSTEM and not builder.messages and not system:
            system = text
        elif text.strip():
            builder.say(role, text, one_line(turn.get("name")) if role is not Role.USER else "")
    if not builder.messages:
        remarks.add(f"{where} holds no messages that can be read.")
        return None
    return builder.built(one_line(known.get("title")), system)


def _is_turn(turn: object) -> bool:
    known = object_of(turn)
    return ("role" in known and "content" in known) or ("from" in known and "value" in known)


def _turn(turn: object) -> tuple[Role | None, str | None]:
    """Who speaks and what they say; None where that cannot be told."""
    known = object_of(turn)
    role = known.get("role", known.get("from"))
    return (_ROLES.get(role.casefold()) if isinstance(role, str) else None,
            words_of(_joined(known.get("content", known.get("value")))))


def _joined(content: object) -> object:
    """The words of a message that comes in parts; pictures and the like have none."""
    listed = list_of(content)
    if not listed:
        return content
    parts = (object_of(part).get("text", part) for part in listed)
    return "\n".join(part for part in parts if isinstance(part, str) and part)
