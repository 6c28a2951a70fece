"""Takes conversations that were read from files into the library, whole or not at all.

Belongs to the thread that opened its database. Knows no file. Who talks is found again among the
personas that are there; one that came with the conversation and is not there is added.
"""

import os
from dataclasses import replace

from engine.chat.cast_store import CastStore
from engine.chat.chat_files.read_chat import ReadChat
from engine.chat.conversation import ChatMessage, Conversation
from engine.chat.conversation_store import ConversationStore
from engine.chat.message_rows import settings_text, steps_text
from engine.chat.persona_store import PersonaStore
from engine.chat.stored_values import now, storable
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.tree_rows import show
from engine.library.database import Database


class ChatImport:
    """Puts conversations into the library of `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = ConversationStore(database)
        self._personas = PersonaStore(database)
        self._casts = CastStore(database)

    def keep(self, read: ReadChat) -> Conversation:
        """Stores a conversation as a new one."""
        told = read.conversation
        with self._database.transaction(durable=True):
            number = self._store.create(storable(told.title), told.system_prompt, told.settings,
                                        storable(told.model)).id
            self._keep_messages(number, told)
            if not told.title:
                self._store.rename(number, "")
            self._store.set_folder(number, told.folder)
            self._store.set_pinned(number, told.pinned)
            self._casts.set_up(number, self._with_cast(read))
        return self._store.conversation(number)

    def _keep_messages(self, number: int, told: Conversation) -> None:
        kept: dict[int | None, int | None] = {None: None}
        for message in told.messages:
            kept[message.id] = self._keep_message(number, message, kept[message.parent])
        for place, shown in told.chosen.items():
            show(self._database, number, kept[place], kept[shown])

    def _keep_message(self, number: int, message: ChatMessage, parent: int | None) -> int:
        return self._database.execute(
            "INSERT INTO message (conversation_id, parent_id, role, author, text, state, problem,"
            " model, settings, writer, created_at, steps)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, parent, message.role, storable(message.author), storable(message.text),
             message.state, storable(message.problem), storable(message.model),
             settings_text(message.settings) if message.settings else "", os.getpid(),
             storable(message.created_at) or now(), steps_text(message.steps)))

    def _with_cast(self, read: ReadChat) -> TalkSetup:
        """The setup with personas of the library; nobody is in it twice."""
        cast: dict[str, CastMember] = {}
        for member in read.setup.cast or self._known(read.names):
            if member.persona.name.strip():
                cast.setdefault(member.persona.called.casefold(), self._at_home(member))
        return replace(read.setup, cast=tuple(cast.values()))

    def _at_home(self, member: CastMember) -> CastMember:
        number = self._personas.same_as(member.persona)
        stored = (self._personas.add(member.persona) if number is None
                  else self._personas.persona(number))
        return replace(member, persona_id=stored.id, persona=stored.value)

    def _known(self, names: tuple[str, ...]) -> list[CastMember]:
        """Personas of the library that are called as those who talk."""
        wanted = {name.casefold() for name in names}
        ids = [row.id for row in self._personas.rows() if row.name.casefold() in wanted]
        found = ((number, self._personas.find(number)) for number in ids)
        return [CastMember(number, persona) for number, persona in found if persona]
