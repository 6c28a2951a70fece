"""Who speaks: everything known of a persona, whichever file it came from.

Values only. Knows no file format, no prompt and no storage; its texts are data, whatever they say.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.chat.lorebook import Lorebook

Json = Mapping[str, Any]
"""What a JSON object holds. Kept as it was read where no field of ours holds it."""


class CardNotes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a card says about itself. Never part of a prompt.

    Dates are seconds since 1970 in UTC, 0 where unknown. `notes` by language is `translated_notes`.
    """

    creator: str = ""
    notes: str = ""
    version: str = ""
    source: tuple[str, ...] = ()
    translated_notes: Mapping[str, str] = {}
    created_at: int = 0
    changed_at: int = 0


class Persona(msgspec.Struct, frozen=True, omit_defaults=True):
    """One who speaks.

    `nickname`, where there is one, stands for the name in texts. `traits` is how they are, in
    words; `age` is words too ("34", "old as the hill"). `facts` are sentences that are so in
    their life: what they know of themselves and may be asked for. `example_dialogue` is as cards
    have it: blocks, each begun by a line `<START>`. The first of `greetings` opens a talk, the
    others are its alternatives; `group_greetings` open one of several. `closing_words` are
    instructions after the talk. `colour` is "#rrggbb" or "". `model` is the id of the installed
    model or adapter that speaks for them, "" for that of the talk; no card carries it.

    `extensions` and `unknown` (keys of a card without a field here) are kept for writing it again.
    The picture is kept beside the persona, not in it.
    """

    name: str
    nickname: str = ""
    description: str = ""
    traits: str = ""
    gender: str = ""
    age: str = ""
    tags: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    scenario: str = ""
    example_dialogue: str = ""
    greetings: tuple[str, ...] = ()
    group_greetings: tuple[str, ...] = ()
    system_prompt: str = ""
    closing_words: str = ""
    colour: str = ""
    model: str = ""
    lorebook: Lorebook | None = None
    notes: CardNotes = CardNotes()
    extensions: Json = {}
    unknown: Json = {}

    @property
    def called(self) -> str:
        """The name used in talk."""
        return self.nickname or self.name
