"""Decorators are read as the specification has them, and none of their lines is ever told."""


import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.conversation import Role
from engine.chat.lore.decorators import LoreRules, read_decorators
from engine.chat.lore.places import LoreSpot
from tests.quickest import quickest


def rules(*lines: str) -> LoreRules:
    found, text = read_decorators("\n".join([*lines, "", "The text."]))
    assert text == "The text."
    return found


@pytest.mark.parametrize("line, expected", [
    ("@@depth 4", LoreRules(depth=4)),
    ("@@depth -3", LoreRules(depth=0)),
    ("@@role user", LoreRules(role=Role.USER)),
    ("@@role Assistant", LoreRules(role=Role.ASSISTANT)),
    ("@@scan_depth 0", LoreRules(scan_depth=0)),
    ("@@activate_only_after 5", LoreRules(only_after=5)),
    ("@@activate_only_every 3", LoreRules(only_every=3)),
    ("@@is_greeting 2", LoreRules(greeting=2)),
    ("@@keep_activate_after_match", LoreRules(keeps=True)),
    ("@@dont_activate_after_match", LoreRules(once=True)),
    ("@@activate", LoreRules(always=True)),
    ("@@dont_activate", LoreRules(never=True)),
    ("@@ignore_on_max_context", LoreRules(gives_way=True)),
    ("@@position after_desc", LoreRules(spot=LoreSpot.AFTER_CHAR)),
    ("@@position before_desc", LoreRules(spot=LoreSpot.BEFORE_CHAR)),
    ("@@position personality", LoreRules(spot=LoreSpot.PERSONALITY)),
    ("@@position scenario", LoreRules(spot=LoreSpot.SCENARIO)),
    ("@@additional_keys a, b c,,", LoreRules(more_keys=(("a", "b c"),))),
    ("@@exclude_keys a,b", LoreRules(not_keys=("a", "b"))),
    ("@@depth\t4\r", LoreRules(depth=4)),
    # Unknown ones, those that mean nothing in a chat, and values that are none.
    ("@@unheard_of 4", LoreRules()), ("@@instruct_depth 4", LoreRules()), ("@@", LoreRules()),
    ("@@depth", LoreRules()), ("@@depth four", LoreRules()), ("@@depth 4.5", LoreRules()),
    ("@@depth " + "9" * 5000, LoreRules()), ("@@role narrator", LoreRules()),
    ("@@position nowhere", LoreRules()), ("@@activate_only_every 0", LoreRules()),
    ("@@additional_keys ,", LoreRules()), ("@@DEPTH 4", LoreRules()),
])
def test_each_decorator(line: str, expected: LoreRules) -> None:
    assert rules(line) == expected


def test_the_first_of_a_name_counts_but_more_keys_add_up() -> None:
    assert rules("@@depth 1", "@@depth 2").depth == 1
    assert rules("@@depth x", "@@depth 2").depth == 2
    assert rules("@@additional_keys a", "@@additional_keys b").more_keys == (("a",), ("b",))


def test_a_fallback_counts_where_those_before_it_did_not() -> None:
    assert rules("@@other 4", "@@@depth 2").depth == 2
    assert rules("@@other 4", "@@@another", "@@@depth 2", "@@@scan_depth 1") == LoreRules(depth=2)
    assert rules("@@depth five", "@@@scan_depth 3") == LoreRules(scan_depth=3)
    assert rules("@@depth 1", "@@@scan_depth 3") == LoreRules(depth=1)
    assert rules("@@@depth 1") == LoreRules()
    assert rules("@@other", "@@role user", "@@@depth 3") == LoreRules(role=Role.USER)
    chain = [f"@@@other{n}" for n in range(20)]
    assert rules("@@other", *chain, "@@@depth 7").depth == 7


@pytest.mark.parametrize("content, text", [
    ("Plain.", "Plain."), ("", ""), ("@@activate", ""), ("@@activate\n", ""),
    ("\n\n@@activate\n\n@@depth 1\n\nA\n@@depth 2\nB\n", "A\n@@depth 2\nB"),
    ("@@@@depth 1", "@@@@depth 1"), ("@ depth 1", "@ depth 1"), ("a@@b", "a@@b"),
    ("@@depth 1\r\n  Indented.", "  Indented.")])
def test_only_the_lines_a_content_opens_with_are_taken_off(content: str, text: str) -> None:
    assert read_decorators(content)[1] == text


LINES = st.lists(st.sampled_from(
    ["@@depth 3", "@@@depth 2", "@@x", "@@@y z", "", "  ", "@@activate", "@@additional_keys a,b",
     "@@role user", "@@position personality", "\t@@scan_depth 9", "@@ @@"]), max_size=12)


@settings(deadline=None)
@given(LINES, st.text().filter(lambda text: "@" not in text))
def test_no_line_of_decorators_is_ever_told(lines: list[str], text: str) -> None:
    _, told = read_decorators("\n".join([*lines, text]))
    assert "@@" not in told
    assert text.strip() in told


@pytest.mark.parametrize("content", [
    "@@additional_keys a\n" * 50_000, "@@x\n@@@y\n" * 50_000, " " * 500_000, "@" * 500_000,
    "@@" * 200_000, "\n" * 500_000 + "@", "@@additional_keys " + "a," * 200_000])
def test_time_is_linear_whatever_the_content(content: str) -> None:
    assert quickest(lambda: read_decorators(content), 2) < 2
