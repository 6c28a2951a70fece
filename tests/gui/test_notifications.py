"""Known trouble is a sentence, a bug offers its details, and nobody is blocked by either."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from gui.icons import IconSource
from gui.notifications import Banner, DetailsDialog, Notifier, Offer
from gui.theme import ThemeSource


@pytest.fixture
def notifier(qapp: QApplication) -> Notifier:
    return Notifier()


@pytest.fixture
def banner(notifier: Notifier, qapp: QApplication, qtbot: QtBot) -> Banner:
    made = Banner(notifier, IconSource(ThemeSource(qapp.styleHints())))
    qtbot.addWidget(made)
    return made


def words(banner: Banner) -> list[str]:
    return [label.text() for label in banner.findChildren(QLabel) if not label.isHidden()]


def test_known_trouble_is_its_own_sentence(notifier: Notifier, banner: Banner) -> None:
    notifier.show_problem(EngineError("The disk is full.", "Free some space."))
    assert words(banner) == ["The disk is full.", "Free some space."]
    assert banner.accessibleName() == "The disk is full. Free some space."
    assert all(b.text() != "Details" or b.isHidden() for b in banner.findChildren(QPushButton))


def test_a_bug_offers_its_details_to_copy(
        notifier: Notifier, banner: Banner, qtbot: QtBot) -> None:
    # GIVEN something that broke
    try:
        raise ZeroDivisionError("by nothing")
    except ZeroDivisionError as bug:
        notifier.show_problem(bug)
    # WHEN its details are opened and copied
    details = next(b for b in banner.findChildren(QPushButton) if b.text() == "Details")
    qtbot.mouseClick(details, Qt.MouseButton.LeftButton)
    dialog = banner.window().findChild(DetailsDialog)
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    # THEN the whole story is on the clipboard
    assert "ZeroDivisionError: by nothing" in QGuiApplication.clipboard().text()
    assert "test_notifications" in QGuiApplication.clipboard().text()
    dialog.close()


def test_escape_and_the_cross_take_the_message_away(
        notifier: Notifier, banner: Banner, qtbot: QtBot) -> None:
    notifier.show_message("Saved nothing.")
    qtbot.keyClick(banner, Qt.Key.Key_Escape)
    assert banner.isHidden()
    notifier.show_message("Saved nothing.")
    cross = next(b for b in banner.findChildren(QPushButton)
                 if b.accessibleName() == "Dismiss this message")
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert banner.isHidden()


def test_what_nobody_caught_is_shown_and_the_hook_goes_back(
        notifier: Notifier, capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[str] = []
    notifier.shown.connect(lambda message, hint, details: shown.append(details))
    before = sys.excepthook
    notifier.install_hooks()
    try:
        sys.excepthook(ValueError, ValueError("nobody's"), None)
    finally:
        notifier.remove_hooks()
    assert "nobody's" in shown[0]
    assert "nobody's" in capsys.readouterr().err
    assert sys.excepthook is before


def button(banner: Banner, text: str) -> QPushButton:
    return next(b for b in banner.findChildren(QPushButton) if b.text() == text)


def test_an_offer_is_taken_left_or_dismissed(
        notifier: Notifier, banner: Banner, qtbot: QtBot) -> None:
    done: list[str] = []
    offer = Offer("This was cut short.", "It can go on.", "Go on", lambda: done.append("went on"),
                  "Leave it", lambda: done.append("left"))
    for text in ("Go on", "Leave it"):
        notifier.show_offer(offer)
        assert words(banner) == ["This was cut short.", "It can go on."]
        qtbot.mouseClick(button(banner, text), Qt.MouseButton.LeftButton)
        assert banner.isHidden()
    assert done == ["went on", "left"]
    # Escape decides nothing.
    notifier.show_offer(offer)
    qtbot.keyClick(banner, Qt.Key.Key_Escape)
    assert done == ["went on", "left"]


def test_trouble_after_an_offer_offers_nothing_of_it(notifier: Notifier, banner: Banner) -> None:
    notifier.show_offer(Offer("A model is ready.", "", "Open", lambda: None))
    assert not button(banner, "Open").isHidden()
    notifier.show_problem(EngineError("The disk is full.", "Free some space."))
    assert button(banner, "Open").isHidden()
    assert words(banner) == ["The disk is full.", "Free some space."]
