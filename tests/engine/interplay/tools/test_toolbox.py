"""What each tool finds, and what it says where there is nothing."""

import pytest

from engine.chat.memory.fact_index import Fact, FactIndex
from engine.interplay.song_finding import FoundSong
from engine.interplay.tools.calls import ToolCall
from engine.interplay.tools.toolbox import (
    LOOKED,
    LookUpFact,
    SearchLibrary,
    TagSong,
    named,
    one_line,
)
from engine.settings import Settings
from engine.tagging.labels import Verdict
from tests.engine.tagging.shelf import Shelf
from tests.fakes import FakeSentenceEncoder, FakeTagger, lyric


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    shelf.put("a.txt", lyric("tears in the rain", title="Rain", artist="Ann"))
    shelf.put("b.txt", lyric("rain on the sun", title="Sun"))
    shelf.scan()
    return shelf


def call(argument: str) -> ToolCall:
    return ToolCall("any", argument)


def test_the_library_is_searched(shelf: Shelf) -> None:
    result = SearchLibrary(shelf.database).run(call("rain"), {})
    assert result.outcome == "2 songs were found."
    assert result.told == ("In the library is the song “Rain” by Ann.",
                           "In the library is the song “Sun”.")
    assert [song.title for song in result.songs] == ["Rain", "Sun"]
    one = SearchLibrary(shelf.database).run(call("tears"), {})
    assert one.outcome == "1 song was found."


def test_nothing_found_is_an_outcome(shelf: Shelf) -> None:
    for words in ("nowhere", "", '"*'):
        result = SearchLibrary(shelf.database).run(call(words), {})
        assert result.outcome == "No song was found." and result.songs == () and result.told


def test_a_song_is_tagged_by_its_number_or_by_words(shelf: Shelf) -> None:
    tool = TagSong(shelf.database, FakeTagger, shelf.settings)
    sun = FoundSong(shelf.song_id("b.txt"), "Sun", "")
    numbered = tool.run(call("song 1"), {"song 1": sun})
    assert numbered.told[0].startswith("The song “Sun” has these moods: ")
    assert "sadness" in numbered.told[0] and "happiness" in numbered.told[0]
    assert "“Rain” by Ann" in tool.run(call("tears"), {"song 1": sun}).told[0]
    assert numbered.outcome == LOOKED


def test_a_song_no_tagger_has_read_is_read_now_and_nothing_is_stored(shelf: Shelf) -> None:
    shelf.database.execute("DELETE FROM tagging")
    tagger = FakeTagger()
    result = TagSong(shelf.database, lambda: tagger, shelf.settings).run(call("tears"), {})
    assert "sadness" in result.told[0] and tagger.runs == 1
    assert shelf.database.first("SELECT count(*) FROM tagging")[0] == 0


def test_the_persons_word_wins_over_what_is_told(shelf: Shelf) -> None:
    shelf.store.set_labels(shelf.song_id("a.txt"), {"sadness": Verdict.REJECTED,
                                                    "longing": Verdict.ADDED})
    told = TagSong(shelf.database, FakeTagger, shelf.settings).run(call("tears"), {}).told[0]
    assert "longing 100%" in told and "sadness" not in told
    # and just so where no tagger has read the song before
    shelf.database.execute("DELETE FROM tagging")
    anew = TagSong(shelf.database, FakeTagger, shelf.settings).run(call("tears"), {})
    assert anew.told[0] == told


def test_songs_without_moods_say_why(shelf: Shelf) -> None:
    tool = TagSong(shelf.database, FakeTagger, shelf.settings)
    shelf.database.execute("UPDATE song SET language = 'de' WHERE title = 'Rain'")
    foreign = tool.run(call("tears"), {})
    assert foreign.outcome == LOOKED
    assert "German" in foreign.told[0]
    shelf.database.execute("UPDATE song SET has_words = 0")
    assert "no words" in tool.run(call("tears"), {}).told[0]
    assert tool.run(call("nowhere"), {}).outcome == "No such song was found."
    gone = {"song 1": FoundSong(999, "Gone", "")}
    assert tool.run(call("song 1"), gone).outcome == "No such song was found."


def test_where_no_mood_stands_out_it_says_so() -> None:
    shelf = Shelf()
    shelf.put("c.txt", lyric("a table and a chair", title="Table"))
    shelf.scan()
    result = TagSong(shelf.database, FakeTagger, Settings(tagger="fake")).run(call("table"), {})
    assert result.told == ("The song “Table” has these moods: none stands out.",)


def test_facts_are_looked_up_among_what_one_may_know() -> None:
    index = FactIndex(FakeSentenceEncoder())
    index.put([Fact("1", "The key lies\nunder the mat.", "Ann"), Fact("2", "The sea is cold."),
               Fact("3", "The key is lost.", "Bob")])
    result = LookUpFact(index, "Ann").run(call("where is the key"), {})
    assert result.outcome == "2 facts were found."
    assert set(result.told) == {"The key lies under the mat.", "The sea is cold."}
    assert LookUpFact(index).run(call(" "), {}).outcome == "Nothing is known about it."
    empty = LookUpFact(FactIndex(FakeSentenceEncoder())).run(call("key"), {})
    assert empty.told == ("Nothing is known about this.",)


def test_foreign_texts_stand_in_one_short_line() -> None:
    assert one_line(" a\n\tb ") == "a b" and len(one_line("word " * 100)) <= 200
    assert named(FoundSong(1, " ", " ")) == "“without a title”"
    assert "\n" not in named(FoundSong(1, "a\nb", "c\r\nd"))
