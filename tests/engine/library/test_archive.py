"""Everything personal as one file: as it was on a fresh machine, added to a used one, and nothing
taken from a file that is not as we write it."""

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Progress
from engine.library.archive.bringing_in import Way, bring_in, look_into
from engine.library.archive.packing import pack, personal_sizes
from engine.library.backup import BackupKind, BackupShelf
from engine.library.incoming import Incoming, settle
from engine.paths import AppPaths
from engine.settings import load_settings
from engine.tagging.labels import Verdict
from tests.engine.library.tiny_libraries import (
    add_song,
    add_talk,
    fill,
    home,
    label,
    library_at,
    put_model,
    told,
)

Files = dict[str, bytes]


@pytest.fixture
def full(isolated_home: AppPaths) -> AppPaths:
    """A home with a bit of everything."""
    fill(isolated_home)
    return isolated_home


@pytest.fixture
def other(tmp_path: Path, isolated_home: AppPaths) -> AppPaths:
    """An empty home, as on another computer."""
    return home(tmp_path / "other", isolated_home.resources)


@pytest.fixture
def archive(full: AppPaths, tmp_path: Path) -> Path:
    return pack(full, tmp_path / "mine.zip", with_models=True).file


def test_on_a_fresh_computer_everything_is_as_it_was(
        full: AppPaths, other: AppPaths, archive: Path) -> None:
    # GIVEN an archive that says what it holds
    manifest = look_into(archive)
    assert (manifest.songs, manifest.talks, manifest.labels) == (2, 1, 1)
    assert manifest.models == {"tiny": len(b"{}weights")} and manifest.at is not None
    # WHEN it is brought in where nothing was
    bring_in(other, archive, Way.REPLACE)
    settle(other)
    # THEN all is there, files under the names they had
    assert told(other) == told(full)
    assert load_settings(other.settings_file) == load_settings(full.settings_file)
    assert (other.own_dialogue_formats / "mine.toml").read_text("utf-8") == 'name = "mine"\n'
    assert (other.models / "tiny" / "model.onnx").read_bytes() == b"weights"
    # AND of the window's state what is no more than words
    assert (other.home / "window.ini").read_text("utf-8") == "[General]\npage=library\n"
    # AND songs whose files are not on this computer say so
    with closing(library_at(other)) as database:
        assert database.all("SELECT DISTINCT missing FROM place") == [(1,)]
    assert not Incoming(other).folder.exists()


def test_replacing_can_be_undone_whole(full: AppPaths, other: AppPaths, archive: Path) -> None:
    # GIVEN a used computer
    with closing(library_at(other)) as database:
        add_song(database, "Cellar")
    (other.home / "settings.json").write_text('{"appearance": "light"}', "utf-8")
    put_model(other, "tiny", b"another")
    before_all = told(other)
    # WHEN everything is replaced
    brought = bring_in(other, archive, Way.REPLACE)
    settle(other)
    assert told(other) == told(full)
    assert load_settings(other.settings_file).appearance == "dark"
    # THEN a model of that name stayed as it was here
    assert (other.models / "tiny" / "model.onnx").read_bytes() == b"another"
    # AND what was kept brings all of it back: also that there was no prompt
    kept, = BackupShelf(other).all()
    assert (kept.file, kept.kind, kept.is_archive) == (brought.before, BackupKind.IMPORT, True)
    bring_in(other, brought.before, Way.REPLACE)
    settle(other)
    assert told(other) == before_all
    assert load_settings(other.settings_file).appearance == "light"
    assert not other.own_prompts.exists()


