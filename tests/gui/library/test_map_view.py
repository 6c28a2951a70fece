"""The map under hand and keys: songs chosen, looked at, encircled, brought nearer."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.tagging.vocabulary import Vocabulary
from gui.library.map_paint import MapSongs, no_songs
from gui.library.map_panel import MapPanel
from gui.library.map_view import MapView
from gui.theme import ThemeSource

LEFT = Qt.MouseButton.LeftButton
NAN = float("nan")
POINTS = [(0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5), (0.52, 0.44), (NAN, NAN)]
KEYS = [11, 12, 13, 14, 15, 16]


def songs(points: list[tuple[float, float]] = POINTS) -> MapSongs:
    keys = np.array(KEYS[:len(points)], np.int64)
    return MapSongs(keys, np.array(points, float).reshape(-1, 2),
                    np.zeros(len(points), np.int64) - 1, ("joy",))


@pytest.fixture
def panel(qtbot: QtBot, vocabulary: Vocabulary, theme_source: ThemeSource) -> MapPanel:
    panel = MapPanel(vocabulary, theme_source)
    qtbot.addWidget(panel)
    panel.resize(600, 440)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_songs(songs())
    panel.view.setFocus()
    return panel


@pytest.fixture
def view(panel: MapPanel) -> MapView:
    return panel.view


@pytest.fixture
def chosen(view: MapView) -> list[tuple[tuple[int, ...], int]]:
    said: list[tuple[tuple[int, ...], int]] = []
    view.chosen.connect(lambda keys, current: said.append((keys, current)))
    return said


def place(view: MapView, key: int) -> QPoint:
    return view.place_of(view.songs.keys.tolist().index(key)).toPoint()


def draw(view: MapView, *corners: QPoint,
         held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mousePress(view, LEFT, held, corners[0])
    for corner in corners[1:]:
        QTest.mouseMove(view, corner)
    QTest.mouseRelease(view, LEFT, held, corners[-1])


def test_songs_without_a_place_are_counted_and_not_drawn(panel: MapPanel) -> None:
    assert (len(panel.view.songs), panel.view.left_out) == (5, 1)
    assert panel.count.text() == "5 songs; 1 without moods"
    assert panel.view.words() == ("5 songs: 1 dark, stirred; 2 bright, stirred; 1 dark, still; "
                                  "1 bright, still.")
    assert panel.view.accessibleDescription() == panel.view.words()


def test_a_click_chooses_the_song_there_and_one_beside_it_none(
        view: MapView, chosen: list) -> None:
    QTest.mouseClick(view, LEFT, pos=place(view, 12) + QPoint(4, 3))
    QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.ShiftModifier, place(view, 14))
    QTest.mouseClick(view, LEFT, pos=QPoint(300, 100))
    assert chosen == [((12,), 12), ((12, 14), 14), ((), 0)]


def test_a_line_around_songs_chooses_them(panel: MapPanel, chosen: list) -> None:
    view = panel.view
    width, middle = view.width() - 6, view.height() // 2
    asked: list[object] = []
    panel.playlist_wanted.connect(asked.append)
    draw(view, QPoint(view.width() // 2, 5), QPoint(width, 5), QPoint(width, middle),
         QPoint(view.width() // 2, middle), QPoint(view.width() // 2, 10))
    assert chosen[-1] == ((11, 15), 11)
    # WHEN a second one is drawn with Shift held
    draw(view, QPoint(5, 5), QPoint(250, 5), QPoint(250, middle), QPoint(5, middle),
         QPoint(5, 10), held=Qt.KeyboardModifier.ShiftModifier)
    # THEN it adds to the first, and what is chosen can become a playlist
    assert chosen[-1][0] == (11, 12, 15)
    assert panel.count.text() == "3 of 5 chosen"
    panel.to_playlist.click()
    assert asked == [(11, 12, 15)]
    # AND Escape takes it back
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert chosen[-1] == ((), 0) and not panel.to_playlist.isVisible()


def test_the_name_of_a_song_is_asked_for_once_and_shown(view: MapView) -> None:
    asked: list[int] = []
    view.name_wanted.connect(asked.append)
    before = view.grab().toImage()
    QTest.mouseMove(view, place(view, 13))
    QTest.mouseMove(view, place(view, 13) + QPoint(1, 1))
    assert asked == [13]
    view.show_name(13, ("<b>Rain</b>", "Bo"))
    assert view.grab().toImage() != before
    QTest.mouseMove(view, QPoint(300, 100))
    QTest.mouseMove(view, place(view, 12))
    assert asked == [13, 12]


def test_arrows_go_from_song_to_song(view: MapView, chosen: list, qtbot: QtBot) -> None:
    # GIVEN a song to go from: which one is nearest the middle is up to the window's size
    view.show_chosen((13,), 13)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
    walked = [current for _, current in chosen]
    assert walked[-2:] == [12, 13] and len(set(walked)) >= 3
    with qtbot.waitSignal(view.opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [13]
    view.show_name(13, ("Rain", "Bo"))
    assert view.accessibleDescription() == "Rain, Bo"
    QTest.keyClick(view, Qt.Key.Key_Insert)
    assert chosen[-1][0] == ()
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert chosen[-1][0] == (11, 12, 13, 14, 15)


def test_a_double_click_opens_a_song(view: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.opened) as opened:
        QTest.mouseDClick(view, LEFT, pos=place(view, 14))
    assert opened.args == [14]


def wheel(view: MapView, at: QPoint, by: int) -> None:
    event = QWheelEvent(QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, by),
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                        Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(view, event)


def test_the_wheel_keeps_what_is_under_it(panel: MapPanel) -> None:
    view = panel.view
    spot = place(view, 11)
    wheel(view, spot, 480)
    assert (place(view, 11) - spot).manhattanLength() <= 2
    assert len(view.rows_in_sight()) < 5 and panel.all.isEnabled()
    # AND all can be shown again
    panel.all.click()
    assert len(view.rows_in_sight()) == 5 and not panel.all.isEnabled()


def test_the_plane_moves_under_space_and_by_keys(view: MapView) -> None:
    view.zoom(3.0)
    before = place(view, 11)
    QTest.keyPress(view, Qt.Key.Key_Space)
    draw(view, QPoint(200, 200), QPoint(230, 190))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert (place(view, 11) - before - QPoint(30, -10)).manhattanLength() <= 2
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert place(view, 11).x() < before.x()
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.shows_all


def test_zoom_and_moves_have_an_end(view: MapView) -> None:
    for _ in range(60):
        view.zoom(1.5)
    near = view.frame.reach
    for _ in range(120):
        view.zoom(1 / 1.5)
    assert 0.03 < near < 0.06 and 1.0 <= view.frame.reach <= 1.3
    for _ in range(100):
        QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert view.frame.valence >= -1


def test_what_is_chosen_stays_when_other_songs_are_shown(view: MapView, chosen: list) -> None:
    view.show_chosen([12, 15], 12)
    assert view.chosen_keys() == (12, 15) and chosen == []
    view.show_songs(songs(POINTS[:3]))
    assert view.chosen_keys() == (12,)
    view.show_songs(no_songs())
    assert view.chosen_keys() == () and view.words() == "No song has a place on the map."
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.row_near(QPointF(10, 10)) == -1


@pytest.mark.parametrize("key", [Qt.Key.Key_F5, Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_keys_that_are_not_its_own_go_on(panel: MapPanel, key: Qt.Key) -> None:
    heard: list[int] = []
    before: Callable = panel.keyPressEvent
    panel.keyPressEvent = lambda event: heard.append(event.key())  # type: ignore[method-assign]
    QTest.keyClick(panel.view, key)
    panel.keyPressEvent = before  # type: ignore[method-assign]
    assert heard == [key]
