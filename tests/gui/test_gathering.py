"""Values that come fast are handed on together, none lost, none out of order."""

from pytestqt.qtbot import QtBot

from gui.gathering import Gathering


def test_a_burst_arrives_as_one_list(qtbot: QtBot) -> None:
    gathering = Gathering(10)
    heard: list[list[object]] = []
    gathering.gathered.connect(heard.append)
    with qtbot.waitSignal(gathering.gathered):
        for number in range(100):
            gathering.add(number)
    assert heard == [list(range(100))]


def test_flush_does_not_wait_and_leaves_nothing_behind(qtbot: QtBot) -> None:
    gathering = Gathering(60_000)
    heard: list[list[object]] = []
    gathering.gathered.connect(heard.append)
    gathering.add("a")
    gathering.flush()
    gathering.flush()
    assert heard == [["a"]]
