"""Where other parts of the room put their widgets on the page, which makes them when it is first
shown."""

import enum
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

Make = Callable[[], QWidget]


class Slot(enum.StrEnum):
    """STRIP: a row under the head that says what needs looking after; it hides itself while there
    is nothing. SIDE: above the facets. FILES: under the files of the open song."""

    STRIP = "strip"
    SIDE = "side"
    FILES = "files"
