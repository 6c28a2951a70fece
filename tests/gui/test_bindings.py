"""The bindings this program stands on count references rightly.

PySide6 6.12.0 gives away one reference to None for every call without a result. Python before
3.12 counts those, and ends the whole process after some thousand calls ("deallocating None").
"""

import sys

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

CALLS = 500


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12")
def test_calls_without_a_result_leave_none_whole(qapp: QApplication) -> None:
    # GIVEN a few objects, and how often None is in use
    widget, timer, thing = QWidget(), QTimer(), QObject()
    before = sys.getrefcount(None)
    # WHEN many calls return nothing
    for _ in range(CALLS):
        widget.update()
        timer.setSingleShot(True)
        thing.parent()
    # THEN None is not used up
    assert sys.getrefcount(None) > before - CALLS
