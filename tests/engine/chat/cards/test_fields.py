"""Fields that other programs fill in other ways."""

from typing import Any

import pytest

from engine.chat.cards.fields import MOST_LETTERS, Fields, list_of, object_of, text_of


def fields(**given: Any) -> Fields:
    return Fields(given, [])


@pytest.mark.parametrize("value, meant", [
    ("as it is ", "as it is "), (None, ""), (7, "7"), (1.5, "1.5"), (True, ""), ({"a": 1}, ""),
    (["one", 2, "three"], "one\nthree"), ("a\r\nb\rc\n", "a\nb\nc\n"), ("a\0b", "ab"),
])
def test_texts(value: Any, meant: str) -> None:
    assert text_of(value) == meant
    assert fields(a=value).text("a") == meant


def test_the_first_name_with_words_counts() -> None:
    found = fields(a=" ", b="two", c="three")
    assert found.text("a", "b", "c") == "two"
    assert found.rest() == {"a": " ", "c": "three"}


def test_a_line_has_no_breaks() -> None:
    assert fields(a=" Ann \n of\tthe  hill ").line("a") == "Ann of the hill"


@pytest.mark.parametrize("value, commas, meant", [
    (["a", " ", "b", None, 3], False, ("a", "b", "3")),
    ("a, b,, c ", True, ("a", "b", "c")), ("a, b", False, ("a, b",)), ("", False, ()),
    (None, False, ()), ({"a": 1}, False, ()), ([" a "], False, (" a ",)), ([" a "], True, ("a",)),
])
def test_lists_of_texts(value: Any, commas: bool, meant: tuple[str, ...]) -> None:
    assert fields(a=value).texts(9, "a", commas=commas) == meant


def test_too_many_and_too_long_are_cut_and_said() -> None:
    said: list[str] = []
    found = Fields({"tags": ["x"] * 5, "text": "y" * (MOST_LETTERS + 1)}, said)
    assert found.texts(2, "tags") == ("x", "x")
    assert len(found.text("text")) == MOST_LETTERS
    assert said[0] == "“tags” has 5 entries; only the first 2 were taken." and len(said) == 2


@pytest.mark.parametrize("value, meant", [
    (3, 3.0), ("3", 3.0), ("2.5", 2.5), (None, None), (True, None), ("many", None), ("nan", None),
    ("inf", None), ([3], None), ("1e999", None),
])
def test_numbers(value: Any, meant: float | None) -> None:
    assert fields(a=value).number("a") == meant


@pytest.mark.parametrize("value, meant", [(3.9, 3), (-1, None), ("12", 12), (1e30, None), (0, 0)])
def test_counts(value: Any, meant: int | None) -> None:
    assert fields(a=value).count("a") == meant


@pytest.mark.parametrize("value, meant", [
    (True, True), (False, False), (1, True), (0, False), ("True", True), ("false", False),
    (" no ", False), ("", False), ("perhaps", None), (None, None), ([], None),
])
def test_truths(value: Any, meant: bool | None) -> None:
    assert fields(a=value).truth("a") is meant


@pytest.mark.parametrize("value, meant", [
    (1_700_000_000, 1_700_000_000), (1_700_000_000_123, 1_700_000_000),
    ("1700000000", 1_700_000_000), ("2023-11-14T22:13:20Z", 1_700_000_000),
    ("2023-11-14 22:13:20", 1_700_000_000), ("2023-11-14T23:13:20+01:00", 1_700_000_000),
    (0, 0), (-5, 0), (None, 0), ("last winter", 0), (1e300, 0), ("9999-12-31", 253402214400),
    ("0001-01-01", 0), (True, 0),
])
def test_moments(value: Any, meant: int) -> None:
    assert fields(a=value).moment("a") == meant


def test_the_rest_is_what_nobody_asked_for() -> None:
    found = fields(a=1, b=None, c=[], d=None, e=5)
    assert found.value("a", "e") == 1
    assert found.value("b", "c") == []
    assert found.rest() == {"d": None, "e": 5}


def test_objects_and_lists_or_empty_ones() -> None:
    assert object_of({"a": 1}) == {"a": 1} and object_of([1]) == {} and object_of(None) == {}
    assert list_of([1]) == [1] and list_of({"a": 1}) == [] and list_of("ab") == []
    assert fields(a={"b": 1}).object("a") == {"b": 1} and fields(a=3).object("a") == {}
