"""Chats as training takes them, in both shapes."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.chat.chat_files.messages import as_sharegpt
from engine.chat.chat_files.read_chat import NO_SETUP, ReadChats
from engine.chat.chat_files.reading import read_chats
from engine.chat.chat_files.writing import ChatForm, write_conversation, write_conversations
from engine.chat.conversation import Role
from engine.errors import EngineError
from tests.engine.chat.chat_files.some_chats import TREE

MESSAGES = {"messages": [{"role": "system", "content": "Be kind."},
                         {"role": "user", "content": "Hi"},
                         {"role": "assistant", "content": "Hello!"}]}
SHAREGPT = {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello!"}],
            "system": "Be kind."}


def read(tmp_path: Path, text: str, name: str = "chats.jsonl") -> ReadChats:
    (tmp_path / name).write_text(text, "utf-8")
    return read_chats(tmp_path / name)


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


@pytest.mark.parametrize("value", [
    MESSAGES, SHAREGPT, {"messages": SHAREGPT["conversations"], "system": "Be kind."},
    MESSAGES["messages"], {"conversation": MESSAGES["messages"], "id": 3},
    {"messages": [{"role": "system", "content": "Be kind."},
                  {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "image"}]},
                  {"from": "GPT", "value": "Hello!"}]}])
@pytest.mark.parametrize("indent", [None, 1])
def test_each_shape_is_read(tmp_path: Path, value: Any, indent: int | None) -> None:
    found = read(tmp_path, json.dumps(value, indent=indent), "chat.json")
    conversation = found.chats[0].conversation
    assert [(m.role, m.text) for m in conversation.path] == [
        (Role.USER, "Hi"), (Role.ASSISTANT, "Hello!")]
    assert conversation.system_prompt == "Be kind." and found.said == ()


@pytest.mark.parametrize("text", [
    lines(MESSAGES, SHAREGPT), "\n" + lines(MESSAGES) + "\n\n" + lines(SHAREGPT),
    json.dumps([MESSAGES, SHAREGPT]), json.dumps({"conversations": [MESSAGES, SHAREGPT]}),
    json.dumps([MESSAGES["messages"], SHAREGPT["conversations"]], indent=2)])
def test_many_are_read_from_one_file(tmp_path: Path, text: str) -> None:
    assert len(read(tmp_path, text).chats) == 2


def test_a_broken_row_is_told_by_its_number(tmp_path: Path) -> None:
    found = read(tmp_path, lines(MESSAGES) + '{"messages": [\n' + lines(
        {"text": "x"}, SHAREGPT, {"messages": []}, 7))
    assert len(found.chats) == 2
    assert [line[:6] for line in found.said] == ["Line 2", "Line 3", "Line 5", "Line 6"]


def test_what_is_neither_the_persons_nor_the_models_is_left_out(tmp_path: Path) -> None:
    value = {"messages": [*MESSAGES["messages"], {"role": "tool", "content": "42"}, 7,
                          {"role": "user", "content": None}, {"role": "user", "content": " "},
                          {"role": "system", "content": "later"}]}
    found = read(tmp_path, lines(value))
    assert [m.text for m in found.chats[0].conversation.path] == ["Hi", "Hello!", "later"]
    assert [line.split(" is")[0] for line in found.said] == [
        "Line 1: message 4", "Line 1: message 5", "Line 1: message 6"] or len(found.said) == 3


def test_names_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path, lines({"messages": [
        {"role": "assistant", "content": "Hm.", "name": " Lex\n"},
        {"role": "user", "content": "Hi", "name": "sam"}]}))
    assert [m.author for m in found.chats[0].conversation.path] == ["Lex", ""]
    assert found.chats[0].names == ("Lex",)


def test_many_are_written_as_lines(tmp_path: Path) -> None:
    for form in (ChatForm.MESSAGES, ChatForm.SHAREGPT):
        file = tmp_path / f"{form}.jsonl"
        write_conversations([(TREE, NO_SETUP)] * 3, file, form)
        found = read_chats(file)
        assert len(found.chats) == 3
        assert found.chats[0].conversation.system_prompt == "Be kind."
        assert [m.text for m in found.chats[0].conversation.path] == [
            m.text for m in TREE.path if m.text.strip()]


def test_sharegpt_has_its_own_names() -> None:
    assert json.loads(as_sharegpt(TREE)) == {
        "conversations": [{"from": "human", "value": "What is rain, Lex?"},
                          {"from": "gpt", "value": "Nässe.\n\nLex:\nNo!"}],
        "system": "Be kind."}


def test_forms_that_hold_one_conversation_say_so(tmp_path: Path) -> None:
    for form in (ChatForm.TEXT, ChatForm.MARKDOWN, ChatForm.SILLY_TAVERN):
        with pytest.raises(EngineError, match="holds one conversation"):
            write_conversations([(TREE, NO_SETUP)], tmp_path / "x", form)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", list(ChatForm))
def test_every_form_has_an_ending_it_is_read_by(tmp_path: Path, form: ChatForm) -> None:
    if form is not ChatForm.MARKDOWN:
        file = tmp_path / f"talk{form.ending}"
        write_conversation(TREE, file, form)
        assert read_chats(file).chats[0].conversation.path[0].text == "What is rain, Lex?"
