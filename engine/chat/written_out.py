"""A conversation as a file to keep: Markdown, plain text, JSON with every alternative, or a line
of JSONL as training takes it.

Knows the values of a conversation and files; no storage, no model.
"""

import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.errors import EngineError

FORMAT = "undertone-conversation"
VERSION = 1


def write_conversation(conversation: Conversation, file: Path) -> None:
    """Writes what is shown as .md, .txt or .jsonl, the whole tree as .json. EngineError if it
    cannot."""
    ways = {".json": as_json, ".jsonl": as_jsonl, ".md": as_markdown}
    text = ways.get(file.suffix.casefold(), as_text)(conversation)
    fresh = file.with_name(f".{file.name}.part")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(file)
    except OSError as why:
        with suppress(OSError):
            fresh.unlink()
        raise EngineError(f"{file.name} could not be written: {why.strerror or why}.",
                          "Choose another folder, or make room on the disk.") from why


def as_text(conversation: Conversation) -> str:
    """The messages shown, each after its speaker's name."""
    parts = [f"{_speaker(message)}:\n{message.text}" for message in conversation.path]
    return "\n\n".join([conversation.title, *parts]).lstrip("\n") + "\n"


def as_markdown(conversation: Conversation) -> str:
    """The messages shown under headings of their speakers; their own marks stay."""
    parts = [f"**{_speaker(message)}**\n\n{message.text}" for message in conversation.path]
    head = [f"# {conversation.title}"] if conversation.title else []
    return "\n\n".join([*head, *parts]) + "\n"


def as_jsonl(conversation: Conversation) -> str:
    """The messages shown as one line: {"messages": [{"role", "content"}]}, the system prompt
    first. Messages without words are left out."""
    system = [(Role.SYSTEM, conversation.system_prompt)]
    said = [*system, *((message.role, message.text) for message in conversation.path)]
    messages = [{"role": role.value, "content": text} for role, text in said if text.strip()]
    return json.dumps({"messages": messages}, ensure_ascii=False) + "\n"


def as_json(conversation: Conversation) -> str:
    """Everything there is, to be read by programs. `chosen` has "" for the beginning."""
    known = asdict(replace(conversation, chosen={}))
    known["chosen"] = {str(key or ""): value for key, value in conversation.chosen.items()}
    return json.dumps({"format": FORMAT, "version": VERSION, **known}, ensure_ascii=False,
                      indent=2) + "\n"


def _speaker(message: ChatMessage) -> str:
    if message.author:
        return message.author
    return "You" if message.role is Role.USER else message.model or "Assistant"
