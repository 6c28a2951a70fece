"""From a drop to tags, labels and reasons, with real events above and the fake tagger below."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.tagging.labels import Verdict
from engine.tagging.song import SongState
from gui.app import Program
from tests.gui.conftest import FakeShelf, Start

SAD = "Tears on the window and tears in the rain\nI cry for the lonely goodbye of the train\n"
SUNNY = "The sun is up and I can smile\nWe dance and laugh in bright new light\n"
COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Hand:
    """Drags things over the window and lets them go, as a file manager would."""

    def __init__(self, program: Program, mime: QMimeData) -> None:
        self._window = program.window
        self._mime = mime

    def enter(self) -> bool:
        """Whether the window would take it."""
        centre = self._window.rect().center()
        enter = QDragEnterEvent(centre, COPY, self._mime, LEFT, PLAIN)
        move = QDragMoveEvent(centre, COPY, self._mime, LEFT, PLAIN)
        for event in (enter, move):
            QApplication.sendEvent(self._window, event)
        return enter.isAccepted() and move.isAccepted()

    def leave(self) -> None:
        QApplication.sendEvent(self._window, QDragLeaveEvent())

    def drop(self) -> QDropEvent:
        self.enter()
        event = QDropEvent(QPointF(self._window.rect().center()), COPY, self._mime, LEFT, PLAIN,
                           QEvent.Type.Drop)
        QApplication.sendEvent(self._window, event)
        return event


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def text(words: str) -> QMimeData:
    mime = QMimeData()
    mime.setText(words)
    return mime


def settle(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not (program.tagging.busy or program.desk.busy), timeout=20_000)


def press(program: Program, qtbot: QtBot, key: Qt.Key | str,
          modifier: Qt.KeyboardModifier = PLAIN) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)
    settle(program, qtbot)


def titles(program: Program, state: SongState) -> list[str]:
    table = program.tag.table
    return [str(table.index(at).data()) for at in range(table.rowCount())
            if table.rows()[at].state is state]


def told(program: Program) -> str:
    return " ".join(label.text() for label in program.window.findChildren(QLabel)
                    if label.isVisible())


def link(program: Program, words: str) -> QPushButton:
    return next(button for button in program.window.findChildren(QPushButton)
                if button.text() == words and button.isVisible())


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """A folder with a folder in it, three songs, one of them stamped, and a file of no words."""
    folder = tmp_path / "Музыка & more"
    (folder / "deeper").mkdir(parents=True)
    (folder / "Rain 🌧.txt").write_text(SAD, "utf-8")
    (folder / "deeper" / "Sun.txt").write_text(SUNNY, "utf-8")
    (folder / "Train.lrc").write_text(
        "[ar:The Millers]\n[00:01.00]Tears on the train in the rain\n"
        "[00:05.00]Goodbye to the lonely line\n[00:20.00]The sun comes up and I smile\n"
        "[00:25.00]We dance in the bright new light\n", "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    return folder


def test_a_folder_dropped_becomes_songs_with_moods(program: Program, qtbot: QtBot,
                                                   songs: Path) -> None:
    # GIVEN a folder over the window: the page says where to let go
    hand = Hand(program, files(songs))
    assert hand.enter()
    assert program.tag_page.drop_zone.isVisible()
    # WHEN it is let go
    dropped = hand.drop()
    settle(program, qtbot)
    # THEN the source keeps its files, the zone is gone, and every file has its answer
    assert dropped.dropAction() is COPY
    assert not program.tag_page.drop_zone.isVisible()
    assert titles(program, SongState.TAGGED) == ["Rain 🌧", "Train", "Sun"]
    assert titles(program, SongState.FAILED) == ["empty"]
    # AND the first song is open with its mood
    assert program.tag.desk.row and program.tag.desk.row.title == "Rain 🌧"
    assert [chip.mood for chip in program.tag.desk.chips] == ["sadness"]
    assert program.tag_page.song.ridges.isVisible()


def test_a_drag_that_goes_away_leaves_no_trace(program: Program, songs: Path) -> None:
    hand = Hand(program, files(songs))
    hand.enter()
    hand.leave()
    assert not program.tag_page.drop_zone.isVisible()
    assert not program.tag.run.progress.running and program.tag.table.size == 0


def test_dropped_words_are_a_lyric(program: Program, qtbot: QtBot) -> None:
    Hand(program, text(SUNNY)).drop()
    settle(program, qtbot)
    assert titles(program, SongState.TAGGED) == ["The sun is up and I can smile"]
    assert program.tag_page.song.lyric.toPlainText().startswith("The sun is up")


def test_an_address_on_the_web_is_refused_with_a_sentence(program: Program) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/song")])
    Hand(program, mime).drop()
    assert "Undertone works offline" in told(program)
    assert not program.tag.run.progress.running


def test_a_second_drop_joins_a_run(program: Program, qtbot: QtBot, songs: Path,
                                   tmp_path: Path) -> None:
    more = tmp_path / "more.txt"
    more.write_text(SUNNY + "and more", "utf-8")
    Hand(program, files(songs)).drop()
    Hand(program, files(more)).drop()
    settle(program, qtbot)
    assert program.tag.run.progress.done == 5
    assert "more" in titles(program, SongState.TAGGED)


def test_a_song_is_judged_and_explained_without_the_mouse(
        program: Program, qtbot: QtBot, songs: Path) -> None:
    # GIVEN songs, dropped
    Hand(program, files(songs)).drop()
    settle(program, qtbot)
    desk = program.tag.desk
    # WHEN a person goes to the next tagged song and accepts its mood
    press(program, qtbot, Qt.Key.Key_Down)
    assert desk.row and desk.row.title == "Train"
    mood = desk.chips[0].mood
    press(program, qtbot, "a")
    assert desk.labels == {mood: Verdict.ACCEPTED}
    # AND asks why
    press(program, qtbot, Qt.Key.Key_Space)
    assert desk.reason and desk.asked == mood
    assert "carried by" in told(program)
    # AND takes it all back
    press(program, qtbot, Qt.Key.Key_Escape)
    assert not desk.asked
    press(program, qtbot, Qt.Key.Key_Z, CTRL)
    assert desk.labels == {}


def test_all_is_there_again_after_a_restart(
        program: Program, qtbot: QtBot, start: Start, shelf: FakeShelf, songs: Path) -> None:
    # GIVEN songs and a label, and the program closed
    Hand(program, files(songs)).drop()
    settle(program, qtbot)
    press(program, qtbot, "r")
    rows = list(program.tag.table.rows())
    runs = shelf.fake.runs
    program.window.close()
    # WHEN it is opened again
    again = start()
    qtbot.waitUntil(lambda: again.tag.loaded)
    settle(again, qtbot)
    # THEN rows, the open song and the label are back, and nothing was tagged anew
    assert list(again.tag.table.rows()) == rows
    assert again.tag.desk.labels == {"sadness": Verdict.REJECTED}
    assert shelf.fake.runs == runs


def test_a_folder_cut_short_by_closing_is_finished_after_a_restart(
        program: Program, qtbot: QtBot, start: Start, songs: Path) -> None:
    # GIVEN a folder that is held before anything is read, and the program closed
    program.tag.pause()
    Hand(program, files(songs)).drop()
    program.window.close()
    # WHEN it is opened again
    again = start()
    qtbot.waitUntil(lambda: again.tag.loaded)
    settle(again, qtbot)
    # THEN it says so, also where nothing at all was tagged before
    assert f"\u201c{songs.name}\u201d was not finished when Undertone closed." in told(again)
    # AND tags the rest when asked to
    link(again, "Tag the rest").click()
    settle(again, qtbot)
    assert titles(again, SongState.TAGGED) == ["Rain 🌧", "Train", "Sun"]
    assert "was not finished" not in told(again)
    # AND has nothing to say the next time
    again.window.close()
    third = start()
    qtbot.waitUntil(lambda: third.tag.loaded)
    assert third.tag.left_over == ()


def test_what_was_not_finished_can_be_dismissed(
        program: Program, qtbot: QtBot, start: Start, songs: Path) -> None:
    # GIVEN a folder cut short, and a song that is tagged before it is spoken of
    program.tag.pause()
    Hand(program, files(songs)).drop()
    program.window.close()
    again = start()
    qtbot.waitUntil(lambda: again.tag.loaded)
    again.tag.tag((songs / "Train.lrc",))
    settle(again, qtbot)
    # THEN it is still offered
    assert again.tag.left_over == (songs,)
    # WHEN it is dismissed
    link(again, "Dismiss").click()
    # THEN neither this session nor the next speaks of it
    assert "was not finished" not in told(again)
    again.window.close()
    third = start()
    qtbot.waitUntil(lambda: third.tag.loaded)
    assert third.tag.left_over == ()


def test_a_run_cancelled_on_purpose_is_not_offered_again(
        program: Program, qtbot: QtBot, start: Start, songs: Path) -> None:
    program.tag.pause()
    Hand(program, files(songs)).drop()
    program.tag.cancel()
    settle(program, qtbot)
    program.window.close()
    again = start()
    qtbot.waitUntil(lambda: again.tag.loaded)
    assert again.tag.left_over == ()


def test_strictness_changes_the_open_song_at_once(program: Program, qtbot: QtBot,
                                                  shelf: FakeShelf) -> None:
    # GIVEN a song that is only a little above the bar
    shelf.fake.thresholds = tuple(0.6 for _ in shelf.fake.moods)
    Hand(program, text("We walked along the wall in the rain\nand talked of the hill")).drop()
    settle(program, qtbot)
    runs = shelf.fake.runs
    assert program.tag.desk.chips
    # WHEN the bar is set as high as it goes
    program.settings.set_strictness(1.0)
    settle(program, qtbot)
    # THEN it carries nothing any more, and the tagger was not asked again
    assert program.tag.desk.chips == ()
    assert "No mood stood out in this song." in told(program)
    assert shelf.fake.runs == runs
