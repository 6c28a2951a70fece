"""All conversations of the library: the one door to their tables. Every write is one transaction.

A store belongs to the thread that opened its database. Nothing a person or a model said is
overwritten: edits and new replies are siblings, and what is deleted waits in the trash.
"""

import os
import time
from collections.abc import Sequence

from engine.chat.conversation import (
    ChatMessage,
    Conversation,
    ConversationRow,
    FoundMessage,
    MessageState,
    ReplySettings,
    Role,
)
from engine.chat.message_rows import (
    COLUMNS,
    is_abandoned,
    message_of,
    settings_of,
    settings_text,
    steps_text,
)
from engine.chat.message_search import search
from engine.chat.stored_values import gone, now, one_line, storable
from engine.chat.titles import title_from
from engine.chat.tool_use import ToolStep
from engine.chat.tree_rows import restore_below, show, show_path, trash_below
from engine.chat.truth.mark_store import MarkStore
from engine.chat.truth.reply_mark import ReplyMark
from engine.library.database import Database


class ConversationStore:
    """Conversations by id. Unknown ids raise EngineError: another window may have deleted them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._marks = MarkStore(database)

    def rows(self, trashed: bool = False) -> list[ConversationRow]:
        """What a list shows: pinned first, then by when they changed last, newest first."""
        return [ConversationRow(number, title, folder, bool(pinned), changed_at, messages)
                for number, title, folder, pinned, changed_at, messages in self._database.all(
                    "SELECT c.id, c.title, c.folder, c.pinned, c.changed_at, (SELECT count(*)"
                    " FROM message m WHERE m.conversation_id = c.id AND m.trashed_at IS NULL)"
                    f" FROM conversation c WHERE c.trashed_at IS {'NOT ' if trashed else ''}NULL"
                    " ORDER BY c.pinned DESC, c.changed_at DESC, c.id DESC")]

    def create(self, title: str = "", system_prompt: str = "",
               settings: ReplySettings | None = None, model: str = "") -> Conversation:
        """A new, empty conversation. Without a title its first words will give it one."""
        at, title = now(), one_line(title)
        number = self._database.execute(
            "INSERT INTO conversation (title, named, system_prompt, settings, model, created_at,"
            " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (title, bool(title), storable(system_prompt),
             settings_text(settings or ReplySettings()), model, at, at))
        return self.conversation(number)

    def conversation(self, conversation_id: int) -> Conversation:
        """The whole tree."""
        row = self._database.first(
            "SELECT title, system_prompt, settings, model, folder, pinned, created_at, changed_at,"
            " chosen FROM conversation WHERE id = ?", (conversation_id,))
        if row is None:
            raise gone("conversation")
        title, system_prompt, settings, model, folder, pinned, created, changed, first = row
        messages = self._database.all(
            f"SELECT {COLUMNS}, chosen FROM message WHERE conversation_id = ?"
            " AND trashed_at IS NULL ORDER BY id", (conversation_id,))
        moment = time.time()
        chosen = {None: first, **{m[0]: m[-1] for m in messages}}
        return Conversation(
            id=conversation_id, title=title, system_prompt=system_prompt,
            settings=settings_of(settings), model=model, folder=folder, pinned=bool(pinned),
            created_at=created, changed_at=changed,
            messages=tuple(message_of(m[:-1], moment) for m in messages),
            chosen={place: shown for place, shown in chosen.items() if shown is not None})

    def message(self, message_id: int) -> ChatMessage:
        """One message, also of the trash."""
        row = self._database.first(f"SELECT {COLUMNS} FROM message WHERE id = ?", (message_id,))
        if row is None:
            raise gone("conversation")
        return message_of(row)

    def conversation_of(self, message_id: int) -> int:
        """The id of the conversation a message belongs to."""
        row = self._database.first("SELECT conversation_id FROM message WHERE id = ?",
                                   (message_id,))
        if row is None:
            raise gone("conversation")
        return row[0]

    def add_message(self, conversation_id: int, role: Role, text: str, parent: int | None = None,
                    author: str = "", state: MessageState = MessageState.WHOLE, model: str = "",
                    settings: ReplySettings | None = None) -> ChatMessage:
        """Stores a message after `parent` (None: as a first one) and shows it there."""
        if parent is not None and self.conversation_of(parent) != conversation_id:
            raise ValueError("the parent is of another conversation")
        with self._database.transaction(durable=role is Role.USER):
            self.touch(conversation_id)
            number = self._database.execute(
                "INSERT INTO message (conversation_id, parent_id, role, author, text, state,"
                " model, settings, writer, written_at, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (conversation_id, parent, role, author, storable(text), state, model,
                 settings_text(settings) if settings else "", os.getpid(), time.time(), now()))
            show(self._database, conversation_id, parent, number)
            if role is Role.USER and text.strip():
                self._database.execute(
                    "UPDATE conversation SET title = ? WHERE id = ? AND title = ''",
                    (title_from(storable(text)), conversation_id))
        return self.message(number)

    def edit(self, message_id: int, text: str) -> ChatMessage:
        """A sibling of the message with another text, shown in its place."""
        old = self.message(message_id)
        return self.add_message(self.conversation_of(message_id), old.role, text, old.parent,
                                old.author, MessageState.WHOLE, old.model, old.settings)

    def choose(self, message_id: int) -> None:
        """Shows this alternative, and the messages before it that lead there."""
        conversation_id = self.conversation_of(message_id)
        with self._database.transaction():
            show_path(self._database, conversation_id, message_id)

    def delete_message(self, message_id: int) -> None:
        """Takes a message and all that follows it out of the tree; `restore_message` undoes it.

        If it was shown, the newest of its siblings is shown in its place.
        """
        conversation_id = self.conversation_of(message_id)
        with self._database.transaction(durable=True):
            trash_below(self._database, conversation_id, message_id)
            self.touch(conversation_id)

    def restore_message(self, message_id: int) -> None:
        """Brings back what one `delete_message` took away, and shows it."""
        with self._database.transaction(durable=True):
            restore_below(self._database, message_id)
            self.choose(message_id)

    def write(self, message_id: int, text: str, state: MessageState, problem: str = "") -> None:
        """Stores a message's text as far as it goes, while it streams and at its end."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE message SET text = ?, state = ?, problem = ?, writer = ?, written_at = ?"
                " WHERE id = ?",
                (storable(text), state, storable(problem), os.getpid(), time.time(),
                 message_id))
            if state is not MessageState.STREAMING:
                self.touch(self.conversation_of(message_id))

    def rename(self, conversation_id: int, title: str) -> None:
        """Names it; with "" the first words name it again."""
        named = one_line(title)
        self._set(conversation_id, "named", bool(named))
        self._set(conversation_id, "title", named or self._first_words(conversation_id))

    def set_pinned(self, conversation_id: int, pinned: bool) -> None:
        """Keeps it at the top of the list."""
        self._set(conversation_id, "pinned", pinned)

    def set_folder(self, conversation_id: int, folder: str) -> None:
        """Puts it in a folder, "" takes it out."""
        self._set(conversation_id, "folder", one_line(folder))

    def set_system_prompt(self, conversation_id: int, text: str) -> None:
        """What the model is told about itself, from the next reply on."""
        self._set(conversation_id, "system_prompt", storable(text))

    def set_settings(self, conversation_id: int, settings: ReplySettings) -> None:
        """How replies are made, from the next one on."""
        self._set(conversation_id, "settings", settings_text(settings))

    def set_model(self, conversation_id: int, model: str) -> None:
        """Which model replies, "" for the one of the settings."""
        self._set(conversation_id, "model", model)

    def delete(self, conversation_ids: Sequence[int]) -> None:
        """Moves conversations to the trash; `restore` undoes it."""
        self._set_trashed(conversation_ids, now())

    def restore(self, conversation_ids: Sequence[int]) -> None:
        """Takes conversations out of the trash."""
        self._set_trashed(conversation_ids, None)

    def purge(self, conversation_ids: Sequence[int]) -> None:
        """Deletes for good."""
        with self._database.transaction(durable=True):
            self._database.execute_many("DELETE FROM conversation WHERE id = ?",
                                        [(number,) for number in conversation_ids])

    def search(self, words: str, most: int = 100) -> list[FoundMessage]:
        """Conversations so titled, then messages that hold all the words (as beginnings of
        words), newest first; nothing of the trash."""
        return search(self._database, words, most)

    def mark_interrupted(self) -> int:
        """Replies that were streaming when the program ended are marked; how many there were."""
        left = [number for number, writer, at in self._database.all(
            "SELECT id, writer, written_at FROM message WHERE state = 'streaming'")
            if is_abandoned(writer, at)]
        with self._database.transaction():
            self._database.execute_many("UPDATE message SET state = 'interrupted' WHERE id = ?",
                                        [(number,) for number in left])
        return len(left)

    def keep_marks(self, message_id: int, marks: Sequence[ReplyMark]) -> None:
        """Stores what in a reply does not agree with what its speaker knows."""
        self._marks.put(message_id, marks)

    def marks(self, conversation_id: int) -> dict[int, tuple[ReplyMark, ...]]:
        """The marks of a conversation's messages, by their ids, as far as they still fit."""
        return self._marks.of_conversation(conversation_id)

    def keep_steps(self, message_id: int, steps: Sequence[ToolStep]) -> None:
        """Stores what tools did for a message, instead of what they did before."""
        with self._database.transaction():
            self._database.execute("UPDATE message SET steps = ? WHERE id = ?",
                                   (steps_text(steps), message_id))

    def touch(self, conversation_id: int) -> None:
        """Marks it as changed now."""
        if not self._database.all(
                "UPDATE conversation SET changed_at = ? WHERE id = ? RETURNING id",
                (now(), conversation_id)):
            raise gone("conversation")

    def _set(self, conversation_id: int, column: str, value: object) -> None:
        with self._database.transaction(durable=True):
            if not self._database.all(
                    f"UPDATE conversation SET {column} = ? WHERE id = ? RETURNING id",
                    (value, conversation_id)):
                raise gone("conversation")

    def _set_trashed(self, conversation_ids: Sequence[int], at: str | None) -> None:
        with self._database.transaction(durable=True):
            self._database.execute_many("UPDATE conversation SET trashed_at = ? WHERE id = ?",
                                        [(at, number) for number in conversation_ids])

    def _first_words(self, conversation_id: int) -> str:
        first = self._database.first(
            "SELECT text FROM message WHERE conversation_id = ? AND role = 'user'"
            " AND trashed_at IS NULL ORDER BY id LIMIT 1", (conversation_id,))
        return title_from(first[0]) if first else ""
