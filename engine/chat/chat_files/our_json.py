"""Conversations in our own form: everything there is, to be read again by this program and others.

Values in, text out, and back. A file of a later version is read as far as it is understood; what
cannot be is left out and said.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from heapq import heappop, heappush
from typing import Any

import msgspec

from engine.chat.chat_files.dates import date_of
from engine.chat.chat_files.json_values import is_shallow, list_of, object_of
from engine.chat.chat_files.read_chat import NO_SETUP, ReadChat, Remarks, one_line, words_of
from engine.chat.conversation import ChatMessage, Conversation, MessageState, ReplySettings, Role
from engine.chat.talk import TalkSetup
from engine.chat.tool_use import MOST_FOUND, ToolStep

FORMAT = "undertone-conversation"
VERSION = 2
MOST_TOKENS = 1_000_000
_MOST_STEPS = 16


def as_json(conversation: Conversation, setup: TalkSetup = NO_SETUP,
            indent: int | None = 2) -> str:
    """Everything there is. `chosen` has "" for the beginning."""
    known = asdict(replace(conversation, chosen={}))
    known["chosen"] = {str(key or ""): value for key, value in conversation.chosen.items()}
    if setup != NO_SETUP:
        known["setup"] = msgspec.to_builtins(setup)
    return json.dumps({"format": FORMAT, "version": VERSION, **known}, ensure_ascii=False,
                      indent=indent) + "\n"


def is_ours(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a conversation in our form."""
    return value.get("format") == FORMAT


def read_ours(value: Mapping[str, Any], where: str, remarks: Remarks) -> ReadChat:
    """The conversation of a JSON object; `where` it stands in the file, for sentences."""
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        remarks.add(f"{where} was written by a newer Undertone; what is new in it may be missing.")
    told = _messages(value.get("messages"), where, remarks)
    numbers = _in_order(told, where, remarks)
    messages = tuple(replace(told[old], id=new, parent=numbers.get(told[old].parent))
                     for old, new in numbers.items() if old is not None)
    settings = _convert(value.get("settings"), ReplySettings)
    conversation = Conversation(
        id=0, title=one_line(value.get("title")), messages=messages,
        system_prompt=words_of(value.get("system_prompt")) or "",
        # Whether tools may be used is for the person to say, not for a file.
        settings=(replace(settings, tools=False) if settings and _is_usable(settings)
                  else ReplySettings()),
        model=one_line(value.get("model")),
        folder=one_line(value.get("folder")), pinned=value.get("pinned") is True,
        created_at=date_of(value.get("created_at")), changed_at=date_of(value.get("changed_at")),
        chosen=_chosen(value.get("chosen"), messages, numbers))
    authors = (m.author for m in messages if m.role is Role.ASSISTANT and m.author)
    return ReadChat(conversation, _setup(value.get("setup"), where, remarks),
                    tuple(dict.fromkeys(authors)))


def _messages(listed: object, where: str, remarks: Remarks) -> dict[int, ChatMessage]:
    found: dict[int, ChatMessage] = {}
    for place, one in enumerate(list_of(listed), 1):
        message = _convert(one, ChatMessage)
        if message is None or message.id in found or words_of(message.text) is None:
            remarks.add(f"{where}: message {place} is left out, it cannot be understood.")
        else:
            found[message.id] = _settled(message)
    return found


def _settled(message: ChatMessage) -> ChatMessage:
    """Nobody writes at a message of a file."""
    ended = message.state is not MessageState.STREAMING
    usable = message.settings is not None and _is_usable(message.settings)
    return replace(message, author=one_line(message.author), model=one_line(message.model),
                   created_at=date_of(message.created_at),
                   settings=message.settings if usable else None,
                   steps=tuple(map(_in_one_line, message.steps[:_MOST_STEPS])),
                   state=message.state if ended else MessageState.INTERRUPTED)


def _in_one_line(step: ToolStep) -> ToolStep:
    return ToolStep(one_line(step.tool), one_line(step.argument), one_line(step.thought),
                    one_line(step.outcome), tuple(map(one_line, step.found[:MOST_FOUND])))


def _is_usable(settings: ReplySettings) -> bool:
    """Whether a model can work with settings that anybody may have written."""
    sampling = settings.sampling
    return (0 < settings.max_tokens <= MOST_TOKENS and 0 <= sampling.temperature <= 10
            and 0 <= sampling.top_k <= MOST_TOKENS and 0 < sampling.top_p <= 1
            and 0 <= sampling.min_p <= 1 and 0.1 <= sampling.repetition_penalty <= 10
            and 0 <= sampling.dry_multiplier <= 10 and 1 <= sampling.dry_base <= 10
            and 0 < sampling.dry_allowed_length <= MOST_TOKENS
            and (sampling.seed is None or 0 <= sampling.seed < 2**63))


def _in_order(messages: Mapping[int, ChatMessage], where: str,
              remarks: Remarks) -> dict[int | None, int | None]:
    """New ids from 1 on for the messages that lead back to a beginning: in the order of the file,
    but each after the one it follows (a corrected message is younger than what follows it)."""
    places = {number: place for place, number in enumerate(messages)}
    following: dict[int | None, list[int]] = {}
    for message in messages.values():
        following.setdefault(message.parent, []).append(message.id)
    numbers: dict[int | None, int | None] = {None: None}
    ready = [(places[number], number) for number in following.get(None, ())]
    while ready:
        _, number = heappop(ready)
        numbers[number] = len(numbers)
        for child in following.get(number, ()):
            heappush(ready, (places[child], child))
    lost = len(messages) + 1 - len(numbers)
    if lost:
        remarks.add(f"{where}: messages left out because they follow none that is there: {lost:,}.")
    return numbers


def _chosen(told: object, messages: Sequence[ChatMessage],
            numbers: Mapping[int | None, int | None]) -> dict[int | None, int]:
    """Which messages are shown; where the file does not know, the newest ones."""
    parents = {message.id: message.parent for message in messages}
    chosen: dict[int | None, int] = {message.parent: message.id for message in messages}
    for key, old in object_of(told).items():
        place = int(key) if key.isdecimal() and len(key) < 19 else None
        number = numbers.get(old) if isinstance(old, int) else None
        if number is not None and place in numbers and parents[number] == numbers[place]:
            chosen[numbers[place]] = number
    return chosen


def _setup(told: object, where: str, remarks: Remarks) -> TalkSetup:
    if told is None:
        return NO_SETUP
    setup = _convert(told, TalkSetup) if is_shallow(told) else None
    if setup is None:
        remarks.add(f"{where}: cast and scene are left out, they cannot be understood.")
        return NO_SETUP
    return replace(setup, cast=tuple(replace(member, persona_id=0) for member in setup.cast))


def _convert(value: object, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(value, kind)
    except (ValueError, RecursionError):  # msgspec's own are ValueErrors
        return None
