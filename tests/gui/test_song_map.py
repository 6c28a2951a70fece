"""Lines, excerpts and positions of a song agree with one another."""

from itertools import pairwise

import numpy as np
import pytest

from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.results import ExcerptMoods, SongMoods, Tag
from engine.tagging.song import Song, SongRow, SongState
from gui.song_map import SongMap

MOODS = ("sadness", "calmness")


def excerpt(first: int, last: int, sad: float, calm: float,
            echoes: tuple[int, ...] = ()) -> ExcerptMoods:
    scores = np.array([sad, calm], np.float32)
    tags = tuple(Tag(mood, float(score)) for mood, score in zip(MOODS, scores, strict=True)
                 if score >= 0.5)
    return ExcerptMoods(first, last, 1.0, scores, 0.0, 0.0, echoes=echoes, tags=tags)


def song(lines: list[LyricLine], *excerpts: ExcerptMoods) -> Song:
    moods = SongMoods("fake", (Tag("sadness", 0.6), Tag("calmness", 0.5)),
                      np.array([0.6, 0.5], np.float32), 0.0, 0.0, excerpts, MOODS)
    row = SongRow("/m/a.txt", 1, SongState.TAGGED)
    return Song(row, Lyric(tuple(lines)), ("/m/a.txt",), moods)


def words(text: str, start: int | None = None) -> LyricLine:
    return LyricLine(text, text, LineKind.WORDS, start_ms=start)


BLANK = LyricLine("", "", LineKind.BLANK)


@pytest.fixture
def chorus_song() -> SongMap:
    """Verse, blank, chorus, verse, and the chorus again within the second excerpt."""
    lines = [words("verse"), BLANK, words("chorus"), words("second"), words("chorus"), words("end")]
    return SongMap(song(lines, excerpt(0, 2, 0.9, 0.1, echoes=(4,)), excerpt(3, 5, 0.2, 0.8)))


def test_an_echo_belongs_to_what_it_repeats(chorus_song: SongMap) -> None:
    assert [chorus_song.excerpts_of(line) for line in range(6)] == [
        (0,), (), (0,), (1,), (0,), (1,)]
    assert chorus_song.line_score(4, "sadness") == pytest.approx(0.9)


def test_a_line_cut_in_two_takes_the_stronger_excerpt() -> None:
    both = SongMap(song([words("one endless line")], excerpt(0, 0, 0.3, 0.0),
                        excerpt(0, 0, 0.7, 0.0)))
    assert both.excerpts_of(0) == (0, 1)
    assert both.line_score(0, "sadness") == pytest.approx(0.7)


def test_the_strongest_shown_mood_colours_the_line(chorus_song: SongMap) -> None:
    assert chorus_song.strongest(0, MOODS) == Tag("sadness", pytest.approx(0.9))
    assert chorus_song.strongest(3, MOODS) == Tag("calmness", pytest.approx(0.8))
    assert chorus_song.strongest(3, ("sadness",)) == Tag("sadness", pytest.approx(0.2))
    assert chorus_song.strongest(1, MOODS) is None
    assert chorus_song.strongest(0, ()) is None


def test_lines_without_stamps_lie_evenly(chorus_song: SongMap) -> None:
    assert not chorus_song.timed
    assert chorus_song.position(3) == pytest.approx(0.5)
    assert chorus_song.line_at(0.5) == 3
    assert chorus_song.line_at(0.0) == 0 and chorus_song.line_at(1.0) == 5
    # A blank line is not a place to read.
    assert chorus_song.line_at(1 / 6 + 0.01) == 0


def test_stretches_cover_the_song_without_gaps(chorus_song: SongMap) -> None:
    runs = chorus_song.stretches()
    assert [run.excerpt for run in runs] == [0, 1, 0, 1]
    assert runs[0].start == 0.0 and runs[-1].end == 1.0
    assert all(a.end == b.start for a, b in pairwise(runs))


def test_stamped_lines_lie_where_they_are_sung() -> None:
    timed = SongMap(song([words("a", 0), words("b", 10_000), words("c", 40_000)],
                         excerpt(0, 2, 0.9, 0.1)))
    assert timed.timed and timed.total == 60_000  # the last line lasts as long as others do
    assert timed.position(1) == pytest.approx(1 / 6)
    assert timed.line_at(0.3) == 1


def test_an_unstamped_line_follows_the_one_before() -> None:
    timed = SongMap(song([words("a", 8000), words("b"), words("c", 16_000)],
                         excerpt(0, 2, 0.9, 0.1)))
    assert timed.position(1) == timed.position(0)


def test_a_song_without_moods_has_no_stretches() -> None:
    bare = Song(SongRow("/m/a.txt", 1, SongState.WAITING), Lyric((words("a"),)), (), None)
    found = SongMap(bare)
    assert found.stretches() == [] and found.strongest(0, MOODS) is None
    assert found.line_at(0.7) == 0


def test_a_song_without_lines_breaks_nothing() -> None:
    nothing = SongMap(Song(SongRow("p", 1, SongState.NO_WORDS), Lyric(()), (), None))
    assert nothing.stretches() == [] and nothing.position(0) == 1.0


def test_a_mood_the_tagger_does_not_know_has_no_score(chorus_song: SongMap) -> None:
    assert chorus_song.score(0, "erotic") is None
    assert chorus_song.line_score(0, "erotic") is None
