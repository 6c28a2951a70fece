"""Backups are whole, dated, kept for a while, and bring back exactly what they were made from."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.errors import Cancelled, EngineError
from engine.library import library_copy
from engine.library.backup import KEPT, BackupKind, BackupShelf, make_daily
from engine.library.database import DamagedLibraryError, Database
from engine.library.incoming import Incoming, settle
from engine.library.restoring import restore_library
from engine.paths import AppPaths
from tests.engine.library.old_libraries import write_version_1


@pytest.fixture
def library(isolated_home: AppPaths) -> Iterator[Database]:
    """An open library with one talk."""
    database = Database.open(isolated_home.library_file, isolated_home.backups)
    talk(database, "Of lamps")
    yield database
    database.close()


@pytest.fixture
def shelf(isolated_home: AppPaths) -> BackupShelf:
    return BackupShelf(isolated_home)


def talk(database: Database, title: str) -> None:
    store = ConversationStore(database)
    store.add_message(store.create(title).id, Role.USER, "Who lights the lamp?")


def titles(database: Database) -> list[str]:
    return [title for title, in database.all("SELECT title FROM conversation ORDER BY id")]


def test_a_backup_holds_what_is_not_merged_into_the_file_yet(
        library: Database, shelf: BackupShelf) -> None:
    # GIVEN a library whose last words lie in the log beside it
    # WHEN a backup is made while it is open
    made = shelf.make()
    # THEN it is one file of its own with all of them
    assert (made.figures.talks, made.figures.songs) == (1, 0) if made.figures else False
    assert [file.name for file in made.file.parent.iterdir()] == [made.name]
    assert made.kind is BackupKind.HAND
    assert shelf.all() == (made,)


def test_a_copy_is_of_one_moment_though_somebody_writes_meanwhile(
        library: Database, isolated_home: AppPaths, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_copy, "_PAGES_AT_ONCE", 4)
    done: list[int] = []

    def write_too(event: object) -> None:
        number = getattr(event, "done", 0)
        if number:
            done.append(number)
            library.execute("UPDATE conversation SET title = title || '.'")

    with closing(sqlite3.connect(isolated_home.library_file)) as other:
        figures = library_copy.copy_library(isolated_home.library_file, tmp_path / "copy",
                                            write_too)
        assert other.execute("SELECT title FROM conversation").fetchone() != ("Of lamps",)
    # THEN it never began anew, and holds what stood there at first
    assert done == sorted(done) and len(done) > 5 and figures.talks == 1
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT title FROM conversation").fetchone() == ("Of lamps",)


def test_stopping_leaves_no_half_of_a_backup(library: Database, shelf: BackupShelf,
                                             isolated_home: AppPaths) -> None:
    def stop(_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        shelf.make(report=stop)
    assert list(isolated_home.backups.iterdir()) == []


def test_a_damaged_library_gives_no_backup_and_keeps_those_there_are(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths) -> None:
    good = shelf.make()
    library.close()
    isolated_home.library_file.write_bytes(b"not a library" * 1000)
    with pytest.raises(DamagedLibraryError):
        shelf.make()
    assert [each.name for each in shelf.all()] == [good.name]


def test_no_library_and_no_room_are_said(isolated_home: AppPaths, shelf: BackupShelf,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match="no library yet"):
        shelf.make()
    Database.open(isolated_home.library_file).close()
    monkeypatch.setattr(library_copy, "_ROOM_LEFT", 1 << 60)
    with pytest.raises(EngineError, match="no room for"):
        shelf.make()


def test_the_day_has_one_backup_and_an_untouched_library_none(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths) -> None:
    # GIVEN a library that was never backed up
    assert shelf.day_is_due()
    assert make_daily(isolated_home, 0) is None
    made = make_daily(isolated_home, 7)
    assert made is not None and made.kind is BackupKind.DAY
    # THEN today it is enough
    assert not shelf.day_is_due() and make_daily(isolated_home, 7) is None
    # AND tomorrow only if something was written since
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    talk(library, "Of rain")
    assert shelf.day_is_due(tomorrow)
    for _ in range(2):
        shelf.make()
    later = shelf.all()[0].at + timedelta(hours=1)
    stamp = later.strftime("%Y%m%d-%H%M%S-%f")
    (isolated_home.backups / f"library-daily-{stamp}.sqlite3").write_bytes(b"")
    assert not shelf.day_is_due(tomorrow + timedelta(days=1))


def test_old_ones_go_and_those_of_the_person_stay(
        library: Database, shelf: BackupShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (BackupKind.HAND, BackupKind.DAY, BackupKind.RESTORE):
        for _ in range(KEPT[BackupKind.RESTORE] + 1):
            shelf.make(kind)
    shelf.tidy(BackupKind.DAY, 2)
    shelf.tidy(BackupKind.RESTORE)
    kinds = [each.kind for each in shelf.all()]
    assert [kinds.count(kind) for kind in (BackupKind.HAND, BackupKind.DAY, BackupKind.RESTORE)
            ] == [KEPT[BackupKind.RESTORE] + 1, 2, KEPT[BackupKind.RESTORE]]
    # AND by their size, but for the two newest
    monkeypatch.setattr("engine.library.backup.MOST_BYTES", 1)
    shelf.tidy(BackupKind.RESTORE)
    kinds = [each.kind for each in shelf.all()]
    assert kinds.count(BackupKind.RESTORE) == 2
    shelf.delete(shelf.all()[0])
    assert len(shelf.all()) == len(kinds) - 1


def test_what_is_no_backup_is_passed_over_and_a_broken_one_has_no_figures(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths) -> None:
    isolated_home.backups.mkdir()
    (isolated_home.backups / "notes.txt").write_text("mine")
    (isolated_home.backups / "library-odd-20260101-000000-000000.sqlite3").write_text("x")
    (isolated_home.backups / "library-by-hand-20260101-000000-000000.sqlite3").write_text("x")
    listed, = shelf.all()
    assert listed.figures is None and listed.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert shelf.find(listed.name) == listed
    with pytest.raises(EngineError, match="no backup"):
        shelf.find("../library.sqlite3")


def test_restoring_brings_back_and_can_be_undone_while_the_library_is_open(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths) -> None:
    # GIVEN a backup, and something said after it
    kept = shelf.make()
    talk(library, "Of rain")
    # WHEN it is restored
    before = restore_library(isolated_home, kept.file)
    # THEN whoever has the library open sees it as it was, and can write
    assert titles(library) == ["Of lamps"]
    talk(library, "Of wind")
    assert titles(library) == ["Of lamps", "Of wind"]
    # AND what stood there is back when that is restored in turn
    assert before is not None and before.kind is BackupKind.RESTORE
    restore_library(isolated_home, before.file)
    assert titles(library) == ["Of lamps", "Of rain"]
    assert not Incoming(isolated_home).folder.exists()


def test_stopping_while_it_is_put_in_its_place_changes_nothing(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths,
        monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN somebody who stops when half of it is there
    monkeypatch.setattr(library_copy, "_PAGES_AT_ONCE", 4)
    kept = shelf.make()
    talk(library, "Of rain")

    def stop(event: object) -> None:
        if "in its place" in getattr(event, "message", "") and 2 * event.done > event.total:
            raise Cancelled

    with pytest.raises(Cancelled):
        restore_library(isolated_home, kept.file, stop)
    assert titles(library) == ["Of lamps", "Of rain"]
    assert library.first("PRAGMA integrity_check") == ("ok",)
    assert not Incoming(isolated_home).folder.exists()


def test_a_backup_of_an_earlier_version_is_brought_up_to_date_and_stays_as_it_was(
        library: Database, isolated_home: AppPaths, tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    write_version_1(old)
    bytes_before = old.read_bytes()
    restore_library(isolated_home, old)
    assert library.all("SELECT title FROM song") == [("Harbour",)]
    # AND since it is from elsewhere, its file is looked for here
    assert library.all("SELECT path, missing FROM place") == [("/music/harbour.txt", 1)]
    assert titles(library) == []
    assert old.read_bytes() == bytes_before


@pytest.mark.parametrize("content", [b"", b"no library", b"SQLite format 3\0" + bytes(8000)])
def test_what_is_no_library_changes_nothing(library: Database, isolated_home: AppPaths,
                                            tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(EngineError):
        restore_library(isolated_home, tmp_path / "odd")
    assert titles(library) == ["Of lamps"]
    assert not Incoming(isolated_home).folder.exists()
    assert not isolated_home.backups.exists()


@pytest.mark.parametrize("torn", [False, True], ids=["garbage", "torn"])
def test_a_damaged_library_is_kept_aside_and_replaced(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths, torn: bool) -> None:
    # GIVEN a backup, and a library that the disk has spoiled
    kept = shelf.make()
    library.close()
    file = isolated_home.library_file
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + bytes(len(whole) - 4096) if torn else b"garbage" * 4096)
    spoiled = file.read_bytes()
    # WHEN the backup is restored
    assert restore_library(isolated_home, kept.file) is None
    # THEN it is there, and so are the bytes nobody could read
    with closing(Database.open(file)) as opened:
        assert titles(opened) == ["Of lamps"]
    aside = next(each for each in shelf.all() if each.kind is BackupKind.DAMAGED)
    assert aside.file.read_bytes() == spoiled and aside.figures is None


def test_a_library_that_would_act_by_itself_is_refused(library: Database, shelf: BackupShelf,
                                                       isolated_home: AppPaths) -> None:
    kept = shelf.make()
    with closing(sqlite3.connect(kept.file)) as opened:
        opened.execute("CREATE TRIGGER sly AFTER INSERT ON label BEGIN DELETE FROM song; END")
    with pytest.raises(EngineError, match="by itself"):
        restore_library(isolated_home, kept.file)


def test_two_at_once_are_told(library: Database, shelf: BackupShelf,
                              isolated_home: AppPaths) -> None:
    kept = shelf.make()
    with Incoming(isolated_home).claimed(), \
            pytest.raises(EngineError, match="another Undertone"):
        restore_library(isolated_home, kept.file)
    restore_library(isolated_home, kept.file)


def test_a_writer_in_the_way_keeps_everything_as_it_is(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.library.library_copy.BUSY_SECONDS", 0.05)
    kept = shelf.make()
    talk(library, "Of rain")
    with library.transaction(), pytest.raises(EngineError, match="in use"):
        restore_library(isolated_home, kept.file)
    settle(isolated_home)
    assert titles(library) == ["Of lamps", "Of rain"]


def test_what_a_kill_kept_from_its_place_is_put_there_at_the_next_start(
        library: Database, shelf: BackupShelf, isolated_home: AppPaths,
        monkeypatch: pytest.MonkeyPatch) -> None:
    kept = shelf.make()
    talk(library, "Of rain")
    # GIVEN a process that ended when all was gathered
    monkeypatch.setattr(Incoming, "place_library", lambda *_: (_ for _ in ()).throw(SystemExit))
    monkeypatch.setattr(Incoming, "give_up", lambda _: None)
    with pytest.raises(SystemExit):
        restore_library(isolated_home, kept.file)
    monkeypatch.undo()
    assert titles(library) == ["Of lamps", "Of rain"]
    # WHEN the program starts again
    settle(isolated_home)
    # THEN it is done, once
    assert titles(library) == ["Of lamps"]
    assert not Incoming(isolated_home).folder.exists()
    settle(isolated_home)


def test_what_was_not_whole_is_thrown_away_at_the_next_start(
        library: Database, isolated_home: AppPaths) -> None:
    folder = Incoming(isolated_home).folder
    folder.mkdir()
    (folder / "library.sqlite3").write_bytes(b"half")
    settle(isolated_home)
    assert titles(library) == ["Of lamps"] and not folder.exists()


def test_what_was_left_half_made_goes_once_it_is_a_day_old(isolated_home: AppPaths) -> None:
    # GIVEN what killed programs left, and what another window is at work on
    isolated_home.backups.mkdir(parents=True)
    for name, hours in ((".outgoing-old", 30), (".outgoing-new", 1)):
        folder = isolated_home.home / name
        folder.mkdir()
        (folder / "library.sqlite3").write_bytes(b"half")
        part = isolated_home.backups / f"{name}.part"
        part.write_bytes(b"half")
        for left in (folder, part):
            os.utime(left, (time.time() - hours * 3600,) * 2)
    # WHEN the next window looks whether a backup is due
    make_daily(isolated_home, 0)
    # THEN only what nobody can be at work on any more is gone
    assert [file.name for file in isolated_home.home.glob(".outgoing-*")] == [".outgoing-new"]
    assert [file.name for file in isolated_home.backups.iterdir()] == [".outgoing-new.part"]
