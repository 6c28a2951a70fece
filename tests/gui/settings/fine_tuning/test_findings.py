"""Everything a check found can be read, with the rows it speaks of; nothing is shown as markup."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.training.examples.preview import Piece, Preview
from engine.training.rows.data_report import (
    DataReport,
    Finding,
    LabelCount,
    Suspect,
    Weight,
)
from engine.training.rows.row import BadRow, RowPlace
from gui.icons import IconSource
from gui.settings.fine_tuning.decimal_field import number_of, number_text
from gui.settings.fine_tuning.example_view import ExampleView
from gui.settings.fine_tuning.findings_view import FindingsView
from gui.theme import ThemeSource

HERE, THERE = RowPlace("a.csv", 3), RowPlace("a.csv", 9)
REPORT = DataReport(
    rows=9, bad_rows=30, bad=(BadRow(HERE, "There are no words in it.", "<b>x</b>"),),
    findings=(Finding(kind="double", sentence="1 pair is the same.", weight=Weight.NOTE, count=1,
                      places=(HERE, THERE)),
              Finding(kind="bad", sentence="30 rows cannot be used.", weight=Weight.STOPS,
                      count=30)),
    suspects=(Suspect(place=HERE, label="joy", given=True, probability=0.04, doubt=0.9,
                      seems="calm", text="slow\nriver"),),
    labels=(LabelCount(label="joy", present=2, asked=9, enough=False),))


@pytest.fixture
def theme(qapp: object) -> ThemeSource:
    return ThemeSource(QGuiApplication.styleHints(), "light")


def test_the_gravest_comes_first_and_opens_what_it_speaks_of(theme: ThemeSource,
                                                             qtbot: QtBot) -> None:
    view = FindingsView(IconSource(theme))
    qtbot.addWidget(view)
    view.show_report(REPORT)
    told = [part.words.text() for part in view.parts]
    assert told == ["30 rows cannot be used.", "1 pair is the same.",
                    "1 label may be wrong.",
                    "Labels: 1, with rows enough to be learned: 0."]
    for part in view.parts:
        part.toggle()
    bad, double, suspect, labels = (part.body for part in view.parts)
    assert bad is not None and double is not None and suspect is not None and labels is not None
    assert bad.text() == \
        "a.csv, line 3: There are no words in it. “<b>x</b>”\nand 29 more"
    assert bad.textFormat() is Qt.TextFormat.PlainText
    assert double.text() == "a.csv, line 3 and a.csv, line 9"
    assert suspect.text() == "a.csv, line 3: has “joy”, seems to be “calm”, 4 % likely. slow river"
    assert labels.text() == "joy: 2 of 9 (too few)"
    view.show_report(None)
    assert not view.parts
    view.show_report(DataReport(rows=9))
    assert [part.words.text() for part in view.parts] == ["Nothing wrong was found."]


def test_an_example_shows_every_token_and_what_is_learned(theme: ThemeSource,
                                                          qtbot: QtBot) -> None:
    view = ExampleView(theme)
    qtbot.addWidget(view)
    talk = Preview((Piece("<s>", False, special=True), Piece("Who? ", False),
                    Piece("<i>Me</i>", True, tokens=3)), HERE, tokens=5, learned=3)
    text = Preview((Piece("slow river", False),), THERE, ("calm",), ("calm", "joy"), tokens=2)
    view.show_examples([talk, text, BadRow(HERE, "It is too long.", "slow")])
    assert view.text.toPlainText() == "<s>Who? <i>Me</i>"
    assert "3 of them learned: those are underlined" in view.legend.text()
    cursor = view.text.textCursor()
    cursor.setPosition(len("<s>Who? <i>"))
    assert cursor.charFormat().fontUnderline()
    cursor.setPosition(5)
    assert not cursor.charFormat().fontUnderline()
    qtbot.mouseClick(view.after, Qt.MouseButton.LeftButton)
    assert view.learned.text() == "Learned: calm; not joy; of all others nothing"
    qtbot.mouseClick(view.after, Qt.MouseButton.LeftButton)
    assert view.learned.text() == "It is too long." and not view.after.isEnabled()
    view.show_examples([])
    assert view.isHidden()


def test_small_numbers_are_read_and_written_as_people_do() -> None:
    assert [number_of(text) for text in ("2e-4", " 0,05 ", "x", "inf", "")] == [
        2e-4, 0.05, None, None, None]
    assert [number_text(value) for value in (2e-5, 1.5e-4, 0.05, 3.0, 0.0)] == [
        "2e-5", "1.5e-4", "0.05", "3", "0"]
