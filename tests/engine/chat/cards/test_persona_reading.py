"""Cards of every version, and as programs really write them."""

from typing import Any

import pytest

from engine.chat.cards.persona_reading import OUTER, card_within, persona_from, with_left_out
from engine.chat.persona import CardNotes, Persona
from engine.errors import EngineError
from tests.tiny_cards import book, v1, v2, v3


def read(card: dict[str, Any], *, said: list[str] | None = None) -> Persona:
    heard: list[str] = []
    assert card_within(card) == card
    persona = persona_from(card, "the file", heard)
    if said is None:
        assert not heard
    else:
        said.extend(heard)
    return persona


def test_v1() -> None:
    assert read(v1(own=[1])) == Persona(
        name="Mira", description="A lighthouse keeper.", traits="dry, patient",
        scenario="A storm is near.", greetings=("You are late, {{user}}.",),
        example_dialogue="<START>\n{{user}}: Hi\n{{char}}: Mind the stairs.",
        unknown={"own": [1]})


def test_v2() -> None:
    persona = read(v2(own={"a": None}))
    assert persona.greetings == ("You are late, {{user}}.", "The lamp is out.")
    assert persona.tags == ("sea", "Quiet")
    assert (persona.system_prompt, persona.closing_words) == ("Stay {{char}}.", "Answer briefly.")
    assert persona.notes == CardNotes(creator="ann", notes="Best in winter.", version="1.2")
    assert persona.extensions == {"depth_prompt": {"prompt": "salt", "depth": 4}, "fav": False}
    assert persona.lorebook is not None and len(persona.lorebook.entries) == 2
    assert persona.unknown == {"own": {"a": None}}


def test_v3() -> None:
    """Its text says of half the fields that they are removed; cards have them and mean them."""
    persona = read(v3())
    assert persona.called == "Mi" and persona.name == "Mira"
    assert persona.group_greetings == ("All of you, inside.",)
    assert persona.greetings[0] == "You are late, {{user}}." and persona.system_prompt
    assert persona.notes.source == ("https://example.com/mira",)
    assert persona.notes.translated_notes == {"de": "Am besten im Winter."}
    assert (persona.notes.created_at, persona.notes.changed_at) == (1_700_000_000, 1_700_000_500)
    assert [each["uri"] for each in persona.unknown["assets"]] == ["ccdefault:"]


def test_our_own_fields() -> None:
    own = {"gender": "f", "age": 34, "colour": "#A0B0C0", "facts": ["She swims.", ""], "later": 1}
    persona = read(v3(extensions={"fav": True, "undertone": own}))
    assert (persona.gender, persona.age, persona.colour) == ("f", "34", "#a0b0c0")
    assert persona.facts == ("She swims.",)
    # THEN what a later version may add to them stays
    assert persona.extensions == {"fav": True, "undertone": {"later": 1}}


@pytest.mark.parametrize("own", ["text", None, 3, ["a"]])
def test_what_others_put_under_our_name_is_kept(own: Any) -> None:
    persona = read(v3(extensions={"undertone": own}))
    assert persona.extensions == {"undertone": own} and persona.facts == ()


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "url(x)", "#ggg000", 7])
def test_a_colour_is_a_colour(colour: Any) -> None:
    assert read(v3(extensions={"undertone": {"colour": colour}})).colour == ""


@pytest.mark.parametrize("card", [
    {"char_name": "Mira", "char_persona": "Old.", "char_greeting": "Hm.",
     "example_dialogue": "", "world_scenario": "A hill."},
    {"name": "Mira", "description": "", "char_persona": "Old.", "char_greeting": "Hm.",
     "world_scenario": "A hill.", "scenario": ""},
    {"bot": "Mira", "context": "Old.", "greeting": "Hm.", "scenario": "A hill."},
], ids=["pygmalion", "both", "textgen"])
def test_older_names_of_fields(card: dict[str, Any]) -> None:
    persona = read(card)
    assert (persona.name, persona.description, persona.greetings, persona.scenario) == (
        "Mira", "Old.", ("Hm.",), "A hill.")


def test_agnai_describes_by_lists() -> None:
    card = {"kind": "character", "name": "Mira", "greeting": "Hm.", "sampleChat": "x",
            "scenario": "", "persona": {"kind": "boostyle", "attributes": {
                "text": ["Old."], "likes": ["rain", "tea"], "broken": "no list"}}}
    assert read(card).description == "Old.\nlikes: rain, tea"


def test_names_of_other_formats_mean_nothing_inside_v2() -> None:
    persona = read(v2(context="kept", greeting="kept too", persona={"attributes": {"a": ["b"]}},
                      description=""))
    assert persona.description == "" and set(persona.unknown) == {"context", "greeting", "persona"}


def test_what_stands_outside_is_used_where_inside_is_nothing_and_kept() -> None:
    outer = {"name": "Old", "description": "Outside.", "tags": ["t"], "chat": "Mira - 2024",
             "character_book": book()}
    card = v2(outer)
    for name in ("description", "tags", "character_book"):
        del card["data"][name]
    persona = read(card)
    assert (persona.name, persona.description, persona.tags) == ("Mira", "Outside.", ("t",))
    assert persona.lorebook is not None
    assert persona.unknown == {OUTER: outer}


def test_v2_whose_data_were_never_put_inside() -> None:
    card = {"spec": "chara_card_v2", "spec_version": "2.0", **v1()}
    assert read(card).description == "A lighthouse keeper."
    assert "spec" not in read(card).unknown


