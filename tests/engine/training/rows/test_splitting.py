"""Who learns and who judges: groups stay whole, the data's own word wins, the same seed repeats."""

import random

import pytest

from engine.training.recipe import DataOptions
from engine.training.rows.near_doubles import near_doubles
from engine.training.rows.row import ChoiceRow, Line, PlainRow, Row, RowPlace, TalkRow, TextRow
from engine.training.rows.splitting import LEARNS, groups_of, split_rows
from engine.training.rows.word_hashes import hashed_words, words_of

PLACE = RowPlace("rows")


def words(seed: int, count: int = 40) -> str:
    chance = random.Random(seed)
    return " ".join(f"w{chance.randrange(4000)}" for _ in range(count))


def text(number: int, song: str = "", artist: str = "", split: str = "") -> TextRow:
    return TextRow(words(number), (), PLACE, None, song, artist, split=split)


def test_no_song_and_no_artist_stands_on_both_sides() -> None:
    rows = [text(n, f"s{n // 2}", f"artist {n // 6}") for n in range(300)]
    split = split_rows(rows, DataOptions(held_out=0.2))
    learning, judging = set(split.learning), set(split.judging)
    assert len(learning) + len(judging) == 300 and 50 <= len(judging) <= 75
    assert not {row.artist for row in split.learning if isinstance(row, TextRow)} & {
        row.artist for row in split.judging if isinstance(row, TextRow)}
    assert "none of them is learned from" in split.how


def test_the_same_seed_splits_the_same() -> None:
    rows: list[Row] = [text(n) for n in range(50)]
    assert split_rows(rows, DataOptions(), 3) == split_rows(rows, DataOptions(), 3)
    assert split_rows(rows, DataOptions(), 3) != split_rows(rows, DataOptions(), 4)


def test_the_data_say_who_judges() -> None:
    rows = [text(1, split="train"), text(2, split="valid"), text(3), text(4, split="test")]
    split = split_rows(rows, DataOptions())
    assert split.learning == (rows[0], rows[2]) and split.judging == (rows[1],)
    assert "1 rows of its test part" in split.how


def test_a_test_part_judges_where_there_is_no_other() -> None:
    rows = [text(1, split="train"), text(2, split="test")]
    assert split_rows(rows, DataOptions()).judging == (rows[1],)


def test_who_judged_still_judges_when_other_songs_join() -> None:
    # GIVEN the songs of an earlier training, and later ones before and behind them
    known = [text(n, f"s{n}", f"artist {n}") for n in range(100)]
    more = [text(n, f"s{n}", f"artist {n}") for n in range(100, 140)]
    before = split_rows(known, DataOptions(held_out=0.2))
    # WHEN they are divided together
    after = split_rows([*more[:20], *known, *more[20:]], DataOptions(held_out=0.2))
    # THEN hardly any that judges now was learned from then
    learned = set(before.learning) & set(after.judging)
    assert len(before.judging) == 20 and len(after.judging) == 28
    assert len(learned) <= 6


def test_rows_that_say_nothing_judge_with_their_song() -> None:
    double = words(5)
    rows = [text(1, "a", "x", split="train"), text(2, "b", "x", split="valid"),
            text(3, "b"), text(4, "c", "x"), TextRow(double, (), PLACE, split="valid"),
            TextRow(double, ("joy",), PLACE)]
    split = split_rows(rows, DataOptions())
    # the song b and the double judge; another song of the same artist does not
    assert split.learning == (rows[0], rows[3])
    assert split.judging == (rows[1], rows[2], rows[4], rows[5])


def test_what_a_model_wrote_never_judges_where_anything_else_can() -> None:
    own = [text(n) for n in range(20)]
    grown = [text(n, split=LEARNS) for n in range(100, 180)]
    split = split_rows([*grown, *own], DataOptions(held_out=0.2))
    assert len(split.judging) == 4 and set(split.judging) <= set(own)
    # AND where there is nothing else, what the person approved has to do
    assert len(split_rows(grown, DataOptions(held_out=0.1)).judging) == 8


def test_near_doubles_stay_together() -> None:
    song = words(1, 60)
    near = song.rsplit(" ", 2)[0] + " other end"
    rows: list[Row] = [PlainRow(song, PLACE), PlainRow(words(2), PLACE), PlainRow(near, PLACE)]
    groups = groups_of(rows)
    assert groups[0] == groups[2] != groups[1]


def test_talks_are_never_divided_and_choices_go_with_their_words() -> None:
    def talk(name: str, said: str) -> TalkRow:
        return TalkRow((Line("user", said),), PLACE, name)

    rows: list[Row] = [talk("a", words(1)), talk("a", words(2)), talk("b", words(3)),
                       ChoiceRow(talk("", words(4)), "x", "y", PLACE),
                       ChoiceRow(talk("", words(4)), "z", "y", PLACE)]
    groups = groups_of(rows)
    assert groups[0] == groups[1] != groups[2] and groups[3] == groups[4]


@pytest.mark.parametrize("count", [0, 1])
def test_too_little_is_not_divided(count: int) -> None:
    rows: list[Row] = [text(n) for n in range(count)]
    assert split_rows(rows, DataOptions()).judging == ()


def test_one_group_alone_learns() -> None:
    split = split_rows([text(n, "s1") for n in range(5)], DataOptions())
    assert len(split.learning) == 5 and "belong together" in split.how


class TestNearDoubles:
    def test_case_signs_and_accents_do_not_count(self) -> None:
        texts = ["The naïve rain -- falls", "the NAIVE rain falls", "the rain falls"]
        assert list(near_doubles(hashed_words(texts))) == [(0, 1)]
        assert words_of("Été, 2 fois") == ["ete", "2", "fois"]

    def test_pairs_are_found_among_many(self) -> None:
        texts = [words(n, 80) for n in range(400)]
        for at in range(0, 100, 10):
            texts[at + 1] = texts[at].replace(" ", " so ", 3)
        found = set(near_doubles(hashed_words(texts)))
        assert {(at, at + 1) for at in range(0, 100, 10)} == found

    def test_very_many_of_a_kind_take_no_time(self) -> None:
        assert len(list(near_doubles(hashed_words([words(1)] * 3000)))) == 2999

    def test_nothing(self) -> None:
        assert list(near_doubles([])) == [] == list(near_doubles(hashed_words(["", " "])))
