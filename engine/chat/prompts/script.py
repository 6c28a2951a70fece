"""What a prompt is written from: who talks, where, what they know and what was said.

Values only. Knows no format, no model and no storage. All texts have their macros filled in.
"""

from dataclasses import dataclass

from engine.chat.lore.places import LorePlace
from engine.chat.persona import Persona
from engine.chat.scene import AuthorsNote, Scene, SpokenLine


@dataclass(frozen=True, slots=True)
class CalledLore:
    """A text of a lorebook that is told, with its decorators off and its macros filled in."""

    text: str
    place: LorePlace = LorePlace()  # noqa: RUF009 - frozen
    title: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """Everything a prompt may hold, more than may fit.

    `cast` are the personas in their order; `speaker` is the name of who speaks next, `listener`
    the person's name, "" where they only watch. `facts` are those in use, the weightiest first,
    and `lore` is what was called. `turns` are oldest first; who speaks in them is named as in
    `cast` (`Persona.called`) and `listener`. `authors_note` stands for the scene's where given.
    `begun` is the beginning of the reply, where one is gone on with.
    """

    cast: tuple[Persona, ...]
    speaker: str
    listener: str = ""
    scene: Scene | None = None
    summary: str = ""
    facts: tuple[str, ...] = ()
    lore: tuple[CalledLore, ...] = ()
    turns: tuple[SpokenLine, ...] = ()
    authors_note: AuthorsNote | None = None
    begun: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All who talk or may, each once; the narrator is not among them."""
        spoken = (turn.speaker for turn in self.turns)
        called = (persona.called for persona in self.cast)
        return tuple(filter(None, dict.fromkeys([*called, self.listener, self.speaker, *spoken])))

    @property
    def others(self) -> tuple[str, ...]:
        """All but who speaks next."""
        return tuple(name for name in self.names if name != self.speaker)

    @property
    def note(self) -> AuthorsNote:
        """The author's note in force."""
        if self.authors_note is not None:
            return self.authors_note
        return self.scene.authors_note if self.scene else AuthorsNote()