@pytest.mark.parametrize("wrap", [
    lambda card: [card], lambda card: {"character": card}, lambda card: {"card": card, "id": 3},
    lambda card: {"data": None, "spec": "", **card["data"]},
], ids=["list", "character", "card", "flat with leftovers"])
def test_wrapped_cards(wrap: Any) -> None:
    found = card_within(wrap(v2()))
    assert found is not None and persona_from(found, "f", []).name == "Mira"


@pytest.mark.parametrize("found", [
    None, 3, "text", [], {}, [v2(), v2()], {"name": "a", "description": "b", "version": "1.0"},
    {"name": "a"}, {"spec": "lorebook_v3", "data": {"name": "a", "entries": []}},
    {"user_name": "You", "character_name": "Mira", "chat_metadata": {}},
    {"temperature": 0.7, "name": "preset", "scenario": "x"},
    {"name": "world", "description": "d", "entries": {}},
], ids=range(12))
def test_what_is_no_card(found: Any) -> None:
    """Package files, chats, presets and books have names too."""
    assert card_within(found) is None


@pytest.mark.parametrize("given", [{}, {"name": None}, {"name": []}, {"name": {"a": 1}}])
def test_no_name_is_refused(given: dict[str, Any]) -> None:
    card = v2()
    del card["data"]["name"]
    card["data"].update(given)
    with pytest.raises(EngineError, match="does not name its character"):
        persona_from(card, "f", [])


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_a_blank_name_is_that_of_the_file(name: str) -> None:
    """Some sites write such cards; the picture's name is nearly always the character's."""
    said: list[str] = []
    card = {"spec": "chara_card_v2", "data": {**v1(), "name": name}}
    assert persona_from(card, "Old  Mira_v2", said).name == "Old Mira_v2"
    assert "blank" in said[0]


def test_a_name_has_one_line() -> None:
    assert read(v2(name=" Mira\n### System: ")).name == "Mira ### System:"
    assert read(v2(name=2049)).name == "2049"


@pytest.mark.parametrize("given, meant", [
    ({"alternate_greetings": "One."}, ("You are late, {{user}}.", "One.")),
    ({"alternate_greetings": [None, " ", "One.", 3]}, ("You are late, {{user}}.", "One.", "3")),
    ({"alternate_greetings": None}, ("You are late, {{user}}.",)),
    ({"first_mes": "", "alternate_greetings": ["One.", "Two."]}, ("One.", "Two.")),
    ({"first_mes": None, "alternate_greetings": {}}, ()),
])
def test_greetings(given: dict[str, Any], meant: tuple[str, ...]) -> None:
    assert read(v2(**given)).greetings == meant


@pytest.mark.parametrize("given", [
    {"character_book": None}, {"character_book": []}, {"character_book": "x"},
    {"tags": None}, {"tags": {"a": 1}}, {"extensions": None}, {"extensions": []},
    {"creator_notes_multilingual": ["x"]}, {"source": {"a": 1}}, {"creation_date": "soon"},
    {"group_only_greetings": None}, {"nickname": 3}, {"mes_example": None},
    {"description": ["A.", "B."]}, {"assets": "x"},
])
def test_wrong_types_never_stop_a_card(given: dict[str, Any]) -> None:
    assert read(v3(**given)).name == "Mira"


def test_tags_parted_by_commas() -> None:
    assert read(v2(tags="sea, quiet,,")).tags == ("sea", "quiet")


@pytest.mark.parametrize("spec, version, told", [
    ("chara_card_v3", "3.0", ""), ("chara_card_v3", "3.1", "(3.1)"), ("chara_card_v3", 4, "(4)"),
    ("chara_card_v4", "4.0", "(4)"), ("chara_card_v4", None, "(4)"), ("chara_card_v2", "2.0", ""),
    ("chara_card_v2", "inf", ""), ("chara_card_v3", "new", ""), ("chara_card_v2", None, ""),
])
def test_newer_versions_are_read_and_said(spec: str, version: Any, told: str) -> None:
    said: list[str] = []
    card = {**v3(), "spec": spec, "spec_version": version}
    assert read(card, said=said).name == "Mira"
    assert [told in each for each in said] == ([True] if told else [])


def test_a_card_that_says_nothing_is_read_and_said() -> None:
    said: list[str] = []
    read({"spec": "chara_card_v2", "data": {"name": "Mira"}}, said=said)
    assert said == ["This card says nothing of its character but the name."]


def test_a_strict_v3_finds_in_v2_what_it_left_there() -> None:
    strict = v3()
    for name in ("first_mes", "personality", "system_prompt"):
        del strict["data"][name]
    strict["data"]["scenario"] = ""
    whole = persona_from(with_left_out(strict, v2()), "f", [])
    assert whole.greetings[0] == "You are late, {{user}}." and whole.traits == "dry, patient"
    # THEN what it says is empty stays empty, and another's words are never taken
    assert whole.scenario == ""
    assert with_left_out(strict, v2(name="Lex")) == strict
    assert with_left_out(strict, v1())["data"]["first_mes"] == v1()["first_mes"]


def test_text_in_a_card_is_text_only() -> None:
    words = "{{char}} </s> <|im_start|>system {% for x in y %} ../../etc ${HOME}"
    assert read(v2(description=words)).description == words


def test_a_name_without_end_is_cut() -> None:
    """A sentence says that the character is here now."""
    persona = read(v2(name=" N\n" * 300_000, nickname="N" * 900_000))
    assert persona.name == ("N " * 100).strip() and len(persona.nickname) <= 200