def test_adding_keeps_what_is_here_and_doubles_nothing(
        full: AppPaths, other: AppPaths, archive: Path) -> None:
    # GIVEN a used computer that knows one of the songs, and said otherwise of it later
    with closing(library_at(other)) as database:
        add_song(database, "Cellar")
        harbour = add_song(database, "Harbour", "/elsewhere", scored=False)
        label(database, harbour, "sadness", Verdict.REJECTED, "2026-06-01T10:00:00+00:00")
        label(database, harbour, "hope", Verdict.ADDED, "2026-06-01T10:00:00+00:00")
        add_talk(database, "Of rain", "Is it raining?")
    other.own_dialogue_formats.mkdir(parents=True)
    (other.own_dialogue_formats / "mine.toml").write_text("ours", "utf-8")
    # WHEN the archive is added
    brought = bring_in(other, archive, Way.ADD)
    settle(other)
    # THEN both are there
    found, theirs = told(other), told(full)
    assert brought.merged is not None
    assert (brought.merged.songs, brought.merged.talks, brought.merged.messages) == (1, 1, 2)
    assert [title for title, _ in found["songs"]] == ["Cellar", "Harbour", "Meadow"]
    for same in ("playlists", "scores"):
        assert set(theirs[same]) <= set(found[same]), same
    assert set(theirs["messages"]) | {("Of rain", "Is it raining?", "", "")} == set(
        found["messages"])
    assert set(theirs["facts"]) <= set(found["facts"]) and len(found["facts"]) == 2
    # AND the later word holds, and our own files and settings are as they were
    assert found["labels"] == [("Harbour", "hope", "added", "2026-06-01T10:00:00+00:00"),
                               ("Harbour", "sadness", "rejected", "2026-06-01T10:00:00+00:00")]
    assert (other.own_dialogue_formats / "mine.toml").read_text("utf-8") == "ours"
    assert not other.settings_file.exists()
    assert (other.models / "tiny").is_dir()
    # AND once more adds nothing
    again = bring_in(other, archive, Way.ADD)
    settle(other)
    assert again.merged is not None and not any(
        (again.merged.songs, again.merged.labels, again.merged.talks, again.merged.messages,
         again.merged.personas, again.merged.playlists))
    assert told(other) == found


def test_a_talk_that_went_on_at_both_places_becomes_one_with_both_ways(
        full: AppPaths, other: AppPaths, archive: Path, tmp_path: Path) -> None:
    from engine.chat.conversation import Role
    from engine.chat.conversation_store import ConversationStore

    bring_in(other, archive, Way.REPLACE)
    settle(other)
    for paths, line in ((full, "And who fills it?"), (other, "And who puts it out?")):
        with closing(library_at(paths)) as database:
            store = ConversationStore(database)
            talk = store.conversation(store.rows()[0].id)
            assert talk.leaf is not None
            store.add_message(talk.id, Role.USER, line, talk.leaf.id)
    bring_in(other, pack(full, tmp_path / "again.zip").file, Way.ADD)
    with closing(library_at(other)) as database:
        store = ConversationStore(database)
        row, = store.rows()
        talk = store.conversation(row.id)
    assert row.messages == 4
    assert talk.leaf is not None and talk.leaf.text == "And who puts it out?"


def test_models_come_only_when_they_are_wanted(full: AppPaths, other: AppPaths, archive: Path,
                                               tmp_path: Path) -> None:
    bring_in(other, archive, Way.REPLACE, with_models=False)
    settle(other)
    assert not other.models.exists()
    assert look_into(pack(full, tmp_path / "small.zip").file).models == {}
    assert personal_sizes(full)["models"] == len(b"{}weights")


def test_moods_of_ones_own_come_along_without_the_models(full: AppPaths, other: AppPaths,
                                                         tmp_path: Path) -> None:
    # GIVEN a mood of one's own, which is a model of a few kilobytes
    folder = full.models / "mood-late_night"
    folder.mkdir(parents=True)
    (folder / "mood.json").write_text('{"id": "late_night", "name": "Late night"}', "utf-8")
    # WHEN the data are carried to another computer without the models
    made = pack(full, tmp_path / "few.zip", with_models=False).file
    bring_in(other, made, Way.REPLACE, with_models=False)
    settle(other)
    # THEN it is there, as what was said of songs is
    assert (other.models / "mood-late_night" / "mood.json").is_file()
    assert [entry.name for entry in other.models.iterdir()] == ["mood-late_night"]


def test_stopping_leaves_nothing_half_done(full: AppPaths, other: AppPaths, archive: Path) -> None:
    # GIVEN somebody who stops at any of the moments they are told of
    with closing(library_at(other)) as database:
        add_song(database, "Cellar")
    before = told(other)
    moments: list[object] = []
    bring_in(home(other.home / "x", full.resources), archive, Way.ADD, report=moments.append)
    for stop_at in range(len(moments)):
        count = iter(range(len(moments)))

        def stop(_: object) -> None:
            if next(count) == stop_at:  # noqa: B023 - called in this turn
                raise Cancelled

        try:
            bring_in(other, archive, Way.ADD, report=stop)
        except Cancelled:
            assert told(other) == before
        assert not Incoming(other).is_waiting()
        if told(other) != before:
            break
    assert stop_at > 8
    assert any(isinstance(each, Progress) and each.total for each in moments)


