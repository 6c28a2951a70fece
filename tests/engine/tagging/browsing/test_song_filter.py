"""What a query finds, and the counts beside it, as one song after the other would tell."""

import random
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import pytest

from engine.errors import EngineError
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import (
    Facets,
    MoodWish,
    ShelfSong,
    ShelfState,
    SongQuery,
    query_as_json,
    query_from_json,
)
from engine.tagging.labels import Verdict
from engine.tagging.song import SongState
from tests.engine.tagging.browsing.browsed import VOCABULARY, index_of
from tests.engine.tagging.shelf import Shelf, at
from tests.fakes import MOODS, FakeTagger, lyric

Kind = TypeVar("Kind")
WORDS = ("rain cry", "sun dance", "quiet sea", "burn fist", "sun rain quiet", "stone and bread",
         "lonely sleep", "smile break")


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    chance = random.Random(5)
    for number in range(48):
        text = f"{WORDS[number % len(WORDS)]} and song{number} came down"
        shelf.put(f"{number}.txt", lyric(text, title=f"Song {number}", artist="Bo"))
    shelf.scan()
    for number in range(0, 48, 5):
        shelf.store.set_label(shelf.song_id(f"{number}.txt"), chance.choice(MOODS),
                              chance.choice(list(Verdict)))
    for number, code in ((3, "de"), (9, "fr"), (10, "de"), (11, "")):
        shelf.database.execute("UPDATE song SET language = ? WHERE id = ?",
                               (code, shelf.song_id(f"{number}.txt")))
    shelf.database.execute("UPDATE place SET missing = 1 WHERE id % 7 = 0")
    shelf.database.execute("UPDATE place SET changed = 1 WHERE id % 6 = 0")
    shelf.store.record_refusal(at("locked.mp3"), None, SongState.FAILED, "Locked.", "")
    shelf.tagger = FakeTagger(id="other", lines=2)
    for number in range(0, 48, 3):
        shelf.tag(shelf.song_id(f"{number}.txt"))
    yield shelf
    shelf.database.close()


@pytest.fixture(scope="module")
def index(shelf: Shelf) -> SongIndex:
    return index_of(shelf)


def songs(index: SongIndex, query: SongQuery) -> set[int]:
    return set(index.find(query).keys.tolist())


QUERIES = [
    SongQuery(),
    SongQuery(wishes=(MoodWish("sadness"),)),
    SongQuery(wishes=(MoodWish("sadness"), MoodWish("happiness"))),
    SongQuery(wishes=(MoodWish("sadness"), MoodWish("happiness")), match_all=False),
    SongQuery(wishes=(MoodWish("sadness", without=True),)),
    SongQuery(wishes=(MoodWish("sadness", 0.3), MoodWish("anger", without=True))),
    SongQuery(wishes=(MoodWish("sadness"), MoodWish("anger"), MoodWish("calmness", without=True)),
              match_all=False),
    SongQuery(wishes=(MoodWish("nobody knows"),)),
    SongQuery(wishes=(MoodWish("nobody knows", without=True),)),
    SongQuery(languages=("de", "fr")),
    SongQuery(languages=("",)),
    SongQuery(languages=("xx",)),
    SongQuery(states=(ShelfState.TAGGED, ShelfState.FAILED)),
    SongQuery(missing=True), SongQuery(missing=False), SongQuery(changed=True),
    SongQuery(corrected=True, languages=("en",), wishes=(MoodWish("sadness"),)),
    SongQuery(read_by="other", missing=False),
    SongQuery(read_by="nobody"),
    SongQuery(playlist=(3, 4, 5, 6, 777)),
    SongQuery(playlist=()),
    SongQuery(within=(1, 2, 3, 4, 5, 6, 7, -999), wishes=(MoodWish("sadness"),)),
]


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_what_is_found_and_counted_is_what_each_song_says(
        shelf: Shelf, index: SongIndex, query: SongQuery) -> None:
    told = {row.key: row for row in index.rows(index.find(SongQuery()).keys)}
    assert len(told) == 49
    says = Says(shelf, index, query)
    # THEN just those songs are found that answer every part of the query
    found = index.find(query)
    assert set(found.keys.tolist()) == {key for key, row in told.items() if says.all_of(row)}
    assert found.total == 49
    # AND every facet is counted without its own part
    assert found.facets == says.facets(tuple(told.values()))


