"""A persona as the JSON of a card, V2 or V3, for other programs and for ourselves.

What the persona was read with and has no field for is written again as it was. Knows no file.
"""

from typing import Any

from engine.chat.cards.fields import Object, object_of
from engine.chat.cards.persona_reading import OUTER, OWN
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.persona import Persona

_DEFAULT_ICON = {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}
_NOT_IN_V2 = ("assets", "nickname", "creator_notes_multilingual", "source",
              "group_only_greetings", "creation_date", "modification_date")


def as_v3(persona: Persona, now: int) -> Object:
    """The card as V3. `now`: seconds since 1970, when it is written; a card whose beginning is not
    known begins then."""
    notes = persona.notes
    data = {
        **_common(persona),
        "group_only_greetings": list(persona.group_greetings),
        "creation_date": notes.created_at or now,
        "modification_date": now,
        "assets": [_DEFAULT_ICON],
    }
    if persona.nickname:
        data["nickname"] = persona.nickname
    if notes.source:
        data["source"] = list(notes.source)
    if notes.translated_notes:
        data["creator_notes_multilingual"] = dict(notes.translated_notes)
    return _card("chara_card_v3", "3.0", persona, {**data, **persona.unknown})


def as_v2(persona: Persona) -> Object:
    """The card as V2, without what only V3 knows."""
    unknown = {name: value for name, value in persona.unknown.items() if name not in _NOT_IN_V2}
    return _card("chara_card_v2", "2.0", persona, {**_common(persona), **unknown})


def _card(spec: str, version: str, persona: Persona, data: Object) -> Object:
    """The data in their envelope. What stood around them stands there again; where that repeated
    the data, it repeats them as they are now."""
    data.pop(OUTER, None)
    outer = object_of(persona.unknown.get(OUTER))
    around = {name: data.get(name, value) for name, value in outer.items()}
    return {"spec": spec, "spec_version": version, **around, "data": data}


def _common(persona: Persona) -> dict[str, Any]:
    """What V2 and V3 both know."""
    notes = persona.notes
    data: dict[str, Any] = {
        "name": persona.name,
        "description": persona.description,
        "personality": persona.traits,
        "scenario": persona.scenario,
        "first_mes": persona.greetings[0] if persona.greetings else "",
        "mes_example": persona.example_dialogue,
        "creator_notes": notes.notes,
        "system_prompt": persona.system_prompt,
        "post_history_instructions": persona.closing_words,
        "alternate_greetings": list(persona.greetings[1:]),
        "tags": list(persona.tags),
        "creator": notes.creator,
        "character_version": notes.version,
        "extensions": _extensions(persona),
    }
    if persona.lorebook is not None:
        data["character_book"] = book_as_json(persona.lorebook)
    return data


def _extensions(persona: Persona) -> Object:
    """Theirs as they were, and under our name what cards have no field for."""
    own = {"gender": persona.gender, "age": persona.age, "colour": persona.colour,
           "facts": list(persona.facts)}
    said = {name: value for name, value in own.items() if value}
    before = persona.extensions.get(OWN)
    if not said:
        return dict(persona.extensions)
    return {**persona.extensions, OWN: {**object_of(before), **said}}


def book_as_json(book: Lorebook) -> Object:
    """A lorebook as V3 cards hold it; V2 readers find all they know in it."""
    found: Object = {"name": book.name, "description": book.description,
                     "recursive_scanning": book.recursive, "extensions": dict(book.extensions),
                     "entries": [_entry(each) for each in book.entries]}
    known = {"scan_depth": book.scan_depth, "token_budget": book.token_budget}
    return {**found, **_known(known), **book.unknown}


def _entry(entry: LoreEntry) -> Object:
    found: Object = {
        "keys": list(entry.keys),
        "content": entry.content,
        "extensions": dict(entry.extensions),
        "enabled": entry.enabled,
        "insertion_order": _plain(entry.order),
        "use_regex": entry.regex,
        "constant": entry.constant,
        "selective": entry.selective,
        "secondary_keys": list(entry.secondary_keys),
        "position": entry.position,
        "name": entry.name,
        "comment": entry.comment,
    }
    known = {"case_sensitive": entry.case_sensitive, "id": entry.id,
             "priority": None if entry.priority is None else _plain(entry.priority)}
    return {**found, **_known(known), **entry.unknown}


def _known(fields: Object) -> Object:
    return {name: value for name, value in fields.items() if value is not None}


def _plain(number: float) -> float:
    """100 rather than 100.0: some programs read whole numbers only."""
    return int(number) if float(number).is_integer() else number
