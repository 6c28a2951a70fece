"""What every window test has beside the rest: no timer, worker or window left behind it."""

import gc
import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.tagging.language import LanguageDetector
from engine.tagging.vocabulary import Vocabulary
from gui.app import Program
from gui.tagger_shelf import SpeedSeen, TaggerShelf
from gui.theme import ThemeSource
from tests.fakes import FakeTagger

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The screen in memory has no window manager to tell sizes to, nor one to raise lists and
    lend them the keyboard, and warns of it."""
    lacking = r"This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(lacking, extend=True))


@pytest.fixture(autouse=True)
def no_window_left_open(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a worker, a timer or a window behind."""
    # Everything older is set aside: a million things of torch need not be looked at each time.
    gc.freeze()
    before = set(map(id, running()))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    gc.collect()
    left = [thing for thing in running() if id(thing) not in before]
    windows = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    for widget in windows:
        widget.close()
    gc.unfreeze()
    assert not left, f"still running: {left}"
    assert not windows, f"still open: {windows}"


def running() -> list[QObject]:
    """All threads and timers made in Python that run now.

    Asked of the type: asking the thing itself wakes lazy modules, torch's among them.
    """
    app = QCoreApplication.instance()
    assert app is not None
    main = app.thread()
    return [thing for thing in gc.get_objects() if issubclass(type(thing), QThread | QTimer)
            and isValid(thing) and thing is not main and is_running(thing)]


def is_running(thing: QThread | QTimer) -> bool:
    return thing.isRunning() if isinstance(thing, QThread) else thing.isActive()


class FakeShelf(TaggerShelf):
    """Hands out a fake tagger; with a `problem`, none, as where no model is installed."""

    def __init__(self, problem: EngineError | None = None) -> None:
        self.fake = FakeTagger()
        self.problem = problem

    def tagger(self) -> FakeTagger:
        if self.problem:
            raise self.problem
        return self.fake

    def renew(self) -> None:
        """It has no model to open anew."""

    def warm_up(self, detector: LanguageDetector) -> Iterator[object]:
        yield SpeedSeen(self.tagger().id, 123.0)


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()


@pytest.fixture
def theme_source(qapp: QApplication) -> ThemeSource:
    """The light theme."""
    return ThemeSource(QGuiApplication.styleHints(), "light")


@pytest.fixture
def vocabulary(isolated_home: AppPaths) -> Vocabulary:
    """The moods that come with the program."""
    return Vocabulary.load(isolated_home.moods_file)


Start = Callable[[], Program]


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths,
          shelf: FakeShelf) -> Iterator[Start]:
    """Starts the whole program: its window shown, a fake tagger behind it, this test's home."""
    started: list[Program] = []

    def start_one() -> Program:
        started.append(Program(qapp, isolated_home, shelf))
        with qtbot.waitExposed(started[-1].window):
            started[-1].window.show()
        started[-1].window.activateWindow()
        return started[-1]

    yield start_one
    for program in started:
        end(program)


@pytest.fixture
def program(start: Start) -> Program:
    """One started program with an empty home."""
    return start()


def end(program: Program) -> None:
    """Closes a program and takes its window away, so that the next test does not style it."""
    program.window.close()
    program.close()
    program.window.deleteLater()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyleSheet("")
