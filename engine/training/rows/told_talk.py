"""A talk of the person's own as a row: its messages up to one, with all it was set up with, so that
it can be written for a model as it was when it was spoken.

Says which replies are worth learning; knows no source and no method.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from engine.chat.cast_store import CastStore
from engine.chat.conversation import ChatMessage, Conversation, MessageState, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.wording import Wording, lines_of, listener_of
from engine.chat.fact_store import FactStore
from engine.chat.prompts.format_shelf import CHAT_TEMPLATE
from engine.chat.talk import TalkSetup
from engine.chat.tool_use import found_by, with_found
from engine.chat.truth.mark_store import MarkStore
from engine.errors import EngineError
from engine.library.database import Database
from engine.training.rows.row import BadRow, Line, Person, RowPlace, TalkRow

SOURCE = "your talks"
ITSELF = 0
"""The persona's id of the model as itself."""
_SAID_OUT = (MessageState.WHOLE, MessageState.LENGTH)


class ToldTalk:
    """One conversation. `setup` as it is now: what changed meanwhile is told as it stands."""

    def __init__(self, database: Database, conversation_id: int) -> None:
        """EngineError where the conversation is gone."""
        self.conversation = ConversationStore(database).conversation(conversation_id)
        self.setup = CastStore(database).setup(conversation_id)
        self._facts = FactStore(database)
        self._marks = MarkStore(database)

    @property
    def place(self) -> RowPlace:
        return RowPlace(f"{SOURCE}: {self.conversation.title or 'without a title'}")

    def row(self, path: Sequence[ChatMessage], learned: Collection[int] = ()) -> TalkRow:
        """The talk of these messages; those whose ids are `learned` are to be learned."""
        if not self.setup.cast:
            return self._plain(path, learned)
        wording = Wording(self.setup, self.conversation.id)
        scene = wording.scene(self.setup.scene)
        note = self.setup.authors_note
        spoken = lines_of(self.setup, path)
        people = tuple(Person(member.persona.called, member.persona.description,
                              facts=member.persona.facts,
                              persona=wording.persona(member.persona))
                       for member in self.setup.cast)
        return TalkRow(
            tuple(Line(message.role.value, line.text, line.speaker, message.id in learned,
                       self._given(message, path))
                  for message, line in zip(path, spoken, strict=True)),
            self.place, self._group, people, scene.scenario if scene else "",
            mode=scene.mode if scene else "", mood=scene.mood if scene else "",
            keywords=scene.keywords if scene else (), facts=scene.facts if scene else (),
            listener=listener_of(self.setup, path), form=self.setup.prompt_format or CHAT_TEMPLATE,
            scene=scene, authors_note=wording.note(note) if note else None)

    def speaker(self, message: ChatMessage) -> str:
        """Who says a message, "" where the model speaks as itself."""
        return lines_of(self.setup, [message])[0].speaker if self.setup.cast else ""

    def persona_id(self, message: ChatMessage) -> int | None:
        """Whose reply it is, ITSELF without a cast; None where they have left the talk."""
        if not self.setup.cast:
            return ITSELF
        member = self.setup.member(self.speaker(message))
        return member.persona_id if member else None

    def is_of(self, message: ChatMessage, personas: Collection[int] | None) -> bool:
        """Whether one of these personas says it; None is anybody."""
        return message.role is Role.ASSISTANT and (
            personas is None or self.persona_id(message) in personas)

    def is_good(self, message: ChatMessage) -> bool:
        """Whether a reply may be learned: it was said to its end, and what the speaker knows does
        not speak against it, or the person wrote it."""
        if message.role is not Role.ASSISTANT or not message.text.strip():
            return False
        if message.id in self.edits or not message.model:
            return message.state in _SAID_OUT
        return message.state in _SAID_OUT and message.id not in self._marked

    @cached_property
    def edits(self) -> Mapping[int, int]:
        """Replies the person wrote over: the id of the new one -> that of the old."""
        return edits_of(self.conversation)

    @cached_property
    def _marked(self) -> frozenset[int]:
        return frozenset(self._marks.of_conversation(self.conversation.id))

    @property
    def _group(self) -> str:
        return f"talk {self.conversation.id}"

    def _plain(self, path: Sequence[ChatMessage], learned: Collection[int]) -> TalkRow:
        system = self.conversation.system_prompt.strip()
        before = (Line("system", system),) if system else ()
        lines = tuple(Line(message.role.value, with_found(message.text, message.steps),
                           learned=message.id in learned)
                      for message in path if message.text.strip())
        return TalkRow((*before, *lines), self.place, self._group)

    def _given(self, message: ChatMessage, path: Sequence[ChatMessage]) -> tuple[str, ...]:
        """What a reply was given to know for it."""
        if message.role is not Role.ASSISTANT:
            return ()
        asked = next((m for m in path if m.id == message.parent), None)
        found = found_by(asked.steps) if asked else ()
        return (*found, *(fact.text for fact in self._facts.used(message.id)))


def edits_of(conversation: Conversation) -> dict[int, int]:
    """Which replies are edits of which: each reply has a seed of its own, and who writes over one
    keeps its settings."""
    found: dict[int, int] = {}
    written: dict[tuple[object, ...], int] = {}
    for message in conversation.messages:
        if message.role is not Role.ASSISTANT or message.settings is None:
            continue
        key = (message.parent, message.author, message.model, message.settings)
        if key in written:
            found[message.id] = written[key]
        else:
            written[key] = message.id
    return found


def talk_ids(database: Database) -> list[int]:
    """The conversations that are not in the trash, oldest first."""
    return [number for number, in database.all(
        "SELECT id FROM conversation WHERE trashed_at IS NULL ORDER BY id")]


def told_talks(database: Database,
               personas: Collection[int] | None = None) -> Iterator[ToldTalk | BadRow]:
    """The talks in which one of these personas (None: anybody) is cast; one that is gone by the
    time it is read is told."""
    for number in talk_ids(database):
        try:
            talk = ToldTalk(database, number)
        except EngineError as gone:
            yield BadRow(RowPlace(SOURCE), gone.message)
            continue
        if is_cast(talk.setup, personas):
            yield talk


def is_cast(setup: TalkSetup, personas: Collection[int] | None) -> bool:
    """Whether one of these personas talks here; None is anybody."""
    if personas is None:
        return True
    cast = {member.persona_id for member in setup.cast} or {ITSELF}
    return bool(cast & set(personas))
