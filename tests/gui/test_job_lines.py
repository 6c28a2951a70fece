"""Jobs show in the bar while they run, end in the banner, and are offered again when cut short."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.events import Note
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.job_bar import JobBar
from gui.job_lines import JobLines
from gui.jobs import JobWatcher
from gui.notifications import Banner, Notifier
from gui.theme import ThemeSource
from tests.engine.jobs.conftest import end_for_good
from tests.fake_job import COMMAND

PATIENCE_MS = 30_000


class Desk:
    """A bar and a banner over one watcher; `quiet` and `passing` kinds as named."""

    def __init__(self, jobs: Path, qtbot: QtBot, qapp: QApplication) -> None:
        self.jobs = jobs
        self.watcher = JobWatcher(jobs, COMMAND)
        self.bar, self.notifier = JobBar(), Notifier()
        self.banner = Banner(self.notifier, IconSource(ThemeSource(qapp.styleHints())))
        for widget in (self.bar, self.banner):
            qtbot.addWidget(widget)
        self.lines = JobLines(self.watcher, self.bar, self.notifier, quiet={"hushed"},
                              passing={"passing"})

    def start(self, behaviour: str) -> str:
        return self.watcher.start(ask(behaviour))

    def cut_short(self, title: str, kind: str = "fake") -> JobFolder:
        folder = JobFolder.create(self.jobs, ask("completes", title, kind))
        with folder.lock.taken():
            folder.append(Note("begun"))
        return folder


def ask(behaviour: str, title: str = "Long work", kind: str = "fake") -> JobSpec:
    return JobSpec.ask(kind, {"behaviour": behaviour}, title, polite=False)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    made = Desk(tmp_path / "jobs", qtbot, qapp)
    yield made
    made.watcher.close()
    for path in made.jobs.iterdir() if made.jobs.is_dir() else ():
        end_for_good(JobProcess(JobFolder(path)))


@pytest.fixture
def queue(qapp: object) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


def words(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel)
                      if not label.isHidden())


def press(qtbot: QtBot, widget: QWidget, text: str) -> None:
    button = next(b for b in widget.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_job_shows_in_the_bar_and_its_end_in_the_banner(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.watcher.finished, timeout=PATIENCE_MS):
        desk.start("completes")
        assert "Long work" in words(desk.bar)
        assert not desk.bar.isHidden()
    assert desk.bar.isHidden()
    assert words(desk.banner) == "Long work is done. | Done."


def test_cancel_in_the_bar_stops_the_job_without_a_word_more(desk: Desk, qtbot: QtBot) -> None:
    desk.start("works")
    qtbot.waitUntil(lambda: any(view.done for view in desk.watcher.running), timeout=PATIENCE_MS)
    with qtbot.waitSignal(desk.watcher.stopped, timeout=PATIENCE_MS):
        press(qtbot, desk.bar, "Cancel")
        assert "Stopping" in words(desk.bar)
    assert desk.bar.isHidden() and desk.banner.isHidden()


@pytest.mark.parametrize("behaviour, details", [("fails", False), ("mistake", True)])
def test_a_failure_is_told_with_details_only_where_it_is_a_mistake_of_ours(
        desk: Desk, qtbot: QtBot, behaviour: str, details: bool) -> None:
    with qtbot.waitSignal(desk.watcher.failed, timeout=PATIENCE_MS):
        desk.start(behaviour)
    assert not desk.banner.isHidden()
    button = next(b for b in desk.banner.findChildren(QPushButton) if b.text() == "Details")
    assert button.isHidden() is not details


def test_kinds_told_elsewhere_are_quiet(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.watcher.failed, timeout=PATIENCE_MS):
        desk.watcher.start(ask("completes", kind="hushed"))
    assert desk.bar.isHidden() and desk.banner.isHidden()


def test_what_was_cut_short_is_offered_one_after_the_other(
        desk: Desk, queue: WorkQueue, qtbot: QtBot) -> None:
    # GIVEN two jobs that were cut short, and one not worth going on with
    older, newer = desk.cut_short("Older"), desk.cut_short("Newer")
    desk.cut_short("A trial", "passing")
    desk.watcher.find_again(queue)
    qtbot.waitUntil(lambda: not desk.banner.isHidden(), timeout=PATIENCE_MS)
    # WHEN the newer is left and the older gone on with
    assert "“Newer” was cut short" in words(desk.banner)
    press(qtbot, desk.banner, "Leave it")
    assert "“Older” was cut short" in words(desk.banner)
    with qtbot.waitSignal(desk.watcher.finished, timeout=PATIENCE_MS):
        press(qtbot, desk.banner, "Go on")
    # THEN so they stand
    assert (newer.state(), older.state()) == (JobState.STOPPED, JobState.FINISHED)


def test_a_job_that_cannot_start_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.jobs.write_text("a file where a folder should be", "utf-8")
    assert desk.start("completes") == ""
    assert "could not be written down" in words(desk.banner)
    desk.jobs.unlink()
