"""The texts of a talk with their macros filled in, and its messages as spoken lines.

What was said is data and stays as it is: only what cards, scenes and books bring is filled.
Knows no storage and no model.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from engine.chat.conversation import ChatMessage, Role
from engine.chat.lore.macros import Names, fill_macros
from engine.chat.persona import Persona
from engine.chat.prompts.script import CalledLore
from engine.chat.scene import AuthorsNote, Scene, SpokenLine
from engine.chat.talk import TalkSetup

PERSON = "Friend"
"""What the person is called who gave no name: cards speak to them by one."""


def person_called(setup: TalkSetup) -> str:
    """What the person is called in a talk."""
    return setup.person or PERSON


def listener_of(setup: TalkSetup, path: Sequence[ChatMessage]) -> str:
    """The person's name where they take part, "" where they only watch several talk."""
    takes_part = (len(setup.cast) < 2 or setup.person
                  or any(message.role is Role.USER for message in path))
    return person_called(setup) if takes_part else ""


def lines_of(setup: TalkSetup, path: Sequence[ChatMessage]) -> tuple[SpokenLine, ...]:
    """Each message as a line, by who said it; the narrator is ""."""
    return tuple(SpokenLine(_speaker(setup, message), message.text) for message in path)


def _speaker(setup: TalkSetup, message: ChatMessage) -> str:
    if message.role is Role.SYSTEM:
        return ""
    if message.role is Role.USER:
        return message.author or person_called(setup)
    return message.author or next(iter(setup.names), "")


class Wording:
    """Fills the macros of one talk. `seed` is the talk's, `turn` how many were taken so far."""

    def __init__(self, setup: TalkSetup, seed: int, turn: int = 0) -> None:
        self._setup = setup
        self._seed = seed
        self._turn = turn

    def names(self, char: str = "") -> Names:
        """Who {{char}} and {{user}} are; "" is the first of the cast. Where the person gave no
        name, each of two is the other's {{user}}: a card knows nobody else."""
        char = char or next(iter(self._setup.names), "")
        others = [name for name in self._setup.names if name != char]
        alone_with = others[0] if len(others) == 1 and not self._setup.person else ""
        return Names(char, alone_with or person_called(self._setup))

    def filled(self, text: str, char: str = "") -> str:
        """A text of a card of `char`, or of the scene."""
        known = char if self._setup.member(char) else ""
        return fill_macros(text, self.names(known), self._seed, turn=self._turn)

    def persona(self, persona: Persona) -> Persona:
        """All of a persona that a prompt may hold."""
        def told(text: str) -> str:
            return self.filled(text, persona.called)

        return msgspec.structs.replace(
            persona, description=told(persona.description), traits=told(persona.traits),
            scenario=told(persona.scenario), system_prompt=told(persona.system_prompt),
            example_dialogue=told(persona.example_dialogue),
            closing_words=told(persona.closing_words))

    def scene(self, scene: Scene | None) -> Scene | None:
        """All of a scene that a prompt may hold."""
        if scene is None:
            return None
        opening = tuple(SpokenLine(line.speaker, self.filled(line.text, line.speaker))
                        for line in scene.opening)
        return msgspec.structs.replace(scene, scenario=self.filled(scene.scenario),
                                       opening=opening, authors_note=self.note(scene.authors_note))

    def note(self, note: AuthorsNote) -> AuthorsNote:
        """An author's note."""
        return msgspec.structs.replace(note, text=self.filled(note.text))

    def lore(self, lore: Sequence[CalledLore], char: str) -> tuple[CalledLore, ...]:
        """What a book told."""
        return tuple(replace(entry, text=self.filled(entry.text, char)) for entry in lore)
