"""Old libraries come up to date, whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.chat.cast_store import CastStore
from engine.chat.conversation_store import ConversationStore
from engine.chat.fact_store import FactStore
from engine.chat.memory.vector_store import VectorStore
from engine.chat.talk import TalkSetup
from engine.library import migrations
from engine.library.database import Database
from engine.library.migrations import APPLICATION_ID, NEWEST, STEPS, migrate
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from tests.engine.library.old_libraries import (
    write_version_1,
    write_version_2,
    write_version_3,
    write_version_4,
    write_version_5,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


def version_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return sorted(connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())


def test_a_new_library_has_every_step_and_no_backup(file: Path) -> None:
    Database.open(file).close()
    assert version_of(file) == NEWEST == len(STEPS)
    assert not (file.parent / "backups").exists()


def test_version_1_keeps_its_songs_and_can_be_searched(file: Path) -> None:
    # GIVEN a library of the first version with a song in it
    write_version_1(file)
    # WHEN it is opened
    database = Database.open(file)
    # THEN the song, its place, scores and label are there
    assert database.all("SELECT title, artist FROM song") == [("Harbour", "The Ferrymen")]
    for table in ("place", "tagging", "excerpt", "label"):
        assert database.first(f"SELECT count(*) FROM {table}")[0] == 1
    # AND its words are found, by the new index too
    assert database.all("SELECT rowid FROM song_text WHERE song_text MATCH 'lanterns'") == [(1,)]
    # AND the same schema stands as in a new file
    new = Database.in_memory()
    assert schema(database._connection) == schema(new._connection)
    new.close()
    database.close()


def test_version_2_keeps_its_songs_and_can_hold_conversations(file: Path) -> None:
    # GIVEN a library from before there was any talk
    write_version_2(file)
    # WHEN it is opened
    database = Database.open(file)
    # THEN its songs are there and found, and the schema is that of a new file
    assert database.all("SELECT title FROM song") == [("Harbour",)]
    assert database.all("SELECT rowid FROM song_text WHERE song_text MATCH 'lanterns'") == [(1,)]
    assert database.first("SELECT verdict FROM label") == ("accepted",)
    new = Database.in_memory()
    assert schema(database._connection) == schema(new._connection)
    new.close()
    # AND a copy of the file as it was is kept
    kept = min((file.parent / "backups").iterdir(), key=version_of)
    assert version_of(kept) == 2
    # AND it can hold a conversation
    talk = database.execute("INSERT INTO conversation (title, created_at, changed_at)"
                            " VALUES ('', '', '')")
    database.execute("INSERT INTO message (conversation_id, role, text, state, created_at)"
                     " VALUES (?, 'user', 'hello harbour', 'whole', '')", (talk,))
    assert database.all("SELECT rowid FROM message_text WHERE message_text MATCH 'hello'") == [(1,)]
    database.close()


def test_version_3_keeps_its_taggers_and_learns_of_experimental_moods(file: Path) -> None:
    # GIVEN a library from before moods could be experimental, with a conversation in it
    write_version_3(file)
    # WHEN it is opened
    database = Database.open(file)
    # THEN its tagger has none of them, and all else is there
    assert database.all("SELECT name, thresholds, experimental FROM tagger") == [
        ("one", "[0.5,0.5]", "{}")]
    assert database.all("SELECT title FROM conversation") == [("An evening",)]
    new = Database.in_memory()
    assert schema(database._connection) == schema(new._connection)
    new.close()
    kept = min((file.parent / "backups").iterdir(), key=version_of)
    assert version_of(kept) == 3
    database.close()


def test_version_4_keeps_its_talks_and_can_hold_personas(file: Path) -> None:
    # GIVEN a library from before there were personas, with a talk that has alternatives
    write_version_4(file)
    # WHEN it is opened
    database = Database.open(file)
    # THEN the talk is whole and found, and stands where it stood
    talk = ConversationStore(database).conversation(1)
    assert [message.text for message in talk.path] == ["Who lights the lamp?", "The keeper."]
    assert len(talk.messages) == 3
    assert database.all("SELECT rowid FROM message_text WHERE message_text MATCH 'storm'") == [(3,)]
    # AND nobody is in its cast, and it goes on as before
    setup = CastStore(database).setup(1)
    assert setup == TalkSetup()
    # AND the schema is that of a new file, and the file as it was is kept
    new = Database.in_memory()
    assert schema(database._connection) == schema(new._connection)
    new.close()
    kept = min((file.parent / "backups").iterdir(), key=version_of)
    assert version_of(kept) == 4
    database.close()


def test_version_5_keeps_its_facts_and_can_keep_vectors(file: Path) -> None:
    # GIVEN a library from before vectors were kept, with a fact
    write_version_5(file)
    # WHEN it is opened
    database = Database.open(file)
    # THEN the fact is there, and the schema is that of a new file
    assert [fact.text for fact in FactStore(database).facts(1)] == ["The keeper limps."]
    assert VectorStore(database).vectors("one", ["The keeper limps."]) == {}
    new = Database.in_memory()
    assert schema(database._connection) == schema(new._connection)
    new.close()
    assert version_of(min((file.parent / "backups").iterdir(), key=version_of)) == 5
    database.close()


def test_words_said_before_there_was_a_journal_stay_and_new_ones_can_be_taken_back(
        file: Path) -> None:
    # GIVEN a library of the first version with a label in it
    write_version_1(file)
    database = Database.open(file)
    # WHEN more is said of its song, of the whole and of lines
    store, journal = LyricStore(database), open_journal(database)
    before = store.labels(1)
    store.set_label(1, "hope", Verdict.ADDED)
    assert len(store.labels(1)) == len(before) + 1
    # THEN the old word stays and the new one goes back and forth
    journal.undo()
    assert store.labels(1) == before and journal.undo() is None
    journal.redo()
    assert store.labels(1)["hope"] is Verdict.ADDED
    # AND what is said of a song goes with it
    database.execute("INSERT INTO mood_span VALUES (1, 'hope', 0, 2, 'added', '')")
    database.execute("INSERT INTO kept_song VALUES ((SELECT max(id) FROM journal), 1)")
    database.execute("DELETE FROM song")
    assert database.all("SELECT * FROM mood_span") == database.all("SELECT * FROM kept_song") == []
    # AND a step's number is never given again
    database.execute("DELETE FROM journal")
    assert journal.record("none", 0, 1) > 1
    database.close()


def test_an_older_library_can_hold_playlists_and_the_curves_of_its_songs(file: Path) -> None:
    # GIVEN a library of the first version, with a song a tagger has read
    write_version_1(file)
    database = Database.open(file)
    song, tagging = database.first("SELECT song_id, id FROM tagging") or (0, 0)
    # WHEN a playlist and a curve are kept for it
    playlist = database.execute("INSERT INTO playlist (name, place, made_at) VALUES ('a', 1, '')")
    database.execute("INSERT INTO playlist_song VALUES (?, ?, 1)", (playlist, song))
    database.execute("INSERT INTO song_curve VALUES (?, x'00')", (tagging,))
    # THEN a curve goes with what it was drawn from, and a playlist's songs go with the song
    database.execute("DELETE FROM tagging WHERE id = ?", (tagging,))
    assert database.all("SELECT * FROM song_curve") == []
    database.execute("DELETE FROM song WHERE id = ?", (song,))
    assert database.all("SELECT * FROM playlist_song") == []
    # AND a playlist's number is never given again
    database.execute("DELETE FROM playlist")
    assert database.execute(
        "INSERT INTO playlist (name, place, made_at) VALUES ('b', 1, '')") > playlist
    database.close()


def test_writes_follow_their_file_and_outlive_their_song() -> None:
    database = Database.in_memory()
    song = database.execute(
        "INSERT INTO song (lyric_hash, title, artist, album, language, has_words, words, lyric,"
        " source, added_at) VALUES ('h', '', '', '', 'en', 1, '', '', '', '')")
    database.execute("INSERT INTO place (path, song_id, is_file, found_at) VALUES ('a', ?, 1, '')",
                     (song,))
    batch = database.execute("INSERT INTO tag_batch (at) VALUES ('')")
    database.execute(
        "INSERT INTO tag_write (batch_id, song_id, path, kind, title, artist, format, tagger, at,"
        " state, before, after, own) VALUES (?, ?, 'a', 'tag', '', '', '', '', '', 'written', '',"
        " '', '')", (batch, song))
    database.execute("UPDATE place SET path = 'b'")
    database.execute("DELETE FROM song")
    assert database.all("SELECT path, song_id FROM tag_write") == [("b", None)]
    database.close()


def test_a_message_is_searched_only_when_it_is_whole() -> None:
    database = Database.in_memory()
    talk = database.execute("INSERT INTO conversation (title, created_at, changed_at)"
                            " VALUES ('', '', '')")
    message = database.execute(
        "INSERT INTO message (conversation_id, role, text, state, created_at)"
        " VALUES (?, 'assistant', 'snow', 'streaming', '')", (talk,))

    def hits(word: str) -> int:
        return len(database.all("SELECT 1 FROM message_text WHERE message_text MATCH ?", (word,)))

    def become(text: str, state: str) -> None:
        database.execute("UPDATE message SET text = ?, state = ? WHERE id = ?",
                         (text, state, message))

    assert hits("snow") == 0
    become("snow on water", "streaming")
    assert hits("snow") == 0
    become("snow on fire", "whole")
    assert (hits("snow"), hits("fire"), hits("water")) == (1, 1, 0)
    become("snow on ice", "whole")
    assert (hits("snow"), hits("ice"), hits("fire")) == (1, 1, 0)
    become("snow on ice and", "streaming")
    assert (hits("snow"), hits("ice")) == (0, 0)
    become("snow on ice and stone", "stopped")
    assert hits("stone") == 1
    # AND nothing of it is left in the index once its conversation is gone
    database.execute("DELETE FROM conversation")
    assert hits("snow") == 0 == database.first("SELECT count(*) FROM message")[0]
    database.execute("INSERT INTO message_text (message_text) VALUES ('integrity-check')")
    database.close()


def test_the_old_file_is_kept_before_a_step(file: Path, tmp_path: Path) -> None:
    write_version_1(file)
    Database.open(file, tmp_path / "kept").close()
    copies = sorted((tmp_path / "kept").iterdir())
    assert len(copies) == NEWEST - 1
    assert version_of(copies[0]) == 1
    with closing(sqlite3.connect(copies[0])) as old:
        assert old.execute("SELECT title FROM song").fetchall() == [("Harbour",)]


def test_opening_again_changes_nothing(file: Path) -> None:
    write_version_1(file)
    Database.open(file).close()
    copies = sorted((file.parent / "backups").iterdir())
    Database.open(file).close()
    assert sorted((file.parent / "backups").iterdir()) == copies


def test_a_step_that_fails_leaves_the_file_as_it_was(
        file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a step whose second statement is wrong
    write_version_1(file)
    monkeypatch.setattr(migrations, "STEPS", (
        STEPS[0], "CREATE TABLE half (made);\nINSERT INTO nowhere VALUES (1);\n"))
    # WHEN the file is brought up to date
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, file.parent / "backups")
        # THEN nothing of the step is there
        assert not [name for name, _ in schema(connection) if name == "half"]
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 1


def test_every_step_is_found_whole() -> None:
    # Triggers hold semicolons of their own: each statement must still be one.
    for step in STEPS:
        statements = migrations.statements(step)
        assert "".join(statements).strip() == step.strip()
        assert all(text.strip().startswith(("CREATE", "INSERT", "ALTER", "UPDATE", "DROP"))
                   for text in statements)


def test_the_index_follows_its_songs() -> None:
    database = Database.in_memory()
    song = database.execute(
        "INSERT INTO song (lyric_hash, title, artist, album, language, has_words, words, lyric,"
        " source, added_at) VALUES ('h', 'Élan', 'Ana', '', 'en', 1, 'snow on water', '', '', '')")

    def hits(word: str) -> int:
        return len(database.all("SELECT 1 FROM song_text WHERE song_text MATCH ?", (word,)))

    assert (hits("elan"), hits("snow"), hits("fire")) == (1, 1, 0)
    database.execute("UPDATE song SET words = 'fire on water' WHERE id = ?", (song,))
    assert (hits("snow"), hits("fire")) == (0, 1)
    database.execute("DELETE FROM song WHERE id = ?", (song,))
    assert (hits("elan"), hits("fire")) == (0, 0)
    database.close()


def test_libraries_carry_our_mark(file: Path) -> None:
    Database.open(file).close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID


def test_every_change_of_a_song_is_noted_under_the_next_number() -> None:
    database = Database.in_memory()

    def noted() -> list[int]:
        """The keys noted since the last question, the latest last."""
        nonlocal seen
        rows = database.all("SELECT number, key FROM song_change WHERE number > ? ORDER BY number",
                            (seen,))
        seen = max([seen, *(number for number, _ in rows)])
        return [key for _, key in rows]

    seen = 0
    song = database.execute(
        "INSERT INTO song (lyric_hash, title, artist, album, language, has_words, words, lyric,"
        " source, added_at) VALUES ('h', '', '', '', 'en', 1, '', '', '', '')")
    assert noted() == [song]
    # A file without a song stands for itself, one with a song for that.
    place = database.execute("INSERT INTO place (path, is_file, found_at) VALUES ('a', 1, '')")
    assert noted() == [-place]
    database.execute("UPDATE place SET song_id = ?", (song,))
    assert noted() == [-place, song]
    tagger = database.execute("INSERT INTO tagger (name, moods, thresholds, languages, used_at)"
                              " VALUES ('one', '[]', '[]', '[]', '')")
    assert noted() == [0]
    database.execute("INSERT INTO tagging (song_id, tagger_id, run_at) VALUES (?, ?, '')",
                     (song, tagger))
    assert noted() == [song]
    for sql in ("INSERT INTO label VALUES (?, 'joy', 'added', '')",
                "INSERT OR IGNORE INTO label VALUES (?, 'awe', 'added', '')",
                "UPDATE label SET verdict = 'rejected' WHERE song_id = ?",
                "UPDATE place SET missing = 1 WHERE song_id = ?",
                "UPDATE place SET changed = 1 WHERE song_id = ?",
                "INSERT INTO mood_span VALUES (?, 'joy', 0, 1, 'added', '')",
                "INSERT INTO song_tagger SELECT ?, id, '' FROM tagger",
                "DELETE FROM song_tagger WHERE song_id = ?",
                "DELETE FROM label WHERE song_id = ?", "UPDATE song SET title = 'b' WHERE id = ?",
                "DELETE FROM tagging WHERE song_id = ?"):
        database.execute(sql, (song,))
        assert noted() == [song], sql
    # What no list shows is not noted.
    database.execute("UPDATE place SET mtime_ns = 3")
    assert noted() == []
    # A song that goes is noted too, and a song is noted once however often it changed.
    database.execute("DELETE FROM song")
    assert noted()[-1] in (song, -place) and song in [
        key for key, in database.all("SELECT key FROM song_change")]
    assert database.first("SELECT count(*), count(DISTINCT key) FROM song_change") == (3, 3)
    database.close()
