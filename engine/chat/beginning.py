"""Begins a talk: cast and scene, the facts they bring, and the first words.

Knows no model and no macros: whoever begins says how the texts of cards are filled in.
"""

from collections.abc import Callable, Sequence

from engine.chat.cast_store import CastStore
from engine.chat.conversation import Conversation, ReplySettings, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.fact import FactSource
from engine.chat.fact_store import FactStore
from engine.chat.talk import TalkSetup
from engine.library.database import Database

Fill = Callable[[str, str], str]
"""A text of a card and who says it, to what is said."""


class TalkBeginning:
    """Begins conversations in the library of `database`."""

    def __init__(self, database: Database, fill: Fill) -> None:
        self._database = database
        self._fill = fill
        self._store = ConversationStore(database)
        self._casts = CastStore(database)
        self._facts = FactStore(database)

    def begin(self, setup: TalkSetup, settings: ReplySettings | None = None,
              model: str = "") -> Conversation:
        """A new conversation with its first words: the opening of the scene, else the greetings
        of the first who is not muted, one shown and the others its alternatives."""
        with self._database.transaction(durable=True):
            number = self._store.create(_title(setup), "", settings, model).id
            self._casts.set_up(number, setup)
            self.take_up_facts(number, setup)
            if setup.scene and setup.scene.opening:
                self._open_scene(number, setup)
            else:
                self._greet(number, setup)
        return self._store.conversation(number)

    def take_up_facts(self, conversation_id: int, setup: TalkSetup) -> None:
        """Makes what cast and scene bring facts of the conversation. Done again, it follows what
        was edited there."""
        lines = setup.scene.facts if setup.scene else ()
        self._facts.take_up(conversation_id, FactSource.SCENE, lines)
        for member in setup.cast:
            told = [self._fill(fact, member.persona.called) for fact in member.persona.facts]
            self._facts.take_up(conversation_id, FactSource.PERSONA, told, member.persona_id)

    def _open_scene(self, conversation_id: int, setup: TalkSetup) -> None:
        last: int | None = None
        for line in setup.scene.opening if setup.scene else ():
            role = _role(line.speaker, setup)
            author = line.speaker if role is Role.ASSISTANT else ""
            last = self._store.add_message(
                conversation_id, role, self._fill(line.text, line.speaker), last, author).id

    def _greet(self, conversation_id: int, setup: TalkSetup) -> None:
        first = next((member.persona for member in setup.cast if not member.muted), None)
        if first is None:
            return
        several = len(setup.cast) > 1
        texts: Sequence[str] = first.group_greetings if several else ()
        greetings = [self._store.add_message(conversation_id, Role.ASSISTANT,
                                             self._fill(text, first.called), None, first.called)
                     for text in texts or first.greetings if text.strip()]
        if greetings:
            self._store.choose(greetings[0].id)


def _title(setup: TalkSetup) -> str:
    return setup.scene.title if setup.scene else ", ".join(setup.names)


def _role(speaker: str, setup: TalkSetup) -> Role:
    if not speaker:
        return Role.SYSTEM
    return Role.USER if setup.person and speaker == setup.person else Role.ASSISTANT
