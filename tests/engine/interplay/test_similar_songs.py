"""Songs like a conversation, out of a small library."""

import numpy as np
import pytest

from engine.interplay.similar_songs import SimilarSongs, profiled
from engine.settings import Settings
from engine.tagging.labels import Verdict
from tests.engine.interplay.talks import moods_of, talk
from tests.engine.tagging.shelf import Shelf
from tests.fakes import FakeTagger, lyric

SAD = "my tears fall with the rain tonight"


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    shelf.put("sad.txt", lyric("tears and rain", "goodbye and lonely", title="Sad"))
    shelf.put("glad.txt", lyric("dance in the sun", "laugh and smile", title="Glad"))
    shelf.put("mad.txt", lyric("burn and scream", "fight and break", title="Mad"))
    shelf.scan()
    return shelf


def test_the_song_that_feels_alike_comes_first(shelf: Shelf) -> None:
    found = SimilarSongs(shelf.store).like(moods_of(talk(SAD, ("Ann", "so I cry, lonely one"))),
                                           shelf.tagger, shelf.settings)
    assert found[0].row.title == "Sad" and len(found) == 3
    assert found[0].shared == ("sadness",) and found[0].by_moods > found[1].by_moods
    assert [song.nearness for song in found] == sorted((s.nearness for s in found), reverse=True)
    assert all(-1.001 <= song.nearness <= 1.001 for song in found)


def test_a_mood_the_person_rejected_is_not_said_to_be_shared(shelf: Shelf) -> None:
    shelf.store.set_labels(shelf.song_id("sad.txt"), {"sadness": Verdict.REJECTED})
    found = SimilarSongs(shelf.store).like(moods_of(talk(SAD)), shelf.tagger, shelf.settings)
    sad, = (song for song in found if song.row.title == "Sad")
    assert "sadness" not in sad.shared


def test_no_more_than_asked_and_none_where_nothing_is_heard(shelf: Shelf) -> None:
    songs = SimilarSongs(shelf.store)
    assert len(songs.like(moods_of(talk(SAD)), shelf.tagger, shelf.settings, 2)) == 2
    assert songs.like(moods_of(talk()), shelf.tagger, shelf.settings) == ()
    assert SimilarSongs(Shelf().store).like(moods_of(talk(SAD)), FakeTagger(), Settings()) == ()


def test_what_another_version_has_read_is_left_out(shelf: Shelf) -> None:
    other = FakeTagger(id="fake@2")
    assert SimilarSongs(shelf.store).like(moods_of(talk(SAD), other), other, Settings()) == ()


def test_songs_that_are_gone_or_foreign_are_passed_over(shelf: Shelf) -> None:
    # GIVEN a song taken off the list and one in a language the tagger does not know
    shelf.database.execute("UPDATE song SET language = 'de' WHERE title = 'Sad'")
    shelf.store.forget([shelf.row("mad.txt").place])
    found = SimilarSongs(shelf.store).like(moods_of(talk(SAD)), shelf.tagger, shelf.settings, 1)
    assert [song.row.title for song in found] == ["Glad"]


def test_a_library_of_one_song_is_enough() -> None:
    shelf = Shelf()
    shelf.put("one.txt", lyric("tears and rain", title="One"))
    shelf.scan()
    found = SimilarSongs(shelf.store).like(moods_of(talk(SAD)), shelf.tagger, shelf.settings)
    assert [song.row.title for song in found] == ["One"] and np.isfinite(found[0].nearness)


def test_songs_without_a_vector_are_compared_by_their_moods(shelf: Shelf) -> None:
    shelf.database.execute("UPDATE tagging SET vector = NULL")
    found = SimilarSongs(shelf.store).like(moods_of(talk(SAD)), shelf.tagger, shelf.settings)
    assert found[0].row.title == "Sad" and found[0].by_vector == 0


def test_a_profile_does_not_hang_on_the_height_of_all_scores() -> None:
    bars = np.zeros(3)
    high, low = profiled(np.array([[.9, .8, .7], [.1, .05, .02]]), bars)
    assert high @ low > 0.9
    assert profiled(np.array([[.5, .5, .5]]), bars) == pytest.approx(np.zeros((1, 3)))
