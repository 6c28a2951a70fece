"""What is done with chat files on the desk's thread, step after step: taking them in, writing them.

Knows no widgets and no queue. Each step is yielded, so that the work can be stopped between two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError
from gui.chat.company import CARD_FORMS
from gui.chat.services import ChatServices
from gui.chat.wording import file_name

if TYPE_CHECKING:
    from engine.chat.chat_files.read_chat import ReadChat, ReadChats
    from engine.chat.chat_files.writing import ChatForm
    from engine.chat.conversation import Conversation
    from engine.chat.talk import TalkSetup

CHAT_ENDINGS = (".json", ".jsonl", ".ndjson", ".txt")
# Cards that cannot be taken for anything else.
PICTURED = (".png", ".charx")
MOST_FILES = 10_000
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Looked:
    """Of so many files the first `done` have been looked at; `name` is the next."""

    done: int
    total: int
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation came in, and personas with it that were not there before."""

    id: int
    personas: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences about a file; `unread` where nothing in it could be read."""

    sentences: tuple[str, ...]
    unread: bool = False


@dataclass(frozen=True, slots=True)
class IsCard:
    """The file holds a character, not a chat."""

    file: Path


@dataclass(frozen=True, slots=True)
class Written:
    """So many of `total` conversations are ready; `place` is the file or folder once all are."""

    done: int
    total: int
    place: Path | None = None


Step = Looked | Kept | Said | IsCard | Written


def take_in(services: ChatServices, files: Sequence[Path]) -> Iterator[Step]:
    """Takes the conversations of files into the library, one after the other."""
    wanted = list(_files_in(files))
    if not wanted:
        yield Said(("There are no chats in that folder.",), unread=True)
    for number, file in enumerate(wanted):
        yield Looked(number, len(wanted), file.name)
        yield from _take_file(services, file)


def write_out(services: ChatServices, ids: Sequence[int], form: "ChatForm",
              place: Path) -> Iterator[Step]:
    """Writes one conversation to the file `place`; several to that file if the form holds
    several, else to files of their own in that folder. EngineError where it cannot."""
    from engine.chat.chat_files.writing import write_conversation, write_conversations

    chats: list[tuple[Conversation, TalkSetup]] = []
    for number, one in enumerate(ids):
        yield Written(number, len(ids))
        chat, setup = services.store.conversation(one), services.company.casts.setup(one)
        if len(ids) == 1:
            write_conversation(chat, place, form, setup)
        elif form.joins:
            chats.append((chat, setup))
        else:
            write_conversation(chat, _free(place, chat.title, form.ending), form, setup)
    if chats:
        write_conversations(chats, place, form)
    yield Written(len(ids), len(ids), place)


def _take_file(services: ChatServices, file: Path) -> Iterator[Step]:
    if file.suffix.casefold() in PICTURED:
        yield IsCard(file)
        return
    read = _read(file)
    if not isinstance(read, EngineError):
        yield from _keep(services, read.chats)
        if read.said:
            yield Said(tuple(f"{file.name}: {sentence}" for sentence in read.said))
    elif _is_card(file):
        yield IsCard(file)
    else:
        yield Said((f"{read.message} {read.hint}".strip(),), unread=True)


def _keep(services: ChatServices, chats: Sequence["ReadChat"]) -> Iterator[Step]:
    """A few at once: each wait for the disk takes longer than what is written."""
    from engine.chat.chat_files.importing import ChatImport

    importing, casts = ChatImport(services.company.database), services.company.casts
    known = {row.id for row in services.company.personas.rows()}
    for begin in range(0, len(chats), _AT_ONCE):
        with services.company.database.transaction(durable=True):
            kept = [importing.keep(chat).id for chat in chats[begin:begin + _AT_ONCE]]
        for one in kept:
            cast = {member.persona_id for member in casts.setup(one).cast}
            yield Kept(one, tuple(sorted(cast - known)))
            known |= cast


def _read(file: Path) -> "ReadChats | EngineError":
    from engine.chat.chat_files.reading import read_chats

    try:
        return read_chats(file)
    except EngineError as problem:
        return problem


def _is_card(file: Path) -> bool:
    """Whether it holds a character: a card may look like any other JSON from outside."""
    from engine.chat.cards.reading import read_card

    if file.suffix.casefold() not in CARD_FORMS:
        return False
    try:
        return bool(read_card(file).persona.name)
    except EngineError:
        return False


def _files_in(places: Sequence[Path]) -> Iterator[Path]:
    """The files meant: of a folder all that may hold chats."""
    left = MOST_FILES
    for place in places:
        inside = [place] if not place.is_dir() else sorted(
            file for file in place.rglob("*")
            if file.suffix.casefold() in CHAT_ENDINGS and file.is_file())
        yield from inside[:left]
        left -= min(left, len(inside))


def _free(folder: Path, title: str, ending: str) -> Path:
    """A file of that title that is not there yet: nothing is overwritten unasked."""
    name = file_name(title, "conversation")
    place, number = folder / f"{name}{ending}", 2
    while place.exists():
        place, number = folder / f"{name} {number}{ending}", number + 1
    return place
