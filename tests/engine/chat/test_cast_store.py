"""What a conversation is set up with: cast, scene, turns, names."""

from collections.abc import Iterator

import pytest

from engine.chat.cast_store import CastStore
from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.scene import AuthorsNote, Scene
from engine.chat.talk import CastMember, TalkSetup, TurnOrder
from engine.errors import EngineError
from engine.library.database import Database


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> CastStore:
    return CastStore(database)


@pytest.fixture
def talk(database: Database) -> int:
    return ConversationStore(database).create().id


def member(database: Database, name: str, **kwargs: object) -> CastMember:
    persona = Persona(name)
    return CastMember(PersonaStore(database).add(persona).id, persona, **kwargs)


def test_a_new_conversation_has_none_of_it(store: CastStore, talk: int) -> None:
    assert store.setup(talk) == TalkSetup()


def test_all_of_a_setup_comes_back(database: Database, store: CastStore, talk: int) -> None:
    setup = TalkSetup(
        (member(database, "Zoe", muted=True), member(database, "Ann", talkativeness=0.25)),
        Scene("Tea", facts=("It is cold.",)), TurnOrder.ROUND, 2.5, "movie", "Sam",
        AuthorsNote("Be brief.", 1, 2), Lorebook((LoreEntry(("tea",), "Green."),)))
    store.set_up(talk, setup)
    assert store.setup(talk) == setup and setup.names == ("Zoe", "Ann")
    # WHEN it is set up otherwise THEN nothing of it is left
    store.set_up(talk, TalkSetup())
    assert store.setup(talk) == TalkSetup()


def test_joining_and_leaving(database: Database, store: CastStore, talk: int) -> None:
    ann, lex = member(database, "Ann"), member(database, "Lex")
    for persona_id in (ann.persona_id, lex.persona_id, ann.persona_id):
        store.join(talk, persona_id)
    assert store.setup(talk).names == ("Ann", "Lex")
    store.leave(talk, ann.persona_id)
    store.leave(talk, ann.persona_id)
    assert store.setup(talk).names == ("Lex",)
    assert store.setup(talk).member("lEX") == lex and store.setup(talk).member("Ann") is None


def test_an_edited_persona_is_edited_in_its_talks(database: Database, store: CastStore,
                                                  talk: int) -> None:
    ann = member(database, "Ann")
    store.join(talk, ann.persona_id)
    PersonaStore(database).save(ann.persona_id, Persona("Ann", traits="kinder"))
    assert store.setup(talk).cast[0].persona.traits == "kinder"


def test_two_of_a_name_cannot_talk(database: Database, store: CastStore, talk: int) -> None:
    store.join(talk, member(database, "Ann").persona_id)
    with pytest.raises(EngineError, match="Two of the cast are called"):
        store.join(talk, member(database, "ANN").persona_id)
    assert store.setup(talk).names == ("Ann",)


def test_a_persona_that_cannot_be_read_lets_the_others_talk(
        database: Database, store: CastStore, talk: int) -> None:
    ann, lex = member(database, "Ann"), member(database, "Lex")
    store.set_cast(talk, [ann, lex])
    database.execute("UPDATE persona SET document = '{' WHERE id = ?", (ann.persona_id,))
    database.execute("UPDATE conversation SET scene = '{', turn_order = 'dance', lorebook = '[]'")
    assert store.setup(talk) == TalkSetup((lex,))


def test_what_is_said_beside_is_put_in_order(store: CastStore, talk: int) -> None:
    store.set_authors_note(talk, AuthorsNote(" \n"))
    store.set_person(talk, "  Sam\n Hill\ud83d ")
    store.set_turn_order(talk, TurnOrder.HAND, -3)
    setup = store.setup(talk)
    assert (setup.authors_note, setup.person) == (None, "Sam Hill?")
    assert (setup.turn_order, setup.pause_seconds) == (TurnOrder.HAND, 0)


def test_talkativeness_is_a_share(database: Database, store: CastStore, talk: int) -> None:
    store.set_cast(talk, [member(database, "A", talkativeness=7.0),
                          member(database, "B", talkativeness=-1.0)])
    assert [m.talkativeness for m in store.setup(talk).cast] == [1.0, 0.0]


def test_what_is_gone_is_said(store: CastStore) -> None:
    for use in (store.setup, lambda n: store.set_scene(n, None), lambda n: store.set_cast(n, []),
                lambda n: store.join(n, 1), lambda n: store.set_up(n, TalkSetup())):
        with pytest.raises(EngineError, match="no longer there"):
            use(99)


def test_who_comes_in_later_is_known_not_to_have_heard(
        database: Database, store: CastStore, talk: int) -> None:
    # GIVEN a talk with one from the beginning, in which something was said
    ann, lex = member(database, "Ann"), member(database, "Lex")
    store.join(talk, ann.persona_id)
    said = ConversationStore(database).add_message(talk, Role.USER, "Hello.").id
    # WHEN another joins, and the cast is put in another order
    store.join(talk, lex.persona_id)
    store.set_cast(talk, [lex, ann])
    # THEN it is known since when each is there
    assert store.since(talk) == {ann.persona_id: 0, lex.persona_id: said}
    # AND who is first given to a talk that was brought in from elsewhere was there all along
    store.set_cast(talk, [])
    store.set_cast(talk, [lex])
    assert store.since(talk) == {lex.persona_id: 0}
