"""What another library holds is added once, and what stands here stays."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.library.archive.bringing_in import Way, bring_in
from engine.library.archive.packing import pack
from engine.library.database import Database
from engine.library.merging.merge import Merged, merge_library
from engine.paths import AppPaths
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.playlist_store import PlaylistStore
from engine.tagging.results import ExcerptMoods
from tests.engine.library.tiny_libraries import add_song, add_talk, home, label, library_at
from tests.fakes import FakeTagger


@pytest.fixture
def ours(isolated_home: AppPaths) -> Iterator[Database]:
    database = library_at(isolated_home)
    yield database
    database.close()


@pytest.fixture
def theirs(tmp_path: Path, isolated_home: AppPaths) -> Iterator[Database]:
    database = library_at(home(tmp_path / "theirs", isolated_home.resources))
    yield database
    database.close()


def merge(ours: Database, tmp_path: Path) -> Merged:
    return merge_library(ours, tmp_path / "theirs" / "library.sqlite3")


def spans(database: Database) -> list[tuple[str, str, int, int]]:
    return database.all("SELECT s.title, m.mood, m.first_line, m.last_line FROM mood_span m"
                        " JOIN song s ON s.id = m.song_id ORDER BY 1, 2, 3")


def add_span(database: Database, song: int, mood: str, first: int, last: int) -> None:
    database.execute("INSERT INTO mood_span VALUES (?, ?, ?, ?, 'added', '2026-05-01')",
                     (song, mood, first, last))


def test_stretches_of_lines_come_where_none_of_that_mood_is_here(
        ours: Database, theirs: Database, tmp_path: Path) -> None:
    add_song(theirs, "Cellar")
    mine, yours = add_song(ours, "Harbour"), add_song(theirs, "Harbour")
    add_span(ours, mine, "hope", 0, 0)
    add_span(theirs, yours, "hope", 0, 1)
    add_span(theirs, yours, "anger", 1, 1)
    merge(ours, tmp_path)
    assert spans(ours) == [("Harbour", "anger", 1, 1), ("Harbour", "hope", 0, 0)]


def test_a_song_goes_on_showing_what_the_person_chose_for_it(
        ours: Database, theirs: Database, tmp_path: Path) -> None:
    # GIVEN a song that shows an older tagger's word by choice
    song = add_song(ours, "Harbour")
    tagger, = ours.first("SELECT id FROM tagger") or (0,)
    ours.execute("INSERT INTO song_tagger VALUES (?, ?, '2026-05-01')", (song, tagger))
    # AND another library where a newer one has read it
    other, newer = add_song(theirs, "Harbour"), FakeTagger("newer")
    scores = np.full(len(newer.moods), 0.25, np.float32)
    LyricStore(theirs).record_scores(other, newer, [ExcerptMoods(0, 1, 9.0, scores, 0.1, 0.2)],
                                     np.ones(4, np.float32))
    merge(ours, tmp_path)
    # THEN both have been stored, and the choice holds
    assert ours.all("SELECT name FROM tagging JOIN tagger ON tagger.id = tagger_id"
                    " ORDER BY name") == [("fake",), ("newer",)]
    assert ours.all("SELECT song_id, tagger_id FROM song_tagger") == [(song, tagger)]


def test_scores_of_other_moods_do_not_mix_with_ours(ours: Database, theirs: Database,
                                                    tmp_path: Path) -> None:
    add_song(ours, "Harbour")
    add_song(theirs, "Meadow")
    theirs.execute("UPDATE tagger SET moods = '[\"other\"]'")
    assert merge(ours, tmp_path).songs == 1
    assert ours.first("SELECT count(*) FROM tagging") == (1,)


def test_a_rule_names_its_songs_as_they_are_called_here(ours: Database, theirs: Database,
                                                        tmp_path: Path) -> None:
    add_song(ours, "Cellar")
    cellar_there, harbour_there = add_song(theirs, "Meadow"), add_song(theirs, "Harbour")
    PlaylistStore(theirs).make("Like it", rule=json.dumps(
        {"text": "sea", "like": harbour_there, "playlist": [cellar_there, 99]}))
    PlaylistStore(theirs).make("Odd", rule="not JSON")
    PlaylistStore(ours).make("like it", [1])
    assert merge(ours, tmp_path).playlists == 2
    numbers = dict(ours.all("SELECT title, id FROM song"))
    rules = dict(ours.all("SELECT name, rule FROM playlist"))
    assert json.loads(rules["Like it 2"]) == {
        "text": "sea", "like": numbers["Harbour"], "playlist": [numbers["Meadow"]]}
    assert rules["Odd"] == "not JSON"


def test_an_edited_character_comes_in_the_place_of_an_unedited_one(
        ours: Database, theirs: Database, tmp_path: Path) -> None:
    # GIVEN the same shipped persona on both, edited there
    at = "2026-01-01T00:00:00"
    for database, text, changed in ((ours, "shipped", "2026-04-01"), (theirs, "edited", "later")):
        created = "2026-04-01" if database is ours else at
        database.execute(
            "INSERT INTO persona (name, document, shipped, created_at, changed_at)"
            " VALUES ('Wren', ?, 'wren', ?, ?)", (text, created, changed))
    merge(ours, tmp_path)
    assert ours.all("SELECT document, shipped FROM persona") == [("edited", "wren")]
    # AND ours stays where it was edited later
    ours.execute("UPDATE persona SET document = 'mine', changed_at = 'zzz'")
    merge(ours, tmp_path)
    assert ours.all("SELECT document FROM persona") == [("mine",)]


def test_talks_in_the_trash_stay_there_and_marks_name_our_facts(
        ours: Database, theirs: Database, tmp_path: Path) -> None:
    add_talk(ours, "Of rain", "Is it raining?")
    talk = add_talk(theirs, "Of lamps", "Who lights it?", "Nobody.")
    gone = add_talk(theirs, "Gone", "Hello?")
    theirs.execute("UPDATE conversation SET trashed_at = 'now' WHERE id = ?", (gone,))
    fact, = theirs.first("SELECT id FROM fact WHERE conversation_id = ?", (talk,)) or (0,)
    theirs.execute("UPDATE message SET marks = ? WHERE author = 'Wren'",
                   (json.dumps([{"kind": "contradiction", "fact_id": fact}]),))
    done = merge(ours, tmp_path)
    assert (done.talks, done.messages) == (1, 2)
    marks, = ours.first("SELECT marks FROM message WHERE marks <> ''") or ("",)
    here, = ours.first("SELECT f.id FROM fact f JOIN conversation c ON c.id = f.conversation_id"
                       " WHERE c.title = 'Of lamps'") or (0,)
    assert json.loads(marks)[0]["fact_id"] == here
    assert ours.all("PRAGMA foreign_key_check") == []


def test_what_is_merged_is_found_and_nothing_dangles(
        ours: Database, theirs: Database, tmp_path: Path, isolated_home: AppPaths) -> None:
    song = add_song(theirs, "Meadow")
    label(theirs, song, "joy", Verdict.ADDED, "2026-05-01")
    file = pack(home(tmp_path / "theirs", isolated_home.resources), tmp_path / "x.zip").file
    bring_in(isolated_home, file, Way.ADD)
    assert ours.all("SELECT rowid FROM song_text WHERE song_text MATCH 'clover'") == [(1,)]
    assert ours.all("PRAGMA foreign_key_check") == []
    assert ours.all("SELECT key FROM song_change WHERE key = 1") == [(1,)]
