"""The person's word on a mood outlives every tagger."""

from collections.abc import Iterator

import pytest

from engine.tagging.labels import Verdict
from tests.engine.tagging.shelf import Shelf
from tests.fakes import FakeTagger, lyric


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    shelf.put("a.txt", lyric("The rain came down", "and I cry"))
    shelf.scan()
    yield shelf
    shelf.database.close()


def test_labels_can_be_given_changed_and_taken_back(shelf: Shelf) -> None:
    song = shelf.song_id("a.txt")
    assert shelf.store.labels(song) == {}
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(song, "anger", Verdict.ADDED)
    shelf.store.set_label(song, "sadness", Verdict.REJECTED)
    assert shelf.store.labels(song) == {"sadness": Verdict.REJECTED, "anger": Verdict.ADDED}
    shelf.store.set_label(song, "anger", None)
    shelf.store.set_label(song, "never said", None)
    assert shelf.store.labels(song) == {"sadness": Verdict.REJECTED}


def test_all_labels_are_told_song_by_song(shelf: Shelf) -> None:
    shelf.put("b.txt", lyric("The sun is bright", "and I dance"))
    shelf.put("c.txt", lyric("Nothing was said", "of this one"))
    shelf.scan()
    one, other = shelf.song_id("a.txt"), shelf.song_id("b.txt")
    assert shelf.store.all_labels() == {}
    shelf.store.set_label(other, "happiness", Verdict.ADDED)
    shelf.store.set_label(one, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(one, "anger", Verdict.REJECTED)
    assert shelf.store.all_labels() == {
        one: {"anger": Verdict.REJECTED, "sadness": Verdict.ACCEPTED},
        other: {"happiness": Verdict.ADDED}}


def test_labels_survive_tagging_again_by_any_tagger(shelf: Shelf) -> None:
    song = shelf.song_id("a.txt")
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    shelf.tag(song)
    shelf.tagger = FakeTagger("other", moods=("anger",))
    shelf.tag(song)
    assert shelf.store.labels(song) == {"sadness": Verdict.ACCEPTED}
