"""Conversations in the library: trees, alternatives, the trash, search, and what a kill leaves."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.chat.conversation import (
    Conversation,
    MessageState,
    ReplySettings,
    Role,
)
from engine.chat.conversation_store import ConversationStore
from engine.chat.message_rows import ABANDONED_SECONDS, is_abandoned
from engine.chat.titles import LONGEST, title_from
from engine.errors import EngineError
from engine.inference.sampling import SamplingSettings
from engine.library.database import Database
from tests.quickest import quickest


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> ConversationStore:
    return ConversationStore(database)


def talk(store: ConversationStore, *texts: str) -> Conversation:
    """A new conversation of these turns, the person first."""
    conversation = store.create()
    parent = None
    for number, text in enumerate(texts):
        role = (Role.USER, Role.ASSISTANT)[number % 2]
        parent = store.add_message(conversation.id, role, text, parent).id
    return store.conversation(conversation.id)


def shown(store: ConversationStore, conversation: Conversation) -> list[str]:
    return [message.text for message in store.conversation(conversation.id).path]


class TestTree:
    def test_a_new_conversation_is_empty(self, store: ConversationStore) -> None:
        conversation = store.create(system_prompt="Be kind.", model="smol")
        assert (conversation.path, conversation.leaf, conversation.title) == ((), None, "")
        assert (conversation.system_prompt, conversation.model) == ("Be kind.", "smol")
        assert conversation.settings == ReplySettings()

    def test_messages_stand_in_order(self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi", "Hello!", "Bye")
        assert [(m.role, m.text) for m in conversation.path] == [
            (Role.USER, "Hi"), (Role.ASSISTANT, "Hello!"), (Role.USER, "Bye")]
        assert conversation.leaf == conversation.path[-1] == conversation.messages[-1]
        assert conversation.path_to(conversation.path[1].id) == conversation.path[:2]
        assert all(message.created_at for message in conversation.path)

    def test_all_of_a_message_comes_back(self, store: ConversationStore) -> None:
        settings = ReplySettings(99, SamplingSettings(temperature=0.1, seed=7, top_k=3))
        conversation = store.create(settings=settings)
        made = store.add_message(conversation.id, Role.ASSISTANT, "Hm\n\u2028 ü 👍🏽", author="Lex",
                                 state=MessageState.STOPPED, model="smol", settings=settings)
        assert store.message(made.id) == made
        assert (made.text, made.author, made.model) == ("Hm\n\u2028 ü 👍🏽", "Lex", "smol")
        assert made.settings == settings == store.conversation(conversation.id).settings
        assert made.state is MessageState.STOPPED

    def test_an_edit_is_a_sibling_and_the_old_branch_stays(self, store: ConversationStore) -> None:
        # GIVEN a talk
        conversation = talk(store, "Hi", "Hello!", "Bye", "See you")
        first, answer, *_ = conversation.path
        # WHEN the first message is edited and answered
        edited = store.edit(first.id, "Good day")
        assert shown(store, conversation) == ["Good day"]
        store.add_message(conversation.id, Role.ASSISTANT, "To you too", edited.id)
        # THEN the new branch is shown, and choosing the old one brings all of it back
        assert shown(store, conversation) == ["Good day", "To you too"]
        both = store.conversation(conversation.id).alternatives(edited.id)
        assert [m.text for m in both] == ["Hi", "Good day"]
        store.choose(first.id)
        assert shown(store, conversation) == ["Hi", "Hello!", "Bye", "See you"]
        # AND choosing something deep shows the way to it
        store.choose(edited.id)
        store.choose(answer.id)
        assert shown(store, conversation) == ["Hi", "Hello!", "Bye", "See you"]

    def test_an_edited_reply_keeps_who_wrote_it(self, store: ConversationStore) -> None:
        conversation = store.create()
        reply = store.add_message(conversation.id, Role.ASSISTANT, "Hm", author="Lex",
                                  state=MessageState.FAILED, model="smol")
        edited = store.edit(reply.id, "Hmm")
        assert (edited.author, edited.model, edited.state) == ("Lex", "smol", MessageState.WHOLE)
        assert store.message(reply.id).text == "Hm"

    def test_each_place_remembers_its_alternative(self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi", "A")
        other = store.add_message(conversation.id, Role.ASSISTANT, "B", conversation.path[0].id)
        store.add_message(conversation.id, Role.USER, "b1", other.id)
        store.add_message(conversation.id, Role.USER, "b2", other.id)
        store.choose(conversation.path[1].id)
        assert shown(store, conversation) == ["Hi", "A"]
        store.choose(other.id)
        assert shown(store, conversation) == ["Hi", "B", "b2"]

    def test_a_parent_of_another_conversation_is_a_mistake(self, store: ConversationStore) -> None:
        one, other = talk(store, "Hi"), store.create()
        with pytest.raises(ValueError, match="another conversation"):
            store.add_message(other.id, Role.USER, "x", one.path[0].id)

    def test_what_is_gone_is_said(self, store: ConversationStore) -> None:
        for use in (store.conversation, store.message, store.choose, store.delete_message,
                    lambda n: store.rename(n, "x"), lambda n: store.edit(n, "x"),
                    lambda n: store.add_message(n, Role.USER, "x"),
                    lambda n: store.write(n, "x", MessageState.WHOLE)):
            with pytest.raises(EngineError, match="no longer there"):
                use(99)

    def test_text_that_cannot_be_stored_is_repaired(self, store: ConversationStore) -> None:
        conversation = talk(store, "a\ud83d b")
        assert conversation.path[0].text == "a? b" and conversation.title == "a? b"
        assert talk(store, "x\x00y").path[0].text == "x\x00y"

    def test_a_long_talk_opens_and_is_deleted_quickly(self, store: ConversationStore) -> None:
        # GIVEN 2,000 messages in one line (deeper than SQLite lets triggers call each other)
        conversation = store.create()
        parent = None
        with store._database.transaction():
            for number in range(2000):
                parent = store.add_message(conversation.id, (Role.USER, Role.ASSISTANT)[number % 2],
                                           f"word{number} and more", parent).id

        # WHEN it is opened, searched and thrown away THEN nobody waits
        def opened() -> None:
            assert len(store.conversation(conversation.id).path) == 2000
            assert len(store.search("word77")) == 11
            newest = [found.message_id for found in store.search("more", 3)]
            assert newest == [None, 2000, 1999]

        assert quickest(opened, 0.5) < 0.5
        store.delete_message(store.conversation(conversation.id).path[1].id)
        assert len(store.conversation(conversation.id).path) == 1
        store.purge([conversation.id])
        assert store._database.first("SELECT count(*) FROM message") == (0,)


class TestDeleting:
    def test_a_deleted_message_comes_back_with_all_below(self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi", "A", "more")
        first, answer, _ = conversation.path
        other = store.add_message(conversation.id, Role.ASSISTANT, "B", first.id)
        store.choose(answer.id)
        # WHEN the alternative that is shown is deleted THEN its sibling is shown
        store.delete_message(answer.id)
        assert shown(store, conversation) == ["Hi", "B"]
        assert store.conversation(conversation.id).alternatives(other.id) == (
            store.message(other.id),)
        # AND undoing brings it back whole
        store.restore_message(answer.id)
        assert shown(store, conversation) == ["Hi", "A", "more"]

    def test_what_was_deleted_before_stays_deleted(self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi", "A", "more")
        store.delete_message(conversation.path[2].id)
        store.delete_message(conversation.path[1].id)
        store.restore_message(conversation.path[1].id)
        assert shown(store, conversation) == ["Hi", "A"]

    def test_deleting_another_alternative_changes_nothing_shown(
            self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi", "A")
        store.add_message(conversation.id, Role.ASSISTANT, "B", conversation.path[0].id)
        store.delete_message(conversation.path[1].id)
        assert shown(store, conversation) == ["Hi", "B"]

    def test_all_may_be_deleted(self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi", "Answer")
        assert store.search("answer")
        store.delete_message(conversation.path[0].id)
        assert shown(store, conversation) == [] == store.search("answer")

    def test_the_trash_gives_back_conversations(self, store: ConversationStore) -> None:
        one, other = talk(store, "Rain"), talk(store, "Snow")
        store.delete([one.id])
        assert [row.id for row in store.rows()] == [other.id]
        assert [row.id for row in store.rows(trashed=True)] == [one.id]
        assert not store.search("rain")
        store.restore([one.id])
        assert len(store.rows()) == 2 and store.search("rain")
        store.purge([one.id, other.id])
        assert store.rows() == store.rows(trashed=True) == []
        with pytest.raises(EngineError):
            store.conversation(one.id)


class TestList:
    def test_pinned_first_then_the_one_changed_last(self, store: ConversationStore) -> None:
        a, b, c = (talk(store, text) for text in "abc")
        assert [row.id for row in store.rows()] == [c.id, b.id, a.id]
        store.add_message(a.id, Role.USER, "again", a.path[0].id)
        store.set_pinned(b.id, True)
        rows = store.rows()
        assert [row.id for row in rows] == [b.id, a.id, c.id]
        assert (rows[0].pinned, rows[1].messages, rows[2].title) == (True, 2, "c")

    def test_the_first_words_name_it_unless_a_person_did(self, store: ConversationStore) -> None:
        conversation = talk(store, "What is rain?", "Water.", "And snow?")
        assert conversation.title == "What is rain?"
        store.rename(conversation.id, "  My \n weather ")
        assert store.conversation(conversation.id).title == "My weather"
        store.rename(conversation.id, " ")
        assert store.conversation(conversation.id).title == "What is rain?"
        named = store.create("Given")
        store.add_message(named.id, Role.USER, "Words")
        assert store.conversation(named.id).title == "Given"

    def test_folder_model_prompt_and_settings_are_kept(self, store: ConversationStore) -> None:
        number = store.create().id
        settings = ReplySettings(64, SamplingSettings(temperature=0.0))
        store.set_folder(number, " Work ")
        store.set_model(number, "m")
        store.set_system_prompt(number, "Be brief.")
        store.set_settings(number, settings)
        found = store.conversation(number)
        assert (found.folder, found.model, found.system_prompt, found.settings) == (
            "Work", "m", "Be brief.", settings)

    @pytest.mark.parametrize("stored", ["", "{", "[]", '{"max_tokens": "many"}'])
    def test_broken_settings_count_as_the_defaults(self, store: ConversationStore,
                                                   database: Database, stored: str) -> None:
        number = store.create().id
        database.execute("UPDATE conversation SET settings = ?", (stored,))
        assert store.conversation(number).settings == ReplySettings()

    def test_a_state_of_a_later_version_is_shown_as_whole(self, store: ConversationStore,
                                                          database: Database) -> None:
        conversation = talk(store, "Hi")
        database.execute("UPDATE message SET state = 'sung'")
        assert store.conversation(conversation.id).path[0].state is MessageState.WHOLE


class TestSearch:
    def test_all_words_as_beginnings_in_any_case_and_accent(self, store: ConversationStore) -> None:
        conversation = talk(store, "Where is the café?", "The Café is by the harbour.", "Thanks")
        found, = store.search("cafe HARB")
        assert found.message_id == conversation.path[1].id and found.role is Role.ASSISTANT
        assert [found.excerpt[a:b] for a, b in found.marks] == ["Café", "harbour"]
        assert found.title == conversation.title

    def test_who_said_it_and_when_is_told(self, store: ConversationStore) -> None:
        one = store.create("Rain").id
        said = store.add_message(one, Role.ASSISTANT, "It rains.", author="Nadia")
        titled, found = store.search("rain")
        assert (found.author, found.said_at) == ("Nadia", said.created_at)
        assert (titled.author, titled.said_at) == ("", store.conversation(one).changed_at)

    def test_titles_are_found_too_and_come_first(self, store: ConversationStore) -> None:
        named, said = store.create("Über die Harbours"), talk(store, "x", "a harbour")
        titled, message = store.search("harb")
        assert (titled.conversation_id, titled.message_id, titled.role) == (named.id, None, None)
        assert (message.conversation_id, message.role) == (said.id, Role.ASSISTANT)
        assert store.search("uber harbours") == [titled]

    @pytest.mark.parametrize("words", ["", "  ", '"', "*", "()", "NEAR(", "a AND", "-", "\x00",
                                       "text:x", "'; DROP TABLE message; --", "%", "\ud800"])
    def test_no_words_break_it(self, store: ConversationStore, words: str) -> None:
        talk(store, "harmless")
        assert store.search(words) == []

    def test_other_alternatives_are_found_as_well(self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi", "one unlikely answer")
        store.add_message(conversation.id, Role.ASSISTANT, "other", conversation.path[0].id)
        assert len(store.search("unlikely")) == 1

    def test_only_so_many_and_the_newest(self, store: ConversationStore) -> None:
        for number in range(5):
            talk(store, "x", f"rain {number}")
        assert [f.excerpt for f in store.search("rain", most=2)] == ["rain 4", "rain 3"]


class TestStreaming:
    def test_a_reply_is_stored_as_it_grows(self, store: ConversationStore) -> None:
        conversation = talk(store, "Hi")
        reply = store.add_message(conversation.id, Role.ASSISTANT, "", conversation.path[0].id,
                                  state=MessageState.STREAMING)
        store.write(reply.id, "Hel", MessageState.STREAMING)
        assert store.message(reply.id).text == "Hel" and not store.search("hel")
        assert store.mark_interrupted() == 0
        store.write(reply.id, "Hello", MessageState.FAILED, "The model broke off.")
        done = store.message(reply.id)
        assert (done.text, done.state, done.problem) == (
            "Hello", MessageState.FAILED, "The model broke off.")
        assert store.search("hello")

    def test_a_reply_whose_program_was_killed_is_marked(self, tmp_path: Path) -> None:
        # GIVEN a program that is killed in the middle of a reply
        file = tmp_path / "library.sqlite3"
        program = """
