"""Playlists in a real library: made, changed, put back, and what happens when their songs go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.playlist import MOST_NAME, PlaylistDocument, tidy_name
from engine.tagging.playlists.playlist_store import PlaylistStore
from tests.fakes import lyric

Step = tuple[str, PlaylistDocument | None, PlaylistDocument | None]


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def songs(database: Database) -> list[int]:
    store = LyricStore(database, exists=lambda place: True)
    return [store.record_song(f"/music/{name}.txt", None, lyric(f"{name} sings of {name}"), "en")
            for name in ("ann", "bo", "cy", "dee")]


@pytest.fixture
def steps() -> list[Step]:
    return []


@pytest.fixture
def store(database: Database, steps: list[Step]) -> PlaylistStore:
    return PlaylistStore(database, lambda *step: steps.append(step))


def test_a_playlist_holds_its_songs_in_order_each_once(store: PlaylistStore,
                                                       songs: list[int]) -> None:
    ann, bo, cy, dee = songs
    made = store.make("  For\nrain ", [cy, ann, cy, 9999])
    assert (made.name, made.count, made.by_rule) == ("For rain", 2, False)
    assert store.songs(made.id) == (cy, ann)
    assert store.add(made.id, [ann, dee, bo]) == 2
    assert store.songs(made.id) == (cy, ann, dee, bo)
    store.set_songs(made.id, [bo, cy])
    assert store.songs(made.id) == (bo, cy)


def test_names_are_one_line_and_free(store: PlaylistStore) -> None:
    assert store.make("Rain").name == "Rain"
    assert store.make("rain").name == "rain 2"
    third = store.make("RAIN")
    assert third.name == "RAIN 3"
    assert store.rename(third.id, "RAIN 3").name == "RAIN 3"
    assert store.rename(third.id, "Sun").name == "Sun"
    found = store.named(" SUN ")
    assert found is not None and found.id == third.id
    assert store.named("snow") is None
    assert len(tidy_name("x" * 500)) == MOST_NAME
    with pytest.raises(EngineError):
        store.make(" \n ")


def test_a_playlist_by_rule_takes_no_songs_by_hand(store: PlaylistStore,
                                                   songs: list[int]) -> None:
    made = store.make("Joyful", rule='{"text":"joy"}')
    assert made.by_rule and made.count == 0
    with pytest.raises(EngineError):
        store.add(made.id, songs)
    assert store.set_rule(made.id, "").by_rule is False
    assert store.add(made.id, songs) == 4


def test_every_step_can_be_put_back(store: PlaylistStore, songs: list[int],
                                    steps: list[Step]) -> None:
    # GIVEN a playlist that was made, added to, renamed and removed
    made = store.make("One", songs[:2])
    store.add(made.id, songs[2:])
    store.rename(made.id, "Two")
    store.remove(made.id)
    assert [what for what, _, _ in steps] == ["made", "added to", "renamed", "removed"]
    # WHEN each step is turned, the last first
    states: list[PlaylistDocument | None] = []
    for _, before, _ in reversed(steps):
        store.restore(made.id, before)
        states.append(store.document(made.id))
    # THEN it was each time what it had been, and nobody was told of a new step
    assert states == [before for _, before, _ in reversed(steps)]
    assert len(steps) == 4 and store.all() == []
    # AND forward again
    for _, _, after in steps[:-1]:
        store.restore(made.id, after)
    assert store.get(made.id).name == "Two" and store.songs(made.id) == tuple(songs)


def test_the_order_of_playlists_is_the_persons(store: PlaylistStore) -> None:
    one, two, three = (store.make(name).id for name in ("a", "b", "c"))
    store.arrange([three, 12345, one])
    assert [each.id for each in store.all()] == [three, one, two]
    assert [each.name for each in store.all()] == ["c", "a", "b"]


def test_unknown_playlists_are_a_sentence(store: PlaylistStore) -> None:
    for act in (lambda: store.get(7), lambda: store.remove(7), lambda: store.rename(7, "x"),
                lambda: store.set_songs(7, [])):
        with pytest.raises(EngineError, match="no longer there"):
            act()


def test_a_song_taken_off_the_list_leaves_its_playlists_until_it_is_back(
        store: PlaylistStore, database: Database, songs: list[int]) -> None:
    made = store.make("All", songs)
    held = LyricStore(database, exists=lambda place: True)
    held.forget(["/music/bo.txt"])
    assert store.songs(made.id) == (songs[0], songs[2], songs[3])
    assert store.get(made.id).count == 3
    # WHEN the others are put in another order meanwhile, and the song comes back
    store.set_songs(made.id, [songs[3], songs[0]])
    held.record_song("/music/bo.txt", None, lyric("bo sings of bo"), "en")
    # THEN it is in its playlist again
    assert store.songs(made.id) == (songs[3], songs[0], songs[1])


def test_songs_that_are_gone_for_good_are_left_out_of_what_is_put_back(
        store: PlaylistStore, database: Database, songs: list[int], steps: list[Step]) -> None:
    made = store.make("All", songs)
    database.execute("DELETE FROM song WHERE id = ?", (songs[1],))
    store.restore(made.id, steps[0][2])
    assert store.songs(made.id) == (songs[0], songs[2], songs[3])


def test_a_song_whose_words_are_mended_stays_in_its_playlists(
        store: PlaylistStore, database: Database) -> None:
    # GIVEN two files of one song in a playlist
    held = LyricStore(database, exists=lambda place: True)
    words = "the river carries all my letters home to you again and again"
    old = held.record_song("/a.txt", None, lyric(words), "en")
    other = held.record_song("/b.txt", None, lyric(f"{words} my love"), "en")
    made = store.make("Rivers", [old])
    # WHEN the first file now holds what the second holds
    held.record_song("/a.txt", None, lyric(f"{words} my love"), "en")
    # THEN the playlist holds the song it became
    assert store.songs(made.id) == (other,)


def test_ids_are_never_used_again(store: PlaylistStore) -> None:
    first = store.make("a")
    store.remove(first.id)
    assert store.make("b").id > first.id


def test_playlists_are_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "library.sqlite3"
    database = Database.open(file)
    PlaylistStore(database).make("Kept")
    database.close()
    database = Database.open(file)
    assert [each.name for each in PlaylistStore(database).all()] == ["Kept"]
    database.close()
