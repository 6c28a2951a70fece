"""JSON of cards: what is mended, what is refused, and that neither takes long."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.cards.card_json import MOST_DEPTH, MOST_JSON, parse_json
from engine.errors import EngineError
from tests.quickest import quickest


def parsed(text: str | bytes) -> Any:
    """The value, read without a word to the person."""
    said: list[str] = []
    found = parse_json(text.encode() if isinstance(text, str) else text, said)
    assert not said
    return found


def refused(data: bytes) -> str:
    with pytest.raises(EngineError) as caught:
        parse_json(data, [])
    assert caught.value.hint and caught.value.message.endswith(".")
    return caught.value.message


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2**63, 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_what_is_sound_comes_through_as_it_is(value: Any) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=False).encode(), []) == value
    assert parse_json(json.dumps(value).encode(), []) == value


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                   "utf-32"])
def test_every_unicode_is_read(codec: str) -> None:
    assert parsed('{"name": "Ærø 海"}'.encode(codec)) == {"name": "Ærø 海"}


def test_an_old_encoding_is_read_and_said() -> None:
    said: list[str] = []
    assert parse_json('{"name": "Renée"}'.encode("cp1252"), said) == {"name": "Renée"}
    assert said == ["This file is not written in UTF-8; some letters in it may be wrong."]


def test_one_broken_letter_leaves_the_others() -> None:
    said: list[str] = []
    found = parse_json(b'{"a": "' + "плачу".encode() + b'\xff"}', said)
    assert found == {"a": "плачу\ufffd"} and said


@pytest.mark.parametrize("text, meant", [
    ('{"a": [1, 2, ], }', {"a": [1, 2]}),
    ('{"a": "x, ]", "b": ",}",}', {"a": "x, ]", "b": ",}"}),
    ('{"a": "say \\"x\\",]",}', {"a": 'say "x",]'}),
    ('{"a": "two\nlines\tand"}', {"a": "two\nlines\tand"}),
    ('\n {"a": 1}\0\0\n', {"a": 1}),
    ('{"a": 1, "a": 2}', {"a": 2}),
])
def test_what_people_and_programs_do_to_json_is_let_pass(text: str, meant: Any) -> None:
    assert parsed(text) == meant


def test_a_tail_is_left_out_and_said() -> None:
    said: list[str] = []
    assert parse_json(b'{"a": 1}} and more', said) == {"a": 1}
    assert len(said) == 1 and "left out" in said[0]


@pytest.mark.parametrize("text, meant", [
    ('"\\ud83d\\ude00"', "😀"),
    ('"a\\udc00b"', "a\ufffdb"),
    ('{"\\ud800k": {"\\udfff": 1}}', {"\ufffdk": {"\ufffd": 1}}),
    ('["\\uD83D", "\\uDE00"]', ["\ufffd", "\ufffd"]),
])
def test_half_letters_are_replaced(text: str, meant: Any) -> None:
    """They cannot be written in UTF-8: a database would refuse the persona."""
    assert parsed(text) == meant


@pytest.mark.parametrize("text, meant", [
    ("[NaN, Infinity, -Infinity, 1e999]", [None, None, None, None]),
    ("[123456789012345678901234567890]", [1.2345678901234568e29]),
    (f"[{2**63 - 1}, {-2**63}]", [2**63 - 1, -2**63]),
    (f"[{2**63}, {-2**63 - 1}]", [float(2**63), float(-2**63)]),
    (f"[1{'0' * 400}]", [None]),
])
def test_numbers_are_such_as_can_be_written_again(text: str, meant: Any) -> None:
    found = parsed(text)
    assert found == meant
    msgspec.json.encode(found)


def test_an_empty_file_and_a_torn_one_are_refused_with_a_place() -> None:
    assert "line 1, letter 1" in refused(b"")
    assert "line 2, letter 6" in refused(b'{"a": 1,\n"b": ')


def test_an_endless_number_is_refused() -> None:
    assert "number" in refused(b"[" + b"9" * 10_000 + b"]")


def test_depth_has_an_end() -> None:
    whole = "[" * MOST_DEPTH + "]" * MOST_DEPTH
    assert parsed(whole) is not None
    assert "too deep" in refused(f"[{whole}]".encode())
    assert "too deep" in refused(b'{"a":' * 50_000 + b"1" + b"}" * 50_000)


def test_size_and_number_of_parts_have_an_end() -> None:
    assert "too large" in refused(b" " * (MOST_JSON + 1))
    assert "too many parts" in refused(b"[" + b"{}," * 200_000 + b"1]")
    assert "too many parts" in refused(b"[" + b"1," * 2_000_000 + b"1]")


@pytest.mark.parametrize("data", [
    b'\\"' * (1 << 20), b'"' + b'\\"' * (1 << 20), b'{"a":"' + b"x" * (1 << 20) + b"\\",
    b"," + b" " * (1 << 20), (b"," + b" " * 1000) * 1000, b'"\\' * (1 << 20), b"[" * (1 << 20),
], ids=range(7))
def test_no_broken_text_takes_long(data: bytes) -> None:
    """The mending tries nothing twice, whatever it is given."""
    assert quickest(lambda: refused(data), 2) < 2
