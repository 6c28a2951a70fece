"""Edits of the tree and the way back from each."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.chat import tree_edits
from engine.chat.conversation import Conversation, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.tree_edits import EditKind, TreeEdits
from engine.errors import EngineError
from engine.library.database import Database


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> ConversationStore:
    return ConversationStore(database)


@pytest.fixture
def edits(database: Database, store: ConversationStore) -> TreeEdits:
    return TreeEdits(database, store)


@pytest.fixture
def talk(store: ConversationStore) -> Conversation:
    """Hi, Hello!, Bye, See you."""
    talk, parent = store.create().id, None
    for number, text in enumerate(("Hi", "Hello!", "Bye", "See you")):
        role = (Role.USER, Role.ASSISTANT)[number % 2]
        parent = store.add_message(talk, role, text, parent).id
    return store.conversation(talk)


def shown(store: ConversationStore, talk: int = 1) -> list[str]:
    return [message.text for message in store.conversation(talk).path]


class TestCorrecting:
    def test_what_followed_follows_the_new_text(self, store: ConversationStore, edits: TreeEdits,
                                                talk: Conversation) -> None:
        # GIVEN an alternative of what follows, too
        first, answer, *_ = talk.path
        store.choose(store.add_message(1, Role.ASSISTANT, "Hey!", first.id).id)
        # WHEN the first message is corrected
        edited = edits.edit(first.id, "Hi there", keep_following=True)
        # THEN all alternatives follow it, the same one is shown, and the old text stays beside
        assert shown(store) == ["Hi there", "Hey!"]
        now = store.conversation(1)
        assert [m.text for m in now.alternatives(edited.id)] == ["Hi", "Hi there"]
        assert {m.parent for m in now.alternatives(answer.id)} == {edited.id}
        store.choose(first.id)
        assert shown(store) == ["Hi"]
        store.choose(talk.path[-1].id)
        assert shown(store) == ["Hi there", "Hello!", "Bye", "See you"]

    def test_it_is_undone_and_done_again(self, store: ConversationStore, edits: TreeEdits,
                                         talk: Conversation) -> None:
        edits.edit(talk.path[1].id, "Hello, you!", keep_following=True)
        assert edits.undo(1).kind is EditKind.CORRECTED
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"]
        assert store.conversation(1).messages == talk.messages
        edits.redo(1)
        assert shown(store) == ["Hi", "Hello, you!", "Bye", "See you"]

    def test_what_was_said_since_is_not_lost(self, store: ConversationStore, edits: TreeEdits,
                                             talk: Conversation) -> None:
        # GIVEN a correction of the last message, and a reply to it
        edited = edits.edit(talk.path[-1].id, "Farewell", keep_following=True)
        store.add_message(1, Role.USER, "Wait!", edited.id)
        # WHEN the correction is undone THEN the reply follows the old text, again the new one
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you", "Wait!"]
        edits.redo(1)
        assert shown(store)[-2:] == ["Farewell", "Wait!"]

    def test_what_was_said_after_undoing_stays_with_the_old_text(
            self, store: ConversationStore, edits: TreeEdits, talk: Conversation) -> None:
        edits.edit(talk.path[-1].id, "Farewell", keep_following=True)
        edits.undo(1)
        store.add_message(1, Role.USER, "Wait!", talk.path[-1].id)
        edits.redo(1)
        assert shown(store)[-1] == "Farewell"
        store.choose(talk.path[-1].id)
        assert shown(store)[-2:] == ["See you", "Wait!"]

    def test_an_old_text_that_was_thrown_away_comes_back(
            self, store: ConversationStore, edits: TreeEdits, talk: Conversation) -> None:
        edits.edit(talk.path[0].id, "Hi there", keep_following=True)
        store.delete_message(talk.path[0].id)
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"]

    def test_what_lay_in_the_trash_comes_back_under_it(
            self, store: ConversationStore, edits: TreeEdits, talk: Conversation) -> None:
        store.delete_message(talk.path[1].id)
        edits.edit(talk.path[0].id, "Hi there", keep_following=True)
        store.restore_message(talk.path[1].id)
        assert shown(store) == ["Hi there", "Hello!", "Bye", "See you"]


class TestEditing:
    def test_a_new_branch_begins(self, store: ConversationStore, edits: TreeEdits,
                                 talk: Conversation) -> None:
        edits.edit(talk.path[1].id, "Yes?")
        assert shown(store) == ["Hi", "Yes?"]
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"]
        assert store.conversation(1).messages == talk.messages
        edits.redo(1)
        assert shown(store) == ["Hi", "Yes?"]

    def test_replies_to_it_go_and_come_with_it(self, store: ConversationStore, edits: TreeEdits,
                                               talk: Conversation) -> None:
        edited = edits.edit(talk.path[0].id, "Moin")
        store.add_message(1, Role.ASSISTANT, "Moin moin", edited.id)
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"] and not store.search("moin")
        edits.redo(1)
        assert shown(store) == ["Moin", "Moin moin"] and len(store.search("moin")) == 2

    def test_doing_something_else_ends_redo(self, store: ConversationStore, edits: TreeEdits,
                                            talk: Conversation) -> None:
        edits.edit(talk.path[0].id, "A")
        edits.undo(1)
        edits.edit(talk.path[0].id, "B")
        assert edits.redoable(1) is None is edits.redo(1)
        assert shown(store) == ["B"]


class TestSaying:
    def test_words_are_put_in_for_a_character(self, store: ConversationStore, edits: TreeEdits,
                                              talk: Conversation) -> None:
        said = edits.say(1, Role.ASSISTANT, "I am Lex.", "Lex")
        assert (said.author, said.role, said.model) == ("Lex", Role.ASSISTANT, "")
        assert shown(store)[-1] == "I am Lex."
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"]

    def test_they_may_stand_anywhere(self, store: ConversationStore, edits: TreeEdits,
                                     talk: Conversation) -> None:
        edits.say(1, Role.SYSTEM, "It rains.", after=talk.path[0].id)
        assert shown(store) == ["Hi", "It rains."]
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"]

    def test_they_may_be_the_first(self, store: ConversationStore, edits: TreeEdits) -> None:
        talk = store.create().id
        edits.say(talk, Role.ASSISTANT, "Once upon a time", "Lex")
        assert edits.undo(talk) is not None and shown(store, talk) == []
        edits.redo(talk)
        assert shown(store, talk) == ["Once upon a time"]

    def test_nothing_is_not_said(self, edits: TreeEdits, talk: Conversation) -> None:
        with pytest.raises(EngineError, match="nothing to say"):
            edits.say(1, Role.USER, " \n")


class TestRemoving:
    def test_it_comes_back_with_all_below(self, store: ConversationStore, edits: TreeEdits,
                                          talk: Conversation) -> None:
        edits.remove(talk.path[1].id)
        assert shown(store) == ["Hi"]
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"]
        edits.redo(1)
        assert shown(store) == ["Hi"]

    def test_one_that_was_not_shown_comes_back_unseen(
            self, store: ConversationStore, edits: TreeEdits, talk: Conversation) -> None:
        edits.edit(talk.path[0].id, "Moin")
        edits.remove(talk.path[0].id)
        edits.undo(1)
        assert shown(store) == ["Moin"] and len(store.conversation(1).messages) == 5

    def test_what_it_followed_comes_back_with_it(
            self, store: ConversationStore, edits: TreeEdits, talk: Conversation) -> None:
        # GIVEN something taken out here, and what it followed taken out elsewhere
        edits.remove(talk.path[3].id)
        store.delete_message(talk.path[0].id)
        # WHEN the first is undone THEN it can be seen
        edits.undo(1)
        assert shown(store) == ["Hi", "Hello!", "Bye", "See you"]


class TestRemembering:
    def test_each_talk_has_its_own_way_back(self, store: ConversationStore, edits: TreeEdits,
                                            talk: Conversation) -> None:
        other = store.create().id
        edits.say(1, Role.USER, "one")
        edits.say(other, Role.USER, "two")
        assert edits.undoable(1).kind is EditKind.SAID
        edits.undo(1)
        assert edits.undo(1) is None is edits.undoable(1)
        assert shown(store, other) == ["two"] and edits.redoable(other) is None

    def test_it_survives_the_program(self, database: Database, store: ConversationStore,
                                     edits: TreeEdits, talk: Conversation) -> None:
        edits.say(1, Role.USER, "one")
        again = TreeEdits(database, ConversationStore(database))
        assert again.undo(1) is not None and "one" not in shown(store)

    def test_the_oldest_are_forgotten(self, database: Database, store: ConversationStore,
                                      edits: TreeEdits, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tree_edits, "MOST_REMEMBERED", 3)
        talk = store.create().id
        for number in range(8):
            edits.say(talk, Role.USER, f"{number}")
        assert database.first("SELECT count(*) FROM tree_edit") == (3,)
        while edits.undo(talk):
            pass
        assert shown(store, talk) == ["0", "1", "2", "3", "4"]

    def test_one_that_cannot_be_read_ends_the_way_back(
            self, database: Database, edits: TreeEdits, talk: Conversation) -> None:
        edits.say(1, Role.USER, "one")
        database.execute("UPDATE tree_edit SET document = '{}'")
        assert edits.undoable(1) is None is edits.undo(1)

    def test_what_is_gone_is_said(self, edits: TreeEdits) -> None:
        for use in (lambda: edits.edit(99, "x"), lambda: edits.remove(99),
                    lambda: edits.say(99, Role.USER, "x")):
            with pytest.raises(EngineError, match="no longer there"):
                use()
        assert edits.undo(99) is None is edits.redo(99)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(("edit", "correct", "say", "remove")),
                          st.integers(0, 30)), max_size=12))
def test_all_undone_is_as_before_and_all_done_again_as_after(
        steps: list[tuple[str, int]]) -> None:
    database = Database.in_memory()
    store = ConversationStore(database)
    edits = TreeEdits(database, store)
    talk = store.create("t").id
    for text in ("a", "b", "c"):
        edits.say(talk, Role.USER, text)
    database.execute("DELETE FROM tree_edit")
    seen = [picture(store.conversation(talk))]
    for act, place in steps:
        path = store.conversation(talk).path
        message = path[place % len(path)].id if path else None
        if act == "say" or message is None:
            edits.say(talk, Role.ASSISTANT, "s", after=message)
        elif act == "remove":
            edits.remove(message)
        else:
            edits.edit(message, "e", keep_following=act == "correct")
        seen.append(picture(store.conversation(talk)))
    for before in reversed(seen[:-1]):
        assert edits.undo(talk) is not None
        assert picture(store.conversation(talk)) == before
    assert edits.undo(talk) is None
    for after in seen[1:]:
        assert edits.redo(talk) is not None
        assert picture(store.conversation(talk)) == after
    database.close()


def picture(talk: Conversation) -> tuple[object, object]:
    return talk.messages, talk.path
