"""The personas and scenes that come with the program."""

import re
from pathlib import Path

import pytest

from engine.chat.persona import Persona
from engine.chat.scene import Scene
from engine.chat.shipped import shipped_personas, shipped_scenes
from engine.errors import EngineError

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
PERSONAS = shipped_personas(RESOURCES / "personas")
SCENES = shipped_scenes(RESOURCES / "scenes")
CALLED = {persona.name: persona.called for persona in PERSONAS.values()}


def test_there_are_six_personas_and_four_scenes() -> None:
    assert (len(PERSONAS), len(SCENES)) == (6, 4)
    assert len({persona.called for persona in PERSONAS.values()}) == 6
    assert len({persona.colour for persona in PERSONAS.values()}) == 6


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_each_persona_is_whole(persona: Persona) -> None:
    for told in (persona.name, persona.description, persona.traits, persona.gender, persona.age):
        assert told.strip()
    assert 8 <= len(persona.facts) <= 15 and len(set(persona.facts)) == len(persona.facts)
    assert len(persona.greetings) >= 2 and persona.group_greetings and len(persona.tags) >= 3
    assert re.fullmatch("#[0-9a-f]{6}", persona.colour)


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_facts_say_whose_they_are(persona: Persona) -> None:
    # A fact is found and given by itself: it must name its person.
    for fact in persona.facts:
        assert fact.startswith(persona.called) and fact.endswith(".")


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_example_dialogues_are_as_cards_have_them(persona: Persona) -> None:
    blocks = persona.example_dialogue.split("<START>\n")
    assert blocks[0] == "" and len(blocks) >= 4
    for block in blocks[1:]:
        asked, answered = block.strip().split("\n")
        assert asked.startswith("{{user}}: ") and answered.startswith("{{char}}: ")


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_each_scene_has_its_cast_and_its_first_lines(scene: Scene) -> None:
    assert scene.scenario and scene.mode and scene.mood and scene.authors_note.text
    assert len(scene.facts) >= 5 and len(scene.keywords) >= 5
    assert len(scene.cast) == 2 and set(scene.cast) <= CALLED.keys()
    speakers = {line.speaker for line in scene.opening} - {""}
    assert speakers <= {CALLED[name] for name in scene.cast} and len(scene.opening) >= 3


@pytest.mark.parametrize("text, why", [
    ("name = 3", "cannot be read"), ("name =", "cannot be read"), ("title = 'x'", "holds title"),
    ("name = 'x'\nfacts = 'y'", "cannot be read"), ("", "cannot be read")])
def test_a_broken_file_is_named(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "odd.toml").write_text(text, "utf-8")
    with pytest.raises(EngineError, match=rf"odd\.toml.*{why}|odd\.toml {why}"):
        shipped_personas(tmp_path)


def test_an_empty_folder_has_none(tmp_path: Path) -> None:
    assert shipped_scenes(tmp_path) == {}
