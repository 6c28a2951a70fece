"""Controls tell once what the person did, and nothing when the program sets them."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.controls import Choice, Number, Option, Scale, Switch
from gui.form import FormCard


def wheel(widget: QWidget) -> None:
    centre = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QWheelEvent(
        centre, centre, QPoint(0, 0), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))


def test_a_choice_tells_its_value_not_its_words(qtbot: QtBot) -> None:
    told: list[str] = []
    choice = Choice([("a", "First"), ("b", "Second")], told.append)
    qtbot.addWidget(choice)
    choice.show_value("b")
    assert (choice.currentText(), told) == ("Second", [])
    qtbot.keyClick(choice, Qt.Key.Key_Up)
    assert told == ["a"]


def test_of_options_just_one_holds_and_arrows_choose(qtbot: QtBot) -> None:
    whole = QWidget()
    column = QVBoxLayout(whole)
    options = [Option(words) for words in ("One", "Other")]
    for option in options:
        column.addWidget(option)
    qtbot.addWidget(whole)
    with qtbot.waitExposed(whole):
        whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow)
    # WHEN one is pressed far right of its ring THEN it holds
    place = QPoint(whole.width() - 30, options[0].height() // 2)
    qtbot.mouseClick(options[0], Qt.MouseButton.LeftButton, pos=place)
    assert [option.isChecked() for option in options] == [True, False]
    qtbot.keyClick(options[0], Qt.Key.Key_Down)
    assert [option.isChecked() for option in options] == [False, True]
    # AND it can be seen which
    pictures = [option.grab().toImage() for option in options]
    ring = QPoint(5, options[0].height() // 2)  # between the dot and the edge
    assert pictures[0].pixelColor(ring) != pictures[1].pixelColor(ring)


def test_a_switch_tells_its_state(qtbot: QtBot) -> None:
    told: list[bool] = []
    switch = Switch("Loud", told.append)
    qtbot.addWidget(switch)
    switch.show_value(True)
    assert told == []
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert told == [False]


def test_a_number_goes_by_keys_and_buttons_within_its_range(qtbot: QtBot) -> None:
    told: list[int] = []
    number = Number(0, 64, 32, " tokens", told.append, zero_words="Automatic")
    qtbot.addWidget(number)
    number.show_value(32)
    qtbot.keyClick(number.box, Qt.Key.Key_Up)
    qtbot.keyClick(number.box, Qt.Key.Key_Up)
    assert told == [64]
    number.show_value(0)
    assert number.box.text() == "Automatic"


def test_a_scale_tells_where_it_came_to_rest(qtbot: QtBot) -> None:
    told: list[float] = []
    scale = Scale(-1, 1, "More", "Fewer", told.append)
    qtbot.addWidget(scale)
    scale.show_value(0.5)
    assert (scale.value(), told) == (0.5, [])
    # WHEN the slider moves many times in a moment
    for _ in range(10):
        qtbot.keyClick(scale.slider, Qt.Key.Key_Left)
    # THEN the last value is told, not each one
    qtbot.waitUntil(lambda: bool(told) and told[-1] == scale.value())
    assert len(told) < 10


def test_the_wheel_changes_nothing_that_lies_under_it_by_chance(qtbot: QtBot) -> None:
    told: list[object] = []
    number = Number(0, 9, 1, "", told.append)
    scale = Scale(0, 1, "", "", told.append)
    choice = Choice([("a", "First"), ("b", "Second")], told.append)
    for control in (number, scale, choice):
        qtbot.addWidget(control)
    for under in (number.box, scale.slider, choice):
        wheel(under)
    assert (number.box.value(), scale.slider.value(), choice.currentIndex()) == (0, 0, 0)


def test_a_row_names_its_control_for_eyes_and_readers(qtbot: QtBot) -> None:
    card = FormCard("Tags")
    qtbot.addWidget(card)
    number = Number(0, 9, 1, "", lambda value: None)
    card.add_row("How many", number, "More is louder.")
    assert number.box.accessibleName() == "How many"
    assert number.box.accessibleDescription() == "More is louder."
    buddy = next(lab for lab in card.findChildren(QLabel) if lab.text() == "How many").buddy()
    assert buddy is number.box
