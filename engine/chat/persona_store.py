"""All personas of the library: the one door to their table. Every write is one transaction.

Belongs to the thread that opened its database. Knows no file format; a picture is bytes to it.
A persona in the cast of a conversation outlives its own deletion there.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from engine.chat.documents import Documents, StoredDocument
from engine.chat.persona import Persona
from engine.chat.stored_values import one_line
from engine.errors import EngineError
from engine.library.database import Database

StoredPersona = StoredDocument[Persona]


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """What a list shows of a persona. `talks` counts the conversations it is in the cast of;
    `called` is the name used in talk."""

    id: int
    name: str
    about: str
    tags: tuple[str, ...]
    colour: str
    has_picture: bool
    talks: int
    shipped: bool
    changed_at: str
    called: str = ""


class _Glance(msgspec.Struct, frozen=True):
    """What of a document a list shows; the rest is not even read."""

    nickname: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    colour: str = ""


class PersonaStore:
    """Personas by id. Unknown ids raise EngineError: another window may have deleted them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._documents = Documents(database, "persona", Persona, "persona")

    def rows(self, trashed: bool = False) -> list[PersonaRow]:
        """What a list shows, by name. One whose document cannot be read is named all the same."""
        rows = self._database.all(
            "SELECT p.id, p.name, p.document, p.picture IS NOT NULL, p.shipped, p.changed_at,"
            " (SELECT count(*) FROM cast_member m JOIN conversation c ON c.id = m.conversation_id"
            " WHERE m.persona_id = p.id AND c.trashed_at IS NULL) FROM persona p"
            f" WHERE p.trashed_at IS {'NOT ' if trashed else ''}NULL")
        found = [_row(*row) for row in rows]
        return sorted(found, key=lambda row: (row.name.casefold(), row.id))

    def add(self, persona: Persona, picture: bytes = b"", shipped: str = "") -> StoredPersona:
        """A new persona. EngineError if it has no name."""
        persona = _named(persona)
        with self._database.transaction(durable=True):
            number = self._documents.add(persona.name, persona, shipped)
            if picture:
                self.set_picture(number, picture)
        return self.persona(number)

    def persona(self, persona_id: int) -> StoredPersona:
        """One persona, also of the trash."""
        return self._documents.get(persona_id)

    def find(self, persona_id: int) -> Persona | None:
        """One persona, None where it is gone or cannot be read."""
        return self._documents.find(persona_id)

    def picture(self, persona_id: int) -> bytes:
        """Its picture as it was given, b"" where there is none."""
        row = self._database.first("SELECT picture FROM persona WHERE id = ?", (persona_id,))
        return bytes(row[0] or b"") if row else b""

    def save(self, persona_id: int, persona: Persona) -> StoredPersona:
        """Puts an edited persona in its place. One with a new name bears it in its talks too:
        else the model would read of two people."""
        persona = _named(persona)
        with self._database.transaction(durable=True):
            old = self._documents.find(persona_id)  # what cannot be read may be written over
            if old is not None:
                self._rename(persona_id, old.called, persona.called)
            self._documents.save(persona_id, persona.name, persona)
        return self.persona(persona_id)

    def set_picture(self, persona_id: int, picture: bytes) -> None:
        """Gives it another picture, b"" takes it away."""
        self._documents.put(persona_id, "picture", picture or None)

    def copy(self, persona_id: int, name: str) -> StoredPersona:
        """The same persona again under another name, the person's own."""
        persona = msgspec.structs.replace(self.persona(persona_id).value, name=name, nickname="")
        return self.add(persona, self.picture(persona_id))

    def same_as(self, persona: Persona) -> int | None:
        """The id of a persona that is this one in everything, None if there is none."""
        persona = _named(persona)
        for number, in self._database.all(
                "SELECT id FROM persona WHERE name = ? AND trashed_at IS NULL ORDER BY id",
                (persona.name,)):
            if self._documents.find(number) == persona:
                return number
        return None

    def put_shipped(self, personas: Mapping[str, Persona]) -> int:
        """Stores what came with the program and was never here; how many there were. What the
        person has thrown away stays away."""
        known = self._documents.shipped_keys()
        fresh = {key: persona for key, persona in personas.items() if key not in known}
        with self._database.transaction(durable=True):
            for key, persona in fresh.items():
                self.add(persona, shipped=key)
        return len(fresh)

    def delete(self, persona_ids: Sequence[int]) -> None:
        """Moves personas to the trash; `restore` undoes it. Their talks keep them."""
        self._documents.trash(persona_ids)

    def restore(self, persona_ids: Sequence[int]) -> None:
        """Takes personas out of the trash."""
        self._documents.restore(persona_ids)

    def purge(self, persona_ids: Sequence[int]) -> None:
        """Deletes for good, but for who came with the program or is in a cast."""
        cast = {number for number, in self._database.all(
            "SELECT DISTINCT persona_id FROM cast_member")}
        self._documents.purge([number for number in persona_ids if number not in cast])

    def _rename(self, persona_id: int, old: str, new: str) -> None:
        if old != new:
            self._refuse_namesake(persona_id, new)
            self._database.execute(
                "UPDATE message SET author = ? WHERE author = ? AND role = 'assistant' AND"
                " conversation_id IN (SELECT conversation_id FROM cast_member WHERE"
                " persona_id = ?)", (new, old, persona_id))

    def _refuse_namesake(self, persona_id: int, name: str) -> None:
        """EngineError where the persona talks with another of this name: their turns could no
        longer be told apart."""
        for number, in self._database.all(
                "SELECT DISTINCT o.persona_id FROM cast_member o JOIN cast_member m ON"
                " m.conversation_id = o.conversation_id WHERE m.persona_id = ?1"
                " AND o.persona_id <> ?1", (persona_id,)):
            other = self._documents.find(number)
            if other is not None and other.called.casefold() == name.casefold():
                raise EngineError(f"This persona talks with another who is called {name}.",
                                  "Choose another name or nickname.")


def _row(number: int, name: str, document: str, has_picture: int, shipped: str, changed_at: str,
         talks: int) -> PersonaRow:
    glance = _Glance()
    with suppress(msgspec.DecodeError, RecursionError):
        glance = msgspec.json.decode(document, type=_Glance)
    return PersonaRow(number, name, glance.description, glance.tags, glance.colour,
                      bool(has_picture), talks, bool(shipped), changed_at,
                      glance.nickname or name)


def _named(persona: Persona) -> Persona:
    """The persona with names that can be kept."""
    name = one_line(persona.name)
    if not name:
        raise EngineError("A persona needs a name.", "Give it one, then save it again.")
    return msgspec.structs.replace(persona, name=name, nickname=one_line(persona.nickname))
