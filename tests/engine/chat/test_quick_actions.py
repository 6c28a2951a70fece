"""The ready-made requests, and a file of them that a person has edited."""

from pathlib import Path

import pytest

from engine.chat.quick_actions import FILE_NAME, QuickAction, load_quick_actions
from engine.errors import EngineError
from engine.paths import program_folder


def test_those_that_ship_can_be_asked() -> None:
    actions = load_quick_actions(program_folder() / "resources" / "prompts" / FILE_NAME)
    assert {"summarise", "translate", "rewrite"} <= {action.id for action in actions}
    for action in actions:
        asked = action.ask("THE TEXT", "THE CHOICE" if action.choices else "")
        assert asked.count("THE TEXT") == 1 and "{" not in asked
        assert ("THE CHOICE" in asked) == bool(action.choices)


def test_nothing_in_a_text_is_taken_for_a_placeholder() -> None:
    action = QuickAction("x", "To {choice}: {text} Into {choice}.", ("German", "French"))
    assert action.ask("{choice} {text}", "Dutch") == "To Dutch: {choice} {text} Into Dutch."
    assert action.ask("a") == "To German: a Into German."


@pytest.mark.parametrize("content", [
    "[[action", "[[action]]\nid = 'x'\n", "[[action]]\nid = 'x'\nprompt = 'no place'\n",
    "[[action]]\nid = 'x'\nprompt = '{text} {text}'\n",
    "[[action]]\nid = 'x'\nprompt = '{text} {choice}'\n",
    "[[action]]\nid = 'x'\nprompt = '{text}'\nchoices = ['a']\n",
    "[[action]]\nid = 'x'\nprompt = '{text}'\nunknown = 1\n", "action = 7", "\xff",
])
def test_a_file_that_cannot_be_used_is_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(EngineError) as caught:
        load_quick_actions(file)
    assert FILE_NAME in caught.value.message and caught.value.hint


def test_no_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        load_quick_actions(tmp_path / "gone.toml")


def test_a_file_without_actions_has_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("")
    assert load_quick_actions(tmp_path / FILE_NAME) == ()
