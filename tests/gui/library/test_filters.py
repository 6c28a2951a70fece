"""What is sought, step by step: each change can be taken back, and orders that cannot be had go."""

from engine.tagging.browsing.song_query import MoodWish, ShelfState, SongQuery, SongSort
from engine.tagging.vocabulary import Vocabulary
from gui.library import filters


def test_words_are_ordered_by_match_until_they_go() -> None:
    query = filters.with_text(SongQuery(sort=SongSort.TITLE, descending=True), "rain")
    assert query.sort is SongSort.RELEVANCE and not query.descending
    # More words keep the order that was chosen meanwhile.
    turned = filters.with_text(SongQuery(text="rain", sort=SongSort.ARTIST), "rain sea")
    assert turned.sort is SongSort.ARTIST
    assert filters.with_text(query, "").sort is SongSort.ADDED


def test_toggling_twice_changes_nothing() -> None:
    query = SongQuery(text="rain", sort=SongSort.TITLE)
    for change in (lambda q: filters.toggled_mood(q, "joy"),
                   lambda q: filters.toggled_state(q, ShelfState.FAILED),
                   lambda q: filters.toggled_language(q, ""),
                   lambda q: filters.toggled_tagger(q, "moods@1"),
                   lambda q: filters.toggled_flag(q, "missing")):
        assert change(query) != query
        assert change(change(query)) == query


def test_the_order_by_mood_goes_with_its_mood() -> None:
    query = SongQuery(wishes=(MoodWish("joy"),), sort=SongSort.MOOD)
    assert SongSort.MOOD in filters.offered_sorts(query)
    without = filters.without_wish(query, "joy")
    assert without.sort is SongSort.ADDED and SongSort.MOOD not in filters.offered_sorts(without)


def test_a_wish_takes_the_place_of_an_earlier_one() -> None:
    query = filters.with_wish(SongQuery(wishes=(MoodWish("joy"), MoodWish("anger"))),
                              MoodWish("joy", 0.7))
    assert query.wishes == (MoodWish("joy", 0.7), MoodWish("anger"))


def test_every_part_can_be_taken_away(vocabulary: Vocabulary) -> None:
    query = SongQuery(text="rain & sea", wishes=(MoodWish("sadness", 0.5),
                                                 MoodWish("anger", without=True)),
                      languages=("de",), states=(ShelfState.TAGGED,), missing=False,
                      corrected=True, read_by="moods-minilm@0123456789", within=(1,))
    parts = filters.filter_parts(query, vocabulary)
    assert [part.words for part in parts] == [
        "“rain & sea”", "Sadness from 0.50", "without Anger", "Tagged", "German",
        "Read by moods-minilm 01234567", "File there", "Corrected", "Picked songs"]
    assert all(part.without != query for part in parts)
    left = query
    for _ in parts:
        left = filters.filter_parts(left, vocabulary)[0].without
    assert not filters.is_filtered(left)


def test_what_is_kept_holds_no_songs_picked_by_hand() -> None:
    query = SongQuery(playlist=(1, 2), within=(3,), like=4, sort=SongSort.LISTED, text="rain")
    assert filters.kept(query) == SongQuery(text="rain")
