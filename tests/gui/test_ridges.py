"""The ridges show what the excerpts scored, and lead to their lines."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from engine.tagging.vocabulary import Vocabulary
from gui.ridge_shape import filled, ridge_line, thinned
from gui.ridges import Ridges
from gui.song_map import SongMap, Stretch
from gui.theme import ThemeSource
from tests.engine.interplay.songs import song
from tests.gui.tag_bench import CALM, SAD

STRETCHES = [Stretch(0, 0.0, 0.25), Stretch(1, 0.25, 0.5), Stretch(2, 0.5, 1.0)]


def test_a_ridge_passes_through_every_score_and_never_above() -> None:
    line = ridge_line(STRETCHES, (0.2, 0.9, 0.4), 100, 10)
    heights = {round(line.pointAtPercent(p / 500).x(), 1): -line.pointAtPercent(p / 500).y() / 10
               for p in range(501)}
    assert max(heights.values()) <= 0.9 + 1e-6 and min(heights.values()) >= 0.2 - 1e-6
    for middle, score in ((12.5, 0.2), (37.5, 0.9), (75.0, 0.4)):
        nearest = min(heights, key=lambda x: abs(x - middle))
        assert heights[nearest] == pytest.approx(score, abs=0.01)


def test_a_ridge_of_nothing_is_empty_and_one_excerpt_is_level() -> None:
    assert ridge_line([], (), 100, 10).isEmpty()
    level = ridge_line([Stretch(0, 0, 1)], (0.5,), 100, 10)
    assert level.boundingRect().height() == 0
    assert filled(level, 100).contains(QPointF(50, -2))
    assert not filled(level, 100).contains(QPointF(50, -6))


def test_what_is_too_narrow_to_be_seen_is_drawn_together() -> None:
    # GIVEN a long talk, calm in its first half and angry in the other
    many = [Stretch(n, n / 1000, (n + 1) / 1000) for n in range(1000)]
    scores = [0.0] * 500 + [1.0] * 500
    # WHEN there is room for ten places
    few, told = thinned(many, scores, 10)
    # THEN they cover the same length, and say the same
    assert [stretch.start for stretch in few] == [n / 10 for n in range(10)]
    assert few[-1].end == 1.0 and told == pytest.approx([0.0] * 5 + [1.0] * 5)
    assert thinned(STRETCHES, (1, 2, 3), 3) == (STRETCHES, (1, 2, 3))
    empty = [Stretch(0, 0.0, 0.0), Stretch(1, 0.0, 0.0)]
    assert thinned(empty, (0.2, 0.4), 1)[1] == pytest.approx([0.3])


@pytest.fixture
def ridges(qtbot: QtBot, vocabulary: Vocabulary, theme_source: ThemeSource) -> Ridges:
    """A song that is sad at first, then calm."""
    shown = song(*SAD.splitlines(), "", *CALM.splitlines())
    made = Ridges(vocabulary, theme_source)
    made.resize(700, 120)
    made.show_song(shown, SongMap(shown), ("sadness", "calmness"))
    made.show()
    yield made
    made.close()
    made.deleteLater()


def test_a_click_leads_to_the_line(ridges: Ridges, qtbot: QtBot) -> None:
    for x, line in ((140, 0), (640, 4)):
        with qtbot.waitSignal(ridges.line_chosen) as chosen:
            qtbot.mouseClick(ridges, Qt.MouseButton.LeftButton, pos=QPoint(x, 40))
        assert chosen.args == [line]


def test_arrows_go_from_excerpt_to_excerpt_and_enter_leads_there(
        ridges: Ridges, qtbot: QtBot) -> None:
    chosen: list[int] = []
    ridges.line_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Right,
                Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(ridges, key)
    assert chosen[0] < 2 <= chosen[1] and chosen[2] == chosen[0]


def test_a_screen_reader_hears_where_each_mood_is_strongest(ridges: Ridges) -> None:
    told = ridges.accessibleDescription()
    assert "Sadness is strongest from line 1 on" in told
    assert "Calm is strongest from line 4 on" in told


def test_a_song_without_moods_shows_no_ridges(ridges: Ridges) -> None:
    ridges.show_song(None, None, ())
    assert ridges.isHidden()


def test_hovering_and_themes_paint_without_complaint(ridges: Ridges, qtbot: QtBot,
                                                     theme_source: ThemeSource) -> None:
    rest = ridges.grab().toImage()
    qtbot.mouseMove(ridges, QPoint(400, 40))
    ridges.show_place(1)
    assert ridges.grab().toImage() != rest
    ridges.show_place(None)
    ridges.show_asked("calmness")
    assert ridges.grab().toImage() != rest
    theme_source.choose("dark", True)
    assert ridges.grab().toImage() != rest
    theme_source.choose("light", True)


def test_the_focus_ring_cuts_neither_names_nor_figures(ridges: Ridges, qtbot: QtBot) -> None:
    # GIVEN the picture without the focus
    ridges.clearFocus()
    rest = ridges.grab().toImage()
    # WHEN the ridges have it
    ridges.activateWindow()
    ridges.setFocus()
    qtbot.waitUntil(ridges.hasFocus)
    focused = ridges.grab().toImage()
    # THEN what changed lies around the ridges, with nothing of the rest below it
    changed = [(x, y) for x in range(rest.width()) for y in range(rest.height())
               if rest.pixel(x, y) != focused.pixel(x, y)]
    ratio = rest.devicePixelRatio()
    left = min(x for x, _ in changed) / ratio
    right = max(x for x, _ in changed) / ratio
    assert left >= 128 and right <= ridges.width() - 40
    names, figures = rest.copy(0, 0, int(128 * ratio), rest.height()), rest.copy(
        int((ridges.width() - 40) * ratio), 0, int(40 * ratio), rest.height())
    for side in (names, figures):
        inks = {side.pixel(x, y) for x in range(side.width()) for y in range(side.height())}
        assert len(inks) > 1
