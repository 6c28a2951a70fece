"""The index says what the tables say, at once after every change."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine.settings import CollationSettings, Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import MoodWish, ShelfState, SongQuery, SongSort
from engine.tagging.labels import Verdict
from engine.tagging.song import SongState
from tests.engine.tagging.browsing.browsed import (
    RAIN,
    SEA,
    SUN,
    VOCABULARY,
    WORDLESS,
    everything,
    index_of,
    titles,
)
from tests.engine.tagging.shelf import Shelf, at
from tests.fakes import MOODS, FakeTagger, lyric


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    for name, words in (("a.txt", RAIN), ("b.txt", SUN), ("c.txt", SEA), ("d.txt", WORDLESS)):
        shelf.put(name, words)
    shelf.scan()
    yield shelf
    shelf.database.close()


def refuse(shelf: Shelf, name: str) -> None:
    shelf.store.record_refusal(at(name), None, SongState.FAILED, "It is locked.", "Unlock it.")


@pytest.mark.parametrize("collation", [
    CollationSettings(), CollationSettings(strictness=-1, most_tags=1),
    CollationSettings(peak_share=1.0, count_repeats=False)])
def test_a_song_looks_as_in_every_other_list(shelf: Shelf, collation: CollationSettings) -> None:
    settings = replace(shelf.settings, collation=collation)
    index = index_of(shelf, settings)
    shown = {row.song_id: row for row in index.rows(index.find(SongQuery()).keys)}
    for row in shelf.store.rows(settings):
        own = shown[row.song_id]
        assert (own.title, own.artist, own.language, own.state.value, own.place) == (
            row.title, row.artist, row.language, row.state.value, row.place)
        assert own.tags == row.tags
        assert (own.valence, own.arousal) == (row.valence, row.arousal)
        assert (own.message, own.hint) == (row.message, row.hint)


def test_the_persons_word_is_over_the_taggers(shelf: Shelf) -> None:
    # GIVEN a song tagged as sad
    song = shelf.song_id("a.txt")
    assert [tag.tag for tag in index_of(shelf).rows([song])[0].tags] == ["sadness"]
    # WHEN the person says it is not, but calm
    shelf.store.set_label(song, "sadness", Verdict.REJECTED)
    shelf.store.set_label(song, "calmness", Verdict.ADDED)
    index = index_of(shelf)
    # THEN that is what is shown, counted and searched for
    row, = index.rows([song])
    assert [(tag.tag, tag.score) for tag in row.tags] == [("calmness", 1.0)]
    assert row.corrected
    assert song not in index.find(SongQuery(wishes=(MoodWish("sadness"),))).keys
    assert song in index.find(SongQuery(wishes=(MoodWish("calmness", 0.99),))).keys
    assert index.scores([song])[0].tolist()[index.moods.index("sadness")] == 0
    assert index.moods[index.leading([song])[0]] == "calmness"
    # AND what was predicted is as it was
    stored = shelf.store.song(song, shelf.settings)
    assert stored is not None and stored.moods is not None
    assert [tag.tag for tag in stored.moods.tags] == ["sadness"]


def test_a_label_counts_before_any_tagger_has_read_the_song(shelf: Shelf) -> None:
    song = shelf.song_id("a.txt")
    shelf.store.set_label(song, "anger", Verdict.ADDED)
    index = index_of(shelf, Settings(tagger="nobody"))
    row, = index.rows([song])
    assert (row.state, [tag.tag for tag in row.tags]) == (ShelfState.WAITING, ["anger"])
    assert math.isnan(index.points([song])[0, 0])


def test_a_song_is_one_row_wherever_it_lies(shelf: Shelf) -> None:
    # GIVEN a second copy of a song, and the first one gone
    shelf.put("copy/a.txt", RAIN)
    shelf.scan()
    shelf.remove("a.txt")
    shelf.scan()
    index = index_of(shelf)
    # THEN there is one row, at the place that is left
    row, = [row for row in index.rows(index.find(SongQuery()).keys) if row.title == "Rain"]
    assert (row.place, row.places, row.missing) == (at("copy/a.txt"), 2, False)
    # AND only when that is gone too it is missing
    shelf.remove("copy/a.txt")
    shelf.scan()
    assert index.refresh(shelf.database)
    assert titles(index, SongQuery(missing=True)) == ["Rain"]


def test_a_refused_file_without_a_song_is_a_row_of_its_own(shelf: Shelf) -> None:
    refuse(shelf, "locked.mp3")
    index = index_of(shelf)
    failed, = index.find(SongQuery(states=(ShelfState.FAILED,))).keys.tolist()
    assert failed < 0
    row, = index.rows([failed])
    assert (row.song_id, row.place, row.message, row.hint) == (
        None, at("locked.mp3"), "It is locked.", "Unlock it.")
    # AND it is found by its name
    assert index.find(SongQuery("lock")).keys.tolist() == [failed]
    # AND it has nothing a song has
    assert index.similar(failed)[0].tolist() == []
    assert index.snippets([failed], "lock") == {}


def test_a_song_is_read_from_the_file_that_could_be_read(shelf: Shelf) -> None:
    shelf.put("0.txt", RAIN)
    shelf.scan()
    refuse(shelf, "a.txt")
    song = shelf.song("0.txt")
    row, = index_of(shelf).rows([shelf.song_id("0.txt")])
    assert (row.state, row.place) == (ShelfState.TAGGED, at("0.txt"))
    assert (song.row.state, song.row.place) == (SongState.TAGGED, at("0.txt"))


def test_songs_taken_off_the_list_are_not_there_though_labelled(shelf: Shelf) -> None:
    index = index_of(shelf)
    shelf.store.set_label(shelf.song_id("a.txt"), "anger", Verdict.ADDED)
    shelf.store.forget([at("a.txt")])
    assert index.refresh(shelf.database)
    assert "Rain" not in titles(index)
    assert index.find(SongQuery()).total == 3


def test_nothing_is_read_again_while_nothing_changes(shelf: Shelf) -> None:
    index = index_of(shelf)
    version = index.version
    assert not index.refresh(shelf.database)
    assert index.version == version
    # AND two indexes are never taken for each other
    assert index_of(shelf).version != version


def test_keys_that_are_not_there_are_passed_over(shelf: Shelf) -> None:
    index = index_of(shelf)
    assert index.rows([0, 999, -999]) == ()
    assert np.isnan(index.points([999])).all()
    assert index.leading([0, 999]).tolist() == [-1, -1]
    assert index.scores([999]).tolist() == [[0.0] * len(MOODS)]
    assert not index.vectors([999]).any()
    assert index.similar(999)[0].tolist() == []
    assert index.snippets([999], "rain") == {}


def test_an_empty_library_is_an_empty_answer() -> None:
    shelf = Shelf()
    index = index_of(shelf)
    for sort in SongSort:
        found = index.find(SongQuery("rain", sort=sort))
        assert (found.keys.tolist(), found.total) == ([], 0)
    assert not any(found.facets.moods.values())
    assert index.points([1]).shape == (1, 2)
    # AND it fills as songs come
    shelf.put("a.txt", RAIN)
    shelf.scan()
    assert index.refresh(shelf.database)
    assert titles(index, SongQuery("goodbye")) == ["Rain"]
    shelf.database.close()


def test_the_nearest_songs_are_those_of_the_same_tagger(shelf: Shelf) -> None:
    # GIVEN three songs read by one tagger and one of them by an older one alone
    song, other = shelf.song_id("a.txt"), shelf.song_id("c.txt")
    index = index_of(shelf)
    keys, nearness = index.similar(song)
    assert set(keys.tolist()) == {shelf.song_id("b.txt"), other}
    assert list(nearness) == sorted(nearness, reverse=True)
    one, two = index.vectors([song, int(keys[0])])
    assert float(one @ two) == pytest.approx(float(nearness[0]), abs=1e-3)
    # AND the query that asks for them has them in the same order, without the song itself
    asked = SongQuery(like=song, sort=SongSort.NEARNESS)
    assert index.find(asked).keys.tolist() == keys.tolist()
    assert index.similar(song, 1)[0].tolist() == keys.tolist()[:1]
    # WHEN one was read by another version
    older = FakeTagger(id="fake@older")
    shelf.tagger = older
    shelf.tag(other)
    shelf.database.execute("INSERT INTO song_tagger SELECT song_id, tagger_id, '' FROM tagging"
                           " WHERE song_id = ? ORDER BY id DESC LIMIT 1", (other,))
    assert index.refresh(shelf.database)
    # THEN it is not compared
    assert other not in index.similar(song)[0]


def test_another_tagger_in_the_settings_speaks(shelf: Shelf) -> None:
    index = index_of(shelf)
    blind = FakeTagger(id="blind", moods=("happiness",))
    shelf.tagger = blind
    shelf.tag(shelf.song_id("b.txt"))
    assert not index.fits(Settings(tagger="blind"))
    assert index.fits(replace(shelf.settings, threads=3))
    other = index_of(shelf, Settings(tagger="blind"))
    states = {row.title: row.state for row in other.rows(other.find(SongQuery()).keys)}
    assert states["Alps"] is ShelfState.TAGGED
    assert states["Rain"] is ShelfState.WAITING
    # AND both are known to have read it
    assert index.refresh(shelf.database)
    assert titles(index, SongQuery(read_by="blind")) == ["Alps"]
    assert index.find(SongQuery()).facets.read_by == {"fake": 3, "blind": 1}


def test_changed_bars_show_other_tags(shelf: Shelf) -> None:
    index = index_of(shelf)
    assert titles(index, SongQuery(wishes=(MoodWish("sadness"),))) == ["Rain"]
    shelf.tagger.thresholds = tuple(0.999 for _ in MOODS)
    shelf.store.read_by(shelf.tagger)
    assert index.refresh(shelf.database)
    assert titles(index, SongQuery(wishes=(MoodWish("sadness"),))) == []


def test_moods_nobody_knew_get_columns(shelf: Shelf) -> None:
    index = index_of(shelf)
    shelf.store.set_label(shelf.song_id("a.txt"), "longing", Verdict.ADDED)
    assert index.refresh(shelf.database)
    assert index.moods == (*MOODS, "longing")
    assert titles(index, SongQuery(wishes=(MoodWish("longing"),))) == ["Rain"]
    shelf.tagger = FakeTagger(id="wide", moods=(*MOODS, "awe"))
    shelf.tag(shelf.song_id("b.txt"))
    assert index.refresh(shelf.database)
    assert "awe" in index.moods
    assert everything(index) == everything(index_of(shelf))


def test_a_tagger_that_names_other_moods_than_before_is_read_anew(shelf: Shelf) -> None:
    index = index_of(shelf)
    shelf.tagger = FakeTagger(moods=("anger", "sadness"))
    shelf.tag(shelf.song_id("a.txt"))
    assert index.refresh(shelf.database)
    assert everything(index) == everything(index_of(shelf))


def test_another_library_in_its_place_is_read_anew(shelf: Shelf) -> None:
    index = index_of(shelf)
    shelf.database.execute("UPDATE library_era SET mark = randomblob(12)")
    shelf.database.execute("DELETE FROM song_change")
    assert index.refresh(shelf.database)
    assert not index.refresh(shelf.database)


def test_many_changes_at_once_are_taken_in(shelf: Shelf) -> None:
    index = index_of(shelf)
    for number in range(1100):
        shelf.store.record_song(at(f"many/{number:04}.txt"), None, lyric(
            f"word{number} and word{number + 1}", title=f"Song {number}"), "en")
    assert index.refresh(shelf.database)
    assert index.find(SongQuery()).total == 1104
    assert titles(index, SongQuery("word700 word701")) == ["Song 700"]
    by_title = titles(index, SongQuery(sort=SongSort.TITLE))
    assert by_title.index("Song 2") < by_title.index("Song 10") < by_title.index("Song 100")


class Hand:
    """Does to a shelf what may happen to a library, at random."""

    def __init__(self, shelf: Shelf, seed: int) -> None:
        self._shelf = shelf
        self._chance = random.Random(seed)
        self._made = 0
        self._taggers = [FakeTagger(id="fake"), FakeTagger(id="fake@two", lines=2),
                         FakeTagger(id="other", moods=("anger", "happiness"))]

    def act(self) -> None:
        acts = (self._add, self._add, self._edit, self._move, self._remove, self._label,
                self._label, self._retag, self._accept, self._forget, self._refuse, self._span,
                self._change)
        self._chance.choice(acts)()

    def _words(self) -> str:
        words = ["rain", "sun", "cry", "sleep", "burn", "dance", "and", "fist", "we", "came"]
        return " ".join(self._chance.choices(words, k=6))

    def _lyric(self) -> object:
        lines = [self._words() for _ in range(self._chance.randint(0, 7))]
        return lyric(*lines, title=self._chance.choice(["", "Rain", "alps 2", "Alps 10", "Élan"]),
                     artist=self._chance.choice(["", "Bo", "zed"]))

    def _name(self) -> str | None:
        return self._chance.choice(sorted(self._shelf.files)) if self._shelf.files else None

    def _song(self) -> int | None:
        songs = self._shelf.database.all("SELECT id FROM song ORDER BY id")
        return self._chance.choice(songs)[0] if songs else None

    def _add(self) -> None:
        self._made += 1
        self._shelf.put(f"{self._made}.txt", self._lyric())
        if self._chance.random() < 0.3:
            self._shelf.put(f"copy/{self._made}.txt", self._shelf.files[f"{self._made}.txt"][1])
        self._shelf.scan()

    def _edit(self) -> None:
        if name := self._name():
            self._shelf.put(name, self._lyric())
            self._shelf.scan()

    def _move(self) -> None:
        if name := self._name():
            self._made += 1
            self._shelf.move(name, f"moved/{self._made}.txt")
            self._shelf.scan()

    def _remove(self) -> None:
        if name := self._name():
            self._shelf.remove(name)
            self._shelf.scan()

    def _label(self) -> None:
        if song := self._song():
            verdict = self._chance.choice([*Verdict, None])
            self._shelf.store.set_label(song, self._chance.choice(MOODS), verdict)

    def _retag(self) -> None:
        if (song := self._song()) and self._shelf.store.lyric(song).words.strip():
            self._shelf.tagger = self._chance.choice(self._taggers)
            self._shelf.tag(song)
            self._shelf.tagger = self._taggers[0]

    def _accept(self) -> None:
        self._shelf.database.execute(
            "INSERT OR REPLACE INTO song_tagger SELECT song_id, tagger_id, '' FROM tagging"
            " ORDER BY random() LIMIT 1")

    def _forget(self) -> None:
        if name := self._name():
            del self._shelf.files[name]
            self._shelf.store.forget([at(name)])

    def _refuse(self) -> None:
        name = self._name() if self._chance.random() < 0.5 else f"locked {self._made}.txt"
        if name:
            refuse(self._shelf, name)

    def _span(self) -> None:
        if song := self._song():
            self._shelf.database.execute(
                "INSERT OR REPLACE INTO mood_span VALUES (?, 'anger', 0, 1, 'added', '')", (song,))

    def _change(self) -> None:
        self._shelf.database.execute("UPDATE place SET changed = NOT changed WHERE id IN"
                                     " (SELECT id FROM place ORDER BY random() LIMIT 1)")


@pytest.mark.parametrize("seed", range(6))
def test_what_was_kept_up_is_what_would_be_read(seed: int) -> None:
    # GIVEN an index of an empty library
    shelf = Shelf()
    hand = Hand(shelf, seed)
    index = index_of(shelf, Settings(tagger="fake"))
    for turn in range(60):
        # WHEN anything happens to the library
        hand.act()
        index.refresh(shelf.database)
        # THEN the index is what it would be if it were made anew
        if turn % 6 == 5:
            fresh = SongIndex.load(shelf.database, Settings(tagger="fake"), VOCABULARY)
            told, wanted = everything(index), everything(fresh)
            for name, part in wanted.items():
                assert _same(told[name], part), name
    shelf.database.close()


def _same(told: object, wanted: object) -> bool:
    return repr(told) == repr(wanted)  # NaN is the same as NaN here


def test_accepted_moods_stay_in_the_taggers_order(shelf: Shelf) -> None:
    # GIVEN a song with several tags, WHEN the person accepts them all
    index = index_of(shelf, shown := replace(
        shelf.settings, collation=CollationSettings(strictness=-1)))
    row = max(index.rows(index.find(SongQuery()).keys), key=lambda row: len(row.tags))
    before = [tag.tag for tag in row.tags]
    assert len(before) > 1 and before != sorted(before)
    for mood in before:
        shelf.store.set_label(row.key, mood, Verdict.ACCEPTED)
    # THEN the foremost stays the foremost
    index = index_of(shelf, shown)
    assert [tag.tag for tag in index.rows([row.key])[0].tags] == before
    assert index.moods[index.leading([row.key])[0]] == before[0]


def test_a_song_whose_moods_are_not_shown_is_on_no_map(shelf: Shelf) -> None:
    # GIVEN a song in a language the tagger does not know, which was read all the same
    song = shelf.song_id("a.txt")
    shelf.database.execute("UPDATE song SET language = 'de' WHERE id = ?", (song,))
    index = index_of(shelf)
    assert index.rows([song])[0].state is ShelfState.UNKNOWN_LANGUAGE
    # THEN it lies nowhere, and stands last by where it would
    assert np.isnan(index.points([song])).all()
    for descending in (False, True):
        found = index.find(SongQuery(sort=SongSort.VALENCE, descending=descending)).keys
        assert song in found[-2:].tolist()
