"""A page that is made when it is first seen."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.late_page import LatePage


def test_it_is_made_once_when_it_is_first_shown(qtbot: QtBot) -> None:
    made: list[QLabel] = []

    def make() -> None:
        made.append(QLabel("songs"))
        page.fill(made[-1])

    page = LatePage(make)
    qtbot.addWidget(page)
    assert not made
    page.show()
    assert len(made) == 1 and made[0].isVisible()
    page.hide()
    page.show()
    assert len(made) == 1


def test_it_can_be_filled_before(qtbot: QtBot) -> None:
    page = LatePage(lambda: page.fill(QLabel("never")))
    qtbot.addWidget(page)
    label = QLabel("songs")
    page.fill(label)
    page.show()
    assert label.isVisible() and page.findChildren(QLabel) == [label]
