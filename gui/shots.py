"""What a picture of the window is: its name, size, scale; and how to wait for the window."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

WIDE = (1280, 800)
NARROW = (900, 700)
# What is left of a full HD screen when everything is shown at twice its size.
SCALED = (960, 540)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to take, now: of `widget`, else of the window; at `size` and `scale`.

    `end`: with every page scrolled down to its end.
    """

    name: str
    size: tuple[int, int] = WIDE
    scale: int = 1
    widget: QWidget | None = None
    end: bool = False


Settle = Callable[[Callable[[], bool]], None]
