"""Correcting song after song by single keys, as a person does it."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.tagging.browsing.song_query import SongSort
from gui.library.correcting import Correcting
from gui.library.correcting_page import CorrectingPage
from gui.library.selection import selection_of
from tests.gui.library.conftest import LibraryBench

CTRL = Qt.KeyboardModifier.ControlModifier


class Desk:
    """The page of correcting over the Library, and the keys pressed on it."""

    def __init__(self, bench: LibraryBench) -> None:
        self.bench = bench
        self.correcting = Correcting(bench.presenter, bench.theme_source, bench.page)

    def begin_with_both(self) -> None:
        """A song of two moods, then another."""
        keys = self.bench.presenter.table.keys.tolist()
        titles = {song.title: key for key in keys
                  if (song := self.bench.presenter.table.song(key)) is not None}
        self.begin(titles["Both"], titles["Slow Water"])

    def begin(self, *keys: int) -> None:
        if keys:
            self.correcting.begin_with(selection_of(keys))
        else:
            self.correcting.begin(selection_of(()))
        self.bench.settle()

    @property
    def page(self) -> CorrectingPage:
        return self.bench.page.findChildren(CorrectingPage)[-1]

    @property
    def key(self) -> int:
        return self.page._queue.key

    @property
    def title(self) -> str:
        row = self.bench.presenter.desk.row
        return row.title if row else ""

    @property
    def moods(self) -> list[str]:
        return [chip.mood for chip in self.bench.presenter.desk.chips]

    def press(self, key: Qt.Key | str,
              how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, how)
        self.bench.settle()


@pytest.fixture
def desk(five: LibraryBench) -> Desk:
    return Desk(five)


def test_accepting_says_all_that_is_shown_and_goes_on(desk: Desk) -> None:
    desk.begin()
    first, moods = desk.key, desk.moods
    assert desk.page.progress.text() == "1 of 5" and moods
    # WHEN everything is right
    desk.press("a")
    # THEN it is said of every mood, and the next song is open
    assert desk.bench.labels(first) == dict.fromkeys(moods, "accepted")
    assert desk.key != first and desk.page.progress.text() == "2 of 5"
    assert desk.page._today.text() == "1 song corrected today"


def test_the_least_certain_come_first(desk: Desk) -> None:
    desk.bench.presenter.sort_by(SongSort.CERTAINTY, descending=False)
    desk.bench.settle()
    wanted = tuple(desk.bench.presenter.table.keys.tolist())
    desk.bench.presenter.sort_by(SongSort.TITLE, descending=False)
    desk.bench.settle()
    desk.begin()
    assert desk.page._queue.keys == wanted != tuple(sorted(wanted))


def test_rejecting_goes_to_the_next_mood_and_stays_at_the_song(desk: Desk) -> None:
    desk.begin_with_both()
    song, moods = desk.key, desk.moods
    assert len(moods) > 1
    desk.press("r")
    assert desk.bench.labels(song) == {moods[0]: "rejected"} and desk.key == song
    assert desk.page.song.chips.current_mood() == moods[1]
    # AND accepting then speaks of the rest only
    desk.press("a")
    assert desk.bench.labels(song) == {moods[0]: "rejected"} | dict.fromkeys(moods[1:], "accepted")


def test_a_number_rejects_and_takes_back(desk: Desk) -> None:
    desk.begin_with_both()
    song, moods = desk.key, desk.moods
    desk.press("2")
    assert desk.bench.labels(song) == {moods[1]: "rejected"}
    desk.press("2")
    assert desk.bench.labels(song) == {}
    desk.press("9")
    assert desk.bench.labels(song) == {}


def test_a_mood_can_be_added(desk: Desk) -> None:
    desk.begin()
    desk.press("+")
    focus = QApplication.focusWidget()
    QTest.keyClicks(focus, "erotic")
    QTest.keyClick(focus, Qt.Key.Key_Return)
    desk.bench.settle()
    assert desk.bench.labels(desk.key) == {"erotic": "added"}


def test_up_down_and_enter_go_from_song_to_song_and_say_nothing(desk: Desk) -> None:
    desk.begin()
    first = desk.key
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Down)
    assert desk.page.progress.text() == "3 of 5"
    desk.press(Qt.Key.Key_Up)
    desk.press(Qt.Key.Key_Up)
    desk.press(Qt.Key.Key_Up)
    assert desk.key == first and desk.page.progress.text() == "1 of 5"
    assert desk.bench.labels(first) == {}


def test_undo_goes_back_to_the_song_it_speaks_of(desk: Desk) -> None:
    desk.begin()
    first = desk.key
    desk.press("a")
    desk.press(Qt.Key.Key_Down)
    desk.press("u")
    assert desk.key == first and desk.bench.labels(first) == {}
    assert desk.page.told.text().startswith("Taken back: ")
    assert desk.page._today.text() == ""
    desk.press("y", CTRL)
    assert desk.bench.labels(first) != {}


def test_the_end_says_what_it_was_good_for(desk: Desk) -> None:
    desk.begin()
    for _ in range(5):
        desk.press("a")
    assert desk.page.end.isVisible() and not desk.page.song.isVisible()
    assert desk.page.end.head.text() == "That was all"
    assert "You looked through 5 songs and judged 5." in desk.page.end.about.text()
    # WHEN the person goes back THEN the table shows what they said
    desk.press(Qt.Key.Key_Space)
    assert desk.bench.browser.isVisible()
    songs = [desk.bench.presenter.table.song(key)
             for key in desk.bench.presenter.table.keys.tolist()]
    assert all(song is not None and song.corrected for song in songs)


def test_songs_with_a_word_are_not_asked_again(desk: Desk) -> None:
    desk.begin()
    for _ in range(5):
        desk.press("a")
    desk.press(Qt.Key.Key_Space)
    desk.begin()
    assert desk.page.end.head.text() == "Nothing to correct here"


def test_chosen_songs_are_gone_through_in_their_order(desk: Desk) -> None:
    keys = desk.bench.presenter.table.keys.tolist()
    desk.begin(keys[3], keys[1])
    assert desk.key == keys[3]
    desk.press(Qt.Key.Key_Down)
    assert desk.key == keys[1]
    desk.press(Qt.Key.Key_Down)
    assert desk.page.end.isVisible()
    desk.press(Qt.Key.Key_Escape)
    assert desk.bench.browser.isVisible()


def test_escape_puts_one_thing_after_the_other_away(desk: Desk) -> None:
    desk.begin()
    desk.press("?")
    desk.press("w")
    assert desk.page.sheet.isVisible() and desk.bench.presenter.desk.asked
    desk.press(Qt.Key.Key_Escape)
    assert not desk.page.sheet.isVisible() and desk.bench.presenter.desk.asked
    desk.press(Qt.Key.Key_Escape)
    assert not desk.bench.presenter.desk.asked
    desk.press(Qt.Key.Key_Escape)
    assert desk.bench.browser.isVisible() and not desk.bench.page.findChildren(CorrectingPage)


def test_a_chip_that_has_the_focus_is_judged_alone(desk: Desk) -> None:
    desk.begin_with_both()
    song, moods = desk.key, desk.moods
    desk.page.song.chips._chips[moods[1]].setFocus()
    desk.page.song.chips._set_current(moods[1])
    desk.press("a")
    assert desk.bench.labels(song) == {moods[1]: "accepted"} and desk.key == song


def test_songs_that_are_gone_leave_the_row_many_at_once(desk: Desk) -> None:
    # GIVEN thousands of songs that were taken off the list meanwhile around two that are there
    keys = [key for key in desk.bench.presenter.table.keys.tolist() if key > 0][:2]
    asked: list[object] = []
    ask = desk.bench.presenter.asking.ask
    desk.bench.presenter.asking.ask = lambda *what: (asked.append(what), ask(*what))
    desk.begin(*range(900_000, 905_000), *keys, *range(910_000, 915_000))
    # THEN the first of those left is open after a few questions, and the end is near
    assert desk.key == keys[0] and len(asked) < 20
    desk.press(Qt.Key.Key_Down)
    assert desk.key == keys[1] and desk.page.progress.text().startswith("2 of ")
    desk.press(Qt.Key.Key_Down)
    assert desk.key == 0


def test_the_next_song_is_shown_within_100_ms(desk: Desk) -> None:
    desk.begin()
    took: list[float] = []
    for _ in range(3):
        before, began = desk.title, time.perf_counter()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        desk.bench.qtbot.waitUntil(lambda was=before: desk.title != was)
        took.append(time.perf_counter() - began)
    desk.bench.settle()
    assert min(took) < 0.1
