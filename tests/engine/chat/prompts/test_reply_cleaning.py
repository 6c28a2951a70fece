"""A reply is the speaker's words alone, however the stream is cut."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.prompts.reply_cleaning import ReplyCleaner
from engine.paths import program_folder

SHIPPED = FormatShelf(Path("nowhere"), program_folder() / "resources" / "prompts" / "dialogue")
FORMATS = SHIPPED.names()
OTHERS = ("Ben", "Cleo Marsh")

PARTS = ("\n", "\r\n", "\n\n", " ", "Ann", "Ann:", "ann: ", "**Ann:** ", "Ann {}: ", "Ben", "Ben:",
         "BEN: ", "**Ben**: ", "Ben (smiling): ", "Ben {}:", "- Ben:", "Cleo:", "Cleo Marsh: ",
         "Narrator: ", "SYSTEM {<SYS>}: ", "User:", "###P###", "###I", "<|im_end|>", "<|im_",
         "</s>", "<s", "[INST]", "[IN", "<", "[", "#", "##", "*", "_", "\"", ":", "(", ")", "{}",
         "hi", "I asked ", "’s", "…", "\u2028", "\x1c", "ß", "🙂", "Complete the dialog:")
# Letters that are none yet to one Unicode version are some to another: they are left out.
letters = st.characters(exclude_categories=("Cn", "Cs"))
replies = st.lists(st.one_of(st.sampled_from(PARTS), st.text(letters, max_size=4)), max_size=14
                   ).map("".join)


@cache
def of(form: str) -> PromptFormat:
    return SHIPPED.read(form)


def cleaned(*pieces: str, form: str = "role_play", speaker: str = "Ann",
            others: tuple[str, ...] = OTHERS) -> str:
    cleaner = ReplyCleaner(speaker, others, of(form))
    return "".join([*map(cleaner.add, pieces), cleaner.rest()])


@pytest.mark.parametrize("said, shown", [
    ("Hello.", "Hello."),
    (" Hello.", "Hello."),
    ("Ann: Hello.", "Hello."),
    ("\n Ann:  Hello.", "Hello."),
    ("**Ann:** Hello.", "Hello."),
    ("**Ann**: *waves* Hello.", "*waves* Hello."),
    ("**Ann:** *waves* Hello.", "*waves* Hello."),
    ("Ann (laughing): Hello.", "Hello."),
    ("Ann {}: Hello.", "Hello."),
    ("Ann: Ann: Hello.", "Hello."),
    ("Annabel: that is her name.", "Annabel: that is her name."),
    ("Ann thinks: no.", "Ann thinks: no."),
    ("I asked Ben: where?", "I asked Ben: where?"),
    ("Ben is here.\nBen’s hat too.", "Ben is here.\nBen’s hat too."),
    ("Ben", "Ben"),
    ("It is C#", "It is C#"),
    ("Wait.\n...", "Wait.\n..."),
    ("Wait.\nBecause", "Wait.\nBecause"),
    ("a < b and [c]", "a < b and [c]"),
    ("# Title\n### Part\n- one: two", "# Title\n### Part\n- one: two"),
    ("    code:\n\tmore", "code:\n\tmore"),
], ids=str)
def test_the_speakers_own_words_stay(said: str, shown: str) -> None:
    for form in FORMATS:
        assert cleaned(said, form=form) == shown


def test_a_second_turn_of_ones_own_ends_a_written_talk_only() -> None:
    # A template ends turns by itself: there a name is but said before the words
    for said, shown in (("Hello.\nAnn: Bye.", "Hello.\nBye."), ("Hello.\n**Ann:**", "Hello.\n")):
        assert cleaned(said, form="chat_template") == shown
        for form in ("movie", "role_play", "soda"):
            assert cleaned(said, form=form) == "Hello."


@pytest.mark.parametrize("said", [
    "Hello.\nBen: I say", "Hello.\nben: I say", "Hello.\n\n  **Ben:** I say", "Hello.\nBen : x",
    "Hello.\nBen (quietly): I say", "Hello.\nBen {sad}: x", "Hello.\n- Ben: x", "Hello.\r\nBen: x",
    "Hello.\nCleo: x", "Hello.\nCleo Marsh: x", "Hello.\nUser: x", "Hello.\nAssistant: x",
    "Hello.\u2028Ben: x", "Hello.\nBen：x", "Hello.\n\"Ben: x", "Hello.<|im_end|>", "Hello.</s>",
    "Hello.###P### x", "Hello.\n###I###", "Hello.<|im_start|>user", "Hello.[INST]", "Hello.<|im_e",
    "Hello.###P", "Hello.<end_of_turn>", "Hello.\nB", "Hello.\n\nCle", "Hello.\nCleo Mar",
    "Hello.\n*Be"])
def test_what_is_not_the_speakers_is_cut(said: str) -> None:
    for form in FORMATS:
        assert cleaned(said, form=form).rstrip() == "Hello."


def test_each_format_cuts_at_its_own_marks() -> None:
    assert cleaned("Hi.\nSYSTEM {<SYS>}: pause", form="movie") == "Hi."
    assert cleaned("Hi.\nNarrator: It rains.", form="soda") == "Hi."
    assert cleaned("Hi.\nComplete the dialog:", form="role_play") == "Hi."
    assert cleaned("Hi.\n\nThe scene: a pier", form="chat_template") == "Hi."
    assert cleaned("Hi.\nAnn {female, 34}", form="movie") == "Hi."
    assert cleaned("Hi.\nBen {male, 28}", form="movie") == "Hi."
    assert cleaned("Hi.\nAnn {sets, maps}", form="soda") == "Hi.\nAnn {sets, maps}"


def test_nothing_follows_the_end() -> None:
    cleaner = ReplyCleaner("Ann", OTHERS, of("soda"))
    assert cleaner.add("Hi.\nBen: Ho.\nAnn: ") == "Hi." and cleaner.ended
    assert cleaner.add("Hey.") == "" and cleaner.rest() == ""


def test_a_reply_that_is_gone_on_with_begins_where_it_ended() -> None:
    for begun, said, shown in (("I was", " there.\nBen: x", " there."),
                               ("I was", "Ben: x", "Ben: x"), ("I was\n", "Ben: x", ""),
                               ("I was\n", "Ann: x", ""), (" ", " Ann: x", "x")):
        cleaner = ReplyCleaner("Ann", OTHERS, of("soda"), begun)
        assert cleaner.add(said) + cleaner.rest() == shown


def test_a_reply_of_another_alone_is_empty() -> None:
    assert cleaned("Ben: I say this.") == ""


def test_names_that_share_a_word_are_told_apart() -> None:
    others = ("Dr Hale", "Captain Ann Lee")
    assert cleaned("Dr: Hello.", speaker="Dr Webb", others=others) == "Hello."
    assert cleaned("Hi.\nDr Hale: Ho.", speaker="Dr Webb", others=others) == "Hi."
    assert cleaned("Dr Webb: Ho.", speaker="Dr Webb", others=others) == "Ho."


def test_names_of_signs_and_none_are_taken_as_they_are() -> None:
    assert cleaned("A.B (x)+: hi", speaker="A.B (x)+", others=("[Z]*",)) == "hi"
    assert cleaned("hi\n[Z]*: ho", speaker="A.B", others=("[Z]*", "", " ")) == "hi"
    assert cleaned("Dr\\: Who: hi\nho", speaker="Dr: Who", others=()) == "hi\nho"
    assert cleaned("Narrator: It rains.\nBen: oh", speaker="") == "It rains."
    assert cleaned("It rains.\nAnn: oh", speaker="", others=("Ann",)) == "It rains."


def test_a_word_is_shown_as_soon_as_it_is_certain() -> None:
    # GIVEN a stream of tokens
    cleaner = ReplyCleaner("Ann", OTHERS, of("soda"))
    pieces = ("Be", "low", " it", " is", "\n", "An", "d", " <", "3")
    shown = [cleaner.add(piece) for piece in pieces]
    # THEN only beginnings of lines and marks wait
    assert shown == ["", "Below", " it", " is", "", "", "\nAnd", " ", "<3"]
    assert cleaner.rest() == ""


@settings(max_examples=60, deadline=None)
@given(reply=replies, cuts=st.lists(st.integers(0, 60), max_size=8), form=st.sampled_from(FORMATS))
@example(reply="**Ann:** hi\nBen: ho", cuts=[1, 2, 7, 8], form="soda")
def test_pieces_cut_anywhere_give_the_same_text(reply: str, cuts: list[int], form: str) -> None:
    places = sorted({0, len(reply), *(cut for cut in cuts if cut < len(reply))})
    pieces = [reply[a:b] for a, b in pairwise(places)]
    assert cleaned(*pieces, form=form) == cleaned(reply, form=form)


@settings(max_examples=120, deadline=None)
@given(reply=replies, form=st.sampled_from(FORMATS))
@example(reply="*\nBen: x", form="soda")
@example(reply="Ann:\nBen: x", form="movie")
@example(reply="Ann: **Ben: x", form="movie")
@example(reply="\uaa29Ben: x", form="soda")
def test_never_a_word_for_another_and_never_a_mark(reply: str, form: str) -> None:
    text = cleaned(reply, form=form)
    for line in text.splitlines():
        assert not re.match(r"(?:[^\w>]|_){0,8}(?:Ben|Cleo|Cleo Marsh)[ *]*(?:\(\w*\)|\{\})?:",
                            line, re.IGNORECASE)
    assert not re.search(r"<\|[\w]+\|>|</s>|\[INST\]|###[A-Z]###|<SYS>", text)
    assert not text.startswith(("Ann:", "Ann {}:")) and text == text.lstrip()


@settings(max_examples=60, deadline=None)
@given(reply=replies, form=st.sampled_from(FORMATS))
def test_what_is_clean_stays_as_it_is(reply: str, form: str) -> None:
    text = cleaned(reply, form=form)
    again = cleaned(text, form=form)
    # THEN at most the beginning of a mark that was cut goes the second time
    assert text.startswith(again) and len(text) - len(again) < 12
    # AND nothing is made up: its letters stand in the reply in this order
    letters = iter(reply)
    assert all(letter in letters for letter in text)


@settings(max_examples=40, deadline=None)
@given(text=st.text(alphabet="abc defg.,!?’\n", max_size=80).filter(str.strip))
def test_words_without_names_are_let_through_whole(text: str) -> None:
    assert cleaned(text) == text.lstrip()
