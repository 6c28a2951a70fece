r"""Conversations as text to read: each message under its speaker's name, as text or Markdown.

Values in, text out; text can be read back. A line of a message that looks like a speaker's name
gets a backslash before it, and loses it again: nothing said can speak for another.
"""

import re
from collections import Counter
from collections.abc import Sequence

from engine.chat.chat_files.read_chat import ChatBuilder, ReadChat, Remarks, words_of
from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.talk import TalkSetup

MOST_NAME = 80
_YOU = "You"
_PERSONS = frozenset({"you", "user", "me", "human"})
_NARRATORS = frozenset({"system", "narrator"})
_HEADING = re.compile(rf"([^\s:\\][^:\n]{{0,{MOST_NAME - 1}}}):")
_GUARDED = re.compile(r"\\+[^\s:\\][^:\n]*:")
_SPOKEN = re.compile(r"(\w[^:\n\"{}\[\]<>]{0,39}): +(\S.*)")
_MOST_NAME_WORDS = 4
_SONG_PART = re.compile(r"(?:pre|post)?[- ]?(?:verse|chorus|bridge|refrain|hook|intro|outro|solo"
                        r"|interlude|strophe|coda)\b", re.IGNORECASE)


def as_text(conversation: Conversation, setup: TalkSetup) -> str:
    """The messages shown, each after its speaker's name."""
    parts = [f"{_heading(message, setup)}:\n{_guarded(message.text)}"
             for message in conversation.path]
    return "\n\n".join([_guarded(conversation.title), *parts]).lstrip("\n") + "\n"


def as_markdown(conversation: Conversation, setup: TalkSetup) -> str:
    """The messages shown under headings of their speakers; their own marks stay."""
    parts = [f"**{speaker(message, setup)}**\n\n{message.text}" for message in conversation.path]
    head = [f"# {conversation.title}"] if conversation.title else []
    return "\n\n".join([*head, *parts]) + "\n"


def speaker(message: ChatMessage, setup: TalkSetup) -> str:
    """Who said it, by name."""
    if message.author:
        return message.author
    if message.role is Role.USER:
        return setup.person or _YOU
    return "Narrator" if message.role is Role.SYSTEM else message.model or "Assistant"


def read_text(text: str, title: str, person: str, remarks: Remarks) -> ReadChat | None:
    """The conversation of a text; None where nobody speaks in it.

    Speakers are found as names alone on a line after an empty one, as we write them; else as
    names before what they say, "Ann: Hello". Who is called `person`, or "You", is the person.
    """
    lines = text.removesuffix("\n").split("\n")
    turns = _headed(lines)
    if not any(name is not None for name, _ in turns):
        turns = _spoken(lines)
    builder = ChatBuilder()
    for name, said in turns:
        words = words_of("\n".join(said))
        if name is None:
            title = " ".join(_unguarded(line) for line in said).strip()[:MOST_NAME] or title
        elif words is None:
            remarks.add(f"A message of {name} is left out: it is too long.")
        else:
            role = _role(name, person)
            builder.say(role, "\n".join(map(_unguarded, said)),
                        name if role is Role.ASSISTANT else "")
    return builder.built(title) if builder.messages else None


def is_dialogue(text: str) -> bool:
    """Whether people surely talk in a text: the person does, or somebody more than once. The
    words of a song, with its parts named, are no dialogue."""
    lines = text.split("\n")
    names = [name for name, _ in _headed(lines) if name] or [
        name for name, _ in _spoken(lines) if name]
    often = Counter(name.casefold() for name in names)
    talk = any(times > 1 or name in _PERSONS for name, times in often.items())
    return len(names) > 1 and talk and not any(map(_SONG_PART.match, names))


Turn = tuple[str | None, list[str]]
"""A speaker, None before the first one, and the lines said."""


def _headed(lines: Sequence[str]) -> list[Turn]:
    turns: list[Turn] = [(None, [])]
    before = ""
    for line in lines:
        heading = _HEADING.fullmatch(line) if not before else None
        if heading:
            if turns[-1][1] and not turns[-1][1][-1]:
                turns[-1][1].pop()  # the empty line that parts two messages
            turns.append((heading[1], []))
        else:
            turns[-1][1].append(line)
        before = line
    return turns if turns[0][1] else turns[1:]


def _spoken(lines: Sequence[str]) -> list[Turn]:
    """Who speaks but once, and not at the beginning, may be no name: "Note: bring milk"."""
    found = [_SPOKEN.fullmatch(line) for line in lines]
    names = [match[1] for match in found if match and len(match[1].split()) <= _MOST_NAME_WORDS]
    often = Counter(names)
    known = {name for name, times in often.items() if times > 1} | set(names[:2])
    turns: list[Turn] = []
    for line, match in zip(lines, found, strict=True):
        if match and match[1] in known:
            turns.append((match[1], [match[2]]))
        elif turns:
            turns[-1][1].append(line)
    for _, said in turns:
        while said and not said[-1].strip():
            said.pop()
    return turns


def _heading(message: ChatMessage, setup: TalkSetup) -> str:
    """A name that stands as one: without colons and line ends."""
    name = " ".join(speaker(message, setup).replace(":", " ").split())
    return name.lstrip("\\")[:MOST_NAME].rstrip() or "Somebody"


def _guarded(text: str) -> str:
    return "\n".join(f"\\{line}" if _HEADING.fullmatch(line) or _GUARDED.fullmatch(line) else line
                     for line in text.split("\n"))


def _unguarded(line: str) -> str:
    return line[1:] if _GUARDED.fullmatch(line) else line


def _role(name: str, person: str) -> Role:
    plain = name.casefold()
    if plain in _PERSONS or plain == person.casefold():
        return Role.USER
    return Role.SYSTEM if plain in _NARRATORS else Role.ASSISTANT
