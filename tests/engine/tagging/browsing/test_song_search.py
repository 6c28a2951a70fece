"""What a person types finds what they mean, and any text at all does no harm."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import SongQuery, SongSort
from engine.tagging.browsing.song_search import HIT_CLOSE, HIT_OPEN, Term, read_terms
from tests.engine.tagging.browsing.browsed import index_of, titles
from tests.engine.tagging.shelf import Shelf
from tests.fakes import lyric

SONGS = (
    lyric("the harbour lights went out", "and lanterns on the water", title="Harbour",
          artist="The Ferrymen"),
    lyric("lights in the harbour", "don't go, élan", title="Evening", artist="Lantern Club"),
    lyric("stone and bread", "harbours everywhere", title="Bread", artist="Ada"),
    lyric("夜空に星が光る", "静かな海", title="星の歌", artist="海"),
    lyric("nothing of it here", title="100% \"quoted\" AND NOT", artist="O'Neil"),
)


@pytest.fixture(scope="module")
def index() -> Iterator[SongIndex]:
    shelf = Shelf()
    for number, words in enumerate(SONGS):
        shelf.put(f"{number}.txt", words)
    shelf.scan()
    yield index_of(shelf)
    shelf.database.close()


def found(index: SongIndex, text: str) -> set[str]:
    return set(titles(index, SongQuery(text)))


@pytest.mark.parametrize("text, wanted", [
    ("harbour ", {"Harbour", "Evening"}),
    ("harbour", {"Harbour", "Evening", "Bread"}),  # the last word may be unfinished
    ("LIGHTS harbour ", {"Harbour", "Evening"}),
    ("harb ", set()), ("harb", {"Harbour", "Evening", "Bread"}),
    ('"harbour lights"', {"Harbour"}), ('"lights in the"', {"Evening"}),
    ('"harbour li', {"Harbour"} - {"Harbour"}),  # a phrase is whole words
    ("elan", {"Evening"}), ("Élan", {"Evening"}),
    ("lantern ", {"Evening"}), ("lantern", {"Harbour", "Evening"}),
    ("artist:lantern ", {"Evening"}), ("lyrics:lantern", {"Harbour"}),
    ("title:harbour ", {"Harbour"}), ('artist:"lantern club" lights', {"Evening"}),
    ("Artist:ferrymen", {"Harbour"}), ("harbour -lanterns ", {"Evening"}),
    ("-harbour -bread ", {"星の歌", "100% \"quoted\" AND NOT"}),
    ("don't", {"Evening"}), ("dont", set()), ("o'neil", {"100% \"quoted\" AND NOT"}),
    ("星", {"星の歌"}), ("光る", {"星の歌"}), ("lyrics:海", {"星の歌"}), ("title:海", set()),
    ("artist:海", {"星の歌"}), ("-星 -harbour* -stone ", {"100% \"quoted\" AND NOT"}),
    ("星 lights", set()), ("%", {song.title for song in SONGS}), ("100%", {SONGS[4].title}),
    ("and not", {SONGS[4].title}), ("", {song.title for song in SONGS}),
    ("feat:lights", set()), ("harbour OR stone ", set()),
    ("a", set()), ("e", set()),
])
def test_what_is_typed_finds_what_is_meant(index: SongIndex, text: str, wanted: set[str]) -> None:
    assert found(index, text) == wanted


@given(st.text(max_size=60) | st.text(alphabet='"*:-() AND{}^+\'\\%_ab星', max_size=40))
def test_no_text_does_harm(index: SongIndex, text: str) -> None:
    for sort in (SongSort.TITLE, SongSort.RELEVANCE):
        keys = index.find(SongQuery(text, sort=sort)).keys
        index.snippets(keys, text)


def test_a_very_long_text_is_searched_by_its_beginning(index: SongIndex) -> None:
    assert found(index, "lights " * 5000) == {"Harbour", "Evening"}
    assert len(read_terms("ab " * 5000)) <= 24


@pytest.mark.parametrize("text, terms", [
    ("one two", (Term("one"), Term("two", start=True))),
    ("one ", (Term("one"),)),
    ('"one two" x', (Term("one two"), Term("x"))),
    ("-title:one a", (Term("one", "title", without=True), Term("a"))),
    ("what:one", (Term("what one", start=True),)),
    (" - : * \" ", ()),
])
def test_terms(text: str, terms: tuple[Term, ...]) -> None:
    assert read_terms(text) == terms


@pytest.mark.parametrize("text, wanted", [
    ("lights harbour", {"Harbour": "the [harbour] [lights] went out",
                        "Evening": "[lights] in the [harbour]"}),
    ("lant", {"Harbour": "and [lanterns] on the water"}),
    ('"on the water"', {"Harbour": "and lanterns [on the water]"}),
    ("ELAN", {"Evening": "don't go, [élan]"}),
    ("海", {"星の歌": "静かな[海]"}),
    ("title:harbour", {}), ("-harbour", {}), ("", {}),
])
def test_the_line_it_was_found_in_is_shown(index: SongIndex, text: str,
                                           wanted: dict[str, str]) -> None:
    keys = index.find(SongQuery(text)).keys
    told = index.snippets(keys, text)
    names = {row.key: row.title for row in index.rows(keys)}
    assert {names[key]: line.replace(HIT_OPEN, "[").replace(HIT_CLOSE, "]")
            for key, line in told.items()} == wanted


def test_scripts_without_spaces_are_found_wherever_they_come() -> None:
    # GIVEN a song in an English library that gets a line in another script
    shelf = Shelf()
    shelf.put("a.txt", lyric("the quiet sea", "and the harbour", title="Sea"))
    shelf.put("b.txt", lyric("stone and bread", title="Bread"))
    shelf.scan()
    index = index_of(shelf)
    assert found(index, "静か") == set()
    shelf.put("a.txt", lyric("the quiet sea", "and the harbour", "静かな海", title="Sea"))
    shelf.scan()
    index.refresh(shelf.database)
    # THEN it is found by it, also beside other words, and no other song is
    assert found(index, "静か") == found(index, "harbour 静か") == {"Sea"}
    assert found(index, "-静か") == {"Bread"}
    shelf.database.close()


def test_a_very_long_line_is_cut_around_its_hit() -> None:
    shelf = Shelf()
    shelf.put("a.txt", lyric("word " * 40 + "needle " + "word " * 40))
    shelf.scan()
    index = index_of(shelf)
    line, = index.snippets([1], "needle").values()
    assert f"{HIT_OPEN}needle{HIT_CLOSE}" in line
    assert line.startswith("…") and line.endswith("…") and len(line) < 100
    shelf.database.close()
