"""The characters a person can talk with, as a list shows them, and what is done with them.

Knows no widgets. Reads and writes on the desk queue.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from gui.chat.persona_colours import colour_of
from gui.chat.services import ChatAsking, ChatServices, ModelChoice

if TYPE_CHECKING:
    from engine.chat.lorebook import Lorebook
    from engine.chat.persona import Persona
    from engine.chat.persona_store import PersonaRow
    from engine.chat.scene_store import SceneRow
    from gui.chat.company import Company, Imported


@dataclass(frozen=True, slots=True)
class Character:
    """One of the list. `about` is one line; `face` the picture made small, None if there is none
    that can be shown; `called` the name used in talk."""

    id: int
    name: str
    about: str
    colour: str
    tags: tuple[str, ...]
    shipped: bool
    changed_at: str
    face: object | None = None
    called: str = ""


@dataclass(frozen=True, slots=True)
class SceneOffer:
    """A scene to choose; `cast` are the names of those it was written for."""

    id: int
    title: str
    about: str
    cast: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A whole persona to edit. `id` 0 is one that is not stored yet."""

    id: int
    persona: "Persona"
    picture: bytes = b""


MakeFace = Callable[[bytes], object | None]


class Characters(QObject):
    """`rows` and `scenes` are what was read last. `begun` carries a new conversation, `imported`
    what became of cards, `opened` a Portrait that was asked for, `saved` a persona's id.
    `removed` are the names of those deleted last, which `undo` brings back; `lorebooks`, by scene,
    go along where a talk is begun in it.

    `make_face` is called on the desk's thread.
    """

    changed = Signal()
    begun = Signal(object)
    imported = Signal(list)
    opened = Signal(object)
    saved = Signal(int)
    failed = Signal(object)

    def __init__(self, asking: ChatAsking, make_face: MakeFace = lambda _: None,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.voices: Callable[[], Sequence[ModelChoice]] = tuple  # who may speak for a character
        self._asking = asking
        self._make_face = make_face
        self._bin: list[tuple[int, ...]] = []
        self.known = False
        self.rows: tuple[Character, ...] = ()
        self.scenes: tuple[SceneOffer, ...] = ()
        self.removed: tuple[str, ...] = ()
        self.lorebooks: dict[int, Lorebook] = {}

    def load(self) -> None:
        """Reads who is there, also those who come with the program."""
        known = {row.id: row for row in self.rows}

        def read(company: "Company") -> object:
            company.put_shipped()
            rows = [self._character(row, known, company) for row in company.personas.rows()]
            return tuple(rows), tuple(_offer(row) for row in company.scenes.rows())

        self._ask(read, self._take)

    def named(self, persona_id: int) -> Character | None:
        """Who of the list has this id."""
        return next((row for row in self.rows if row.id == persona_id), None)

    def begin(self, persona_ids: Sequence[int], scene_id: int = 0, person: str = "") -> None:
        """Begins a talk with these, in this order."""
        if persona_ids:
            book = self.lorebooks.get(scene_id)
            self._ask(lambda company: company.begin(persona_ids, scene_id, person, book),
                      self.begun.emit)

    def take_cards(self, files: Sequence[Path]) -> None:
        """Puts the characters of cards into the library."""
        self._ask(lambda company: [company.take_card(file) for file in files], self._take_imported)

    def write_card(self, persona_id: int, file: Path) -> None:
        """Writes one as a card that other programs read."""
        self._ask(lambda company: company.write_card(persona_id, file))

    def open(self, persona_id: int) -> None:
        """Has one read as a whole, for `opened`."""
        self._ask(lambda company: Portrait(
            persona_id, company.personas.persona(persona_id).value,
            company.personas.picture(persona_id)), self.opened.emit)

    def save(self, portrait: Portrait) -> None:
        """Stores one that was edited, or a new one."""
        def write(company: "Company") -> int:
            store, number = company.personas, portrait.id
            if not number:
                return store.add(portrait.persona, portrait.picture).id
            store.save(number, portrait.persona)
            if store.picture(number) != portrait.picture:
                store.set_picture(number, portrait.picture)
            return number

        self._ask(write, self._take_saved)

    def duplicate(self, persona_id: int, name: str) -> None:
        """The same once more under another name, the person's own."""
        self._ask(lambda company: company.personas.copy(persona_id, name).id, self._take_saved)

    def delete(self, persona_ids: Sequence[int]) -> None:
        """Puts them into the bin, from where `undo` brings them back; their talks keep them."""
        ids = tuple(persona_ids)
        gone = tuple(row.name for row in self.rows if row.id in ids)
        if gone:
            self._bin.append(ids)
            self.removed = gone
            self._ask(lambda company: company.personas.delete(ids), lambda _: self.load())

    def undo(self) -> None:
        """Brings back who was deleted last; again, who was deleted before."""
        if self._bin:
            ids = self._bin.pop()
            self.removed = ()
            self._ask(lambda company: company.personas.restore(ids), lambda _: self.load())

    @property
    def can_undo(self) -> bool:
        return bool(self._bin)

    def forget_removed(self) -> None:
        """Tells no more of who was deleted."""
        if self.removed:
            self.removed = ()
            self.changed.emit()

    def _ask(self, question: Callable[["Company"], object],
             then: Callable[[object], object] | None = None) -> None:
        def asked(services: ChatServices) -> object:
            return question(services.company)

        self._asking.ask(asked, then, self.failed.emit)

    def _character(self, row: "PersonaRow", known: Mapping[int, Character],
                   company: "Company") -> Character:
        before = known.get(row.id)
        if before is not None and before.changed_at == row.changed_at:
            face = before.face
        else:
            face = self._make_face(company.personas.picture(row.id)) if row.has_picture else None
        return Character(row.id, " ".join(row.name.split()), _about(row),
                         row.colour or colour_of(row.name), row.tags, row.shipped, row.changed_at,
                         face, " ".join(row.called.split()))

    def _take(self, answer: object) -> None:
        self.known = True
        self.rows, self.scenes = cast(
            "tuple[tuple[Character, ...], tuple[SceneOffer, ...]]", answer)
        self.changed.emit()

    def _take_imported(self, answer: object) -> None:
        self.load()
        self.imported.emit(cast("list[Imported]", answer))

    def _take_saved(self, number: object) -> None:
        self.load()
        self.saved.emit(cast("int", number))


def _about(row: "PersonaRow") -> str:
    """Its description in one line, as it is read in a talk: cards write {{char}} for the name."""
    from engine.chat.direction.wording import PERSON
    from engine.chat.lore.macros import Names, fill_macros

    return " ".join(fill_macros(row.about, Names(row.called, PERSON), 0).split())


def _offer(row: "SceneRow") -> SceneOffer:
    return SceneOffer(row.id, row.title, " ".join(row.about.split()), row.cast)
