"""Who there is to talk with: the library's personas and scenes, for one piece of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError
from engine.paths import AppPaths

if TYPE_CHECKING:
    from engine.chat.cards.writing import CardForm
    from engine.chat.cast_store import CastStore
    from engine.chat.conversation import Conversation
    from engine.chat.direction.director import Director
    from engine.chat.lorebook import Lorebook
    from engine.chat.persona_store import PersonaStore
    from engine.chat.scene_store import SceneStore
    from engine.library.database import Database

CARD_FORMS: "dict[str, CardForm]" = {".png": "png", ".json": "json", ".charx": "charx"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a card: the persona's id and name, sentences about it; or why it has none."""

    id: int
    name: str
    said: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """On the thread of the database it was opened with, as long as that is open."""

    paths: AppPaths
    database: "Database"
    personas: "PersonaStore"
    scenes: "SceneStore"
    casts: "CastStore"
    director: "Director"

    def put_shipped(self) -> None:
        """Makes sure that who comes with the program is there."""
        from engine.chat.shipped import shipped_personas, shipped_scenes

        self.personas.put_shipped(shipped_personas(self.paths.shipped_personas))
        self.scenes.put_shipped(shipped_scenes(self.paths.shipped_scenes))

    def begin(self, persona_ids: Sequence[int], scene_id: int = 0, person: str = "",
              lorebook: "Lorebook | None" = None) -> "Conversation":
        """A new talk with its first words. EngineError where two are called the same."""
        from engine.chat.talk import CastMember, TalkSetup

        cast = tuple(CastMember(one, self.personas.persona(one).value) for one in persona_ids)
        scene = self.scenes.scene(scene_id).value if scene_id else None
        return self.director.begin(TalkSetup(cast, scene, person=" ".join(person.split()),
                                             lorebook=lorebook))

    def join(self, conversation_id: int, persona_id: int) -> None:
        """Puts a persona into a talk, with the facts it brings. EngineError where another is
        called the same there."""
        self.casts.join(conversation_id, persona_id)
        self.take_up_facts(conversation_id)

    def take_up_facts(self, conversation_id: int) -> None:
        """Makes what its cast brings known in a talk, as it is now."""
        from engine.chat.beginning import TalkBeginning
        from engine.chat.direction.wording import Wording

        setup = self.casts.setup(conversation_id)
        beginning = TalkBeginning(self.database, Wording(setup, conversation_id).filled)
        beginning.take_up_facts(conversation_id, setup)

    def take_card(self, file: Path) -> Imported:
        """Puts the character of a card into the library, unless it is there."""
        from engine.chat.cards.reading import read_card

        try:
            card = read_card(file)
            known = self.personas.same_as(card.persona)
            number = known or self.personas.add(card.persona, card.picture).id
        except EngineError as problem:
            return Imported(0, file.name, problem=f"{problem.message} {problem.hint}".strip())
        return Imported(number, card.persona.name, card.said)

    def write_card(self, persona_id: int, file: Path) -> None:
        """Writes a persona as a card; the ending says as which. EngineError where it cannot."""
        from engine.chat.cards.writing import write_card

        write_card(self.personas.persona(persona_id).value, self.personas.picture(persona_id), file,
                   CARD_FORMS.get(file.suffix.casefold(), "png"))


def open_company(database: "Database", paths: AppPaths, director: "Director") -> Company:
    """All of it, on the thread of `database`."""
    # The stores import what a start of the window need not wait for.
    from engine.chat.cast_store import CastStore
    from engine.chat.persona_store import PersonaStore
    from engine.chat.scene_store import SceneStore

    return Company(paths, database, PersonaStore(database), SceneStore(database),
                   CastStore(database), director)
