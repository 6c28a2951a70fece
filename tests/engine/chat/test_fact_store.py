"""Facts in the library: whose they are, who heard them, what a reply was given."""

from collections.abc import Iterator

import pytest

from engine.chat.cast_store import CastStore
from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.fact import Fact, FactSource
from engine.chat.fact_store import FactStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.errors import EngineError
from engine.library.database import Database

ANN, LEX = 1, 2


@pytest.fixture
def database() -> Iterator[Database]:
    """A talk (1) of Ann and Lex, and another (2) of Lex alone."""
    database = Database.in_memory()
    personas, casts = PersonaStore(database), CastStore(database)
    talks = ConversationStore(database)
    for name in ("Ann", "Lex"):
        personas.add(Persona(name))
    for cast in ((ANN, LEX), (LEX,)):
        talk = talks.create()
        for persona_id in cast:
            casts.join(talk.id, persona_id)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> FactStore:
    return FactStore(database)


def texts(facts: list[Fact]) -> list[str]:
    return [fact.text for fact in facts]


def test_all_of_a_fact_comes_back(database: Database, store: FactStore) -> None:
    said = ConversationStore(database).add_message(1, Role.USER, "Lex has a plan.")
    given = Fact(0, "Lex has a plan.", FactSource.TALK, 1, LEX, said.id, (LEX, ANN), True, False)
    kept = store.add(given)
    assert kept == store.fact(kept.id) == store.facts(1)[0]
    assert (kept.text, kept.source, kept.conversation_id, kept.persona_id) == (
        given.text, FactSource.TALK, 1, LEX)
    assert (kept.message_id, kept.heard_by, kept.pinned, kept.approved) == (
        said.id, (ANN, LEX), True, False)
    assert kept.created_at


def test_a_talk_has_its_own_facts_and_those_of_its_cast(store: FactStore) -> None:
    store.add(Fact(0, "It rains.", conversation_id=1))
    store.add(Fact(0, "Ann sails.", persona_id=ANN))
    store.add(Fact(0, "Lex is late.", conversation_id=2))
    store.add(Fact(0, "Lex paints.", persona_id=LEX))
    assert texts(store.facts(1)) == ["It rains.", "Ann sails.", "Lex paints."]
    assert texts(store.facts(2)) == ["Lex is late.", "Lex paints."]
    assert texts(store.of_persona(LEX)) == ["Lex paints."] and store.facts(9) == []


def test_who_was_not_there_does_not_know(store: FactStore) -> None:
    store.add(Fact(0, "It rains.", conversation_id=1))
    store.add(Fact(0, "Ann hid the key.", FactSource.TALK, 1, ANN, heard_by=()))
    store.add(Fact(0, "The key is red.", FactSource.TALK, 1, heard_by=(LEX,)))
    store.add(Fact(0, "Perhaps it snows.", FactSource.TALK, 1, approved=False))
    assert texts(store.known(1, ANN)) == ["It rains.", "Ann hid the key."]
    assert texts(store.known(1, LEX)) == ["It rains.", "The key is red."]
    secret = store.facts(1)[1]
    store.set_heard_by(secret.id, [LEX, LEX])
    assert "Ann hid the key." in texts(store.known(1, LEX))
    store.set_heard_by(secret.id, None)
    assert store.fact(secret.id).heard_by is None


def test_what_is_offered_waits_for_a_word(store: FactStore) -> None:
    one, other, third = (store.add(Fact(0, text, FactSource.TALK, 1, approved=False))
                         for text in ("A.", "B.", "C."))
    store.approve([one.id])
    store.edit(other.id, " B,\nrather. ")
    store.forget([third.id])
    assert store.offered(1) == []
    assert texts(store.facts(1)) == ["A.", "B, rather."]


def test_what_is_forgotten_comes_back(store: FactStore) -> None:
    kept = store.add(Fact(0, "A.", conversation_id=1))
    store.forget([kept.id])
    assert store.facts(1) == [] and store.fact(kept.id) == kept
    store.remember([kept.id])
    assert store.facts(1) == [kept]


class TestTakingUp:
    def take(self, store: FactStore, *lines: str) -> list[str]:
        store.take_up(1, FactSource.PERSONA, lines, ANN)
        return texts(store.facts(1))

    def test_lines_become_facts_once(self, store: FactStore) -> None:
        assert self.take(store, "A.", " B.\n", "", "A.", " ") == ["A.", "B."]
        assert self.take(store, "A.", "B.") == ["A.", "B."]
        assert {fact.heard_by for fact in store.facts(1)} == {(ANN,)}
        store.take_up(1, FactSource.SCENE, ["A."])
        assert texts(store.facts(1)) == ["A.", "B.", "A."]
        assert store.facts(1)[2].heard_by is None

    def test_they_follow_their_lines(self, store: FactStore) -> None:
        self.take(store, "A.", "B.")
        assert self.take(store, "B.", "C.") == ["B.", "C."]

    def test_what_the_person_did_stays(self, store: FactStore) -> None:
        self.take(store, "A.", "B.", "C.", "D.")
        edited, pinned, forgotten, _ = store.facts(1)
        store.edit(edited.id, "A, rather.")
        store.pin(pinned.id, True)
        store.forget([forgotten.id])
        # WHEN the lines come again THEN nothing is doubled and nothing forgotten comes back
        assert self.take(store, "A.", "B.", "C.", "D.") == ["A, rather.", "B.", "D."]
        # AND when they are gone, what the person touched stays
        assert self.take(store) == ["A, rather.", "B."]


class TestUse:
    def test_a_reply_tells_what_it_was_given(self, database: Database, store: FactStore) -> None:
        reply = ConversationStore(database).add_message(1, Role.ASSISTANT, "Hm.")
        one = store.add(Fact(0, "A.", persona_id=ANN))
        other = store.add(Fact(0, "B.", persona_id=LEX))
        store.note_used(reply.id, [other.id, one.id, other.id])
        assert texts(store.used(reply.id)) == ["B.", "A."]
        store.forget([other.id])
        assert texts(store.used(reply.id)) == ["B.", "A."]
        store.note_used(reply.id, [one.id])
        assert texts(store.used(reply.id)) == ["A."] and store.used(99) == []

    def test_facts_go_with_their_talk(self, database: Database, store: FactStore) -> None:
        talks = ConversationStore(database)
        reply = talks.add_message(1, Role.ASSISTANT, "Hm.")
        store.note_used(reply.id, [store.add(Fact(0, "A.", FactSource.TALK, 1, None, reply.id)).id])
        talks.purge([1])
        assert store.facts(1) == [] and database.first("SELECT count(*) FROM fact_use") == (0,)


def test_what_is_wrong_is_said(store: FactStore) -> None:
    with pytest.raises(EngineError, match="needs words"):
        store.add(Fact(0, " \n"))
    for use in (store.fact, lambda n: store.edit(n, "x"), lambda n: store.pin(n, True),
                lambda n: store.set_heard_by(n, None)):
        with pytest.raises(EngineError, match="fact is no longer there"):
            use(99)
    kept = store.add(Fact(0, "A\ud83d.", conversation_id=1))
    assert kept.text == "A?."
    with pytest.raises(EngineError, match="needs words"):
        store.edit(kept.id, "")
