"""Conversations of files become conversations of the library."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.chat.cast_store import CastStore
from engine.chat.chat_files.importing import ChatImport
from engine.chat.chat_files.read_chat import ReadChat
from engine.chat.chat_files.reading import read_chats
from engine.chat.chat_files.writing import write_conversation
from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.tree_edits import TreeEdits
from engine.library.database import Database
from tests.engine.chat.chat_files.some_chats import SETUP, TREE


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


def test_a_file_and_back_is_the_same_talk(database: Database, tmp_path: Path) -> None:
    # GIVEN a talk of the library with alternatives, a correction and a setup
    store, casts = ConversationStore(database), CastStore(database)
    first = ChatImport(database).keep(ReadChat(TREE_IN_ORDER, SETUP_OF_FILE))
    edits = TreeEdits(database, store)
    edits.edit(store.conversation(first.id).path[0].id, "Once more: rain?", keep_following=True)
    talk = store.conversation(first.id)
    # WHEN it is written to a file and that is taken in
    file = tmp_path / "talk.json"
    write_conversation(talk, file, setup=casts.setup(talk.id))
    again = ChatImport(database).keep(read_chats(file).chats[0])
    # THEN it is there twice, with the same persona in both
    assert again.id != talk.id
    assert [strip(m) for m in again.path] == [strip(m) for m in talk.path]
    assert len(again.messages) == len(talk.messages)
    assert (again.title, again.system_prompt, again.settings, again.model, again.folder,
            again.pinned) == (talk.title, talk.system_prompt, talk.settings, talk.model,
                              talk.folder, talk.pinned)
    assert casts.setup(again.id) == casts.setup(talk.id)
    assert len(PersonaStore(database).rows()) == 1
    # AND it can be searched and gone on with
    assert len(store.search("once more")) == 2
    store.add_message(again.id, Role.USER, "And snow?", again.path[-1].id)


def test_who_talks_is_found_among_the_personas(database: Database) -> None:
    personas = PersonaStore(database)
    lex = personas.add(Persona("Lex", traits="mine"))
    personas.add(Persona("Ann"))
    read = ReadChat(talk("Hi"), names=("LEX", "Nobody"))
    kept = ChatImport(database).keep(read)
    assert [m.persona_id for m in CastStore(database).setup(kept.id).cast] == [lex.id]
    # AND one that came along but is another is added, not mixed up
    other = TalkSetup((CastMember(0, Persona("Lex", traits="theirs")),))
    kept = ChatImport(database).keep(ReadChat(talk("Hi"), other))
    assert CastStore(database).setup(kept.id).cast[0].persona.traits == "theirs"
    assert len(personas.rows()) == 3


def test_a_cast_that_cannot_be_is_mended(database: Database) -> None:
    cast = tuple(CastMember(0, Persona(name), talkativeness=float("nan"))
                 for name in ("Lex", "LEX", "", "Ann"))
    setup = TalkSetup(cast, pause_seconds=float("nan"))
    kept = ChatImport(database).keep(ReadChat(talk("Hi"), setup))
    found = CastStore(database).setup(kept.id)
    assert found.names == ("Lex", "Ann") and found.pause_seconds == 0


def test_without_a_title_the_first_words_give_one(database: Database) -> None:
    assert ChatImport(database).keep(ReadChat(talk("What is rain?"))).title == "What is rain?"


def test_text_that_cannot_be_stored_is_repaired(database: Database) -> None:
    told = replace(talk("a\ud83d"), title="\ud83d", model="\ud83d", system_prompt="\ud83d")
    kept = ChatImport(database).keep(ReadChat(told))
    assert (kept.path[0].text, kept.title, kept.system_prompt) == ("a?", "?", "?")


def test_half_a_conversation_is_never_kept(database: Database) -> None:
    broken = replace(talk("Hi"), chosen={None: 1, 1: 99})
    with pytest.raises(KeyError):
        ChatImport(database).keep(ReadChat(broken))
    assert ConversationStore(database).rows() == []


def talk(text: str) -> Conversation:
    return Conversation(0, "", messages=(ChatMessage(1, None, Role.USER, text),),
                        chosen={None: 1})


def strip(message: ChatMessage) -> ChatMessage:
    return replace(message, id=0, parent=None)


_IDS = {old: new for new, old in enumerate((11, 12, 15, 16, 17, 13, 14), 1)}
TREE_IN_ORDER = replace(
    TREE, messages=tuple(sorted(
        (replace(m, id=_IDS[m.id], parent=_IDS.get(m.parent or 0)) for m in TREE.messages),
        key=lambda m: m.id)),
    chosen={_IDS.get(place or 0): _IDS[shown] for place, shown in TREE.chosen.items()})
SETUP_OF_FILE = replace(SETUP, cast=(replace(SETUP.cast[0], persona_id=0),))
