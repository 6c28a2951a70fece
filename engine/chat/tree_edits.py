"""What a person does to the tree of a conversation, and taking it back: edits, words put in, and
messages taken out.

Each is one transaction and remembered in the library, so that it can be undone and done again
even after the program was closed. Nothing is ever lost: what is undone waits in the trash.
"""

import enum

import msgspec

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.stored_values import document_of, now, value_of
from engine.chat.tree_rows import (
    children,
    move_children,
    restore_above,
    restore_below,
    show,
    show_path,
    shown_after,
    trash_below,
)
from engine.errors import EngineError
from engine.library.database import Database

MOST_REMEMBERED = 200


class EditKind(enum.StrEnum):
    """What was done."""

    EDITED = "edited"  # another text beside the old one
    CORRECTED = "corrected"  # another text, and what followed follows it
    SAID = "said"  # words put in for somebody
    REMOVED = "removed"


class TreeEdit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing done: `message` is what it made or took out, `before` what was shown there until
    then, `moved` what hangs from the one of these two, and from the other when it is turned."""

    kind: EditKind
    message: int
    before: int | None = None
    moved: tuple[int, ...] = ()


class TreeEdits:
    """Edits of conversations, each with a way back. Unknown ids raise EngineError.

    Only what is done here can be undone; replies that were made since then stay with the message
    they follow.
    """

    def __init__(self, database: Database, store: ConversationStore) -> None:
        self._database = database
        self._store = store

    def edit(self, message_id: int, text: str, keep_following: bool = False) -> ChatMessage:
        """Another text for a message, shown in its place; the old one stays beside it.

        With `keep_following` all that followed the old text follows the new one, else the talk
        goes on from here anew and the old branch keeps what it had.
        """
        conversation_id = self._store.conversation_of(message_id)
        with self._database.transaction(durable=True):
            before = self._shown_beside(conversation_id, message_id)
            edited = self._store.edit(message_id, text)
            if not keep_following:
                self._note(conversation_id, TreeEdit(EditKind.EDITED, edited.id, before))
                return edited
            moved = tuple(children(self._database, message_id))
            move_children(self._database, moved, message_id, edited.id)
            self._note(conversation_id,
                       TreeEdit(EditKind.CORRECTED, edited.id, message_id, moved))
        return edited

    def say(self, conversation_id: int, role: Role, text: str, author: str = "",
            after: int | None = None) -> ChatMessage:
        """Puts in words for somebody: the person, one of the cast (`author` names who), or the
        narrator (Role.SYSTEM). They stand after the last message shown, or after another one.

        EngineError where there are no words.
        """
        if not text.strip():
            raise EngineError("There is nothing to say yet.", "Write the words first.")
        leaf = self._store.conversation(conversation_id).leaf
        parent = after if after is not None else leaf.id if leaf else None
        with self._database.transaction(durable=True):
            before = shown_after(self._database, conversation_id, parent)
            said = self._store.add_message(conversation_id, role, text, parent, author,
                                           MessageState.WHOLE)
            self._note(conversation_id, TreeEdit(EditKind.SAID, said.id, before))
        return said

    def remove(self, message_id: int) -> None:
        """Takes a message and all that follows it out of the tree."""
        conversation_id = self._store.conversation_of(message_id)
        with self._database.transaction(durable=True):
            before = self._shown_beside(conversation_id, message_id)
            self._store.delete_message(message_id)
            self._note(conversation_id, TreeEdit(EditKind.REMOVED, message_id, before))

    def undoable(self, conversation_id: int) -> TreeEdit | None:
        """What `undo` would take back."""
        found = self._last(conversation_id, undone=False)
        return found[1] if found else None

    def redoable(self, conversation_id: int) -> TreeEdit | None:
        """What `redo` would do again."""
        found = self._last(conversation_id, undone=True)
        return found[1] if found else None

    def undo(self, conversation_id: int) -> TreeEdit | None:
        """Takes back what was done last and shows that place; None where nothing is left."""
        return self._turn(conversation_id, undone=False)

    def redo(self, conversation_id: int) -> TreeEdit | None:
        """Does again what was undone last. Anything done meanwhile ends that."""
        return self._turn(conversation_id, undone=True)

    def _turn(self, conversation_id: int, undone: bool) -> TreeEdit | None:
        with self._database.transaction(durable=True):
            found = self._last(conversation_id, undone)
            if found is None:
                return None
            number, edit = found
            comes_back = undone is not (edit.kind is EditKind.REMOVED)
            now_is = (self._put_back if comes_back else self._take_out)(conversation_id, edit)
            self._database.execute("UPDATE tree_edit SET undone = ?, document = ? WHERE id = ?",
                                   (not undone, document_of(now_is), number))
            self._store.touch(conversation_id)
        return edit

    def _put_back(self, conversation_id: int, edit: TreeEdit) -> TreeEdit:
        restore_above(self._database, edit.message)
        restore_below(self._database, edit.message)
        if edit.kind is EditKind.CORRECTED and edit.before is not None:
            move_children(self._database, edit.moved, edit.before, edit.message)
        if edit.kind is not EditKind.REMOVED or edit.before == edit.message:
            show_path(self._database, conversation_id, edit.message)
        return edit

    def _take_out(self, conversation_id: int, edit: TreeEdit) -> TreeEdit:
        before = edit.before
        if edit.kind is EditKind.CORRECTED and before is not None:
            restore_below(self._database, before)
            # What was said since then goes along, now and when it is done again.
            edit = msgspec.structs.replace(
                edit, moved=tuple(children(self._database, edit.message)))
            move_children(self._database, edit.moved, edit.message, before)
        trash_below(self._database, conversation_id, edit.message)
        if edit.kind is not EditKind.REMOVED:
            self._show_again(conversation_id, edit)
        return edit

    def _show_again(self, conversation_id: int, edit: TreeEdit) -> None:
        """Shows what stood there before, unless that has been taken out since."""
        parent = self._store.message(edit.message).parent
        if edit.before is None:
            show(self._database, conversation_id, parent, None)
            if parent is not None:
                show_path(self._database, conversation_id, parent)
        elif self._database.first("SELECT 1 FROM message WHERE id = ? AND trashed_at IS NULL",
                                  (edit.before,)):
            show_path(self._database, conversation_id, edit.before)

    def _shown_beside(self, conversation_id: int, message_id: int) -> int | None:
        parent = self._store.message(message_id).parent
        return shown_after(self._database, conversation_id, parent)

    def _note(self, conversation_id: int, edit: TreeEdit) -> None:
        self._database.execute("DELETE FROM tree_edit WHERE conversation_id = ? AND undone",
                               (conversation_id,))
        number = self._database.execute(
            "INSERT INTO tree_edit (conversation_id, document, at) VALUES (?, ?, ?)",
            (conversation_id, document_of(edit), now()))
        self._database.execute(
            "DELETE FROM tree_edit WHERE conversation_id = ? AND id <= (SELECT id FROM tree_edit"
            " WHERE conversation_id = ? AND id <= ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (conversation_id, conversation_id, number, MOST_REMEMBERED))

    def _last(self, conversation_id: int, undone: bool) -> tuple[int, TreeEdit] | None:
        """The newest that is done, or the oldest that is undone."""
        way = "ASC" if undone else "DESC"
        for number, document in self._database.all(
                "SELECT id, document FROM tree_edit WHERE conversation_id = ? AND undone = ?"
                f" ORDER BY id {way} LIMIT 1", (conversation_id, undone)):
            edit = value_of(document, TreeEdit)
            return (number, edit) if edit else None
        return None
