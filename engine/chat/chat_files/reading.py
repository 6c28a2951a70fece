"""Reads conversations from files: our own form, SillyTavern's, `messages`, ShareGPT, plain text.

Knows files and tells the forms apart by what is in them; each form has its own module. Whatever a
file holds, it is read within bounds: what is wrong becomes a sentence and hides nothing else.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.chat.chat_files.json_values import json_of, list_of, object_of
from engine.chat.chat_files.messages import read_turns, turns_of
from engine.chat.chat_files.our_json import is_ours, read_ours
from engine.chat.chat_files.plain_text import read_text
from engine.chat.chat_files.read_chat import MOST_MESSAGES, ReadChat, ReadChats, Remarks
from engine.chat.chat_files.silly_tavern import is_silly_tavern, read_silly_tavern
from engine.errors import EngineError

MOST_BYTES = 64 << 20
MOST_CHATS = 10_000
_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_JSON_STARTS = ("{", "[{", "[[", "[\n", "[ {", "[]")
_HINT = ("Undertone reads its own .json files, SillyTavern's .jsonl, messages and ShareGPT,"
         " and plain text.")


def read_chats(file: Path, person: str = "") -> ReadChats:
    """The conversations of a file, and sentences about what was left out.

    `person` is who the person is in a plain text. EngineError where there is no conversation.
    """
    text = _text_of(file)
    remarks = Remarks()
    is_json = file.suffix.casefold() in _JSON_ENDINGS or text.lstrip().startswith(_JSON_STARTS)
    found = (_from_json if is_json else _from_text)(text, file.stem, person, remarks)
    chats = _first_ones(found, remarks)
    if not chats:
        why = next(iter(remarks.told()), "Nobody speaks in it.")
        raise EngineError(f"No conversation could be read from {file.name}: {why}", _HINT)
    return ReadChats(tuple(chats), remarks.told())


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as why:
        raise EngineError(f"{file.name} cannot be read: {why.strerror or why}.",
                          "Check the path, and that the file is whole.") from why
    if len(data) > MOST_BYTES:
        raise EngineError(f"{file.name} is too large for a chat: more than"
                          f" {MOST_BYTES >> 20} MB.", "Split it into smaller files.")
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if wide else "utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_ones(found: Iterator[ReadChat], remarks: Remarks) -> list[ReadChat]:
    """As many conversations as anybody has."""
    chats: list[ReadChat] = []
    messages = 0
    for chat in found:
        messages += len(chat.conversation.messages)
        if messages > MOST_MESSAGES or len(chats) == MOST_CHATS:
            remarks.add(f"Only the first {len(chats):,} conversations were read: there are too"
                        " many for one file.")
            break
        chats.append(chat)
    return chats


def _from_text(text: str, title: str, person: str, remarks: Remarks) -> Iterator[ReadChat]:
    found = read_text(text, title, person, remarks)
    yield from (found,) if found else ()


def _from_json(text: str, title: str, person: str, remarks: Remarks) -> Iterator[ReadChat]:
    whole, problem = json_of(text)
    if problem and "\n" in text.strip():
        yield from _from_lines(text, title, remarks, problem)
    elif problem:
        remarks.add(f"It is not JSON: {problem}.")
    else:
        yield from _from_value(whole, "The conversation", title, remarks)


def _from_lines(text: str, title: str, remarks: Remarks, problem: str) -> Iterator[ReadChat]:
    """JSON lines; `problem` is why the whole is not one value."""
    read = [(number, json_of(line)) for number, line in enumerate(text.split("\n"), 1)
            if line.strip()]
    lines = [(number, value) for number, (value, wrong) in read if not wrong]
    if not any(object_of(value) or list_of(value) for _, value in lines):
        remarks.add(f"It is not JSON: {problem}.")
        return
    for number, (_, wrong) in read:
        if wrong:
            remarks.add(f"Line {number} is left out, it is not JSON: {wrong}.")
    tavern = [line for line in lines if _is_tavern(line[1])]
    if tavern:
        found = read_silly_tavern(tavern[:MOST_MESSAGES], title, remarks)
        yield from (found,) if found else ()
        return
    for number, value in lines:
        yield from _from_value(value, f"Line {number}", "", remarks)


def _from_value(value: Any, where: str, title: str, remarks: Remarks) -> Iterator[ReadChat]:
    found: ReadChat | None = None
    inner: Any = _inner(value)
    if is_ours(object_of(value)):
        found = read_ours(object_of(value), where, remarks)
    elif turns_of(value) is not None:
        found = read_turns(value, where, remarks)
    elif list_of(inner):
        yield from _from_list(list_of(inner), title, remarks)
    elif _is_tavern(value):
        found = read_silly_tavern([(1, value)], title, remarks)
    else:
        remarks.add(f"{where} is left out: it is no conversation.")
    yield from (found,) if found else ()


def _from_list(values: list[Any], title: str, remarks: Remarks) -> Iterator[ReadChat]:
    if any(map(_is_tavern, values)):
        lines = [line for line in enumerate(values, 1) if _is_tavern(line[1])]
        found = read_silly_tavern(lines[:MOST_MESSAGES], title, remarks)
        yield from (found,) if found else ()
        return
    for number, value in enumerate(values, 1):
        where = f"Conversation {number}"
        if list_of(_inner(value)) and turns_of(value) is None:
            remarks.add(f"{where} is left out: it is no conversation.")
        else:
            yield from _from_value(value, where, "", remarks)


def _is_tavern(value: Any) -> bool:
    return is_silly_tavern(object_of(value))


def _inner(value: Any) -> Any:
    """What may be a list of conversations, in an object too."""
    return object_of(value).get("conversations", value)
