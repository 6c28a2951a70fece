"""Playlists, courses and exports in the real window: made, shown, changed, taken back, written."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.tagging.browsing.song_query import MoodWish, SongQuery
from engine.tagging.playlists.arcs import DrawnArc, MoodArc
from gui.app import Program
from gui.library.export_window import SIDECARS, ExportWindow, file_name
from gui.library.listing import Listing
from gui.library.playlist_panel import PlaylistPanel, PlaylistRow
from gui.library.playlists import moved
from tests.engine.tagging.playlists.conftest import CALM, GLAD, SAD, Music
from tests.gui.conftest import Start

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def music(tmp_path: Path, isolated_home: AppPaths) -> Iterator[Music]:
    folder = tmp_path / "music"
    folder.mkdir()
    isolated_home.home.mkdir(parents=True, exist_ok=True)
    music = Music(folder, isolated_home)
    for name, words in (("Rain", SAD), ("Sun", GLAD), ("Sea", CALM), ("Turns", GLAD + SAD)):
        music.record(f"{name}.mp3", words, name, "Bo")
    music.tag()
    yield music
    music.database.close()


@pytest.fixture
def program(music: Music, start: Start, qtbot: QtBot) -> Program:
    program = start()
    program.window.resize(1280, 800)
    program.window.show_page("library")
    qtbot.waitUntil(lambda: len(titles(program)) == 4)
    return program


@pytest.fixture
def listing(program: Program) -> Listing:
    return program.library.listing


@pytest.fixture
def wait(program: Program, qtbot: QtBot) -> Wait:
    def until(true: Callable[[], bool]) -> None:
        qtbot.waitUntil(lambda: true() and not program.desk.busy, timeout=4000)
    return until


def titles(program: Program) -> list[str]:
    presenter = program.library.presenter
    if presenter.found is None:
        return []
    songs = [presenter.table.song(key) for key in presenter.found.keys.tolist()]
    return [song.title for song in songs if song is not None]


def row(program: Program, name: str) -> PlaylistRow:
    panel = program.library.page.findChild(PlaylistPanel)
    assert isinstance(panel, PlaylistPanel)
    return next(each for each in panel.rows.values() if each.playlist.name == name)


def say_name(listing: Listing, name: str) -> None:
    assert listing.naming is not None
    listing.naming.field.setText(name)
    listing.naming.go.click()


def test_chosen_songs_become_a_playlist_that_is_shown_and_taken_back(
        program: Program, listing: Listing, music: Music, wait: Wait) -> None:
    # GIVEN two chosen songs
    presenter = program.library.presenter
    presenter.select([music.song("Sea.mp3"), music.song("Rain.mp3")])
    # WHEN they are kept under a name
    listing.make(presenter.selection.songs)
    say_name(listing, "  R&B <b>wet</b> ")
    wait(lambda: len(listing.playlists.all) == 1)
    shown = row(program, "R&B <b>wet</b>")
    assert (shown.count, shown.playlist.by_rule) == (2, False)
    # AND the playlist is pressed
    shown.click()
    wait(lambda: titles(program) == ["Sea", "Rain"])
    # THEN its songs can be moved and taken out, and each of it taken back
    presenter.select([music.song("Rain.mp3")])
    action = presenter.actions.get("list_up")
    assert action is not None
    action.act(presenter.selection)
    wait(lambda: titles(program) == ["Rain", "Sea"])
    out = presenter.actions.get("list_out")
    assert out is not None
    out.act(presenter.selection)
    wait(lambda: titles(program) == ["Sea"])
    presenter.steps.undo()
    wait(lambda: titles(program) == ["Rain", "Sea"])
    presenter.steps.undo()
    wait(lambda: titles(program) == ["Sea", "Rain"])
    # AND pressed again it is closed
    shown.click()
    wait(lambda: len(titles(program)) == 4)
    assert presenter.actions.get("list_up") is None
    presenter.steps.undo()
    wait(lambda: listing.playlists.all == ())


def test_an_open_playlist_is_put_in_order(program: Program, listing: Listing, music: Music,
                                          wait: Wait) -> None:
    presenter, names = program.library.presenter, ("Sun", "Rain", "Turns")
    listing.playlists.make("Way", [music.song(f"{name}.mp3") for name in names])
    wait(lambda: len(listing.playlists.all) == 1)
    row(program, "Way").click()
    wait(lambda: titles(program) == list(names))
    for name, order in (("list_brighten", ["Rain", "Turns", "Sun"]),
                        ("list_darken", ["Sun", "Turns", "Rain"]),
                        ("list_smooth", ["Sun", "Turns", "Rain"])):
        action = presenter.actions.get(name)
        assert action is not None
        action.act(presenter.selection)
        wait(lambda order=order: titles(program) == order)
    presenter.steps.undo()
    wait(lambda: titles(program) == ["Rain", "Turns", "Sun"])


def test_what_is_shown_is_kept_as_a_list_that_follows(program: Program, listing: Listing,
                                                      music: Music, wait: Wait) -> None:
    presenter = program.library.presenter
    presenter.wish(MoodWish("calmness"))
    wait(lambda: titles(program) == ["Sea"])
    listing.make_of_found()
    assert listing.naming is not None and listing.naming.follows.isVisible()
    listing.naming.follows.click()
    say_name(listing, "Calm ones")
    wait(lambda: len(listing.playlists.all) == 1)
    presenter.show_all()
    wait(lambda: len(titles(program)) == 4)
    row(program, "Calm ones").click()
    wait(lambda: titles(program) == ["Sea"])
    assert [wish.mood for wish in presenter.query.wishes] == ["calmness"]
    # WHEN something else is looked for, it is no longer the open one
    presenter.show_all()
    wait(lambda: len(titles(program)) == 4)
    assert listing.playlists.open_id == 0


def test_a_list_that_follows_can_follow_something_else(program: Program, listing: Listing,
                                                       music: Music, wait: Wait) -> None:
    presenter = program.library.presenter
    # GIVEN a list of what is calm, and something else that is shown
    listing.playlists.make_rule("Mine", SongQuery(wishes=(MoodWish("calmness"),)))
    wait(lambda: len(listing.playlists.all) == 1)
    presenter.search("title:Rain")
    wait(lambda: titles(program) == ["Rain"])
    # WHEN its menu lets it follow that
    menu = row(program, "Mine").menu()
    next(each for each in menu.actions() if each.text() == "Follow what is shown now").trigger()
    wait(lambda: "now follows" in presenter.steps.told.words)
    presenter.show_all()
    wait(lambda: len(titles(program)) == 4)
    row(program, "Mine").click()
    # THEN it does, until that is taken back
    wait(lambda: titles(program) == ["Rain"])
    presenter.show_all()
    presenter.steps.undo()
    wait(lambda: len(titles(program)) == 4)
    row(program, "Mine").click()
    wait(lambda: titles(program) == ["Sea"])


def test_what_is_asked_for_within_a_list_stays_where_something_is_done(
        program: Program, listing: Listing, music: Music, wait: Wait) -> None:
    presenter = program.library.presenter
    listing.playlists.make("Way", [music.song(f"{name}.mp3") for name in ("Sun", "Rain", "Sea")])
    wait(lambda: len(listing.playlists.all) == 1)
    row(program, "Way").click()
    wait(lambda: titles(program) == ["Sun", "Rain", "Sea"])
    presenter.ask_for(replace(presenter.query, wishes=(MoodWish("calmness"),)))
    wait(lambda: titles(program) == ["Sea"])
    # WHEN the page is shown again, or another list is made meanwhile
    presenter.wake()
    listing.playlists.make("Other", [music.song("Sun.mp3")])
    wait(lambda: len(listing.playlists.all) == 2)
    # THEN the same is shown
    assert titles(program) == ["Sea"] and presenter.query.wishes


def test_a_step_with_playlists_taken_back_on_the_other_page_is_seen_here(
        program: Program, listing: Listing, music: Music, wait: Wait) -> None:
    listing.playlists.make("Way", [music.song("Sun.mp3")])
    wait(lambda: len(listing.playlists.all) == 1)
    program.window.show_page("tag")
    program.tag.undo()
    wait(lambda: listing.playlists.all == ())
    program.tag.redo()
    wait(lambda: len(listing.playlists.all) == 1)


def test_playlists_are_renamed_ordered_and_removed_by_keys(program: Program, listing: Listing,
                                                           wait: Wait) -> None:
    for name in ("One", "Two"):
        listing.playlists.make(name, [1, 2])
        wait(lambda name=name: any(each.name == name for each in listing.playlists.all))
    QTest.keyClick(row(program, "One"), Qt.Key.Key_F2)
    assert listing.naming is not None and listing.naming.field.text() == "One"
    say_name(listing, "First")
    wait(lambda: [each.name for each in listing.playlists.all] == ["First", "Two"])
    QTest.keyClick(row(program, "First"), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    wait(lambda: [each.name for each in listing.playlists.all] == ["Two", "First"])
    QTest.keyClick(row(program, "Two"), Qt.Key.Key_Delete)
    wait(lambda: [each.name for each in listing.playlists.all] == ["First"])
    assert "Removed “Two”" in program.library.presenter.steps.told.words
    program.library.presenter.steps.undo()
    wait(lambda: [each.name for each in listing.playlists.all] == ["Two", "First"])
    menu = row(program, "Two").menu()
    assert [entry.text() for entry in menu.actions() if entry.text()][:3] == [
        "Show its songs", "Export…", "Rename…"]
    menu.deleteLater()


def test_songs_by_their_course(program: Program, listing: Listing, wait: Wait) -> None:
    listing.show_courses()
    window = listing.courses
    assert window is not None
    window.show_arc(MoodArc("happiness", "", "sadness"))
    wait(lambda: bool(window.songs))
    assert window.songs[0].song.title == "Turns" and window.songs[0].nearness is not None
    assert len(window.songs[0].curve) > 2
    assert window.list.table.data(window.list.table.index(0)).startswith("Turns, Bo")
    # WHEN a line is drawn instead
    window.show_arc(DrawnArc((0.8, 0.0, -1.0)))
    wait(lambda: bool(window.songs) and not window.songs[0].moods)
    assert window.songs[0].song.title == "Turns"
    QTest.keyClick(window.field, Qt.Key.Key_Home)
    assert window.field.values[0] == 1.0
    # AND a list that goes along it is shown in the Library
    window.show_arc(MoodArc("sadness", "", "happiness"))
    window.along.click()
    wait(lambda: bool(window.songs) and window.songs[0].nearness is None)
    window.show_them.click()
    wait(lambda: titles(program) == [found.song.title for found in window.songs])
    assert titles(program)[0] == "Rain" and titles(program)[-1] == "Sun"
    # AND becomes a playlist of a fitting name
    window.make.click()
    assert listing.naming is not None
    assert listing.naming.field.text() == "Sadness, then Happiness" or listing.naming.field.text()
    say_name(listing, "Upwards")
    wait(lambda: len(listing.playlists.all) == 1)
    window.close()


def test_a_course_of_nothing_says_what_to_do(program: Program, listing: Listing,
                                             wait: Wait) -> None:
    listing.show_courses()
    window = listing.courses
    assert window is not None
    window.show_arc(MoodArc())
    assert "Choose the mood" in window.message.text() and not window.make.isEnabled()
    window.show_arc(MoodArc("tenderness"))
    wait(lambda: "No song comes near" in window.message.text())
    window.reject()


def test_songs_like_one_become_a_playlist(program: Program, listing: Listing, music: Music,
                                          wait: Wait) -> None:
    presenter = program.library.presenter
    presenter.select([music.song("Rain.mp3")])
    listing.make_like(presenter.selection)
    wait(lambda: listing.naming is not None)
    assert listing.naming is not None and listing.naming.field.text() == "Like Rain"
    say_name(listing, "Like Rain")
    wait(lambda: len(listing.playlists.all) == 1)
    assert listing.playlists.all[0].count == 4


def opened(listing: Listing, keys: list[int]) -> ExportWindow:
    listing.export(keys, "Rainy: days")
    assert listing.exporting is not None
    return listing.exporting


def test_songs_are_exported_to_a_file(program: Program, listing: Listing, music: Music,
                                      wait: Wait, qtbot: QtBot) -> None:
    window = opened(listing, [music.song("Rain.mp3"), music.song("Sun.mp3")])
    file = music.folder / "list.m3u8"
    window.write_to(file)
    qtbot.waitUntil(lambda: "written to list.m3u8" in window.message.text())
    assert "Rain.mp3" in file.read_text("utf-8").splitlines()
    assert "#PLAYLIST:Rainy: days" in file.read_text("utf-8")
    window.close()
    # AND where it cannot be written, the window says so
    qtbot.waitUntil(lambda: listing.exporting is None)
    window = opened(listing, [music.song("Rain.mp3")])
    window.write_to(music.folder / "nowhere" / "x.csv")
    qtbot.waitUntil(lambda: "could not be written" in window.message.text())
    assert window.leave.text() == "Close"
    window.close()


def test_sidecars_are_seen_before_they_are_written(program: Program, listing: Listing,
                                                   music: Music, qtbot: QtBot) -> None:
    window = opened(listing, [music.song("Rain.mp3"), music.song("Sun.mp3")])
    window.options[SIDECARS].click()
    assert window.go.text() == "Show the files"
    window.go.click()
    qtbot.waitUntil(lambda: window.go.text() == "Write 2 files")
    assert not list(music.folder.glob("*.json")) and window.list.count() == 2
    window.go.click()
    qtbot.waitUntil(lambda: window.message.text() == "2 files written.")
    told = json.loads((music.folder / "Rain.moods.json").read_text("utf-8"))
    assert told["tags"][0]["tag"] == "sadness"
    window.close()


def test_a_list_is_shown_again_after_a_restart(program: Program, listing: Listing, wait: Wait,
                                               start: Start, qtbot: QtBot) -> None:
    listing.playlists.make("Kept", [1])
    wait(lambda: len(listing.playlists.all) == 1)
    again = start()
    again.window.show_page("library")
    qtbot.waitUntil(lambda: [each.name for each in again.library.listing.playlists.all] == ["Kept"])


def test_moves_stop_at_the_ends() -> None:
    assert moved([1, 2, 3, 4], [3, 4], -1) == [1, 3, 4, 2]
    assert moved([1, 2, 3, 4], [1, 2], -1) == [1, 2, 3, 4]
    assert moved([1, 2, 3, 4], [1, 3], 1) == [2, 1, 4, 3]
    assert moved([1, 2], [9], 1) == [1, 2]


@pytest.mark.parametrize("name, kept", [("a/b: c?", "a b c"), ("..", ""), (" x\n ", "x")])
def test_names_of_files(name: str, kept: str) -> None:
    assert file_name(name) == kept
