"""JSON of strangers."""

from typing import Any

import pytest

from engine.chat.chat_files.json_values import MOST_DEPTH, is_shallow, json_of, list_of, object_of


@pytest.mark.parametrize("text, why", [
    ("{", "expecting property name"), ("[" * 100_000, "it goes too deep"),
    ("9" * 5000, "a number in it is too long"), ("", "expecting value"), ("{} {}", "extra data")])
def test_what_cannot_be_parsed_is_said(text: str, why: str) -> None:
    value, problem = json_of(text)
    assert value is None and problem.startswith(why)


def test_what_can_be_is_given() -> None:
    assert json_of('{"a": [1, "\\ud83d"]}') == ({"a": [1, "\ud83d"]}, "")


@pytest.mark.parametrize("value", [None, 7, "x", True, 1.5])
def test_other_values_count_as_empty(value: Any) -> None:
    assert object_of(value) == {} and list_of(value) == []
    assert object_of([1]) == {} and list_of({"a": 1}) == []


def test_depth_is_bounded() -> None:
    value: Any = []
    for depth in range(MOST_DEPTH + 1):
        assert is_shallow(value) is (depth <= MOST_DEPTH)
        value = [value] if depth % 2 else {"x": value}
    assert not is_shallow({"a": 1, "b": [value]})
