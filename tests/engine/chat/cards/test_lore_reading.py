"""Lorebooks of many programs."""

from typing import Any

import pytest

from engine.chat.cards.card_writing import book_as_json
from engine.chat.cards.lore_reading import MOST_ENTRIES, book_from, is_lorebook
from engine.chat.lorebook import Lorebook, LoreEntry
from tests.tiny_cards import book, v2, world_info


def read(found: dict[str, Any]) -> Lorebook:
    said: list[str] = []
    made = book_from(found, said)
    assert not said
    return made


def entry(**given: Any) -> LoreEntry:
    return read({"entries": [given]}).entries[0]


def test_the_form_of_cards() -> None:
    made = read(book())
    assert made == Lorebook(
        name="The coast", scan_depth=3, token_budget=300, recursive=True, extensions={"shelf": 1},
        entries=(
            LoreEntry(keys=("lamp", "light"), content="@@depth 2\nThe lamp is oil.",
                      extensions={"x": [1, 2.5, None]}, order=10, case_sensitive=True, name="lamp",
                      priority=5, id=7, comment="c", selective=True, secondary_keys=("night",),
                      position="after_char", unknown={"own_key": {"kept": True}}),
            LoreEntry(keys=("/st(or|ea)m/i",), content="Storms come from the west.",
                      enabled=False, order=20, regex=True, constant=True)))


def test_written_again_it_is_the_same() -> None:
    made = read(book())
    again = book_as_json(made)
    assert read(again) == made
    assert again["entries"][0]["own_key"] == {"kept": True}
    assert again["entries"][0]["insertion_order"] == 10
    assert isinstance(again["entries"][0]["insertion_order"], int)
    assert again["extensions"] == {"shelf": 1}


def test_all_that_v3_demands_is_written_of_the_barest_entry() -> None:
    bare = book_as_json(Lorebook(entries=(LoreEntry(),)))
    assert {"keys", "content", "extensions", "enabled", "insertion_order", "use_regex"} <= set(
        bare["entries"][0])
    assert {"entries", "extensions"} <= set(bare)
    assert not {"priority", "id", "case_sensitive"} & set(bare["entries"][0])
    assert not {"scan_depth", "token_budget"} & set(bare)


def test_the_envelope_of_a_book_alone_is_taken_off() -> None:
    found = {"spec": "lorebook_v3", "data": book()}
    assert is_lorebook(found)
    assert read(found) == read(book())


def test_world_info_of_sillytavern() -> None:
    found = read(world_info())
    harbour, gull = found.entries
    assert harbour.keys == ("harbour",) and harbour.secondary_keys == ("night",)
    assert harbour.selective and harbour.enabled and not gull.enabled and gull.constant
    assert (harbour.order, harbour.id, harbour.comment) == (90, 0, "Harbour")
    assert (harbour.position, gull.position) == ("after_char", "before_char")
    assert harbour.case_sensitive is None and gull.case_sensitive is True
    # THEN its own settings stand where its cards have them, for it to find them again
    assert harbour.extensions == {
        "position": 4, "depth": 3, "role": 1, "exclude_recursion": True, "useProbability": True,
        "probability": 80, "selectiveLogic": 0, "vectorized": False, "match_whole_words": None,
        "display_index": 0, "case_sensitive": None}
    assert harbour.unknown == {}
    assert found.unknown == {"originalData": {"name": "kept"}}


def test_world_info_is_selective_unless_it_says_not_to_be() -> None:
    assert entry(key=["a"], keysecondary=["b"]).selective
    assert not entry(key=["a"], keysecondary=["b"], selective=False).selective
    assert not entry(keys=["a"], secondary_keys=["b"]).selective


def test_camel_case_settings_of_a_book() -> None:
    found = read({"name": "W", "scanDepth": 2, "tokenBudget": 64, "recursiveScanning": True,
                  "entries": {"1": {"uid": "1", "key": ["dragon"], "content": "Real."}}})
    assert (found.scan_depth, found.token_budget, found.recursive) == (2, 64, True)
    assert found.entries[0].id == "1"


def test_sillytavern_says_of_every_key_that_it_is_a_pattern() -> None:
    """It writes use_regex beside plain words; taken at its word, "C++ (old)" would never match."""
    made = entry(keys=["C++ (old)"], use_regex=True, content="x",
                 extensions={"selectiveLogic": 0, "display_index": 3})
    assert not made.regex
    # THEN others still find what was there
    assert book_as_json(Lorebook(entries=(made,)))["entries"][0]["use_regex"] is True
    assert entry(keys=["a+"], use_regex=True, content="x").regex


def test_sillytavern_says_among_its_own_whether_capitals_count() -> None:
    assert entry(keys=["a"], extensions={"case_sensitive": True}).case_sensitive is True
    assert entry(keys=["a"], extensions={"case_sensitive": None}).case_sensitive is None
    assert entry(keys=["a"], case_sensitive=False,
                 extensions={"case_sensitive": True}).case_sensitive is False


