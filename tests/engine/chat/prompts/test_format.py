"""Formats are files anybody may edit: what is wrong is said, and no file can do anything."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.chat.prompts.format import filled, parse_format, read_format
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.prompts.marks import Marks, one_line, unquoted
from engine.errors import EngineError
from engine.paths import AppPaths

GOOD = 'form = "text"\nhead = "{people}\\n=="\nperson = "{name}"\n'


def shelf_of(paths: AppPaths) -> FormatShelf:
    return FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats)


def test_the_four_formats_that_come_with_the_program_are_sound(isolated_home: AppPaths) -> None:
    shelf = shelf_of(isolated_home)
    assert shelf.names() == ("chat_template", "movie", "role_play", "soda")
    for name in shelf.names():
        form = shelf.read(name)
        assert form.name == name and form.about and not shelf.is_own(name)
        assert {"facts", "summary", "scenario", "lore"} & form.slots
    assert shelf.read("movie").talk_mark == "###P###"
    assert shelf.read("chat_template").talk_mark == ""


@pytest.mark.parametrize("text, why", [
    ("form = ", "Invalid value"),
    ('form = "text"', "head"),
    ('form = "song"\nhead = "=="\nperson = "{name}"', "form"),
    (GOOD + 'colour = "red"', "colour"),
    (GOOD.replace("{people}", "{poeple}"), "{poeple}"),
    (GOOD.replace('"{name}"', '"{facts}"'), "“person” holds {facts}"),
    (GOOD.replace("==", "{facts}"), "the last line of “head”"),
    (GOOD + 'opening = "- {name}:"', "“opening” has to begin"),
    (GOOD + 'opening = "{name}>"', "“opening” has to begin"),
    (GOOD + 'opening = "{name}\\n:"', "one line"),
    (GOOD + 'narrator = "x"', "“narrator”"),
    (GOOD + 'narrator = ":"', "“narrator”"),
    (GOOD + 'narrator = ""', "one line"),
    (GOOD + 'aside = "{text}"', "“aside”"),
    (GOOD + 'aside = "[x]"', "“aside”"),
    (GOOD + 'aside = "[{text}{speaker}]"', "{speaker}"),
    (GOOD + 'nudge = "{listener}"', "{listener}"),
    (GOOD + "x = " + "[" * 5000, "mine"),
])
def test_a_broken_format_is_said_to_be(text: str, why: str) -> None:
    with pytest.raises(EngineError) as told:
        parse_format("mine", text)
    assert why in told.value.message and "mine" in told.value.message and told.value.hint


def test_a_format_that_cannot_be_read_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="opened"):
        read_format(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"about = '\xe9'")
    with pytest.raises(EngineError, match="UTF-8"):
        read_format(tmp_path / "latin.toml")


@given(st.text(max_size=200))
def test_any_text_is_a_format_or_a_sentence(text: str) -> None:
    try:
        parse_format("any", text)
    except EngineError as told:
        assert told.message.endswith(".")


def test_lines_with_nothing_to_hold_are_left_out() -> None:
    template = "A {mood}\nB {mode} {mood}\n\n\nTold:\n{facts}\n\nAlso:\n{facts}\n{mood}\n\nLast:"
    assert filled(template, {"mood": "glad"}) == "A glad\n\nAlso:\nglad\n\nLast:"
    assert filled(template, {"facts": "1\n2"}) == (
        "Told:\n1\n2\n\nAlso:\n1\n2\n\nLast:")
    assert filled("{mood}", {}) == ""


def test_what_is_put_in_is_never_filled_again() -> None:
    values = {"mood": "{mode} {{mode}} $mode \\1 {0}", "mode": "secret"}
    assert filled("{mood}", values) == values["mood"]
    # AND braces that are no slot stay
    assert filled("{} {<SYS>} {a b} {{mode}}", values) == "{} {<SYS>} {a b} {secret}"


def test_the_persons_copy_wins_and_can_be_dropped(isolated_home: AppPaths) -> None:
    shelf = shelf_of(isolated_home)
    # WHEN a person edits one of ours
    text = shelf.text("soda").replace("###I###", "###S###")
    shelf.keep("soda", text)
    # THEN theirs is read
    assert shelf.is_own("soda") and "###S###" in shelf.read("soda").head
    assert shelf.names().count("soda") == 1
    # AND ours comes back when it is dropped, twice does no harm
    shelf.drop_own("soda")
    shelf.drop_own("soda")
    assert "###I###" in shelf.read("soda").head and not shelf.is_own("soda")


def test_a_broken_edit_is_not_stored(isolated_home: AppPaths) -> None:
    shelf = shelf_of(isolated_home)
    shelf.keep("My own", GOOD)
    with pytest.raises(EngineError):
        shelf.keep("My own", "broken")
    assert shelf.text("My own") == GOOD
    assert not list(isolated_home.own_dialogue_formats.glob("*.part"))


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\\b", "C:x", ".hidden", "x.", "x ",
                                  "x" * 99, "a\0b", "a\nb"])
def test_a_name_that_is_no_files_is_refused(isolated_home: AppPaths, name: str) -> None:
    shelf = shelf_of(isolated_home)
    with pytest.raises(EngineError, match="name"):
        shelf.keep(name, GOOD)
    with pytest.raises(EngineError, match="no prompt format"):
        shelf.text(name)


def test_own_formats_are_no_ways_of_classifying(isolated_home: AppPaths) -> None:
    from engine.tagging.classify_prompt import PromptShelf
    shelf_of(isolated_home).keep("mine", GOOD)
    assert "mine" not in PromptShelf(isolated_home.own_prompts, isolated_home.prompts).names()


@pytest.mark.parametrize("name, movie, soda", [
    ("Ann", "Ann {}:", "Ann:"),
    ("", "SYSTEM {<SYS>}:", "Narrator:"),
    ("Narrator", "Narrator {}:", "\\Narrator:"),
    ("narrator", "narrator {}:", "\\narrator:"),
    ("Ann: B", "Ann\\: B {}:", "Ann\\: B:"),
    ("Ann\n {x}", "Ann \\{x\\} {}:", "Ann \\{x\\}:"),
    ("###P###", "\\###P### {}:", "\\###P###:"),
    ("> x", "\\> x {}:", "\\> x:"),
    ("[x]", "\\[x] {}:", "\\[x]:"),
])
def test_names_as_they_are_written(isolated_home: AppPaths, name: str, movie: str,
                                   soda: str) -> None:
    shelf = shelf_of(isolated_home)
    for form, expected in (("movie", movie), ("soda", soda)):
        marks = Marks(shelf.read(form))
        assert marks.opening(name) == expected
        assert marks.opened(f"{expected} x") == (one_line(name), "x")


def test_lines_that_would_be_marks_are_quoted(isolated_home: AppPaths) -> None:
    marks = Marks(shelf_of(isolated_home).read("soda"))
    text = "Ben: a\n###P###\n  ###p###\n[x]\n> b\nNote: c\nat 5:30\nhttp://x\nNarrator:\n-\rAnn: d"
    turn = marks.turn("Ann", text)
    assert turn == ("Ann: Ben: a\n> ###P###\n>   ###p###\n> [x]\n> > b\n> Note: c\nat 5:30\n"
                    "http://x\n> Narrator:\n-\r> Ann: d")
    assert unquoted(turn) == f"Ann: {text}"


def test_a_line_of_many_colons_and_slashes_takes_no_time(isolated_home: AppPaths) -> None:
    marks = Marks(shelf_of(isolated_home).read("movie"))
    for hostile in ("\\" * 50_000, "a" * 50_000 + "\n", "\n" * 50_000, "{" * 50_000,
                    "\n\\:" * 20_000, "\n" + " " * 50_000, "a {" * 20_000, "\na {}" * 20_000):
        assert unquoted(marks.turn("Ann", hostile)).removeprefix("Ann {}:").strip(
            ) == hostile.strip()
        marks.opened(hostile)
        one_line(hostile)
