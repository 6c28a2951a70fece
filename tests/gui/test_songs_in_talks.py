"""Where songs and talks meet in the window: a scene out of a song, a line in another mood, and the
way from a talk to a song that is like it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.chat.cast_store import CastStore
from engine.library.database import Database
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.song import SongState
from gui.app import Program
from gui.chat_shelf import ChatShelf
from tests.fakes import FakeTextModel
from tests.gui.conftest import FakeShelf, end
from tests.gui.test_chat_in_window import install

SAD = ("Tears on the window and tears in the rain\nI cry for the lonely goodbye of the train\n"
       "The window is cold and the train has gone\nThe rain on the window goes on and on\n")
PATIENCE_MS = 30_000


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths) -> Iterator[Program]:
    install(isolated_home.models, "small", "Small")

    def open_model(entry: object, settings: Settings) -> FakeTextModel:
        return FakeTextModel("The sun on the window and a smile.", window=8192)

    registry = ModelRegistry(isolated_home.shipped_models, isolated_home.models)
    shelf = ChatShelf(registry, lambda: started.settings.current, open_model)
    started = Program(qapp, isolated_home, FakeShelf(), chat_shelf=shelf)
    with qtbot.waitExposed(started.window):
        started.window.show()
    started.window.activateWindow()
    yield started
    end(started)


def tag(program: Program, qtbot: QtBot, folder: Path) -> None:
    file = folder / "Last Train.txt"
    file.write_text(SAD, "utf-8")
    program.tag.tag([file])
    qtbot.waitUntil(lambda: program.tag.desk.song is not None and bool(program.tag.desk.chips),
                    timeout=PATIENCE_MS)


def test_a_scene_from_a_song_is_approved_and_talked_in(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    # GIVEN a song that is tagged and open
    view = program.tag_page.song
    assert not view.scene.isVisible()
    tag(program, qtbot, tmp_path)
    qtbot.waitUntil(view.scene.isVisible)
    # WHEN the person wants a scene from it
    scenes = program.chat.song_scenes
    assert scenes is not None
    view.scene.click()
    qtbot.waitUntil(lambda: scenes.editor is not None, timeout=PATIENCE_MS)
    editor = scenes.editor
    assert editor is not None
    # THEN it is shown first, with where it is from and what its words call
    assert editor.title.text() == "After “Last Train”"
    assert "sadness" in editor.scenario.toPlainText()
    assert "Last Train" in editor.source.text() and "window" in editor.source.text()
    assert program.window.page == "tag"
    # WHEN they change a word and approve
    editor.title.setText("At the station")
    editor.save.click()
    # THEN a talk can be begun with this scene chosen
    casting = program.chat.page.casting
    qtbot.waitUntil(lambda: casting.chooser is not None and casting.chooser.scenes.scene_id != 0)
    assert program.window.page == "chat" and casting.chooser is not None
    assert casting.chooser.scenes.choice.currentText() == "At the station"
    qtbot.waitUntil(lambda: bool(casting.chooser and casting.chooser.list.table.rows))
    casting.chooser.list.choose([casting.chooser.list.table.rows[0].id])
    casting.chooser.start.click()
    qtbot.waitUntil(lambda: program.chat.presenter.open.id != 0)
    # AND in the talk the song's words come along as its lorebook
    database = Database.open(program.paths.library_file, program.paths.backups)
    setup = CastStore(database).setup(program.chat.presenter.open.id)
    database.close()
    assert setup.scene is not None and setup.scene.title == "At the station"
    assert setup.lorebook is not None
    assert "window" in [entry.name for entry in setup.lorebook.entries]


def test_a_scene_that_is_not_wanted_leaves_nothing(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    tag(program, qtbot, tmp_path)
    scenes = program.chat.song_scenes
    assert scenes is not None
    program.tag_page.song.scene.click()
    qtbot.waitUntil(lambda: scenes.editor is not None, timeout=PATIENCE_MS)
    assert scenes.editor is not None
    scenes.editor.leave.click()
    assert scenes.editor is None and program.window.page == "tag"
    assert program.chat.page.casting.chooser is None


def test_a_song_that_is_gone_meanwhile_is_a_sentence(program: Program, qtbot: QtBot) -> None:
    scenes = program.chat.song_scenes
    assert scenes is not None
    with qtbot.waitSignal(program.chat.presenter.problem_raised) as told:
        scenes.make(4711, program.tag_page)
    assert told.args is not None and "no longer in the library" in told.args[0].message


def test_a_line_of_a_lyric_is_said_in_another_mood(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    tag(program, qtbot, tmp_path)
    rewrites, lyric = program.chat.rewrites, program.tag_page.song.lyric
    assert rewrites is not None
    # GIVEN the caret in the second line
    lyric.go_to(1)
    lyric.setFocus()
    qtbot.waitUntil(lyric.hasFocus)
    # WHEN its key is pressed
    qtbot.keyClick(lyric, Qt.Key.Key_M)
    # THEN the window has that line
    assert rewrites.dialog is not None
    dialog = rewrites.dialog
    assert dialog.text.toPlainText() == "I cry for the lonely goodbye of the train"
    assert dialog.uses == []
    dialog.mood.show_value("happiness")
    dialog.start()
    qtbot.waitUntil(lambda: dialog.cancel.isHidden(), timeout=PATIENCE_MS)
    assert dialog.groups and dialog.groups[0].rows
    dialog.reject()
    # AND what is marked goes before the line, and the mood is remembered
    cursor = QTextCursor(lyric.document())
    cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    lyric.setTextCursor(cursor)
    program.window.activateWindow()
    lyric.setFocus()
    qtbot.waitUntil(lyric.hasFocus)
    qtbot.keyClick(lyric, Qt.Key.Key_M)
    assert rewrites.dialog is not None
    assert rewrites.dialog.text.toPlainText().count("\n") == 1
    assert rewrites.dialog.mood.currentData() == "happiness"
    rewrites.dialog.reject()


def test_the_menu_of_the_lyric_offers_it_for_the_line_under_the_mouse(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    tag(program, qtbot, tmp_path)
    lyric = program.tag_page.song.lyric
    wanted: list[str] = []
    program.tag_page.rewrite_wanted.disconnect()
    program.tag_page.rewrite_wanted.connect(wanted.append)
    block = lyric.document().findBlockByNumber(2)
    area = lyric.document().documentLayout().blockBoundingRect(block)
    where = QPoint(40, int(area.center().y()))
    lyric.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where,
                                             lyric.mapToGlobal(where)))
    menu = next(menu for menu in lyric.findChildren(QMenu) if menu.isVisible())
    next(act for act in menu.actions() if act.text().startswith("Say it")).trigger()
    menu.close()
    assert wanted == ["The window is cold and the train has gone"]


def test_a_message_gets_an_alternative_in_another_mood(program: Program, qtbot: QtBot) -> None:
    presenter, page = program.chat.presenter, program.chat.page
    program.window.show_page("chat")
    qtbot.waitUntil(lambda: presenter.loaded and presenter.can_send, timeout=PATIENCE_MS)
    presenter.send("The rain on the window and tears.")
    qtbot.waitUntil(lambda: len(presenter.open.shown) == 2 and not presenter.run.busy)
    asked = presenter.open.shown[0]
    assert "rewrite" in asked.acts
    page.transcript.act_wanted.emit("rewrite", asked.id)
    rewrites = program.chat.rewrites
    assert rewrites is not None and rewrites.dialog is not None
    dialog = rewrites.dialog
    dialog.mood.show_value("happiness")
    dialog.start()
    qtbot.waitUntil(lambda: dialog.cancel.isHidden(), timeout=PATIENCE_MS)
    assert dialog.result_text == "The sun on the window and a smile."
    dialog.uses[0].click()
    qtbot.waitUntil(lambda: presenter.open.shown[0].text == "The sun on the window and a smile.")
    assert presenter.open.shown[0].of == 2


def test_a_song_that_is_wanted_is_shown_on_the_tag_page(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    tag(program, qtbot, tmp_path)
    place = program.tag.selected
    program.tag.select("")
    program.window.show_page("chat")
    program.chat.presenter.song_wanted.emit(place)
    assert program.window.page == "tag" and program.tag.selected == place
    row = program.tag.table.row(place)
    assert row is not None and row.state is SongState.TAGGED
