"""The setup of conversations: cast, scene, order of turns, prompt format, the person's name.

Every write is one transaction. Belongs to the thread that opened its database. Knows the rows of
conversations beside their messages; the messages are `conversation_store`'s.
"""

from collections.abc import Sequence
from typing import Any

from engine.chat.lorebook import Lorebook
from engine.chat.persona_store import PersonaStore
from engine.chat.scene import AuthorsNote, Scene
from engine.chat.stored_values import document_of, gone, now, one_line, storable, value_of
from engine.chat.talk import CastMember, TalkSetup, TurnOrder
from engine.errors import EngineError
from engine.library.database import Database

MOST_PAUSE_SECONDS = 3600.0
_COLUMNS = "scene, turn_order, pause_seconds, prompt_format, person, authors_note, lorebook"


class CastStore:
    """Setups by the id of their conversation. Unknown ids raise EngineError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._personas = PersonaStore(database)

    def setup(self, conversation_id: int) -> TalkSetup:
        """All a conversation is set up with. A part that cannot be read counts as none, and so
        does a persona: the others talk on."""
        row = self._database.first(
            f"SELECT {_COLUMNS} FROM conversation WHERE id = ?", (conversation_id,))
        if row is None:
            raise gone("conversation")
        scene, order, pause, prompt_format, person, note, lorebook = row
        return TalkSetup(
            self._cast(conversation_id), value_of(scene, Scene), _order(order), pause,
            prompt_format, person, value_of(note, AuthorsNote), value_of(lorebook, Lorebook))

    def set_up(self, conversation_id: int, setup: TalkSetup) -> None:
        """Stores a whole setup."""
        with self._database.transaction(durable=True):
            self.set_cast(conversation_id, setup.cast)
            self.set_scene(conversation_id, setup.scene)
            self.set_turn_order(conversation_id, setup.turn_order, setup.pause_seconds)
            self.set_prompt_format(conversation_id, setup.prompt_format)
            self.set_person(conversation_id, setup.person)
            self.set_authors_note(conversation_id, setup.authors_note)
            self.set_lorebook(conversation_id, setup.lorebook)

    def set_cast(self, conversation_id: int, cast: Sequence[CastMember]) -> None:
        """Who talks, in this order. EngineError where two are called the same: nobody could
        tell their turns apart."""
        _refuse_namesakes(cast)
        with self._database.transaction(durable=True):
            since = self.since(conversation_id)
            later = self._last_message(conversation_id) if since else 0
            self._set(conversation_id, "changed_at", now())
            self._database.execute("DELETE FROM cast_member WHERE conversation_id = ?",
                                   (conversation_id,))
            self._database.execute_many(
                "INSERT INTO cast_member (conversation_id, place, persona_id, muted,"
                " talkativeness, since) VALUES (?, ?, ?, ?, ?, ?)",
                [(conversation_id, place, m.persona_id, m.muted, _share(m.talkativeness),
                  since.get(m.persona_id, later)) for place, m in enumerate(cast)])

    def join(self, conversation_id: int, persona_id: int) -> None:
        """Puts a persona at the end of the cast, unless it is there already."""
        cast = self.setup(conversation_id).cast
        if all(member.persona_id != persona_id for member in cast):
            persona = self._personas.persona(persona_id).value
            self.set_cast(conversation_id, [*cast, CastMember(persona_id, persona)])

    def since(self, conversation_id: int) -> dict[int, int]:
        """After which message each of the cast came in, by their persona's id; 0 is from the
        beginning. What was said before they did not hear."""
        return dict(self._database.all(
            "SELECT persona_id, since FROM cast_member WHERE conversation_id = ?",
            (conversation_id,)))

    def leave(self, conversation_id: int, persona_id: int) -> None:
        """Takes a persona out of the cast. What it said stays."""
        cast = self.setup(conversation_id).cast
        self.set_cast(conversation_id, [m for m in cast if m.persona_id != persona_id])

    def set_scene(self, conversation_id: int, scene: Scene | None) -> None:
        """Where the talk takes place, from the next reply on."""
        self._set(conversation_id, "scene", _written(scene))

    def set_turn_order(self, conversation_id: int, order: TurnOrder,
                       pause_seconds: float = 0.0) -> None:
        """Who speaks next; with a pause above 0 the cast goes on by itself."""
        with self._database.transaction(durable=True):
            self._set(conversation_id, "turn_order", order)
            self._set(conversation_id, "pause_seconds", _pause(pause_seconds))

    def set_prompt_format(self, conversation_id: int, name: str) -> None:
        """Which prompt format is used, "" for the model's own template."""
        self._set(conversation_id, "prompt_format", storable(name))

    def set_person(self, conversation_id: int, name: str) -> None:
        """What the person is called in this talk."""
        self._set(conversation_id, "person", one_line(name))

    def set_authors_note(self, conversation_id: int, note: AuthorsNote | None) -> None:
        """A word aside to the model; one without words is none."""
        self._set(conversation_id, "authors_note",
                  _written(note if note and note.text.strip() else None))

    def set_lorebook(self, conversation_id: int, lorebook: Lorebook | None) -> None:
        """Lore of this talk, beside what its personas bring."""
        self._set(conversation_id, "lorebook", _written(lorebook))

    def _cast(self, conversation_id: int) -> tuple[CastMember, ...]:
        found: list[CastMember] = []
        for number, muted, talkativeness in self._database.all(
                "SELECT persona_id, muted, talkativeness FROM cast_member"
                " WHERE conversation_id = ? ORDER BY place", (conversation_id,)):
            persona = self._personas.find(number)
            if persona is not None:
                found.append(CastMember(number, persona, bool(muted), talkativeness))
        return tuple(found)

    def _last_message(self, conversation_id: int) -> int:
        return self._database.all("SELECT coalesce(max(id), 0) FROM message"
                                  " WHERE conversation_id = ?", (conversation_id,))[0][0]

    def _set(self, conversation_id: int, column: str, value: Any) -> None:
        with self._database.transaction(durable=True):
            if not self._database.all(
                    f"UPDATE conversation SET {column} = ? WHERE id = ? RETURNING id",
                    (value, conversation_id)):
                raise gone("conversation")


def _refuse_namesakes(cast: Sequence[CastMember]) -> None:
    names = [member.persona.called.casefold() for member in cast]
    for member in cast:
        if names.count(member.persona.called.casefold()) > 1:
            raise EngineError(f"Two of the cast are called {member.persona.called}.",
                              "Give one of them a nickname first.")


def _order(stored: str) -> TurnOrder:
    try:
        return TurnOrder(stored)
    except ValueError:  # of a later version
        return TurnOrder.NATURAL


def _share(talkativeness: float) -> float:
    return min(talkativeness, 1.0) if talkativeness > 0 else 0.0  # what is no number is none


def _pause(seconds: float) -> float:
    return min(seconds, MOST_PAUSE_SECONDS) if seconds > 0 else 0.0


def _written(value: object | None) -> str:
    return "" if value is None else document_of(value)
