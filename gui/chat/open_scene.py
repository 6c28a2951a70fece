"""What the open talk is set up with beside who joins it: scene, note, names, order, lore.

Knows no widgets. Each change is a function of a setup: done at once to the one that is shown, and
on the chat queue to the one that is stored, so that each reply sees those before it. Each removal
can be undone while the talk is open.
"""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.chat.scene import AuthorsNote, Scene
from engine.chat.talk import CastMember, TalkSetup, TurnOrder
from engine.errors import EngineError
from gui.chat.presenter import ChatPresenter
from gui.chat.services import ChatServices
from gui.chat.wording import translate

if TYPE_CHECKING:
    from engine.chat.lorebook import Lorebook
    from gui.chat.company import Company

Change = Callable[[TalkSetup], TalkSetup]


class Part(enum.Enum):
    """Of what a talk is set up with, where something was removed or could not be done."""

    SCENE = enum.auto()
    CAST = enum.auto()
    LORE = enum.auto()


@dataclass(frozen=True, slots=True)
class _Removed:
    part: Part
    words: str
    conversation_id: int
    restore: Change


class OpenScene(QObject):
    """`said` carries a Part and a sentence on what could not be done there, "" for nothing;
    `failed` what nobody foresaw."""

    changed = Signal()
    said = Signal(object, str)
    failed = Signal(object)

    def __init__(self, presenter: ChatPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cast = presenter.cast
        self._open = presenter.open
        self._reading = presenter.reading
        self._bin: list[_Removed] = []
        self._cast.changed.connect(self.changed)
        self.failed.connect(presenter.problem_raised)

    @property
    def id(self) -> int:
        """The open conversation."""
        return self._open.id

    @property
    def setup(self) -> TalkSetup:
        return self._open.setup

    @property
    def note(self) -> AuthorsNote:
        """The author's note that holds: the talk's own, else its scene's."""
        setup = self.setup
        if setup.authors_note is not None:
            return setup.authors_note
        return setup.scene.authors_note if setup.scene else AuthorsNote()

    @property
    def sheet(self) -> Scene:
        """The scene as it is edited: with the note that holds; an empty one where there is none."""
        return msgspec.structs.replace(self.setup.scene or Scene(""), authors_note=self.note)

    def removed(self, part: Part) -> str:
        """What of this part can be brought back, in words; "" for nothing."""
        if part is Part.CAST:
            left = self._cast.left
            return translate("Chat", "{name} left the talk.").format(name=left) if left else ""
        last = self._last
        return last.words if last is not None and last.part is part else ""

    @property
    def _last(self) -> _Removed | None:
        here = [removed for removed in self._bin if removed.conversation_id == self.id]
        return here[-1] if here else None

    # The scene

    def choose(self, scene_id: int) -> None:
        """Sets a scene of the library; the talk gets a copy of it."""
        before = self.setup.scene

        def chosen(company: "Company", one: int) -> None:
            scene = company.scenes.scene(scene_id).value
            _store(company, one, lambda setup: replace(setup, scene=scene))

        def then() -> None:
            if before is not None:
                self._keep(Part.SCENE, translate("Chat", "Another scene is set."),
                           _scene_back(before))
                self.changed.emit()

        self._cast.change(chosen, 0, then, self._refused(Part.SCENE))

    def write(self, scene: Scene, for_others: bool, then: Callable[[], object],
              otherwise: Callable[[object], object]) -> None:
        """Sets a scene as it was written; `for_others` puts it into the library too."""
        def written(company: "Company", one: int) -> None:
            if for_others:
                company.scenes.add(scene)
            _store(company, one, lambda setup: replace(setup, scene=scene, authors_note=None))

        self._cast.change(written, 0, then, otherwise)

    def take_away(self) -> None:
        """Goes on without a scene."""
        if self.setup.scene is not None:
            self._keep(Part.SCENE, translate("Chat", "The scene is taken away."),
                       _scene_back(self.setup.scene))
            self._change(lambda setup: replace(setup, scene=None))

    def set_scenario(self, text: str, conversation_id: int = 0) -> None:
        """Says what happens; a talk without a scene gets one by it."""
        def written(setup: TalkSetup) -> TalkSetup:
            scene = msgspec.structs.replace(setup.scene or Scene(""), scenario=text)
            return replace(setup, scene=scene if scene != Scene("") else None)

        self._change(written, conversation_id)

    def set_note(self, note: AuthorsNote, conversation_id: int = 0) -> None:
        """A word aside to the model, put where the one stands that holds: in the talk or its
        scene."""
        def written(setup: TalkSetup) -> TalkSetup:
            if setup.scene is None or (setup.authors_note is not None and note.text.strip()):
                return replace(setup, authors_note=note if note.text.strip() else None)
            return replace(setup, authors_note=None, scene=msgspec.structs.replace(
                setup.scene, authors_note=note))

        self._change(written, conversation_id)

    # Who talks

    def set_person(self, name: str, conversation_id: int = 0) -> None:
        """What the person is called here."""
        called = " ".join(name.split())
        self._change(lambda setup: replace(setup, person=called), conversation_id)

    def set_talkativeness(self, persona_id: int, share: float) -> None:
        """How likely one speaks unasked, 0 to 1."""
        self._change_member(persona_id, lambda member: replace(member, talkativeness=share))

    def mute(self, persona_id: int, muted: bool) -> None:
        """Lets one speak only when asked to."""
        self._change_member(persona_id, lambda member: replace(member, muted=muted))

    def reorder(self, persona_ids: Sequence[int]) -> None:
        """Puts the cast into this order; who is not named comes last."""
        places = {number: place for place, number in enumerate(persona_ids)}
        self._change(lambda setup: replace(setup, cast=tuple(sorted(
            setup.cast, key=lambda member: places.get(member.persona_id, len(places))))))

    def set_order(self, order: str) -> None:
        """Says who speaks next."""
        self._change(lambda setup: replace(setup, turn_order=TurnOrder(order)))

    def set_pause(self, seconds: float) -> None:
        """How long they wait between two turns when they talk by themselves."""
        self._change(lambda setup: replace(setup, pause_seconds=float(seconds)))

    # Lore

    def take_lorebook(self, file: Path) -> None:
        """Gives the talk the lorebook in a file, a book's own or a card."""
        def read(_: ChatServices) -> "Lorebook":
            from engine.chat.cards.reading import read_lorebook

            return read_lorebook(file)

        one = self.id

        def keep(found: object) -> None:
            book = cast("Lorebook", found)
            if self.id == one and self.setup.lorebook is not None:
                self._keep_lorebook(translate("Chat", "Another lorebook took its place."))
            self._change(lambda setup: replace(setup, lorebook=book), one)

        self.said.emit(Part.LORE, "")
        self._reading.ask(read, keep, self._refused(Part.LORE))

    def remove_lorebook(self) -> None:
        """Goes on without the talk's own lore; its characters keep theirs."""
        self._keep_lorebook(translate("Chat", "The lorebook is removed."))
        self._change(lambda setup: replace(setup, lorebook=None))

    def undo(self, part: Part) -> None:
        """Brings back what was removed last of a part of this talk."""
        removed = self._last
        if part is Part.CAST:
            self._cast.bring_back()
        elif removed is not None:
            self._bin.remove(removed)
            self._change(removed.restore)

    # Within

    def _keep_lorebook(self, words: str) -> None:
        before = self.setup.lorebook
        self._keep(Part.LORE, words, lambda setup: replace(setup, lorebook=before))

    def _keep(self, part: Part, words: str, restore: Change) -> None:
        self._bin.append(_Removed(part, words, self.id, restore))

    def _change_member(self, persona_id: int, change: Callable[[CastMember], CastMember]) -> None:
        self._change(lambda setup: replace(setup, cast=tuple(
            change(member) if member.persona_id == persona_id else member
            for member in setup.cast)))

    def _change(self, change: Change, conversation_id: int = 0) -> None:
        """Shown at once: while a reply is made the store has to wait."""
        one = conversation_id or self.id
        self._cast.change(lambda company, number: _store(company, number, change), one, None,
                          self._refused(Part.CAST))
        if one == self.id:
            self._open.take_setup(change(self.setup))
            self.changed.emit()

    def _refused(self, part: Part) -> Callable[[object], None]:
        def tell(problem: object) -> None:
            if isinstance(problem, EngineError):
                self.said.emit(part, f"{problem.message} {problem.hint}".strip())
            else:
                self.failed.emit(problem)
            self._cast.read()  # what was shown at once is not so

        return tell


def _scene_back(scene: Scene) -> Change:
    return lambda setup: replace(setup, scene=scene)


def _store(company: "Company", conversation_id: int, change: Change) -> None:
    """Writes what a change makes of the stored setup, and no more than it changed."""
    casts = company.casts
    before = casts.setup(conversation_id)
    after = change(before)
    for same, write in (
            (after.cast == before.cast, lambda: casts.set_cast(conversation_id, after.cast)),
            (after.scene == before.scene, lambda: casts.set_scene(conversation_id, after.scene)),
            (after.authors_note == before.authors_note,
             lambda: casts.set_authors_note(conversation_id, after.authors_note)),
            ((after.turn_order, after.pause_seconds) == (before.turn_order, before.pause_seconds),
             lambda: casts.set_turn_order(conversation_id, after.turn_order,
                                          after.pause_seconds)),
            (after.person == before.person,
             lambda: casts.set_person(conversation_id, after.person)),
            (after.lorebook == before.lorebook,
             lambda: casts.set_lorebook(conversation_id, after.lorebook))):
        if not same:
            write()
    facts = [setup.scene.facts if setup.scene else () for setup in (before, after)]
    if facts[0] != facts[1] or after.cast != before.cast:
        company.take_up_facts(conversation_id)
