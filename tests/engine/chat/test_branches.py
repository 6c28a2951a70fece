"""A conversation of its own from a path of another."""

from collections.abc import Iterator

import pytest

from engine.chat.branches import branch
from engine.chat.cast_store import CastStore
from engine.chat.conversation import MessageState, ReplySettings, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.fact import Fact, FactSource
from engine.chat.fact_store import FactStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.scene import Scene
from engine.chat.talk import CastMember, TalkSetup, TurnOrder
from engine.errors import EngineError
from engine.library.database import Database


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> ConversationStore:
    return ConversationStore(database)


def test_it_has_the_path_and_all_it_was_set_up_with(database: Database,
                                                    store: ConversationStore) -> None:
    # GIVEN a talk with a setup, alternatives and more after the place
    ann = PersonaStore(database).add(Persona("Ann"))
    talk = store.create("Tea", "Be kind.", ReplySettings(77), "smol").id
    setup = TalkSetup((CastMember(ann.id, ann.value, True, 0.75),), Scene("Garden"),
                      TurnOrder.ROUND, 1.5, "movie", "Sam")
    CastStore(database).set_up(talk, setup)
    first = store.add_message(talk, Role.USER, "Hi")
    other = store.add_message(talk, Role.ASSISTANT, "Hm", first.id, "Ann", MessageState.LENGTH,
                              "smol", ReplySettings(5))
    store.add_message(talk, Role.ASSISTANT, "Hello!", first.id)
    store.add_message(talk, Role.USER, "more", other.id)
    before = store.conversation(talk)
    # WHEN it is told on from an alternative that is not shown
    copy = branch(database, store, other.id)
    # THEN the branch has that path and everything else, and the talk is as it was
    assert [(m.role, m.text, m.author, m.state, m.model, m.settings) for m in copy.path] == [
        (m.role, m.text, m.author, m.state, m.model, m.settings) for m in (first, other)]
    assert len(copy.messages) == 2 and copy.id != talk
    assert (copy.title, copy.system_prompt, copy.settings, copy.model) == (
        "Tea", "Be kind.", ReplySettings(77), "smol")
    assert CastStore(database).setup(copy.id) == setup
    assert store.conversation(talk) == before
    # AND what is said there is not said here
    store.add_message(copy.id, Role.USER, "there", copy.path[-1].id)
    assert store.conversation(talk) == before and len(store.search("there")) == 1


def test_facts_go_along_but_for_what_was_not_said(database: Database,
                                                  store: ConversationStore) -> None:
    talk, facts = store.create().id, FactStore(database)
    first = store.add_message(talk, Role.USER, "Hi")
    later = store.add_message(talk, Role.ASSISTANT, "I sail.", first.id)
    kept = facts.add(Fact(0, "It rains.", FactSource.SCENE, talk, pinned=True))
    said = facts.add(Fact(0, "He said hi.", FactSource.TALK, talk, message_id=first.id))
    facts.add(Fact(0, "She sails.", FactSource.TALK, talk, message_id=later.id))
    facts.note_used(first.id, [said.id, kept.id])
    copy = branch(database, store, first.id)
    found = facts.facts(copy.id)
    assert [(fact.text, fact.pinned) for fact in found] == [
        ("It rains.", True), ("He said hi.", False)]
    assert found[1].message_id == copy.path[0].id
    assert facts.used(copy.path[0].id) == [found[1], found[0]]
    assert len(facts.facts(talk)) == 3


def test_a_title_of_its_own_stays(database: Database, store: ConversationStore) -> None:
    talk = store.create().id
    first = store.add_message(talk, Role.USER, "Hi")
    copy = branch(database, store, first.id, " Another end ")
    store.rename(talk, "")
    assert (copy.title, store.conversation(talk).title) == ("Another end", "Hi")


def test_a_reply_under_way_stays_where_it_is_written(database: Database,
                                                     store: ConversationStore) -> None:
    talk = store.create().id
    reply = store.add_message(talk, Role.ASSISTANT, "So fa", state=MessageState.STREAMING)
    copy = branch(database, store, reply.id)
    assert (copy.path[0].text, copy.path[0].state) == ("So fa", MessageState.STOPPED)
    assert store.message(reply.id).state is MessageState.STREAMING
    assert store.search("so fa")[0].conversation_id == copy.id


def test_what_is_gone_is_said(database: Database, store: ConversationStore) -> None:
    talk = store.create().id
    first = store.add_message(talk, Role.USER, "Hi")
    store.delete_message(first.id)
    for gone in (first.id, 99):
        with pytest.raises(EngineError, match="no longer there"):
            branch(database, store, gone)
    assert len(store.rows()) == 1
