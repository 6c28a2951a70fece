"""What every window test has beside the rest: no timer, worker or window left behind it."""

import gc
import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def no_window_left_open(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a worker, a timer or a window behind."""
    before = set(map(id, running()))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    gc.collect()
    left = [thing for thing in running() if id(thing) not in before]
    windows = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    for widget in windows:
        widget.close()
    assert not left, f"still running: {left}"
    assert not windows, f"still open: {windows}"


def running() -> list[QObject]:
    """All threads and timers made in Python that run now."""
    app = QCoreApplication.instance()
    assert app is not None
    main = app.thread()
    return [thing for thing in gc.get_objects() if isinstance(thing, QThread | QTimer)
            and isValid(thing) and thing is not main and is_running(thing)]


def is_running(thing: QThread | QTimer) -> bool:
    return thing.isRunning() if isinstance(thing, QThread) else thing.isActive()
