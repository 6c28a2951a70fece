"""A card's JSON, V1, V2 or V3 and as other programs really write it, to a persona.

What has no field of ours is kept, to be written again. Knows no file and no bytes.
"""

import math
import re
from typing import Any

from engine.chat.cards.fields import Fields, Object, list_of, object_of, text_of
from engine.chat.cards.lore_reading import book_from
from engine.chat.lorebook import Lorebook
from engine.chat.persona import CardNotes, Persona
from engine.errors import EngineError

OUTER = "undertone:card"
"""Where in Persona.unknown the keys are kept that stood around a card's data."""
OWN = "undertone"
"""Where in a card's extensions our own fields stand."""

MOST_GREETINGS = 500
MOST_TAGS = 1000
MOST_FACTS = 2000
NEWEST = 3.0

_SPEC = re.compile(r"chara_?card_?v?(\d{1,4})", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# The names of V1, then those of Pygmalion, text-generation-webui and Agnai.
_NAME = ("name", "char_name", "bot")
_FLAT: dict[str, tuple[str, ...]] = {
    "description": ("char_persona", "context", "persona"),
    "personality": (),
    "scenario": ("world_scenario",),
    "first_mes": ("char_greeting", "greeting"),
    "mes_example": ("example_dialogue", "sampleChat"),
    "creator_notes": ("creatorcomment",),
}
_TALK = frozenset({"personality", "scenario", "first_mes", "mes_example"})
# V3 says of these that they are "removed"; strict writers leave them to the V2 beside it.
_LEFT_TO_V2 = ("personality", "scenario", "first_mes", "alternate_greetings", "system_prompt",
               "post_history_instructions")
# All that programs have been seen to leave outside of the data.
_SEEN_OUTSIDE = ("name", *_FLAT, "alternate_greetings", "system_prompt", "tags", "creator",
                 "post_history_instructions", "character_version", "character_book", "extensions")
_ENVELOPES = ("character", "card", "char", "definition")


def card_within(found: Any) -> Object | None:
    """The card in a JSON value, None where it holds none. Some wrap it in a list or an object."""
    card = object_of(list_of(found)[0] if len(list_of(found)) == 1 else found)
    if _is_card(card):
        return card
    inner = [object_of(card.get(name)) for name in _ENVELOPES]
    return next((each for each in inner if _is_card(each)), None)


def _is_card(found: Object) -> bool:
    spec = str(found.get("spec", ""))
    if _SPEC.match(spec) or spec.startswith("lorebook"):
        return not spec.startswith("lorebook")
    flat = object_of(found.get("data")) or found
    named = any(flat.get(name) for name in _NAME)
    texts = sum(any(name in flat for name in (own, *others)) for own, others in _FLAT.items())
    # A name and a description alone are in many files that are no card.
    talk = any(name in flat for own in _TALK for name in (own, *_FLAT[own]))
    return named and talk and texts >= 2


def with_left_out(card: Object, older: Object) -> Object:
    """A V3 card with what it left to the V2 card of the same character beside it."""
    newer, data = object_of(card.get("data")), object_of(older.get("data")) or older
    if not newer or text_of(newer.get("name")) != text_of(data.get("name")):
        return card
    left = {name: data[name] for name in _LEFT_TO_V2 if name not in newer and name in data}
    return {**card, "data": {**newer, **left}}


def persona_from(card: Object, file_name: str, said: list[str]) -> Persona:
    """The persona of a card; what the person should know of it is added to `said`. `file_name`
    serves where the name is blank. EngineError where there is no name."""
    _tell_of_newer(card, said)
    data, outer = _parted(card)
    fields = Fields(data, said)
    name = _name(fields, "data" not in card, file_name, said)
    texts = {own: fields.text(own, *(others if "data" not in card else ()))
             for own, others in _FLAT.items()}
    description = texts["description"] or ("" if "data" in card else _attributes(data))
    extensions = fields.object("extensions")
    own = Fields(object_of(extensions.get(OWN)), said)
    colour = own.text("colour")
    persona = Persona(
        name=name, nickname=fields.line("nickname"), description=description,
        traits=texts["personality"], gender=own.line("gender"), age=own.line("age"),
        tags=fields.texts(MOST_TAGS, "tags", commas=True), facts=own.texts(MOST_FACTS, "facts"),
        scenario=texts["scenario"], example_dialogue=texts["mes_example"],
        greetings=_greetings(texts["first_mes"], fields),
        group_greetings=fields.texts(MOST_GREETINGS, "group_only_greetings"),
        system_prompt=fields.text("system_prompt"),
        closing_words=fields.text("post_history_instructions"),
        colour=colour.lower() if _COLOUR.fullmatch(colour) else "",
        lorebook=_book(fields, said), notes=_notes(texts["creator_notes"], fields),
        extensions=_without_own(extensions, own.rest()),
        unknown={**fields.rest(), **({OUTER: outer} if outer else {})})
    _tell_of_nothing(persona, said)
    return persona


def _tell_of_newer(card: Object, said: list[str]) -> None:
    spec = _SPEC.match(str(card.get("spec", "")))
    version = Fields(card, []).number("spec_version") or 0.0
    if spec and int(spec[1]) > NEWEST:
        version = max(version, float(spec[1]))
    if math.isfinite(version) and version > NEWEST:
        said.append(f"This card is of a newer version ({version:g}); what is new in it may be"
                    " missing.")


def _parted(card: Object) -> tuple[Object, Object]:
    """The data of a card, and what stands around them. Programs repeat the data outside, and some
    leave them there."""
    outer = {name: value for name, value in card.items()
             if name not in ("spec", "spec_version", "data")}
    if not isinstance(card.get("data"), dict):
        return outer, {}
    data: Object = {name: value for name, value in card["data"].items() if name != OUTER}
    for name in _SEEN_OUTSIDE:
        if data.get(name) is None and outer.get(name) is not None:
            data[name] = outer[name]
    return data, outer


def _name(fields: Fields, flat: bool, file_name: str, said: list[str]) -> str:
    names = _NAME if flat else _NAME[:1]
    given = fields.value(*names)
    name = fields.line(*names)
    if name:
        return name
    if not isinstance(given, str):
        raise EngineError("This card does not name its character.",
                          "Ask its maker for a whole one, or write the persona by hand.")
    said.append(f"The name in this card is blank; the character is called {file_name} like the"
                " file.")
    return " ".join(file_name.split()) or "?"


def _greetings(first: str, fields: Fields) -> tuple[str, ...]:
    others = fields.texts(MOST_GREETINGS, "alternate_greetings")
    return (first, *others) if first.strip() else others


def _book(fields: Fields, said: list[str]) -> Lorebook | None:
    found = fields.value("character_book")
    return book_from(object_of(found), said) if isinstance(found, dict) else None


def _notes(words: str, fields: Fields) -> CardNotes:
    languages = fields.object("creator_notes_multilingual")
    return CardNotes(
        creator=fields.line("creator"), notes=words, version=fields.line("character_version"),
        source=fields.texts(MOST_TAGS, "source"),
        translated_notes={name: text for name, value in languages.items()
                          if (text := text_of(value))},
        created_at=fields.moment("creation_date"), changed_at=fields.moment("modification_date"))


def _without_own(extensions: Object, left: Object) -> Object:
    """The extensions without our fields, which the persona holds. What a later version of ours put
    among them stays."""
    if not isinstance(extensions.get(OWN), dict):
        return extensions
    others = {name: value for name, value in extensions.items() if name != OWN}
    return {**others, OWN: left} if left else others


def _attributes(data: Object) -> str:
    """Agnai describes a character by named lists of words."""
    named = object_of(object_of(data.get("persona")).get("attributes"))
    lines = [(name, ", ".join(text_of(each) for each in list_of(value)))
             for name, value in named.items() if isinstance(value, list)]
    return "\n".join(words if name == "text" else f"{name}: {words}" for name, words in lines)


def _tell_of_nothing(persona: Persona, said: list[str]) -> None:
    if not (persona.description or persona.traits or persona.greetings
            or persona.scenario or persona.example_dialogue or persona.lorebook):
        said.append("This card says nothing of its character but the name.")
