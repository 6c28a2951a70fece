"""Texts of cards as they are said, and messages as lines."""

from engine.chat.conversation import ChatMessage, Role
from engine.chat.direction.wording import (
    PERSON,
    Wording,
    lines_of,
    listener_of,
    person_called,
)
from engine.chat.persona import Persona
from engine.chat.prompts.script import CalledLore
from engine.chat.scene import AuthorsNote, Scene, SpokenLine
from engine.chat.talk import CastMember, TalkSetup

ANN = Persona("Ann Lee", "Ann", "{{char}} likes {{user}}.", "{{char}}'s", scenario="With {{user}}",
              example_dialogue="<START>\n{{user}}: Hi\n{{char}}: Ho", system_prompt="Be {{char}}.",
              closing_words="Stay {{char}}, {{original}}", facts=("{{char}}",))
SETUP = TalkSetup((CastMember(1, ANN), CastMember(2, Persona("Ben"))), person="Sam")
ALONE = TalkSetup((CastMember(1, ANN),))


def message(role: Role, text: str, author: str = "") -> ChatMessage:
    return ChatMessage(1, None, role, text, author)


def test_every_text_of_a_persona_is_filled_with_its_own_names() -> None:
    told = Wording(SETUP, 1).persona(ANN)
    assert (told.description, told.traits, told.scenario) == (
        "Ann likes Sam.", "Ann's", "With Sam")
    assert told.example_dialogue == "<START>\nSam: Hi\nAnn: Ho"
    assert (told.system_prompt, told.closing_words) == ("Be Ann.", "Stay Ann, {{original}}")


def test_scenes_and_notes_are_filled() -> None:
    scene = Scene("Tea", "{{char}} waits for {{user}}.", opening=(
        SpokenLine("Ben", "{{char}} is here."), SpokenLine("", "{{char}}."),
        SpokenLine("A voice", "{{char}}?")), authors_note=AuthorsNote("Think of {{user}}.", 2))
    told = Wording(SETUP, 1).scene(scene)
    assert told is not None and told.scenario == "Ann waits for Sam."
    assert [line.text for line in told.opening] == ["Ben is here.", "Ann.", "Ann?"]
    assert told.authors_note == AuthorsNote("Think of Sam.", 2)
    assert Wording(SETUP, 1).scene(None) is None


def test_each_of_two_is_the_others_user() -> None:
    pair = Wording(TalkSetup(SETUP.cast), 1)
    assert pair.filled("{{char}} to {{user}}", "Ben") == "Ben to Ann"
    assert pair.filled("{{char}} to {{user}}") == "Ann to Ben"
    three = TalkSetup((*SETUP.cast, CastMember(3, Persona("Cleo"))))
    assert Wording(three, 1).filled("{{user}}", "Ben") == PERSON


def test_lore_is_filled_for_who_speaks() -> None:
    lore, = Wording(SETUP, 1).lore([CalledLore("{{char}} and {{user}}")], "Ben")
    assert lore.text == "Ben and Sam"


def test_a_name_that_looks_like_a_macro_is_a_name() -> None:
    odd = TalkSetup((CastMember(1, Persona("{{user}}")),), person="{{char}}")
    assert Wording(odd, 1).filled("{{char}}/{{user}}", "{{user}}") == "{{user}}/{{char}}"


def test_messages_are_lines_by_who_said_them() -> None:
    path = [message(Role.SYSTEM, "Rain."), message(Role.USER, "{{char}}?"),
            message(Role.ASSISTANT, "Yes.", "Ben"), message(Role.ASSISTANT, "No."),
            message(Role.USER, "Hm.", "A guest")]
    assert lines_of(SETUP, path) == (
        SpokenLine("", "Rain."), SpokenLine("Sam", "{{char}}?"), SpokenLine("Ben", "Yes."),
        SpokenLine("Ann", "No."), SpokenLine("A guest", "Hm."))


def test_who_only_watches_is_nobody_in_the_talk() -> None:
    pair = TalkSetup(SETUP.cast)
    assert listener_of(pair, [message(Role.ASSISTANT, "Hi.", "Ben")]) == ""
    assert listener_of(pair, [message(Role.USER, "Hi.")]) == PERSON
    assert (listener_of(SETUP, []), listener_of(ALONE, [])) == ("Sam", PERSON)
    assert (person_called(SETUP), person_called(ALONE)) == ("Sam", PERSON)
