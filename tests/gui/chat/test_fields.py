"""The page's own small controls: what they show, tell and leave alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSettings, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.chat.drafts import Drafts
from gui.chat.elided_label import ElidedLabel
from gui.chat.first_looks import NoModel
from gui.chat.growing_text import GrowingText
from gui.chat.services import Fetching, Trouble
from gui.chat.sliding_value import SlidingValue
from gui.chat.trouble_strip import RemovedStrip, TroubleStrip
from gui.icons import IconSource


def words(widget: object) -> str:
    labels = widget.findChildren(QLabel)  # type: ignore[attr-defined] # a widget
    return "\n".join(label.text() for label in labels if not label.isHidden())


def test_a_slider_tells_figures_on_its_steps(qtbot: QtBot) -> None:
    told: list[float] = []
    slide = SlidingValue(0, 2, 0.05, told.append, {0.0: "none"})
    qtbot.addWidget(slide)
    slide.slider.setValue(14)
    qtbot.waitUntil(lambda: told == [0.7])
    assert "0.70" in words(slide)
    slide.slider.setValue(0)
    qtbot.waitUntil(lambda: told[-1] == 0)
    assert "none" in words(slide)


def test_a_slider_that_is_set_tells_nothing_and_is_not_pulled_away(qtbot: QtBot) -> None:
    told: list[float] = []
    slide = SlidingValue(1, 1.5, 0.01, told.append)
    qtbot.addWidget(slide)
    slide.show_value(1.2)
    assert slide.value() == 1.2 and told == []
    # WHEN the person has just moved it, THEN what is shown meanwhile does not undo that
    slide.slider.setValue(40)
    slide.show_value(1.2)
    qtbot.waitUntil(lambda: told == [1.4])
    assert slide.value() == 1.4


@pytest.mark.parametrize("value", [0.05, 0.33, 0.95, 1.0])
def test_a_slider_shows_what_is_nearest(qtbot: QtBot, value: float) -> None:
    slide = SlidingValue(0.05, 1, 0.05, lambda _: None)
    qtbot.addWidget(slide)
    slide.show_value(value)
    assert slide.value() == pytest.approx(value, abs=0.026)


def test_what_is_pasted_brings_words_only(qtbot: QtBot) -> None:
    field = GrowingText(6)
    qtbot.addWidget(field)
    mime = QMimeData()
    mime.setHtml("<b>bold</b>")
    mime.setText("plain")
    field.insertFromMimeData(mime)
    assert field.toPlainText() == "plain"


def test_tab_leaves_the_field(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    fields = [GrowingText(6, window), GrowingText(6, window)]
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    fields[0].setFocus()
    qtbot.keyClick(fields[0], Qt.Key.Key_Tab)
    assert fields[1].hasFocus() and fields[0].toPlainText() == ""


def test_a_long_title_ends_in_dots_but_is_whole_for_those_who_ask(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("A very long\n title " * 20)
    label.resize(100, 30)
    assert "\n" not in label.text() and label.minimumSizeHint().width() == 0
    assert label.toolTip() == label.accessibleName() == label.text()
    label.show()
    assert not label.grab().isNull()


def test_the_way_of_a_model_is_told_in_megabytes(qtbot: QtBot) -> None:
    page = NoModel()
    qtbot.addWidget(page)
    page.show_fetching(Fetching(41_000_000, 93_000_000, "Fetching", in_bytes=True))
    assert "Fetching: 41\u00a0MB of 93\u00a0MB" in words(page)
    page.show_fetching(Fetching(3, 9, "Building"))
    assert "Building" in words(page) and "MB of" not in words(page)
    page.show_fetching(Fetching())
    assert "Getting it…" in words(page)
    page.show_fetching(None)
    assert not page.get.isHidden()


def test_trouble_says_what_can_be_done(qtbot: QtBot, icons: IconSource) -> None:
    strip = TroubleStrip(icons)
    qtbot.addWidget(strip)
    strip.show_trouble(Trouble("No answer yet.", "", unasked=True))
    assert strip.retry.text() == "Answer it" and words(strip) == "No answer yet."
    strip.show_trouble(Trouble("It broke.", "Choose another."))
    assert strip.retry.text() == "Try again"
    assert strip.accessibleName() == "It broke. Choose another."
    strip.show_trouble(None)
    assert strip.isHidden()


def test_one_message_is_not_many(qtbot: QtBot) -> None:
    strip = RemovedStrip()
    qtbot.addWidget(strip)
    strip.show_removed(1)
    assert words(strip) == "Deleted 1 message"
    strip.show_removed(3)
    assert words(strip) == "Deleted 3 messages"
    strip.show_removed(0)
    assert strip.isHidden()


def test_drafts_outlive_the_program(tmp_path: Path) -> None:
    file = str(tmp_path / "memory.ini")
    memory = QSettings(file, QSettings.Format.IniFormat)
    Drafts(memory).keep(3, "half a\nthought, “quoted”")
    Drafts(memory).keep(0, "new")
    Drafts(memory).keep(0, "  ")
    memory.sync()
    again = Drafts(QSettings(file, QSettings.Format.IniFormat))
    assert again.of(3) == "half a\nthought, “quoted”"
    assert again.of(0) == again.of(4) == ""
