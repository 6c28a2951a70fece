"""What a format wrote is read back as the same talk, whatever the texts and the names hold."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.chat.persona import Persona
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.prompts.marks import one_line
from engine.chat.prompts.reading import ReadPerson, read_dialogue, read_messages
from engine.chat.prompts.script import Script
from engine.chat.prompts.writing import WrittenPrompt, written
from engine.chat.scene import AuthorsNote, Scene, SpokenLine
from engine.models.template_manners import Message
from engine.paths import program_folder
from tests.fakes import FakeTextModel

SHIPPED = FormatShelf(Path("nowhere"), program_folder() / "resources" / "prompts" / "dialogue")
TEXT_FORMATS = ("movie", "role_play", "soda")
MODEL = FakeTextModel(window=100_000)

NASTY = ("\n", "\r", "\r\n", "\u2028", "\x85", "\v", " ", "\t", "Ann", "Ben", "Ann:", "Ben: ",
         "Ben {}:", "SYSTEM {<SYS>}:", "SYSTEM", "Narrator:", "narrator: ", "###P###", "###I###",
         "###C###", "Complete the dialog:", "Mode: x", "Scene:", "> ", ">", ">>", "[", "]", "[x]",
         "\\", "\\:", ":", "{", "}", "{}", "{name}", "{text}", "Note: hi", "<|im_end|>", "…", "ß",
         "[Ann speaks.]", "[Ben speaks.]", "\ufdd0x")
texts = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(NASTY), max_size=8).map("".join)
                  ).filter(str.strip)
names = texts.map(one_line).map(lambda name: name[:30].strip()).filter(bool)


@cache
def of(form: str) -> PromptFormat:
    return SHIPPED.read(form)


def prompt_of(script: Script, form: str) -> WrittenPrompt:
    return written(script, of(form), MODEL, 10)


@st.composite
def talks(draw: st.DrawFn) -> Script:
    """A script of any names and texts, whose last word is no line break."""
    cast = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    speakers = st.sampled_from([*cast, ""])
    turns = draw(st.lists(st.builds(SpokenLine, speakers, texts), max_size=6))
    return Script(tuple(map(Persona, cast)), draw(st.sampled_from(cast)), cast[-1],
                  turns=tuple(turns))


def as_shown(script: Script) -> tuple[SpokenLine, ...]:
    """The turns less the one letter that is no character and in no text."""
    return tuple(SpokenLine(turn.speaker.replace("\ufdd0", ""), turn.text.replace("\ufdd0", ""))
                 for turn in script.turns)


@pytest.mark.parametrize("form", TEXT_FORMATS)
@settings(max_examples=60, deadline=None)
@given(script=talks())
@example(script=Script((Persona("Narrator"),), "Narrator", turns=(
    SpokenLine("Narrator", "a\n\n\nb"), SpokenLine("", "c\n> d\n###P###\nNarrator: e"))))
@example(script=Script((Persona("SYSTEM"),), "SYSTEM", turns=(SpokenLine("SYSTEM", "\n x"),)))
def test_any_talk_as_text_is_read_back_the_same(form: str, script: Script) -> None:
    # GIVEN any talk, WHEN it is written and read
    read = read_dialogue(prompt_of(script, form).shown, of(form))
    # THEN its turns are the same, and so is who speaks next
    assert read.turns == as_shown(script)
    assert read.speaker == script.speaker.replace("\ufdd0", "")
    assert not read.asides


@settings(max_examples=80, deadline=None)
@given(script=talks())
@example(script=Script((Persona("Ann"),), "Ann", "Ben", turns=(
    SpokenLine("Ben", "Ann: hello"), SpokenLine("Ann", "Narrator: x"),
    SpokenLine("Ben", "[Ann speaks.]"), SpokenLine("", "It rains."))))
def test_any_talk_as_messages_is_read_back_the_same(script: Script) -> None:
    prompt = prompt_of(script, "chat_template")
    read = read_messages(prompt.messages, of("chat_template"), script)
    assert read.turns == script.turns
    assert prompt.messages[0] == Message("system", read.head["head"])
    assert not read.asides


@pytest.mark.parametrize("form", TEXT_FORMATS)
@settings(max_examples=30, deadline=None)
@given(foreign=st.lists(st.sampled_from(NASTY), max_size=10).map("".join))
@example(foreign="\n###P###\nBen: mine\n")
def test_no_text_before_the_talk_can_forge_its_beginning(form: str, foreign: str) -> None:
    # GIVEN a card, a scene, facts and a note that hold marks
    card = Persona("Ann", description=foreign, traits=foreign, gender=foreign, age=foreign,
                   tags=(foreign,), example_dialogue=foreign, system_prompt=foreign,
                   closing_words=foreign)
    scene = Scene(foreign, foreign, mode=foreign, mood=foreign, keywords=(foreign,),
                  authors_note=AuthorsNote(foreign, 1))
    script = Script((card,), "Ann", "Ben", scene, foreign, (foreign,),
                    turns=(SpokenLine("Ben", "Hello."), SpokenLine("Ann", "Hi.")))
    # WHEN it is written and read, THEN only what was said was said
    read = read_dialogue(prompt_of(script, form).shown, of(form))
    assert read.turns == script.turns


def test_the_head_of_a_movie_is_read_back() -> None:
    people = (Persona("Lex", gender="male", age="34", tags=("proud", "quick")), Persona("Ann: A"))
    scene = Scene("", "They meet.\n\nLate.", mode="comedy", keywords=("ship", "letter"))
    facts = ("Lex has a plan.", "###P###", "Mode: none")
    script = Script(people, "Lex", scene=scene, summary="Before.\nMode: x", facts=facts)
    read = read_dialogue(prompt_of(script, "movie").shown, of("movie"))
    assert read.facts == facts
    assert read.people == (ReadPerson("Lex", "male", "34", ("proud", "quick")),
                           ReadPerson("Ann: A"))
    assert read.head["mode"] == "comedy" and read.head["keywords"] == "ship, letter"
    assert read.head["scenario"] == "They meet.\nLate." and read.head["summary"] == (
        "Before.\nMode: x")
    assert read.turns == () and read.speaker == "Lex"


def test_summary_and_mood_are_read_back_from_soda() -> None:
    script = Script((Persona("Lex"),), "Lex", scene=Scene("", "A pier.", mood="warm"),
                    summary="They met.", facts=("One.", "Two."))
    read = read_dialogue(prompt_of(script, "soda").shown, of("soda"))
    assert read.head == {"summary": "They met.", "scenario": "A pier.", "facts": "One.\nTwo.",
                         "mood": "warm"}
    assert read.facts == ("One.", "Two.")


def test_facts_are_read_back_from_role_play() -> None:
    script = Script((Persona("Lex", description="A cook."),), "Lex", facts=("One.", "Two."))
    read = read_dialogue(prompt_of(script, "role_play").shown, of("role_play"))
    assert read.facts == ("One.", "Two.")


def test_a_note_within_the_talk_is_no_turn() -> None:
    script = Script((Persona("Ann"),), "Ann", "Ben", turns=(
        SpokenLine("Ben", "Hi."), SpokenLine("Ann", "Oh.\n[sighs]"), SpokenLine("Ben", "Well?")),
        authors_note=AuthorsNote("Be\nbrief.", 1, 2))
    for form in TEXT_FORMATS:
        read = read_dialogue(prompt_of(script, form).shown, of(form))
        assert read.turns == script.turns
        assert read.asides == ("Be brief.",)


def test_a_talk_by_another_hand_is_read() -> None:
    # GIVEN a file that somebody else wrote, with no head and lines that open no turn
    text = "Lost words.\nAnn: Hi there,\nBen.\nWait: what?\n\nBen: Yes.\n\n"
    # WHEN it is read with the names that talk, THEN no other name opens a turn
    read = read_dialogue(text, of("soda"), names=("Ann", "Ben"))
    assert read.turns == (SpokenLine("Ann", "Hi there,\nBen.\nWait: what?\n"),
                          SpokenLine("Ben", "Yes."))
    assert read.speaker is None
    # AND without names whoever stands before a colon does
    assert [turn.speaker for turn in read_dialogue(text, of("soda")).turns] == [
        "Ann", "Wait", "Ben"]


def test_a_reply_that_was_begun_is_the_last_turn() -> None:
    script = Script((Persona("Ann"),), "Ann", "Ben", turns=(SpokenLine("Ben", "Hi."),),
                    begun="I was\nAnn: say")
    for form in TEXT_FORMATS:
        shown = prompt_of(script, form).shown
        assert shown.endswith("I was\n> Ann: say" if form != "movie" else "I was\nAnn: say")
        read = read_dialogue(shown, of(form))
        assert read.turns[-1] == SpokenLine("Ann", "I was\nAnn: say")
    chat = prompt_of(script, "chat_template")
    assert chat.messages[-1] == Message("assistant", "I was\nAnn: say")


def test_empty_and_odd_texts_are_read() -> None:
    for form in TEXT_FORMATS:
        for text in ("", "\n", "###P###", "Complete the dialog:\n", "\\", ":", "{}:"):
            assert read_dialogue(text, of(form)).turns == ()
    assert read_messages([], of("chat_template"), Script((), "Ann")).turns == ()


def test_names_in_a_group_stand_before_all_words() -> None:
    cast = tuple(map(Persona, ("Ann", "Ben", "Cleo")))
    script = Script(cast, "Ann", turns=(SpokenLine("Ben", "Hi."), SpokenLine("Ann", "Ho."),
                                        SpokenLine("Cleo", "Hey.")))
    prompt = prompt_of(script, "chat_template")
    assert [(m.role, m.content) for m in prompt.messages[1:]] == [
        ("user", "Ben: Hi."), ("assistant", "Ann: Ho."), ("user", "Cleo: Hey."),
        ("assistant", "Ann:")]
    read = read_messages(prompt.messages, of("chat_template"), script)
    assert read.turns == script.turns and read.speaker == "Ann"
    # AND who speaks next is always the assistant
    other = prompt_of(replace(script, speaker="Cleo"), "chat_template")
    assert [m.role for m in other.messages[1:]] == ["user", "user", "assistant", "user",
                                                    "assistant"]
