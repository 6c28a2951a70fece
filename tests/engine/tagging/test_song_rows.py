"""What a list of songs and a song show, for one tagger and some settings."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.library.database import Database
from engine.settings import CollationSettings, Settings
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.results import ExcerptMoods
from engine.tagging.song import SongRow, SongState
from engine.tagging.song_rows import RowOrder
from tests.engine.tagging.shelf import Shelf, at
from tests.fakes import MOODS, FakeTagger, lyric

RAIN = lyric("The rain came down", "I cry goodbye", "and tears fall", "lonely in the rain",
             "the quiet sea", "will sleep", title="Rain", artist="Bo")
SUN = lyric("the sun is out", "we dance and laugh", title="Alps", artist="Zed")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    shelf.put("b.txt", RAIN)
    shelf.put("c.txt", SUN)
    shelf.scan()
    yield shelf
    shelf.database.close()


def tags(row: SongRow) -> list[str]:
    return [tag.tag for tag in row.tags]


def test_rows_and_row_and_song_agree(shelf: Shelf) -> None:
    rows = shelf.store.rows(shelf.settings)
    assert [row.place for row in rows] == [at("b.txt"), at("c.txt")]
    for row in rows:
        assert row.song_id is not None
        song = shelf.store.song(row.song_id, shelf.settings)
        assert song is not None and song.moods is not None
        assert shelf.store.row(row.place, shelf.settings) == row == song.row
        assert row.tags == song.moods.tags
        assert (row.valence, row.arousal) == (song.moods.valence, song.moods.arousal)


def test_the_persons_word_wins_in_every_row_and_changes_no_prediction(shelf: Shelf) -> None:
    # GIVEN a song whose tag is wrong, and which lacks another
    song_id = shelf.song_id("b.txt")
    before = shelf.store.song(song_id, shelf.settings)
    shelf.store.set_labels(song_id, {"sadness": Verdict.REJECTED, "nostalgia": Verdict.ADDED})
    # THEN each way to its row shows what was said
    after = shelf.store.song(song_id, shelf.settings)
    newest = next(shelf.store.newest_rows(shelf.settings, 10, 10))
    assert before is not None and before.moods and after is not None and after.moods
    for row in (shelf.store.rows(shelf.settings)[0], newest[0], shelf.row("b.txt"), after.row):
        assert tags(row) == ["nostalgia"] and row.tags[0].score == 1.0
    # and what the tagger said stays, but for the song as it is shown
    assert after.moods.tags == before.moods.tags
    shown = shelf.store.shown_song(song_id, shelf.settings)
    assert shown is not None and shown.moods is not None
    assert [tag.tag for tag in shown.moods.tags] == ["nostalgia"]
    assert shown.moods.scores[shown.moods.moods.index("sadness")] == 0.0
    assert all(tag.tag != "sadness" for part in shown.moods.excerpts for tag in part.tags)


def test_other_settings_show_other_tags_without_the_tagger(shelf: Shelf) -> None:
    # GIVEN what was scored once
    runs = shelf.tagger.runs
    assert tags(shelf.row("b.txt")) == ["sadness"]
    # WHEN the strongest excerpt decides, or fewer tags are wanted, or many more are let through
    peak = replace(shelf.settings, collation=CollationSettings(peak_share=1.0))
    loose = replace(shelf.settings, collation=CollationSettings(strictness=-1.0))
    one = replace(shelf.settings, collation=CollationSettings(strictness=-1.0, most_tags=1))
    # THEN the list follows, and nothing was run
    by_place = {row.place: row for row in shelf.store.rows(peak)}
    assert set(tags(by_place[at("b.txt")])) == {"sadness", "calmness"}
    assert len(tags(shelf.store.rows(loose)[0])) > 1
    assert len(tags(shelf.store.rows(one)[0])) == 1
    assert shelf.tagger.runs == runs


def test_orders(shelf: Shelf) -> None:
    def titles(order: RowOrder) -> list[str]:
        return [row.title for row in shelf.store.rows(shelf.settings, order)]

    assert titles(RowOrder.FOUND) == ["Rain", "Alps"]
    assert titles(RowOrder.TITLE) == ["Alps", "Rain"]
    assert titles(RowOrder.ARTIST) == ["Rain", "Alps"]


def test_a_song_without_scores_waits(shelf: Shelf) -> None:
    shelf.store.record_song("paste:x", None, lyric("hello there my friend"), "en")
    row = shelf.store.row("paste:x", shelf.settings)
    assert row is not None and row.state is SongState.WAITING and row.song_id is not None
    song = shelf.store.song(row.song_id, shelf.settings)
    assert song is not None and song.moods is None


def test_an_unknown_language_is_named_and_its_tags_are_withheld(shelf: Shelf) -> None:
    song = shelf.store.record_song("paste:x", None, lyric("dance dance in der Sonne"), "de")
    shelf.tag(song)
    row = shelf.store.row("paste:x", shelf.settings)
    assert row is not None and row.state is SongState.UNKNOWN_LANGUAGE
    assert row.message == "This lyric is in German, which this tagger does not know."
    assert "German" in row.hint
    assert (row.tags, row.valence, row.arousal) == ((), 0.0, 0.0)
    whole = shelf.store.song(song, shelf.settings)
    assert whole is not None and whole.moods is not None
    assert whole.moods.tags == () and len(whole.moods.scores) == len(MOODS)
    assert all(excerpt.tags == () for excerpt in whole.moods.excerpts)
    assert row in shelf.store.rows(shelf.settings)


@pytest.mark.parametrize("asked, shown", [
    ("fake", True), ("", True), ("other", False), ("fak", False), ("fak%", False)])
def test_rows_speak_for_the_tagger_that_is_asked(shelf: Shelf, asked: str, shown: bool) -> None:
    row = shelf.store.row(at("b.txt"), Settings(tagger=asked))
    assert row is not None
    assert row.state is (SongState.TAGGED if shown else SongState.WAITING)


def test_without_a_version_the_one_used_last_speaks(shelf: Shelf) -> None:
    # GIVEN two versions of a tagger, the later has read one song
    first, second = FakeTagger("m@1"), FakeTagger("m@2", moods=("calmness", "happiness"))
    for tagger, names in ((first, ("b.txt", "c.txt")), (second, ("c.txt",))):
        shelf.tagger = tagger
        for name in names:
            shelf.tag(shelf.song_id(name))

    def shown(wanted: str) -> list[list[str] | None]:
        rows = shelf.store.rows(Settings(tagger=wanted))
        singles = [shelf.store.row(row.place, Settings(tagger=wanted)) for row in rows]
        assert rows == singles
        return [tags(row) if row.state is SongState.TAGGED else None for row in rows]

    # THEN the id alone means the later where it has read, else the earlier
    assert shown("m@1") == [["sadness"], ["happiness"]]
    assert shown("m@2") == [None, ["happiness"]]
    assert shown("m") == [["sadness"], ["happiness"]]
    song = shelf.store.song(shelf.song_id("c.txt"), Settings(tagger="m"))
    assert song is not None and song.moods is not None and song.moods.tagger == "m@2"
    # AND when the earlier is used again, it speaks again
    LyricStore(shelf.database).is_answered(1, first)
    song = shelf.store.song(shelf.song_id("c.txt"), Settings(tagger="m"))
    assert song is not None and song.moods is not None and song.moods.tagger == "m@1"


def test_a_tagger_that_learned_other_moods_starts_anew(shelf: Shelf) -> None:
    song = shelf.song_id("b.txt")
    other = FakeTagger(moods=("anger", "sadness"))
    assert not shelf.store.is_answered(song, other)
    shelf.tagger = other
    shelf.tag(song)
    whole = shelf.song("b.txt")
    assert whole.moods is not None and whole.moods.moods == ("anger", "sadness")
    assert [row.state for row in shelf.store.rows(shelf.settings)] == [
        SongState.TAGGED, SongState.WAITING]


def test_new_thresholds_count_at_once(shelf: Shelf) -> None:
    strict = FakeTagger()
    strict.thresholds = tuple(0.99 for _ in MOODS)
    assert shelf.store.is_answered(shelf.song_id("b.txt"), strict)
    assert [row.tags for row in shelf.store.rows(shelf.settings)] == [(), ()]


def test_a_mood_that_is_never_shown_is_stored_as_such(shelf: Shelf) -> None:
    song = shelf.song_id("b.txt")
    silent = FakeTagger()
    silent.thresholds = (math.inf, *silent.thresholds[1:])
    assert shelf.store.is_answered(song, silent)
    later = LyricStore(shelf.database)
    row = later.row(at("b.txt"), replace(shelf.settings, collation=CollationSettings(
        strictness=-1.0)))
    assert row is not None and "sadness" not in tags(row) and row.tags
    # AND a store that starts anew finds the tagger unchanged
    assert later.is_answered(song, silent)


def test_experimental_moods_are_a_matter_of_settings_and_survive_a_new_start(shelf: Shelf) -> None:
    # GIVEN a tagger one of whose moods is experimental, and songs it has read
    trying = FakeTagger()
    trying.thresholds = (math.inf, *trying.thresholds[1:])
    trying.experimental = {"sadness": 0.5}
    assert shelf.store.is_answered(shelf.song_id("b.txt"), trying)
    asked = replace(shelf.settings, collation=CollationSettings(experimental=True))
    later = LyricStore(shelf.database)
    # WHEN they are asked for THEN the list and the song show them, marked, and nothing was run
    runs = shelf.tagger.runs
    for store in (shelf.store, later):
        plain, shown = store.rows(shelf.settings)[0], store.rows(asked)[0]
        assert "sadness" not in tags(plain)
        assert [tag.tag for tag in shown.tags if tag.experimental] == ["sadness"]
        song = store.song(shelf.song_id("b.txt"), asked)
        assert song is not None and song.moods is not None and song.moods.tags == shown.tags
        assert store.row(shown.place, asked) == shown
    assert (trying.runs, shelf.tagger.runs) == (0, runs)


def test_a_mood_that_is_experimental_no_longer_counts_as_any_other(shelf: Shelf) -> None:
    trying = FakeTagger()
    trying.thresholds = (math.inf, *trying.thresholds[1:])
    trying.experimental = {"sadness": 0.5}
    song = shelf.song_id("b.txt")
    shelf.store.is_answered(song, trying)
    shelf.store.is_answered(song, FakeTagger())
    assert shelf.row("b.txt").tags[0].tag == "sadness"
    assert not shelf.row("b.txt").tags[0].experimental


def test_stored_excerpts_come_back_whole(shelf: Shelf) -> None:
    song = shelf.song_id("b.txt")
    excerpts = (
        ExcerptMoods(0, 3, 2.5, np.array([0.1, 0.9, 0.5, 0.25], np.float32), -0.5, 0.25, 10, 20,
                     echoes=(7, 9)),
        ExcerptMoods(4, 5, 1.0, np.array([0.7, 0.2, 0.5, 0.25], np.float32), 0.5, -0.25))
    vector = np.array([0.6, 0.8], np.float32)
    shelf.store.record_scores(song, shelf.tagger, excerpts, vector)
    whole = shelf.song("b.txt")
    assert whole.moods is not None
    for kept, given_ in zip(whole.moods.excerpts, excerpts, strict=True):
        assert np.array_equal(kept.scores, given_.scores)
        for name in ("first_line", "last_line", "weight", "valence", "arousal", "start_ms",
                     "end_ms", "echoes"):
            assert getattr(kept, name) == getattr(given_, name)
    stored = shelf.store.vector(song, "fake")
    assert stored is not None and np.array_equal(stored, vector)
    assert shelf.store.vector(song, "nobody") is None


def test_a_song_the_tagger_found_nothing_in_is_still_answered(shelf: Shelf) -> None:
    song = shelf.store.record_song("paste:x", None, lyric("hm what now"), "en")
    shelf.store.record_scores(song, shelf.tagger, (), np.zeros(0, np.float32))
    row = shelf.store.row("paste:x", shelf.settings)
    assert row is not None and (row.state, row.tags) == (SongState.TAGGED, ())
    assert row in shelf.store.rows(shelf.settings)


songs = st.lists(st.lists(st.tuples(
    st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4),
    st.floats(-1, 1, width=32), st.floats(-1, 1, width=32),
    st.floats(1, 200, width=32)), min_size=1, max_size=5), min_size=1, max_size=6)
settings_of_all_kinds = st.builds(
    CollationSettings, strictness=st.floats(-1, 1), most_tags=st.integers(1, 5),
    peak_share=st.floats(0, 1), count_repeats=st.booleans(), experimental=st.booleans())


@given(songs=songs, collation=settings_of_all_kinds)
def test_many_songs_are_collated_as_one_is(
        songs: list[list[tuple[list[float], float, float, float]]],
        collation: CollationSettings) -> None:
    database = Database.in_memory()
    store, tagger = LyricStore(database), FakeTagger()
    tagger.thresholds = (*tagger.thresholds[1:], math.inf)
    tagger.experimental = {MOODS[-1]: 0.4}
    settings = Settings(tagger="fake", collation=collation)
    for number, excerpts in enumerate(songs):
        song = store.record_song(f"paste:{number}", None, lyric(f"the words of song {number}"),
                                 "en")
        store.record_scores(song, tagger, [
            ExcerptMoods(0, 0, weight, np.array(scores, np.float32), valence, arousal)
            for scores, valence, arousal, weight in excerpts], np.zeros(2, np.float32))
    many = store.rows(settings)
    alone = [store.row(row.place, settings) for row in many]
    database.close()
    for row, single in zip(many, alone, strict=True):
        assert single is not None
        assert [tag.tag for tag in row.tags] == [tag.tag for tag in single.tags]
        assert [tag.score for tag in row.tags] == pytest.approx(
            [tag.score for tag in single.tags], abs=1e-6)
        assert (row.valence, row.arousal) == pytest.approx((single.valence, single.arousal))
