"""Macros say what they stand for, chance is repeatable, and nothing put in is read again."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.lore.macro_text import DEEPEST
from engine.chat.lore.macros import Names, fill_macros, searched_text
from tests.quickest import quickest

NAMES = Names(char="Ann", user="Lex")
NOON = datetime.datetime(2031, 5, 4, 12, 7, tzinfo=datetime.UTC)
SLOWEST_SECONDS = 2.0
"""Generous: the texts below took minutes where anything was done in their square."""


def filled(text: str, seed: int = 1, turn: int = 0) -> str:
    return fill_macros(text, NAMES, seed, turn=turn, clock=lambda: NOON)


@pytest.mark.parametrize("text, said", [
    ("", ""),
    ("Nothing to fill.", "Nothing to fill."),
    ("{{char}} meets {{user}}.", "Ann meets Lex."),
    ("{{CHAR}}{{ User }}", "AnnLex"),
    ("<USER> <Bot> <char>", "Lex Ann Ann"),
    ("{{{char}}}", "{Ann}"),
    ("a{{newline}}b", "a\nb"),
    ("a\n\n{{trim}}\r\n\nb", "ab"),
    ("a \n{{trim}}{{trim}}\n b", "a  b"),
    ("\n{{trim}}", ""),
    ("a\n{{// note}}{{trim}}\n\n{{char}}", "aAnn"),
    ("one{{// a note}} two", "one two"),
    ("one{{//}}{{ // {{char}} }} two", "one two"),
    ("{{hidden_key:dragon}}{{comment: seen}}x", "x"),
    ("{{reverse:Hello}}", "olleH"),
    ("{{reverse:{{char}}!}}", "!nnA"),
    ("{{date}} {{time}}", "2031-05-04 12:07"),
    ("{{random:one}}{{pick:two}}", "onetwo"),
    (r"{{random:one\, two}}", "one, two"),
    ("{{random::one, two::one, two}}", "one, two"),
    ("{{roll:1}} {{roll:d1}} {{roll:3D1}}", "1 1 3"),
])
def test_what_macros_stand_for(text: str, said: str) -> None:
    assert filled(text) == said


@pytest.mark.parametrize("text", [
    "{{unknown}}", "{{unknown:a,b}}", "{{char:x}}", "{{}}", "{{random}}", "{{:}}", "{{original}}",
    "{{roll:0}}", "{{roll:}}", "{{roll:six}}", "{{roll:101d6}}", "{{roll:1000001}}", "{{roll:-2}}",
    "{{char", "char}}", "}}{{", "{char}", "{ {char} }", "<persona>", "{{", "{{{{", "{{ }}",
    "{{roll:" + "9" * 5000 + "}}"])
def test_what_is_no_macro_stays_as_it_is(text: str) -> None:
    assert filled(text) == text


@pytest.mark.parametrize("text, said", [
    ("{{unknown:{{char}}}}", "{{unknown:Ann}}"),
    ("{{unclosed {{char}}", "{{unclosed Ann"),
    ("{{user}} }} {{char}}", "Lex }} Ann"),
    ("{{random:{{char}} smiles}}", "Ann smiles"),
])
def test_macros_within_others_are_filled(text: str, said: str) -> None:
    assert filled(text) == said


def test_a_system_prompt_may_hold_the_one_it_took_the_place_of() -> None:
    assert fill_macros("{{original}} Be brief.", NAMES, 1, original="Be {{char}}.") == (
        "Be {{char}}. Be brief.")
    assert fill_macros("{{original}}!", NAMES, 1, original="") == "!"


@pytest.mark.parametrize("name", [
    "{{char}}", "{{user}}", "a,b", "a::b", "}}", "{{", "random:x,y", "<USER>", "\\1", "\\,"])
def test_a_name_is_never_read_as_a_macro(name: str) -> None:
    # GIVEN a person whose name would be a macro, or part of one
    names = Names(char="Ann", user=name)
    # THEN wherever it is put in, it stands as it is
    for before, after in [("", ""), ("{{random:", "}}"), ("{{random::", "}}"), ("{{no:", "}}"),
                          ("{{ ", " }}"), ("{{", "}}")]:
        got = fill_macros(f"{before}{{{{user}}}}{after}", names, 3)
        kept = before.startswith(("{{no", "{{ ")) or before == "{{"
        assert got == (f"{before}{name}{after}" if kept else name)


def test_chance_is_the_same_for_the_same_turn_and_picks_for_the_whole_talk() -> None:
    text = "{{random:a,b,c,d,e,f,g,h}} {{pick:a,b,c,d,e,f,g,h}} {{roll:1000}}"
    at_turns = [filled(text, turn=turn).split() for turn in range(40)]
    assert at_turns == [filled(text, turn=turn).split() for turn in range(40)]
    assert len({picked for _, picked, _ in at_turns}) == 1
    assert {chosen for chosen, _, _ in at_turns} == set("abcdefgh")
    assert len({rolled for _, _, rolled in at_turns}) > 30
    # Another talk picks for itself, and so does another text.
    assert {filled(text, seed=seed).split()[1] for seed in range(80)} == set("abcdefgh")
    others = {filled(text + " " * n).split()[1] for n in range(80)}
    assert others == set("abcdefgh")


def test_dice_fall_within_their_sides_and_on_all_of_them() -> None:
    rolls = {int(filled("{{roll:d6}}", seed=seed)) for seed in range(200)}
    assert rolls == {1, 2, 3, 4, 5, 6}
    pairs = {int(filled("{{roll:2d6}}", seed=seed)) for seed in range(400)}
    assert pairs == set(range(2, 13))


def test_the_clock_is_asked_once_and_only_where_a_text_wants_it() -> None:
    asked: list[int] = []

    def clock() -> datetime.datetime:
        asked.append(1)
        return NOON
    fill_macros("{{char}}", NAMES, 1, clock=clock)
    assert not asked
    fill_macros("{{time}} {{time}} {{date}}", NAMES, 1, clock=clock)
    assert len(asked) == 1


PIECES = st.sampled_from(["{{", "}}", "{", "}", "char", "user", ":", "::", ",", "\\,", "random:",
                          "pick:", "roll:2d6", "//", "reverse:", "hidden_key:", "trim", "newline",
                          "<user>", "\n", " ", "ä", "名", "\ud800"])


@settings(deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.integers())
def test_any_text_is_filled_the_same_each_time(text: str, seed: int) -> None:
    # GIVEN any heap of marks THEN it is filled without an error, and twice alike
    assert filled(text, seed) == filled(text, seed)
    searched_text(text, NAMES)


@settings(deadline=None)
@given(st.text().filter(lambda text: "{{" not in text and "<" not in text))
def test_text_without_marks_is_left_alone(text: str) -> None:
    assert filled(text) == text
    assert searched_text(text) == text


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_names_arrive_as_they_are(char: str, user: str) -> None:
    assert fill_macros("{{char}}|{{user}}", Names(char, user), 0) == f"{char}|{user}"


@pytest.mark.parametrize("text", [
    "{{" * 100_000, "}}" * 100_000, "{" * 200_000, "{{char}}" * 30_000, "{{x" * 60_000 + "}}" * 9,
    "{{a" * 50_000 + "}}" * 50_000, "{{reverse:" * 20_000 + "}}" * 20_000,
    "{{random:" * 20_000 + "a,b" + "}}" * 20_000, "{{pick:a,b}}" * 10_000,
    "{{random:" + "a," * 100_000 + "}}", "{{roll:100d6}}" * 1_000, "\n{{trim}}" * 30_000,
    "\n" * 100_000 + "{{trim}}" + "\n" * 100_000, "{{// " + "{" * 100_000 + "}}",
    "<user" * 50_000, "x" + "{{newline}}" * 20_000 + "{{trim}}"])
def test_time_is_linear_whatever_the_text(text: str) -> None:
    def read() -> None:
        filled(text)
        searched_text(text, NAMES)

    assert quickest(read, SLOWEST_SECONDS) < SLOWEST_SECONDS


def test_marks_too_deep_are_filled_from_within() -> None:
    depth = DEEPEST + 3
    text = "{{reverse:" * depth + "ab" + "}}" * depth
    assert filled(text) == "{{reverse:" * 3 + "ab" + "}}" * 3  # an even number of turns around


@pytest.mark.parametrize("text, searched", [
    ("{{// the dragon}}sleeps", " sleeps"),
    ("{{comment: dragon}}sleeps", " sleeps"),
    ("{{hidden_key:dragon}}sleeps", " dragon sleeps"),
    ("{{char}} and <user>", "Ann and Lex"),
    ("{{random:a,b}} {{newline}}", "{{random:a,b}} {{newline}}"),
])
def test_what_keys_are_looked_for_in(text: str, searched: str) -> None:
    assert searched_text(text, NAMES) == searched


def test_unknown_names_stay_marks_where_keys_are_looked_for() -> None:
    assert searched_text("{{char}} <user>") == "{{char}} <user>"
