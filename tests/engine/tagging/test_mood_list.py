"""Free lists of moods as language models write them, with the defects they really show."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tagging.mood_list import MOST_MENTIONS, MoodList, parse_moods
from engine.tagging.vocabulary import Mood, Vocabulary
from tests.quickest import quickest

SHIPPED = Vocabulary.load(Path(__file__).resolve().parents[3] / "resources" / "moods.toml")


def parsed(text: str) -> MoodList:
    return parse_moods(text, SHIPPED)


@pytest.mark.parametrize("text", [
    "sadness, nostalgia, calmness",
    "Sadness, NOSTALGIA ,Calm",
    "sadness,nostalgia,calmness.",
    "sadness; nostalgia | calmness",
    "sadness, nostalgia and calmness",
    "sadness, nostalgia, and calmness",
    "sadness / nostalgia / calmness",
    "sadness、nostalgia，calmness",
    "sadness nostalgia calmness",
    "sadness. nostalgia. calmness.",
    "sadness - nostalgia - calmness",
    "sadness\nnostalgia\ncalmness\n",
    "1. sadness\n2. nostalgia\n3. calmness",
    "1) Sadness 2) Nostalgia 3) Calm",
    "- sadness\n- nostalgia\n\n- calmness",
    "* **Sadness**\n* *Nostalgia*\n* __calmness__",
    "#sadness #nostalgia #calmness",
    '["sadness", "nostalgia", "calmness"]',
    "{'moods': ['sadness', 'nostalgia', 'calmness']}",
    '{"sadness": 0.81, "nostalgia": 0.4, "calmness": 0.33}',
    "sadness (0.81), nostalgia (0.40), calmness (0.33)",
    "“sadness”, «nostalgia», „calmness“",
    "Moods: sadness, nostalgia, calmness",
    "Here are the moods:\nsadness, nostalgia, calmness",
    "The moods of this song are sadness, nostalgia and calmness.",
    "1. Sadness: she is gone, and the house is cold\n2. Nostalgia: summers\n3. Calm: at the end",
    "<s>sadness, nostalgia, calmness</s>",
    "Ġsadness,Ġnostalgia,Ġcalm ##ness",
    "▁sadness, ▁nostalgia, ▁calmness",
    "sad\u200bness, nost\u00adalgia, \ufeffcalmness",
])
def test_a_sound_list_is_read_in_every_dress(text: str) -> None:
    assert parsed(text) == MoodList(("sadness", "nostalgia", "calmness"), (), (), 0)


@pytest.mark.parametrize("text, mood", [
    ("melancholy", "sadness"), ("laid-back", "calmness"), ("Joyful", "happiness"),
    ("joyful activaton", "joyful_activation"), ("joyfull_activation", "joyful_activation"),
    ("depresion", "depression"), ("nostaliga", "nostalgia"), ("agressivness", "aggressiveness"),
    ("a bit sad", "sadness"), ("deep loneliness", "loneliness"), ("sense of wonder", "amazement"),
    ("®calmness", "calmness"), ("calmness®", "calmness"), ("mélancholy", "sadness")])
def test_what_is_nearly_a_mood_is_repaired(text: str, mood: str) -> None:
    assert parsed(f"{text}, erotic") == MoodList((mood, "erotic"), ((text, mood),), (), 0)


@pytest.mark.parametrize("junk", [
    "ery", "ive", "ness", "##ness", "®overtible", "overtible", "ful", "ing", "tion", "a", "x9",
    "danger", "tower", "palm", "morning", "better", "unhopeful", "not happy", "no hope",
    "never lonely", "lost innocence", "without joy", "none", "guitar", "1994", "0.7",
    "悲しい", "грусть", "حزن", "traurig", "🙂", "sadnessnessness", "the", "song"])
def test_what_is_no_mood_is_dropped(junk: str) -> None:
    found = parsed(f"anger, {junk}, fear")

    assert found.moods == ("anger", "fear")
    assert found.repaired == ()
    assert found.dropped in ((junk,), ()) and found.doubled == 0
    assert found.dropped or not any(letter.isalpha() for letter in junk)


def test_a_word_as_near_to_one_mood_as_to_another_is_dropped() -> None:
    twins = Vocabulary([Mood("marinade", "Marinade", 0.1, 0.1), Mood("marinide", "Marinide", 0, 1)])

    assert parse_moods("marinode", twins) == MoodList((), (), ("marinode",), 0)


@pytest.mark.parametrize("cut, mood", [
    ("nostal", "nostalgia"), ("depress", "depression"), ("lone", "loneliness"),
    ("joyful_act", "joyful_activation"), ("grate", "comfort"), ("deep melanch", "sadness")])
def test_a_last_mood_that_was_cut_off_is_completed(cut: str, mood: str) -> None:
    assert parsed(f"erotic, {cut}") == MoodList(("erotic", mood), ((cut, mood),), (), 0)


@pytest.mark.parametrize("cut", ["no", "hea", "heart", "exc", "drea"])
def test_a_last_mood_that_could_become_several_is_dropped(cut: str) -> None:
    assert parsed(f"erotic, {cut}") == MoodList(("erotic",), (), (cut,), 0)


@pytest.mark.parametrize("text", ["lone, erotic", "erotic, lone.", "erotic, lone\n"])
def test_only_where_the_text_breaks_off_can_a_mood_be_cut(text: str) -> None:
    found = parsed(text)

    assert found.moods == ("erotic",) and len(found.dropped) == 1


def test_a_mood_named_again_is_counted_and_not_repeated() -> None:
    found = parsed("sadness, sad, anger, melancholy, Sadness, angry, calm")

    assert found == MoodList(("sadness", "anger", "calmness"), (), (), 4)


@pytest.mark.parametrize("chatter", [
    "\n\nI hope this helps you with happiness.", "\nThe song tells of a man who lost his happiness",
    "\n\nNote: happiness", "</s>\n\nLyrics: happiness, joy"])
def test_chatter_after_the_list_is_one_dropped_thing(chatter: str) -> None:
    found = parsed("anger, fear" + chatter)

    assert found.moods == ("anger", "fear")
    assert len(found.dropped) == 1 and found.repaired == ()


def test_all_defects_at_once_are_told_apart() -> None:
    # GIVEN an answer with everything that free generation gets wrong
    text = ("Tags: 1. Sadness, sad, melancholly, ery, ive, ®overtible, tense, Sadness, грусть, "
            "joyful activaton, not angry, dreamy, nostal")

    # WHEN it is read
    found = parsed(text)

    # THEN every mention has exactly one fate
    assert found.moods == ("sadness", "tension", "joyful_activation", "dreamy", "nostalgia")
    assert found.repaired == (("tense", "tension"), ("joyful activaton", "joyful_activation"),
                              ("nostal", "nostalgia"))
    assert found.dropped == ("ery", "ive", "®overtible", "грусть", "not angry")
    assert found.doubled == 3


@pytest.mark.parametrize("text", ["", " ", "\n\n", ",,,", "---", "0.5", "🙂🙂", "\x00"])
def test_nothing_gives_nothing(text: str) -> None:
    assert parsed(text).moods == () and parsed(text).repaired == ()


def test_moods_of_ones_own_are_read_too() -> None:
    own = SHIPPED.with_moods([Mood("sunday_rain", "Sunday rain", 0.1, -0.6, ("salt and rust",)),
                              Mood("тоска", "Тоска", -0.5, -0.5)])

    found = parse_moods("Sunday rain, salt and rust, anger, Тоска", own)

    assert found == MoodList(("sunday_rain", "anger", "тоска"), (), (), 1)


@pytest.mark.parametrize("unit", [
    "a,", "sad ", "x", "(", "\n", ":", " ", "\t ", "- ", "<", "is ", "a ##", "sad:", "happinesz,",
    "depressionally, ", "a'\"*", "and ", "1. ", "\ufdfa", "🙂"])
def test_a_megabyte_of_junk_is_read_in_bounded_time_and_space(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))

    found = parsed(text)

    assert quickest(lambda: parsed(text), 2) < 2
    assert len(found.dropped) <= MOST_MENTIONS + 2
    assert sum(map(len, found.dropped)) < 40_000
    assert all(len(written) <= 40 for written, _ in found.repaired)


PIECES = st.one_of(
    st.sampled_from([spelling for mood in SHIPPED.moods for spelling in mood.spellings]),
    st.sampled_from(["ery", "ive", "®overtible", "nostal", "##ness", "depresion", "not", "very",
                     "and", "1.", "-", "Moods:", "</s>", "悲しい", "\u200b", "(0.5)", ": 0.5"]),
    st.text(max_size=8))
LISTS = st.lists(st.tuples(PIECES, st.sampled_from([", ", ",", " ", "\n", "\n\n", "; ", " and "])),
                 max_size=30).map(lambda pairs: "".join(a + b for a, b in pairs))


@given(st.one_of(LISTS, st.text(max_size=300)))
@settings(deadline=None)
def test_whatever_is_read_stays_inside_the_vocabulary_without_doubles(text: str) -> None:
    found = parsed(text)

    assert set(found.moods) <= set(SHIPPED.ids)
    assert len(set(found.moods)) == len(found.moods)
    assert {mood for _, mood in found.repaired} <= set(found.moods)
    assert len({mood for _, mood in found.repaired}) == len(found.repaired)


@given(st.one_of(LISTS, st.text(max_size=300)))
@settings(deadline=None)
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    moods = parsed(text).moods

    assert parsed(", ".join(moods)) == MoodList(moods, (), (), 0)


@given(st.permutations(SHIPPED.ids), st.integers(0, 33))
@settings(deadline=None)
def test_the_order_of_mention_is_the_rank(ids: list[str], count: int) -> None:
    assert parsed(", ".join(ids[:count])) == MoodList(tuple(ids[:count]), (), (), 0)
