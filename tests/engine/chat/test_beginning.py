"""How a talk begins."""

from collections.abc import Iterator

import pytest

from engine.chat.beginning import TalkBeginning
from engine.chat.cast_store import CastStore
from engine.chat.conversation import ReplySettings, Role
from engine.chat.fact_store import FactStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.scene import Scene, SpokenLine
from engine.chat.talk import CastMember, TalkSetup
from engine.library.database import Database

ANN = Persona("Ann", facts=("{{char}} sails.",), greetings=("Hello, I am {{char}}.", " ", "Hm?"),
              group_greetings=("You two!",))


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def beginning(database: Database) -> TalkBeginning:
    return TalkBeginning(database, lambda text, speaker: text.replace("{{char}}", speaker))


def member(database: Database, persona: Persona, muted: bool = False) -> CastMember:
    return CastMember(PersonaStore(database).add(persona).id, persona, muted)


def test_greetings_are_alternatives(database: Database, beginning: TalkBeginning) -> None:
    setup = TalkSetup((member(database, ANN),), person="Sam")
    talk = beginning.begin(setup, ReplySettings(9), "smol")
    assert [(m.role, m.author, m.text) for m in talk.path] == [
        (Role.ASSISTANT, "Ann", "Hello, I am Ann.")]
    assert [m.text for m in talk.alternatives(talk.path[0].id)] == ["Hello, I am Ann.", "Hm?"]
    assert (talk.title, talk.settings, talk.model) == ("Ann", ReplySettings(9), "smol")
    assert CastStore(database).setup(talk.id) == setup
    assert [fact.text for fact in FactStore(database).facts(talk.id)] == ["Ann sails."]


def test_several_are_greeted_by_who_may_speak(database: Database,
                                              beginning: TalkBeginning) -> None:
    lex = member(database, Persona("Lex", greetings=("I am mute",)), muted=True)
    talk = beginning.begin(TalkSetup((lex, member(database, ANN))))
    assert [m.text for m in talk.path] == ["You two!"] and talk.title == "Lex, Ann"


def test_a_scene_opens_with_its_lines(database: Database, beginning: TalkBeginning) -> None:
    scene = Scene("Tea", facts=("It is cold.",), opening=(
        SpokenLine("", "Rain."), SpokenLine("Ann", "I, {{char}}!"), SpokenLine("Sam", "Yes?"),
        SpokenLine("A voice", "Hush.")))
    talk = beginning.begin(TalkSetup((member(database, ANN),), scene, person="Sam"))
    assert [(m.role, m.author, m.text) for m in talk.path] == [
        (Role.SYSTEM, "", "Rain."), (Role.ASSISTANT, "Ann", "I, Ann!"), (Role.USER, "", "Yes?"),
        (Role.ASSISTANT, "A voice", "Hush.")]
    assert (len(talk.messages), talk.title) == (4, "Tea")
    assert [fact.text for fact in FactStore(database).facts(talk.id)] == [
        "It is cold.", "Ann sails."]


def test_with_nobody_it_is_empty(beginning: TalkBeginning) -> None:
    talk = beginning.begin(TalkSetup())
    assert (talk.path, talk.title) == ((), "")


def test_facts_follow_what_was_edited(database: Database, beginning: TalkBeginning) -> None:
    ann = member(database, ANN)
    talk = beginning.begin(TalkSetup((ann,)))
    edited = Persona("Ann", facts=("Ann rows.",))
    beginning.take_up_facts(talk.id, TalkSetup((CastMember(ann.persona_id, edited),)))
    assert [fact.text for fact in FactStore(database).facts(talk.id)] == ["Ann rows."]
