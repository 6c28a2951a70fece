"""The curve is read with mouse and keys, looked at more closely, and spoken."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.settings.fine_tuning.curve_chart import CurveChart, Line
from gui.theme import ThemeSource

TRAIN = Line("train", [(float(step), 2 / step) for step in range(1, 101)], soft=True)
VALID = Line("validation", [(0.0, 2.0), (50.0, 0.5), (100.0, 0.7)], bold=True, best=(50.0, 0.5))


@pytest.fixture
def chart(qtbot: QtBot) -> CurveChart:
    made = CurveChart(ThemeSource(QGuiApplication.styleHints(), "light"))
    qtbot.addWidget(made)
    made.resize(600, 260)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_it_says_what_it_shows(chart: CurveChart) -> None:
    chart.show_lines([TRAIN, VALID])
    chart.grab()
    spoken = chart.accessibleDescription()
    assert "validation from 2.000 to 0.7000" in spoken and "best 0.5000 at step 50" in spoken


def test_the_keys_read_the_judgements_one_by_one(chart: CurveChart, qtbot: QtBot) -> None:
    chart.show_lines([TRAIN, VALID])
    chart.setFocus()
    for step in ("0", "50", "100", "100"):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
        assert chart.reading().startswith(f"Step {step}:")
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert "validation 0.5000" in chart.reading() and "train" in chart.reading()
    chart.grab()


def test_the_mouse_reads_and_looks_more_closely(chart: CurveChart, qtbot: QtBot) -> None:
    chart.show_lines([TRAIN, VALID])
    qtbot.mouseMove(chart, QPoint(300, 100))
    qtbot.waitUntil(lambda: chart.reading() != "")
    # WHEN a stretch is drawn over
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
    qtbot.mouseMove(chart, QPoint(350, 100))
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(350, 100))
    assert chart.zoom is not None and 0 < chart.zoom[0] < chart.zoom[1] < 100
    chart.grab()
    # THEN Escape shows all of it again
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.zoom is None
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
    assert chart.zoom is None


def test_nothing_and_very_much_can_be_drawn(chart: CurveChart) -> None:
    chart.show_lines([], "Nothing yet.")
    chart.grab()
    assert chart.reading() == ""
    chart.show_lines([Line("one", [(3.0, 1.0)], bold=True, best=(3.0, 1.0))])
    chart.grab()
    chart.show_lines([Line(f"run {n}", [(float(x), 1.0 + n + (x % 7)) for x in range(60_000)],
                           bold=True, run=n) for n in range(4)])
    chart.grab()
