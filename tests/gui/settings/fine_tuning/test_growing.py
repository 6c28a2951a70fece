"""Rows grow in a window: proposals come from the queue, the person's word goes to the library."""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.library.database import Database
from engine.paths import AppPaths
from engine.training.growth.grown import RowState
from engine.training.growth.growth_store import GrowthStore
from engine.training.planning.goal import Goal
from engine.training.rows.sources import FileSource, GrownRows
from gui.background import WorkQueue
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.grow_dialog import GrowDialog
from gui.settings.fine_tuning.growing import Growing, Opened
from gui.settings.fine_tuning.grown_rows import GrownRowsView, take_growth
from gui.settings.fine_tuning.page import FineTuningPage
from tests.fakes import FakeTextModel

NEW = ("the evening comes slowly to the house", "snow has fallen on every roof here",
       "a boat drifts under many stars")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    file = tmp_path / "calm.csv"
    file.write_text("text,mood\n" + "".join(f"{line},calm\n" for line in (
        "the lake lies still and dark tonight", "no wind moves in the tall reeds",
        "we sit and watch the slow water")), "utf-8")
    return file


def opened(_: AppPaths) -> Opened:
    left = iter(NEW)
    return FakeTextModel(lambda _: next(left, NEW[0])), None


@pytest.fixture
def growing(isolated_home: AppPaths, queue: WorkQueue, qapp: object) -> Growing:
    return Growing(isolated_home, queue, open_model=opened)


@pytest.fixture
def dialog(growing: Growing, seeds: Path, qtbot: QtBot) -> GrowDialog:
    growing.begin(FileSource(seeds), "calm.csv")
    made = GrowDialog(growing)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: growing.growth is not None)
    return made


def test_what_the_model_proposes_is_approved_or_refused(
        dialog: GrowDialog, growing: Growing, isolated_home: AppPaths, qtbot: QtBot) -> None:
    assert "Nothing was proposed yet" in dialog.state.text()
    # WHEN rows are asked for
    growing.more(3)
    assert dialog.more.text() == "Stop"
    qtbot.waitUntil(lambda: not growing.running and len(growing.waiting) == 3)
    assert "3 wait for your word" in dialog.counts.text() and "All 3" in dialog.state.text()
    # AND one is approved and one refused by the keyboard
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: len(growing.waiting) == 2)
    QTest.keyClick(dialog.list, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: len(growing.waiting) == 1)
    # THEN the library knows
    with closing(Database.open(isolated_home.library_file)) as database:
        [growth] = GrowthStore(database).growths()
        assert (growth.approved, growth.refused, growth.proposed) == (1, 1, 1)
    assert "1 approved" in dialog.counts.text()


def test_the_same_rows_lead_to_the_same_set(growing: Growing, seeds: Path, queue: WorkQueue,
                                            isolated_home: AppPaths, qtbot: QtBot) -> None:
    growing.begin(FileSource(seeds), "calm.csv")
    qtbot.waitUntil(lambda: growing.growth is not None)
    again = Growing(isolated_home, queue, open_model=opened)
    again.begin(FileSource(seeds), "calm.csv")
    qtbot.waitUntil(lambda: again.growth is not None)
    assert again.growth == growing.growth


def test_too_few_rows_are_told_in_the_window(growing: Growing, tmp_path: Path,
                                             qtbot: QtBot) -> None:
    few = tmp_path / "few.csv"
    few.write_text("text,mood\nthe lake lies still,calm\n", "utf-8")
    made = GrowDialog(growing)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    growing.begin(FileSource(few), "few.csv")
    qtbot.waitUntil(lambda: bool(made.trouble.text()))
    assert "3 or more" in made.trouble.text() and not made.more.isEnabled()


def test_approved_rows_are_among_the_data(page: FineTuningPage, choosing: Choosing, seeds: Path,
                                          isolated_home: AppPaths, queue: WorkQueue,
                                          qtbot: QtBot) -> None:
    # GIVEN a file whose rows can grow, and a set of it
    choosing.choose(Goal.LABELS)
    choosing.bring([seeds])
    qtbot.waitUntil(lambda: choosing.brought[0].glance is not None)
    growing = Growing(isolated_home, queue, open_model=opened)
    growing.begin(FileSource(seeds), "calm.csv")
    qtbot.waitUntil(lambda: growing.growth is not None)
    growing.more(2)
    qtbot.waitUntil(lambda: not growing.running and len(growing.waiting) == 2)
    growing.judge([growing.rows[0].id], RowState.APPROVED)
    qtbot.waitUntil(lambda: len(growing.waiting) == 1)
    # WHEN it was looked at
    take_growth(growing, choosing)
    growth = growing.growth
    assert growth is not None and choosing.plan is not None
    # THEN its approved row is learned beside the file, until it is switched off
    assert GrownRows(growth.id) in choosing.plan.sources
    qtbot.waitUntil(lambda: choosing.shelf is not None and bool(choosing.shelf.growths))
    [view] = page.findChildren(GrownRowsView)
    switch = view.switches[growth.id]
    assert switch.isChecked() and "1 approved" in switch.text()
    switch.click()
    assert GrownRows(growth.id) not in choosing.plan.sources