def test_agnai_risu_and_novelai() -> None:
    agnai = read({"kind": "memory", "name": "A", "entries": [
        {"name": "n", "entry": "text", "keywords": ["k"], "priority": 3, "weight": 7,
         "enabled": True}]})
    assert agnai.entries == (LoreEntry(keys=("k",), content="text", name="n", priority=3, order=7),)
    assert agnai.unknown == {"kind": "memory"}
    risu = {"type": "risu", "ver": 1, "data": [
        {"key": "cat, dog", "secondkey": "night", "insertorder": 5, "comment": "pets",
         "content": "Both.", "alwaysActive": True, "selective": True, "useRegex": False}]}
    assert is_lorebook(risu)
    assert read(risu).entries == (
        LoreEntry(keys=("cat", "dog"), secondary_keys=("night",), order=5, comment="pets",
                  content="Both.", constant=True, selective=True),)
    novel = read({"lorebookVersion": 5, "entries": [
        {"text": "Tall.", "displayName": "Tower", "keys": ["tower"], "forceActivation": True,
         "enabled": True}]})
    assert (novel.entries[0].name, novel.entries[0].content) == ("Tower", "Tall.")
    assert novel.entries[0].constant


@pytest.mark.parametrize("value, meant", [
    ("before_char", "before_char"), ("after_char", "after_char"), ("after_char_defs", "after_char"),
    ("before_char_defs", "before_char"), (0, "before_char"), (1, "after_char"), (4, "after_char"),
    (None, "before_char"), ("", "before_char"), (True, "before_char"), ({}, "before_char"),
])
def test_positions(value: Any, meant: str) -> None:
    assert entry(keys=["a"], position=value).position == meant


@pytest.mark.parametrize("keys, meant", [
    ("a, b ,c", ("a", "b", "c")), ("/a{1,2}/i", ("/a{1,2}/i",)), (["/a,b/", " x "], ("/a,b/", "x")),
    (None, ()), ([None, "", " ", 7], ("7",)), ({"a": 1}, ()),
])
def test_keys(keys: Any, meant: tuple[str, ...]) -> None:
    assert entry(keys=keys).keys == meant


@pytest.mark.parametrize("given, meant", [
    ({}, True), ({"enabled": False}, False), ({"enabled": "false"}, False), ({"enabled": 1}, True),
    ({"disable": True}, False), ({"disable": False}, True), ({"enabled": None}, True),
])
def test_whether_it_is_on(given: dict[str, Any], meant: bool) -> None:
    assert entry(keys=["a"], **given).enabled is meant


@pytest.mark.parametrize("given, meant", [
    ({"id": 3}, 3), ({"id": 3.0}, 3), ({"id": "x"}, "x"), ({"id": True}, None), ({"id": [1]}, None),
    ({"uid": 4}, 4), ({"id": 3, "uid": 4}, 3), ({}, None), ({"id": None}, None),
])
def test_numbers_of_entries(given: dict[str, Any], meant: Any) -> None:
    made = entry(keys=["a"], **given)
    assert made.id == meant
    # THEN a uid, which no card has, is there for whoever put it in
    assert made.unknown.get("uid") == given.get("uid")


def test_a_pattern_with_a_huge_order_and_odd_types_is_read() -> None:
    made = entry(keys=["a"], insertion_order="12", priority="high", case_sensitive="true",
                 content=["two", "lines"], selective="yes")
    assert (made.order, made.priority, made.case_sensitive, made.selective) == (12, None, True,
                                                                                True)
    assert made.content == "two\nlines"
    assert entry(keys=["a"], insertion_order=None).order == 100


def test_what_is_no_entry_is_passed_over_and_said() -> None:
    said: list[str] = []
    made = book_from({"entries": [None, 3, "x", {"keys": ["a"], "content": "b"}]}, said)
    assert len(made.entries) == 1
    assert said == ["3 entries of the lorebook are broken and were left out."]


def test_more_entries_than_anyone_wrote_are_cut_and_said() -> None:
    said: list[str] = []
    made = book_from({"entries": [{"keys": ["a"]}] * (MOST_ENTRIES + 5)}, said)
    assert len(made.entries) == MOST_ENTRIES and len(said) == 1


@pytest.mark.parametrize("found, meant", [
    (book(), True), (world_info(), True), ({"entries": []}, True), ({"entries": "x"}, False),
    ({}, False), ([], False), (None, False), (v2(), False), ({"type": "risu", "data": {}}, False),
])
def test_what_a_book_is(found: Any, meant: bool) -> None:
    assert is_lorebook(found) is meant


@pytest.mark.parametrize("entries", [None, {}, [], "x", 7])
def test_an_empty_book_is_one(entries: Any) -> None:
    assert read({"name": "N", "entries": entries}).entries == ()
