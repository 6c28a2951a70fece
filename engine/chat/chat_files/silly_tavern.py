"""Conversations as SillyTavern keeps them: JSON lines, a header and then one line a message.

Values in, text out, and back. What is shown travels with its alternatives ("swipes"); what
followed the alternatives that are not shown has no place in that form.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.chat.chat_files.dates import date_of
from engine.chat.chat_files.json_values import list_of, object_of
from engine.chat.chat_files.read_chat import ChatBuilder, ReadChat, Remarks, one_line, words_of
from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.scene import AuthorsNote, Scene
from engine.chat.talk import TalkSetup

_PERSON, _CHARACTER = "User", "Assistant"
Numbered = tuple[int, Mapping[str, Any]]
"""A line of the file: its number, and the JSON object it holds."""


def as_silly_tavern(conversation: Conversation, setup: TalkSetup) -> str:
    """What is shown, with the alternatives of each message."""
    person = setup.person or _PERSON
    character = next(iter(setup.names), "") or next(
        (m.author for m in conversation.path if m.role is Role.ASSISTANT and m.author), _CHARACTER)
    header = {"user_name": person, "character_name": character,
              "create_date": conversation.created_at, "chat_metadata": _metadata(setup)}
    siblings: dict[int | None, list[ChatMessage]] = {}
    for message in conversation.messages:
        siblings.setdefault(message.parent, []).append(message)
    lines = [header, *(_line(message, siblings[message.parent],
                             person if message.role is Role.USER else character)
                       for message in conversation.path)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def is_silly_tavern(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a line of such a file."""
    return "mes" in value or "chat_metadata" in value or (
        "user_name" in value and "character_name" in value)


def read_silly_tavern(lines: Sequence[Numbered], title: str, remarks: Remarks) -> ReadChat | None:
    """The conversation of a file's lines, None where nobody says anything in them."""
    builder, setup, person = ChatBuilder(), TalkSetup(), ""
    for number, line in lines:
        if "mes" not in line:
            person = one_line(line.get("user_name")) or person
            setup = _setup(line.get("chat_metadata"), person, title)
            continue
        texts, shown = _alternatives(line)
        if not texts:
            remarks.add(f"Line {number} is left out: it says nothing that can be read.")
            continue
        role = _role(line)
        name = "" if role is Role.SYSTEM else one_line(line.get("name"))
        is_person = role is Role.USER and name in (person, "You", _PERSON)
        builder.say_one_of(role, texts, shown, "" if is_person else name,
                           date_of(line.get("send_date")))
    return builder.built(title, "", setup) if builder.messages else None


def _metadata(setup: TalkSetup) -> dict[str, Any]:
    """Only what that program knows by these names."""
    note, scene = setup.authors_note, setup.scene
    told: dict[str, Any] = {}
    if note:
        told |= {"note_prompt": note.text, "note_depth": note.depth, "note_interval": note.every}
    if scene and scene.scenario:
        told["scenario"] = scene.scenario
    return told


def _setup(metadata: object, person: str, title: str) -> TalkSetup:
    known = object_of(metadata)
    note, scenario = words_of(known.get("note_prompt")), words_of(known.get("scenario"))
    return TalkSetup(
        person="" if person in ("You", _PERSON) else person,
        scene=Scene(title or "Scene", scenario) if scenario and scenario.strip() else None,
        authors_note=AuthorsNote(note, _count(known.get("note_depth"), 4),
                                 _count(known.get("note_interval"), 1))
        if note and note.strip() else None)


def _line(message: ChatMessage, siblings: Sequence[ChatMessage],
          speaker: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        "name": message.author or speaker, "is_user": message.role is Role.USER,
        "is_system": message.role is Role.SYSTEM, "send_date": message.created_at,
        "mes": message.text, "extra": {}}
    if len(siblings) > 1:
        line["swipes"] = [sibling.text for sibling in siblings]
        line["swipe_id"] = [sibling.id for sibling in siblings].index(message.id)
    return line


def _role(line: Mapping[str, Any]) -> Role:
    if line.get("is_user") is True:
        return Role.USER
    kind = object_of(line.get("extra")).get("type")
    narrated = line.get("is_system") is True or kind == "narrator"
    return Role.SYSTEM if narrated else Role.ASSISTANT


def _alternatives(line: Mapping[str, Any]) -> tuple[list[str], int]:
    """All texts of a message and which of them is shown; none where there is nothing to read."""
    said, shown = words_of(line.get("mes")), line.get("swipe_id")
    texts = [text for text in map(words_of, list_of(line.get("swipes"))) if text is not None]
    if said is None:
        return texts, len(texts) - 1
    # The text shown may have been edited since its alternatives were written down.
    if isinstance(shown, int) and 0 <= shown < len(texts) and texts[shown] == said:
        return texts, shown
    if said in texts:
        return texts, texts.index(said)
    return [*texts, said], len(texts)


def _count(value: object, usual: int) -> int:
    return value if isinstance(value, int) and 0 <= value <= 10_000 else usual
