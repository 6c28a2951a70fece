"""Our own form: nothing is lost, and nothing in a file can hang or break the reading."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.chat.chat_files.our_json import as_json, read_ours
from engine.chat.chat_files.read_chat import NO_SETUP, ReadChat, Remarks
from engine.chat.chat_files.reading import read_chats
from engine.chat.chat_files.writing import ChatForm, write_conversation, write_conversations
from engine.chat.conversation import (
    ChatMessage,
    Conversation,
    MessageState,
    ReplySettings,
    Role,
)
from engine.chat.tool_use import ToolStep
from engine.errors import EngineError
from tests.engine.chat.chat_files.some_chats import SETUP, TREE


def read(value: dict[str, Any]) -> tuple[ReadChat, tuple[str, ...]]:
    remarks = Remarks()
    return read_ours(value, "It", remarks), remarks.told()


def changed(**fields: Any) -> dict[str, Any]:
    return {**json.loads(as_json(TREE, SETUP)), **fields}


def texts(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.path]


def same_tree(one: Conversation, other: Conversation) -> bool:
    """Whether two conversations say the same in the same tree, whatever their ids."""
    def told(talk: Conversation) -> object:
        def ways(parent: int | None) -> list[object]:
            return [(replace(m, id=0, parent=None), talk.chosen.get(parent) == m.id, ways(m.id))
                    for m in talk.messages if m.parent == parent]
        return ways(None)
    return told(one) == told(other)


def test_everything_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "talk.json"
    write_conversation(TREE, file, setup=SETUP)
    found = read_chats(file)
    chat, = found.chats
    assert found.said == ()
    assert same_tree(chat.conversation, TREE)
    assert replace(chat.conversation, id=7, messages=(), chosen={}) == replace(
        TREE, messages=(), chosen={})
    # All but the ids, which mean nothing elsewhere.
    assert chat.setup == replace(SETUP, cast=(replace(SETUP.cast[0], persona_id=0),))
    assert chat.names == ("Lex",)


def test_ids_count_from_one_and_parents_come_first() -> None:
    chat, _ = read(json.loads(as_json(TREE)))
    seen: list[int | None] = [None]
    for number, message in enumerate(chat.conversation.messages, 1):
        assert message.id == number and message.parent in seen
        seen.append(message.id)


def test_several_go_into_one_file(tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    other = replace(TREE, title="Another", chosen={None: 11})
    write_conversations([(TREE, SETUP), (other, NO_SETUP)], file, ChatForm.OURS)
    one, two = read_chats(file).chats
    assert (one.conversation.title, two.conversation.title) == ("Über Regen", "Another")
    assert same_tree(one.conversation, TREE) and two.setup == NO_SETUP


def test_files_of_the_first_version_are_read() -> None:
    value = json.loads(as_json(TREE)) | {"version": 1}
    chat, said = read(value)
    assert same_tree(chat.conversation, TREE) and said == () and chat.setup == NO_SETUP


def test_a_newer_file_is_read_as_far_as_it_goes() -> None:
    chat, said = read(changed(version=99, colour_of_the_sky="green"))
    assert same_tree(chat.conversation, TREE) and "newer Undertone" in said[0]


@pytest.mark.parametrize("cut", [1, 40, 400, -3])
def test_a_file_that_was_cut_is_told_once(tmp_path: Path, cut: int) -> None:
    (tmp_path / "cut.json").write_text(as_json(TREE)[:cut], "utf-8")
    with pytest.raises(EngineError, match=r"from cut\.json: It is not JSON: .*\.$"):
        read_chats(tmp_path / "cut.json")


class TestBrokenFiles:
    def test_a_broken_message_hides_no_other(self) -> None:
        messages = changed()["messages"]
        messages[1] = {"id": "x"}
        messages.append(messages[0])
        messages.append({**messages[0], "id": 99, "text": "x" * 1_000_001})
        chat, said = read(changed(messages=messages))
        # The message that followed the broken one has nowhere to stand.
        assert len(chat.conversation.messages) == 5
        assert [line.split(" is")[0] for line in said[:3]] == [
            "It: message 2", "It: message 8", "It: message 9"]
        assert said[3].endswith("follow none that is there: 1.")

    def test_messages_that_follow_each_other_in_a_circle_are_left_out(self) -> None:
        circle = [{"id": n, "parent": 3 - n, "role": "user", "text": "x"} for n in (1, 2)]
        itself = {"id": 3, "parent": 3, "role": "user", "text": "x"}
        good = {"id": 4, "parent": None, "role": "user", "text": "good"}
        chat, said = read(changed(messages=[*circle, itself, good], chosen={}))
        assert texts(chat.conversation) == ["good"] and said[0].endswith(": 3.")

    @pytest.mark.parametrize("chosen", [
        None, [], {"": 12, "11": 17}, {"": "17"}, {"x": 13, "9" * 5000: 1, "²": 1}, {"": 10**40},
        {"": True}])
    def test_what_is_shown_stays_a_path(self, chosen: Any) -> None:
        chat, _ = read(changed(chosen=chosen))
        assert texts(chat.conversation)[0] in ("What is *rain*?", "What is rain, Lex?")
        for place, number in chat.conversation.chosen.items():
            shown = chat.conversation.message(number)
            assert shown is not None and shown.parent == place

    @pytest.mark.parametrize("setup", [
        7, {"cast": [{"persona": 3}]}, {"pause_seconds": "x"}, {"turn_order": "dance"}])
    def test_a_setup_that_cannot_be_understood_is_left_out(self, setup: Any) -> None:
        chat, said = read(changed(setup=setup))
        assert chat.setup == NO_SETUP and same_tree(chat.conversation, TREE)
        assert "cast and scene are left out" in said[0]

    def test_one_that_goes_too_deep_is_left_out(self) -> None:
        deep: Any = 1
        for _ in range(400):
            deep = {"x": deep}
        setup = {"cast": [{"persona_id": 1, "persona": {"name": "A", "unknown": deep}}]}
        assert read(changed(setup=setup))[0].setup == NO_SETUP

    @pytest.mark.parametrize("sampling", [
        {"temperature": -1}, {"temperature": float("nan")}, {"repetition_penalty": 0},
        {"top_p": 0}, {"seed": -5}, {"dry_base": 1e300}, {"min_p": 7}, {"top_k": 10**30}])
    def test_settings_no_model_can_work_with_are_the_usual_ones(self, sampling: Any) -> None:
        messages = changed()["messages"]
        messages[1]["settings"]["sampling"] = sampling
        chat, _ = read(changed(settings={"max_tokens": 5, "sampling": sampling},
                               messages=messages))
        assert chat.conversation.settings == ReplySettings()
        assert chat.conversation.messages[1].settings is None

    @pytest.mark.parametrize("most", [0, -1, 10**30])
    def test_so_is_a_length_of_no_reply(self, most: int) -> None:
        chat, _ = read(changed(settings={"max_tokens": most}))
        assert chat.conversation.settings == ReplySettings()

    def test_nobody_writes_at_a_message_of_a_file(self) -> None:
        messages = changed()["messages"]
        messages[0]["state"] = "streaming"
        chat, _ = read(changed(messages=messages))
        assert chat.conversation.messages[0].state is MessageState.INTERRUPTED

    @pytest.mark.parametrize("field", [
        "title", "system_prompt", "settings", "model", "folder", "pinned", "created_at",
        "messages", "chosen", "version"])
    @pytest.mark.parametrize("value", [None, 7, "x", [], {}, True, [[]], "\ud83d"])
    def test_any_field_may_hold_anything(self, field: str, value: Any) -> None:
        chat, _ = read(changed(**{field: value}))
        assert isinstance(chat.conversation, Conversation)


@st.composite
def trees(draw: st.DrawFn) -> Conversation:
    """Any tree: also such where a message is older than the one it follows."""
    size = draw(st.integers(0, 12))
    ids = draw(st.permutations(range(1, size + 1)))
    parents = {number: draw(st.sampled_from([None, *ids[:place]]))
               for place, number in enumerate(ids)}
    messages = tuple(ChatMessage(
        number, parents[number], draw(st.sampled_from(list(Role))), draw(st.text(max_size=20)),
        draw(st.sampled_from(("", "Ann", "Lex")))) for number in range(1, size + 1))
    places = {message.parent for message in messages}
    chosen = {place: draw(st.sampled_from([m.id for m in messages if m.parent == place]))
              for place in places}
    return Conversation(1, "t", messages=messages, chosen=chosen)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_any_tree_comes_back(tree: Conversation) -> None:
    chat, said = read(json.loads(as_json(tree)))
    assert said == () and len(chat.conversation.messages) == len(tree.messages)
    assert texts(chat.conversation) == texts(tree)
    kept = {(m.role, m.text, m.author, len(tree.path_to(m.id))) for m in tree.messages}
    assert kept == {(m.role, m.text, m.author, len(chat.conversation.path_to(m.id)))
                    for m in chat.conversation.messages}


def test_what_tools_found_comes_along_and_no_file_switches_them_on() -> None:
    # GIVEN a conversation in which tools were allowed, and used
    step = ToolStep("search_library", "rain", "Why.", "1 song was found.", ("It\n rains.",))
    first, *others = TREE.messages
    used = replace(TREE, settings=replace(TREE.settings, tools=True),
                   messages=(replace(first, steps=(step,)), *others))
    # WHEN it is read from a file
    chat, said = read(json.loads(as_json(used)))
    # THEN the steps are there, in one line each, and whether tools may be used is not for a file
    assert not said and not chat.conversation.settings.tools
    assert chat.conversation.messages[0].steps == (replace(step, found=("It rains.",)),)
