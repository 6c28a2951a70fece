"""What lyrics speak of."""

import time

import pytest

from engine.chat.memory.sentence_vectors import NoEncoder
from engine.interplay.themes import find_themes, singular
from tests.fakes import FakeSentenceEncoder


def words(*lines: str, most: int = 6) -> list[str]:
    return [theme.word for theme in find_themes(lines, NoEncoder(), most)]


def test_things_are_what_stands_behind_an_article() -> None:
    assert words("I saw the last grey harbour where they sing") == ["harbour"]
    assert words("we were running and laughing for ever") == []
    assert words("someone's key is here, he's waltzing") == ["key"]
    # A plural ends the run: what follows is what they do. Nor do other phrases belong to it.
    assert words("the wipers keeping time") == ["wiper"]
    assert words("the cleaner. Evicted") == ["cleaner"]
    assert words("it is the lighter than air, the lonely") == []


def test_what_stands_in_more_lines_comes_first_and_no_more_than_asked() -> None:
    song = ("a glove on the seat", "the glove", "that glove again", "the seat is cold", "my lamp")
    assert words(*song) == ["glove", "seat", "lamp"]
    assert words(*song, most=1) == ["glove"]


def test_a_theme_knows_its_forms_and_all_its_lines() -> None:
    theme, = find_themes(["the window", "windows, windows", "", "Window!"], NoEncoder())
    assert theme.word == "window" and theme.forms == ("window", "windows")
    assert theme.lines == (0, 1, 3)


def test_a_line_sung_again_does_not_count_again() -> None:
    chorus = ["the drum"] * 5
    assert words(*chorus, "the bell", "a bell of tin") == ["bell", "drum"]


def test_with_an_encoder_the_nearest_to_the_whole_come_first_and_two_words_for_one_do_not() -> None:
    encoder = FakeSentenceEncoder("sea ocean tide water", "lamp")
    lines = ["the sea", "the ocean", "water tide sea water", "the lamp"]
    found = [theme.word for theme in find_themes(lines, encoder)]
    assert found[0] in ("sea", "ocean") and len({"sea", "ocean"} & set(found)) == 1
    assert "lamp" in found


@pytest.mark.parametrize("text", ["", "\n\n", "la la la", "17 99", "ß 歌词 🎵", "the", "the the"])
def test_where_nothing_is_told_there_is_no_theme(text: str) -> None:
    assert find_themes(text.split("\n"), NoEncoder()) == ()
    assert find_themes(text.split("\n"), FakeSentenceEncoder()) == ()


def test_plurals() -> None:
    plurals = ("stairs", "cities", "bus", "glass", "ties", "his", "s")
    assert [singular(word) for word in plurals] == [
        "stair", "city", "bus", "glass", "tie", "his", "s"]


def test_a_very_long_text_is_read_in_time() -> None:
    started = time.perf_counter()
    found = find_themes([f"the {'abcdefgh' * 3}{chr(97 + n % 26)} " * 20 for n in range(2000)],
                        NoEncoder())
    assert found and time.perf_counter() - started < 5
