"""Repeats are found where words return as they were, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.echoes import find_echoes
from engine.tagging.lyric import LineKind, LyricLine
from tests.fakes import lyric

CHORUS = ("Turn the lantern low", "turn it for me", "I am not home")


def echoes(*lines: str) -> dict[int, int]:
    return find_echoes(lyric(*lines).lines)


def test_a_chorus_sung_three_times_is_read_once() -> None:
    # GIVEN verse, chorus, verse, chorus, chorus
    song = ("One morning", *CHORUS, "", "Two candles", *CHORUS, "", *CHORUS)
    # THEN both later ones point at the first
    assert echoes(*song) == {6: 1, 7: 2, 8: 3, 10: 1, 11: 2, 12: 3}


def test_case_spacing_and_marks_do_not_matter() -> None:
    assert echoes("Turn the lantern low,", "—turn it,  for me!", "",
                  "TURN THE LANTERN LOW", "turn it, for me") == {3: 0, 4: 1}


def test_near_misses_are_read() -> None:
    assert echoes("Turn the lantern low tonight", "and wait", "",
                  "Turn the lantern high tonight", "and waits") == {}
    # AND words in another order
    assert echoes("Low the lantern turn tonight", "", "Turn the lantern low tonight") == {}


def test_a_short_line_returning_alone_is_read_again() -> None:
    assert echoes("Oh my love", "the river rose", "oh my love", "the bread was cold") == {}
    # BUT not at once, and not in company, and not where it is long enough to be meant
    assert echoes("Oh my love", "oh my love", "oh my love!") == {1: 0, 2: 0}
    assert echoes("Oh my love", "come in", "the end", "oh my love", "come in") == {3: 0, 4: 1}
    assert echoes("Oh my love come in", "the end", "oh my love come in") == {2: 0}


def test_a_run_never_reaches_into_itself() -> None:
    # GIVEN two lines over and over: each line belongs to the first two
    found = echoes(*["Round we go", "down we go"] * 5)
    assert found == {number: number % 2 for number in range(2, 10)}


def test_the_longest_earlier_run_is_chosen() -> None:
    song = ("A b c d", "e f g h", "x", "a b c d", "i j k l", "m n o p", "y",
            "a b c d", "i j k l", "m n o p")
    assert echoes(*song) == {3: 0, 7: 0, 8: 4, 9: 5}


def test_headings_and_blanks_neither_repeat_nor_part() -> None:
    heading = LyricLine("[Chorus]", "", LineKind.HEADING)
    words = [LyricLine(text, text, LineKind.WORDS) for text in CHORUS]
    assert find_echoes([heading, *words, heading, *words]) == {5: 1, 6: 2, 7: 3}


@given(st.lists(st.sampled_from(["a", "b", "a b c d", "e f g h", "", "!"]), max_size=30))
def test_every_echo_says_what_its_original_says(lines: list[str]) -> None:
    song = lyric(*lines)
    found = find_echoes(song.lines)
    for echo, original in found.items():
        assert original < echo and original not in found
        assert (song.lines[echo].words.strip("!").casefold()
                == song.lines[original].words.strip("!").casefold())


def test_ten_thousand_like_lines_take_no_time() -> None:
    # Quadratic work would hold this test up for minutes.
    many = ["la la", "oh", "so it goes on", "la la"] * 5_000
    assert len(echoes(*many)) == 20_000 - 4