import os, signal, sys
from pathlib import Path
from engine.chat.conversation import MessageState, Role
from engine.chat.conversation_store import ConversationStore
from engine.library.database import Database
from tests.quickest import quickest
store = ConversationStore(Database.open(Path(sys.argv[1])))
talk = store.create()
asked = store.add_message(talk.id, Role.USER, "Hi")
reply = store.add_message(talk.id, Role.ASSISTANT, "", asked.id, state=MessageState.STREAMING)
store.write(reply.id, "What was said until th", MessageState.STREAMING)
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""
        assert subprocess.run([sys.executable, "-c", program, str(file)],
                              cwd=Path(__file__).parents[3]).returncode
        # WHEN the library is opened again
        database = Database.open(file)
        store = ConversationStore(database)
        number = store.rows()[0].id
        # THEN what was said is there and marked, and can be found
        if sys.platform != "win32":
            assert store.conversation(number).path[1].state is MessageState.INTERRUPTED
            assert store.mark_interrupted() == 1
            assert store.mark_interrupted() == 0
            assert store.search("until")
        assert store.conversation(number).path[1].text == "What was said until th"
        database.close()

    def test_a_silent_writer_counts_as_gone(self) -> None:
        import os

        now = 1000.0
        assert not is_abandoned(os.getpid(), now - 1, now)
        assert is_abandoned(os.getpid(), now - ABANDONED_SECONDS - 1, now)
        assert is_abandoned(os.getpid(), now + 3600, now)  # a clock that was set back

    def test_a_reply_another_window_writes_is_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "library.sqlite3"
        one, other = Database.open(file), Database.open(file)
        writer, reader = ConversationStore(one), ConversationStore(other)
        conversation = talk(writer, "Hi")
        reply = writer.add_message(conversation.id, Role.ASSISTANT, "Hm",
                                   conversation.path[0].id, state=MessageState.STREAMING)
        assert reader.mark_interrupted() == 0
        assert reader.message(reply.id).state is MessageState.STREAMING
        one.close()
        other.close()

    def test_what_is_streaming_is_in_the_file_before_the_call_returns(
            self, tmp_path: Path) -> None:
        file = tmp_path / "library.sqlite3"
        database = Database.open(file)
        store = ConversationStore(database)
        reply = store.add_message(store.create().id, Role.ASSISTANT, "",
                                  state=MessageState.STREAMING)
        store.write(reply.id, "so far", MessageState.STREAMING)
        other = sqlite3.connect(file)
        assert other.execute("SELECT text FROM message").fetchall() == [("so far",)]
        other.close()
        database.close()


@pytest.mark.parametrize("text, title", [
    ("Hello", "Hello"), ("\n\n  # A   heading \nmore", "A heading"), ("", ""), (" \n ", ""),
    ("?!", "?!"), ("“Quoted” words", "Quoted” words"),
    ("one two three four five six seven eight nine ten eleven", None),
    ("Summarise the following text in one sentence. Use only what it says.",
     "Summarise the following text in one sentence…"),
    ("x" * 100, None), ("雨が降っている" * 20, None),
])
def test_titles_come_from_the_first_words(text: str, title: str | None) -> None:
    found = title_from(text)
    if title is None:
        assert found.endswith("…") and LONGEST // 2 < len(found) <= LONGEST + 1
        assert text.startswith(found[:-1])
    else:
        assert found == title


def test_names_without_end_are_cut(store: ConversationStore) -> None:
    made = store.create("T" * 1_000_000)
    store.set_folder(made.id, "F" * 1_000_000)
    assert [(row.title, row.folder) for row in store.rows()] == [("T" * 200, "F" * 200)]
    store.rename(made.id, f"  {'R' * 1_000_000}\n")
    assert store.rows()[0].title == "R" * 200
