"""The queue under the mouse: what is clicked is what is shown, and what actions mean."""

import pytest
from PySide6.QtCore import QPoint, Qt

from gui.tag.page import TagPage
from tests.gui.tag_bench import ANGRY, CALM, MIXED, Bench

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def three(bench: Bench, page: TagPage) -> TagPage:
    """Three tagged songs, the first one open."""
    bench.tag(bench.write("a.txt", MIXED), bench.write("b.txt", ANGRY), bench.write("c.txt", CALM))
    return page


def click(bench: Bench, page: TagPage, end: str, button: Qt.MouseButton = LEFT,
          modifier: Qt.KeyboardModifier = PLAIN) -> None:
    view = page.queue.list
    bench.qtbot.mouseClick(view.viewport(), button, modifier, middle(bench, page, end))
    bench.settle()


def middle(bench: Bench, page: TagPage, end: str) -> QPoint:
    position = bench.presenter.table.position(bench.place(end))
    assert position is not None
    return page.queue.list.visualRect(bench.presenter.table.index(position)).center()


def shown(bench: Bench) -> str:
    row = bench.presenter.desk.row
    assert row and row.place == bench.presenter.selected
    return row.place[-5:]


@pytest.mark.parametrize("button", [LEFT, RIGHT], ids=["left", "right"])
def test_a_song_that_is_clicked_is_shown(bench: Bench, three: TagPage,
                                         button: Qt.MouseButton) -> None:
    for end in ("c.txt", "b.txt"):
        # WHEN a row is clicked, with whichever button
        click(bench, three, end, button)
        # THEN the song that is shown is the one that keys and menus act on
        assert shown(bench) == end
        assert three.queue.chosen_places() == [bench.place(end)]


def test_the_row_that_joins_a_choice_is_shown(bench: Bench, three: TagPage) -> None:
    click(bench, three, "b.txt")
    click(bench, three, "c.txt", modifier=CTRL)
    assert shown(bench) == "c.txt"
    assert three.queue.chosen_places() == [bench.place("b.txt"), bench.place("c.txt")]


@pytest.mark.parametrize("first", ["a.txt", "b.txt", "c.txt"])
def test_after_a_removal_the_song_that_is_shown_is_chosen(bench: Bench, three: TagPage,
                                                          first: str) -> None:
    click(bench, three, first)
    bench.qtbot.keyClick(three.queue.list, Qt.Key.Key_Delete)
    bench.settle()
    assert three.queue.chosen_places() == [bench.presenter.selected] != [""]