class Says:
    """The same answers, worked out for one song at a time."""

    def __init__(self, shelf: Shelf, index: SongIndex, query: SongQuery) -> None:
        self._query = query
        self._index = index
        self._readers: dict[int, set[str]] = {}
        for song, tagger in shelf.database.all(
                "SELECT song_id, name FROM tagging JOIN tagger ON tagger.id = tagger_id"):
            self._readers.setdefault(song, set()).add(tagger)
        query = self._query
        self._parts: dict[str, Callable[[ShelfSong], bool]] = {
            "moods": self._wished,
            "languages": lambda row: not query.languages or row.language in query.languages,
            "states": lambda row: not query.states or row.state in query.states,
            "missing": lambda row: query.missing in (None, row.missing),
            "changed": lambda row: query.changed in (None, row.changed),
            "corrected": lambda row: query.corrected in (None, row.corrected),
            "read_by": lambda row: not query.read_by or query.read_by in self._read(row),
            "lists": lambda row: all(keys is None or row.key in keys
                                     for keys in (query.playlist, query.within)),
        }

    def all_of(self, row: ShelfSong, but: str = "") -> bool:
        return all(part(row) for name, part in self._parts.items() if name != but)

    def facets(self, rows: tuple[ShelfSong, ...]) -> Facets:
        def count(but: str, holds: Callable[[ShelfSong], bool]) -> int:
            return sum(self.all_of(row, but) and holds(row) for row in rows)

        own = "" if self._query.match_all else "moods"
        def counts(but: str, kinds: Iterable[Kind], of: Callable[[ShelfSong], Collection[Kind]]
                   ) -> dict[Kind, int]:
            return {kind: count(but, partial(_in, kind, of)) for kind in kinds}

        languages = counts("languages", ("en", "de", "fr", ""), lambda row: (row.language,))
        taggers = counts("read_by", ("fake", "other"), self._read)
        return Facets(
            counts(own, MOODS, _tags),
            {code: number for code, number in languages.items() if number},
            counts("states", ShelfState, lambda row: (row.state,)),
            {name: number for name, number in taggers.items() if number},
            count("corrected", lambda row: row.corrected),
            count("missing", lambda row: row.missing), count("changed", lambda row: row.changed))

    def _read(self, row: ShelfSong) -> set[str]:
        return self._readers.get(row.key, set())

    def _wished(self, row: ShelfSong) -> bool:
        wanted = [self._held(row, wish) for wish in self._query.wishes if not wish.without]
        barred = [self._held(row, wish) for wish in self._query.wishes if wish.without]
        joined = all(wanted) if self._query.match_all else any(wanted) or not wanted
        return joined and not any(barred)

    def _held(self, row: ShelfSong, wish: MoodWish) -> bool:
        if wish.least is None or wish.mood not in MOODS:
            return wish.mood in _tags(row)
        score = self._index.scores([row.key])[0, self._index.moods.index(wish.mood)]
        return bool(score >= wish.least)


def _in(kind: Kind, of: Callable[[ShelfSong], Collection[Kind]], row: ShelfSong) -> bool:
    return kind in of(row)


def _tags(row: ShelfSong) -> set[str]:
    return {tag.tag for tag in row.tags}


def test_parts_of_a_query_add_up(index: SongIndex) -> None:
    whole = songs(index, SongQuery(wishes=(MoodWish("sadness"),), languages=("en",)))
    assert whole == songs(index, SongQuery(wishes=(MoodWish("sadness"),))) & songs(
        index, SongQuery(languages=("en",)))


def test_the_leading_mood_is_the_first_shown(index: SongIndex) -> None:
    keys = index.find(SongQuery()).keys
    leading = [index.moods[at] if at >= 0 else "" for at in index.leading(keys).tolist()]
    assert leading == [row.tags[0].tag if row.tags else "" for row in index.rows(keys)]
    assert len(set(leading)) > 3


def test_a_text_narrows_what_is_counted(index: SongIndex) -> None:
    found = index.find(SongQuery("cry"))
    assert 0 < len(found.keys) == sum(found.facets.states.values()) < found.total


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_query_can_be_kept(query: SongQuery) -> None:
    query = replace(query, text='a "b')
    assert query_from_json(query_as_json(query)) == query


@pytest.mark.parametrize("text", ["", "{", '{"sort": "by luck"}', '{"wishes": 3}', "[]"])
def test_a_kept_query_that_cannot_be_read_is_a_sentence(text: str) -> None:
    with pytest.raises(EngineError):
        query_from_json(text)


def test_the_vocabulary_of_these_tests_is_that_of_the_tagger() -> None:
    assert VOCABULARY.ids == MOODS
