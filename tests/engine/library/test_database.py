import sqlite3
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.errors import EngineError
from engine.library import database as database_module
from engine.library.database import Database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "library.sqlite3"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a lock in a test."""
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)


def count(database: Database) -> int:
    return database.first("SELECT count(*) FROM tagger")[0]


def insert(database: Database, name: str) -> int:
    return database.execute(
        "INSERT INTO tagger (name, moods, thresholds, languages, used_at)"
        " VALUES (?, '', '', '', '')", (name,))


def test_open_makes_the_folder_and_the_file(file: Path) -> None:
    Database.open(file).close()
    assert file.is_file()


def test_threads_may_make_the_library_at_the_same_moment(tmp_path: Path) -> None:
    # GIVEN threads that take turns as often as they can
    pace = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    failures: list[Exception] = []

    def open_it(file: Path, start: threading.Barrier) -> None:
        start.wait()
        try:
            Database.open(file).close()
        except Exception as failure:
            failures.append(failure)

    # WHEN eight of them open a library that is not there yet, again and again
    for turn in range(40):
        start = threading.Barrier(8)
        threads = [threading.Thread(target=open_it, args=(tmp_path / f"{turn}.sqlite3", start))
                   for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    sys.setswitchinterval(pace)
    # THEN none takes the half-made file for somebody else's
    assert not failures


def test_what_one_connection_commits_another_sees(file: Path) -> None:
    one, other = Database.open(file), Database.open(file)
    with one.transaction():
        insert(one, "a")
        assert count(other) == 0
    assert count(other) == 1
    one.close()
    other.close()


def test_a_failed_transaction_leaves_nothing(file: Path) -> None:
    database = Database.open(file)
    with pytest.raises(KeyError), database.transaction():
        insert(database, "a")
        raise KeyError
    assert count(database) == 0
    database.close()


def test_an_inner_transaction_joins_the_outer_one() -> None:
    database = Database.in_memory()
    with pytest.raises(KeyError), database.transaction():
        with database.transaction(durable=True):
            insert(database, "a")
        raise KeyError
    assert count(database) == 0
    database.close()


def test_foreign_keys_are_kept() -> None:
    # An unknown song is a bug of ours, so it is not turned into a sentence.
    database = Database.in_memory()
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO label VALUES (99, 'sadness', 'accepted', '')")
    database.close()


def test_ordinary_writes_do_not_wait_for_the_disk_and_durable_ones_do(file: Path) -> None:
    # GIVEN how SQLite was told to write inside each kind of transaction
    database = Database.open(file)
    with database.transaction():
        ordinary = database.first("PRAGMA synchronous")[0]
    with database.transaction(durable=True):
        durable = database.first("PRAGMA synchronous")[0]
    # THEN the journal is a write-ahead log, NORMAL is 1 and FULL is 2
    assert database.first("PRAGMA journal_mode")[0] == "wal"
    assert (ordinary, durable) == (1, 2)
    database.close()


def test_a_library_in_use_says_so(file: Path, quick: None) -> None:
    one, other = Database.open(file), Database.open(file)
    with one.transaction(), pytest.raises(EngineError) as caught, other.transaction():
        pass
    assert "in use" in caught.value.message and caught.value.hint
    # AND it can be written again as soon as the other is done
    with other.transaction():
        insert(other, "a")
    one.close()
    other.close()


@pytest.mark.parametrize("content", [
    b"this is no database at all, only a few words in a file " * 100,
    b"SQLite format 3\x00" + b"\xff" * 4096,
], ids=["text", "broken header"])
def test_a_damaged_file_says_so_and_is_left_alone(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(EngineError) as caught:
        Database.open(file)
    assert "damaged" in caught.value.message and "Restore a backup" in caught.value.hint
    assert file.read_bytes() == content


def test_damage_within_the_file_is_a_sentence_when_it_is_met(file: Path) -> None:
    # GIVEN a library whose pages after the first were overwritten
    database = Database.open(file)
    with database.transaction():
        for number in range(500):
            insert(database, f"{number}" * 100)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    size = file.stat().st_size
    with file.open("r+b") as raw:
        raw.seek(4096)
        raw.write(b"\xa5" * (size - 4096))
    # WHEN it is opened and read THEN the person is told
    with pytest.raises(EngineError) as caught:
        damaged = Database.open(file)
        try:
            damaged.all("SELECT * FROM tagger")
        finally:
            damaged.close()
    assert "damaged" in caught.value.message


def test_another_programs_file_is_refused(file: Path) -> None:
    file.parent.mkdir()
    stranger = sqlite3.connect(file)
    stranger.execute("CREATE TABLE notes (text)")
    stranger.close()
    with pytest.raises(EngineError) as caught:
        Database.open(file)
    assert "another program" in caught.value.message


def test_a_newer_library_is_refused_unchanged(file: Path) -> None:
    database = Database.open(file)
    database.execute("PRAGMA user_version = 999")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    before = file.read_bytes()
    with pytest.raises(EngineError) as caught:
        Database.open(file)
    assert "newer Undertone" in caught.value.message
    assert file.read_bytes() == before


def test_a_folder_in_its_place_says_so(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(EngineError) as caught:
        Database.open(file)
    assert "opened for writing" in caught.value.message


@pytest.mark.skipif(sys.platform == "win32", reason="the path means something else there")
def test_a_home_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(EngineError) as caught:
        Database.open(tmp_path / "home" / "library.sqlite3")
    assert "opened for writing" in caught.value.message


@pytest.mark.parametrize("free, told", [(4096, "disk is full"), (1 << 30, "disk failed")])
def test_a_disk_without_room_is_not_told_as_broken(
        file: Path, free: int, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a disk where SQLite finds no room for its shared memory, and one that fails
    monkeypatch.setattr(database_module.shutil, "disk_usage",
                        lambda _: SimpleNamespace(free=free))
    with pytest.raises(EngineError) as caught, database_module.sentences(file):
        failure = sqlite3.OperationalError("disk I/O error")
        failure.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise failure
    assert told in caught.value.message
