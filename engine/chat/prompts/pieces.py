"""All that could stand before and between the turns of a talk, the weightiest first.

A long text comes in pieces, a line each, so that what fits of it can be kept. Decides nothing
about room, and knows no model.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.chat.conversation import Role
from engine.chat.lore.places import LoreSpot
from engine.chat.persona import Persona
from engine.chat.prompts.format import PromptFormat, filled
from engine.chat.prompts.marks import one_line
from engine.chat.prompts.script import Script

PartKind = Literal[
    "frame", "persona", "scene", "note", "facts", "summary", "lore", "examples", "turns"]
_ORIGINAL = re.compile(r"\{\{original\}\}", re.IGNORECASE)
_EXAMPLE = re.compile(r"^[ \t]*<START>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_LORE_SLOTS = {LoreSpot.BEFORE_CHAR: "lore_before", LoreSpot.AFTER_CHAR: "lore_after",
               LoreSpot.SCENARIO: "scenario", LoreSpot.PERSONALITY: "traits"}
ASIDE = "aside"
_ABOUT_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """One text for one slot. `owner` is the place in the cast it tells of. Pieces of the slot
    "aside" stand `depth` turns from the end."""

    kind: PartKind
    title: str
    text: str
    slot: str
    owner: int = 0
    depth: int = 0
    role: Role = Role.SYSTEM


def pieces_of(script: Script, form: PromptFormat) -> list[Piece]:
    """The pieces this format has a place for."""
    slots = form.slots | {ASIDE}
    every = [*_personas(script, form), *_scene(script), *_note(script), *_facts(script),
             *_lines("summary", "What happened before", script.summary, "summary"),
             *_lore(script, slots), *_examples(script)]
    return [piece for piece in every if piece.slot in slots and piece.text.strip()]


def about_of(persona: Persona) -> dict[str, str]:
    """What is said of a persona in a word each, always short; "about" is gender, age and tags."""
    gender, age = _word(persona.gender), _word(persona.age)
    tags = [word for tag in persona.tags if (word := _word(tag))]
    about = ", ".join([gender or "unknown", age or "unknown", *tags])
    return {"gender": gender, "age": age, "tags": ", ".join(tags)[:_ABOUT_LETTERS],
            "about": about[:_ABOUT_LETTERS].rstrip(", ")}


def names_of(script: Script) -> dict[str, str]:
    """The slots of names."""
    return {"names": listed(script.names), "speaker": one_line(script.speaker),
            "listener": one_line(script.listener), "others": listed(script.others)}


def listed(names: Iterable[str]) -> str:
    """ "Ann, Ben and Cleo"."""
    clean = [one_line(name) for name in names]
    return " and ".join(filter(None, [", ".join(clean[:-1]), *clean[-1:]]))


def _personas(script: Script, form: PromptFormat) -> Iterator[Piece]:
    order = sorted(range(len(script.cast)),
                   key=lambda place: script.cast[place].called != script.speaker)
    for place in order:
        persona = script.cast[place]
        if persona.called == script.speaker:
            yield from _instructions(persona, script, form)
        for slot, text in (("description", persona.description), ("traits", persona.traits)):
            yield from _lines("persona", persona.called, text, slot, place)


def _instructions(persona: Persona, script: Script, form: PromptFormat) -> Iterator[Piece]:
    """What a card brings is said instead of our own words, as cards ask for it."""
    ours = filled(form.instruction, names_of(script))
    text = persona.system_prompt.strip() or ours
    yield from _lines("persona", f"What {persona.called} is told",
                      _ORIGINAL.sub(lambda _: ours, text), "instruction")
    closing = _ORIGINAL.sub("", persona.closing_words)
    yield Piece("persona", f"What {persona.called} is told last", closing, ASIDE)


def _scene(script: Script) -> Iterator[Piece]:
    scene = script.scene
    text = scene.scenario if scene else ""
    if not text.strip():
        text = next((persona.scenario for persona in script.cast
                     if persona.called == script.speaker), "")
    yield from _lines("scene", "Scene", text, "scenario")
    if scene:
        for title, slot, value in (
                ("Title", "title", scene.title), ("Mode", "mode", scene.mode),
                ("Mood", "mood", scene.mood), ("Keywords", "keywords", ", ".join(scene.keywords))):
            yield Piece("scene", title, one_line(value), slot)


def _note(script: Script) -> Iterator[Piece]:
    note = script.note
    asked = sum(turn.speaker not in ("", script.speaker) for turn in script.turns)
    if note.every > 0 and asked % note.every == 0:
        yield Piece("note", "Author's note", note.text, ASIDE, depth=max(note.depth, 0))


def _facts(script: Script) -> Iterator[Piece]:
    for fact in script.facts:
        yield Piece("facts", "Fact", one_line(fact), "facts")


def _lore(script: Script, slots: Iterable[str]) -> Iterator[Piece]:
    speaking = next((place for place, persona in enumerate(script.cast)
                     if persona.called == script.speaker), 0)
    for lore in script.lore:
        title, place = lore.title or "Lore", lore.place
        if place.spot is LoreSpot.DEPTH:
            yield Piece("lore", title, lore.text, ASIDE, depth=max(place.depth, 0),
                        role=place.role)
        else:
            wanted = _LORE_SLOTS[place.spot]
            slot = wanted if wanted in slots else "lore"
            yield Piece("lore", title, lore.text, slot, speaking)


def _examples(script: Script) -> Iterator[Piece]:
    for persona in script.cast:
        for block in _EXAMPLE.split(persona.example_dialogue):
            yield Piece("examples", f"How {persona.called} talks", block.strip(), "examples")
    opening = script.scene.opening if script.scene else ()
    if script.turns[:len(opening)] != opening:
        lines = [f"{line.speaker}: {line.text}" if line.speaker else line.text
                 for line in opening]
        yield Piece("examples", "How the scene opens", "\n".join(lines), "examples")


def _lines(kind: PartKind, title: str, text: str, slot: str, owner: int = 0) -> Iterator[Piece]:
    for line in text.strip().splitlines():
        if line.strip():
            yield Piece(kind, title, line.rstrip(), slot, owner)


def _word(text: str) -> str:
    """A text that can stand in a list within braces."""
    cleaned = one_line(text).replace(",", ";")
    return cleaned.translate({ord("{"): "(", ord("}"): ")"})
