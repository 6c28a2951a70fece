"""The buttons of the Library's dialogs. None is pressed by Enter unless it has the keyboard."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton


def act_button(words: str, act: Callable[[], object]) -> QPushButton:
    """A button that does `act`."""
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: act())
    return button


def tab_button(words: str, act: Callable[[], object], chosen: bool = False) -> QPushButton:
    """One of several of which one is chosen, above a list that it narrows."""
    button = act_button(words, act)
    button.setProperty("role", "tab")
    button.setCheckable(True)
    button.setChecked(chosen)
    return button