def test_packing_that_fails_leaves_the_old_file(full: AppPaths, archive: Path) -> None:
    before = archive.read_bytes()

    def stop(event: object) -> None:
        if isinstance(event, Progress) and event.message == "Packing":
            raise Cancelled

    with pytest.raises(Cancelled):
        pack(full, archive, report=stop)
    assert archive.read_bytes() == before
    assert [file.name for file in archive.parent.iterdir() if file.is_file()] == ["mine.zip"]
    assert not list(full.home.glob(".outgoing-*"))
    with pytest.raises(EngineError, match="could not be written"):
        pack(full, archive / "below a file" / "x.zip")


def test_what_a_kill_interrupted_is_finished_at_the_next_start(
        other: AppPaths, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a process that ended between two files
    moved: list[str] = []
    replace = Incoming._replace

    def end_at_third(self: Incoming, name: str, comes: bool) -> None:
        moved.append(name)
        if len(moved) == 3:
            raise SystemExit
        replace(self, name, comes)

    bring_in(other, archive, Way.REPLACE)
    monkeypatch.setattr(Incoming, "_replace", end_at_third)
    with pytest.raises(SystemExit):
        settle(other)
    monkeypatch.undo()
    # WHEN the program starts again
    settle(other)
    # THEN the rest is there too
    assert load_settings(other.settings_file).appearance == "dark"
    assert (other.own_dialogue_formats / "mine.toml").exists()
    assert (other.models / "tiny").is_dir() and not Incoming(other).folder.exists()


def rewritten(archive: Path, change: Callable[[Files], None], listed: bool = True) -> Path:
    """The archive with other files in it; with `listed` its list agrees with them."""
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    manifest = json.loads(files.pop("manifest.json"))
    if listed:
        manifest["files"] = [
            {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
        opened.writestr("manifest.json", json.dumps(manifest))
    return archive


@pytest.mark.parametrize("name", [
    "../escaped.txt", "prompts/../../escaped.txt", "/etc/escaped", "C:/escaped", "prompts\\..\\x",
    "prompts/con.toml", "prompts/.hidden", "prompts/a ", "prompts/a.", "prompts//a", "prompts/",
    "models/loose.onnx", "library.sqlite3-wal", "jobs/spec.json", "settings.json/x", "prompts",
    "prompts/\u0000", "prompts/" + "a" * 300, "/".join(["prompts"] * 9), "incoming/ready.json",
    "Settings.json", "prompts/a:b"])
def test_names_that_lead_elsewhere_are_refused(other: AppPaths, archive: Path, name: str) -> None:
    try:
        rewritten(archive, lambda files: files.update({name: b"x"}))
    except ValueError:
        pytest.skip("no zip can hold this name")
    with pytest.raises(EngineError):
        bring_in(other, archive, Way.REPLACE)
    assert not list(other.home.parent.glob("**/escaped*"))
    assert not other.library_file.exists()


def _swap(files: Files) -> None:
    files["settings.json"] = files["settings.json"].replace(b"dark", b"lite")


@pytest.mark.parametrize("change", [
    lambda files: files.update({"settings.json": b"{}"}),
    lambda files: files.update({"prompts/more.toml": b""}),
    lambda files: files.pop("settings.json"),
    _swap,
], ids=["other size", "not listed", "missing", "other bytes"])
def test_what_is_not_as_it_is_listed_is_refused(other: AppPaths, archive: Path,
                                                change: Callable[[Files], None]) -> None:
    rewritten(archive, change, listed=False)
    with pytest.raises(EngineError):
        bring_in(other, archive, Way.REPLACE)
    assert not other.library_file.exists() and not other.settings_file.exists()


def test_two_names_for_one_file_are_refused(other: AppPaths, archive: Path) -> None:
    rewritten(archive, lambda files: files.update({"prompts/A.toml": b"1", "prompts/a.toml": b"2"}))
    with pytest.raises(EngineError, match="not as Undertone writes it"):
        look_into(archive)


def test_a_file_that_is_also_a_folder_is_refused(other: AppPaths, archive: Path) -> None:
    rewritten(archive, lambda files: files.update({"prompts/a": b"1", "prompts/a/b": b"2"}))
    with pytest.raises(EngineError, match="not as Undertone writes it"):
        look_into(archive)


def test_bombs_are_refused_before_they_go_off(other: AppPaths, archive: Path) -> None:
    rewritten(archive, lambda files: files.update({"models/a/b": bytes(40 << 20)}))
    assert archive.stat().st_size < 1 << 20
    with pytest.raises(EngineError, match="not as Undertone writes it"):
        bring_in(other, archive, Way.REPLACE)


def test_too_large_settings_links_and_locked_files_are_refused(archive: Path) -> None:
    for attributes, data in ((0, bytes(2 << 20)), ((stat.S_IFLNK | 0o777) << 16, b"/etc/passwd")):
        with zipfile.ZipFile(archive) as opened:
            manifest = json.loads(opened.read("manifest.json"))
        manifest["files"] = [{"name": "settings.json", "size": len(data),
                              "sha256": hashlib.sha256(data).hexdigest()}]
        entry = zipfile.ZipInfo("settings.json")
        entry.external_attr = attributes
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr(entry, data)
            opened.writestr("manifest.json", json.dumps(manifest))
        with pytest.raises(EngineError, match="not as Undertone writes it"):
            look_into(archive)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_other_files_are_said_to_be_none_of_ours(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.zip").write_bytes(content)
    with pytest.raises(EngineError):
        look_into(tmp_path / "odd.zip")
    with pytest.raises(EngineError):
        look_into(tmp_path / "nowhere.zip")
    with pytest.raises(EngineError):
        look_into(tmp_path)


def test_a_name_without_a_file_is_not_called_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as refused:
        look_into(tmp_path / "nowhere.zip")
    assert refused.value.message == "There is no file nowhere.zip there."
    assert "room" not in refused.value.hint


def test_every_torn_archive_is_refused(other: AppPaths, archive: Path) -> None:
    whole = archive.read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        archive.write_bytes(whole[:length])
        with pytest.raises(EngineError):
            bring_in(other, archive, Way.REPLACE)
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1:])
        try:
            bring_in(other, archive, Way.ADD)
        except EngineError:
            continue  # else the byte was one that says nothing, as the hour a file was packed
    assert not Incoming(other).is_waiting() or settle(other) is None


def test_an_archive_of_a_newer_program_and_a_library_that_acts_are_refused(
        full: AppPaths, other: AppPaths, archive: Path) -> None:
    def sly(files: Files) -> None:
        scratch = other.home.parent / "sly.sqlite3"
        scratch.write_bytes(files["library.sqlite3"])
        import sqlite3
        with closing(sqlite3.connect(scratch)) as opened:
            opened.execute("CREATE TRIGGER sly AFTER INSERT ON label BEGIN DELETE FROM song; END")
        files["library.sqlite3"] = scratch.read_bytes()

    def newer(files: Files) -> None:
        files["manifest.json"] = files["manifest.json"].replace(
            b'"version": 1', b'"version": 9')

    rewritten(archive, newer, listed=False)
    with pytest.raises(EngineError, match="newer Undertone"):
        look_into(archive)
    pack(full, archive)
    rewritten(archive, sly)
    with pytest.raises(EngineError, match="by itself"):
        bring_in(other, archive, Way.REPLACE)
    assert not other.library_file.exists()


def test_no_record_of_a_write_puts_a_file_elsewhere(full: AppPaths, other: AppPaths,
                                                    tmp_path: Path) -> None:
    # GIVEN records of writes, some of which would make a file when they are made again
    with closing(library_at(full)) as database:
        database.execute("INSERT INTO tag_batch VALUES (1, 'then')")
        for number, (path, kind, goal, before) in enumerate((
                ("/music/Song.moods.json", "sidecar", "", b""),
                ("/home/me/.config/autostart/x.desktop", "sidecar", "", b""),
                ("/home/me/.profile", "tag", "", b""),
                ("/music/Song.mp3", "tag", "", b"hash"),
                ("/music/Cut.mp3", "tag", "written", b"hash"))):
            database.execute(
                "INSERT INTO tag_write (id, batch_id, path, kind, title, artist, format, tagger,"
                " at, state, before, after, own, goal, hash_before, hash_after) VALUES"
                " (?, 1, ?, ?, '', '', '', '', 'then', 'undone', '', '', '', ?, ?, x'01')",
                (number, path, kind, goal, before))
    bring_in(other, pack(full, tmp_path / "x.zip").file, Way.REPLACE)
    with closing(library_at(other)) as database:
        assert database.all("SELECT path FROM tag_write ORDER BY id") == [
            ("/music/Song.moods.json",), ("/music/Song.mp3",)]


def test_a_damaged_library_can_be_replaced_and_its_bytes_are_kept(
        full: AppPaths, archive: Path) -> None:
    found = told(full)
    full.library_file.write_bytes(b"spoiled" * 3000)
    brought = bring_in(full, archive, Way.REPLACE)
    settle(full)
    assert told(full) == found | {"places": told(full)["places"]}
    kinds = {each.kind for each in BackupShelf(full).all()}
    assert kinds == {BackupKind.DAMAGED, BackupKind.IMPORT}
    assert not look_into(brought.before).has_library
