"""What can be done in the Library: a list that every part of the room adds its own entries to.

The page shows them in menus, on the bar under the table and in its head; it knows none of them.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gui.library.selection import Selection


class Place(enum.StrEnum):
    """Where an action is offered. SONGS: what is done to the chosen songs, in their menu, and by
    its keys in the table. PAGE: what needs no song, in the menu of the page. HEAD: the same, with
    a button in the head. PRIMARY: the one thing the page is for, a button in accent."""

    SONGS = "songs"
    PAGE = "page"
    HEAD = "head"
    PRIMARY = "primary"


def _for_any(selection: Selection) -> bool:
    return bool(selection.keys)


def _always(selection: Selection) -> bool:
    return True


@dataclass(frozen=True, slots=True, eq=False)
class LibraryAction:
    """`name` is unique; `words` is what the person reads, "…" at its end where a window follows.

    `act` is handed the selection of that moment. `fits` says whether the action can be used on a
    selection: one that cannot is greyed out. `on_bar` gives it a button under the table while
    songs are chosen, too. Lower `rank` stands higher; a new ten begins a new group.
    """

    name: str
    words: str
    act: Callable[[Selection], object]
    place: Place = Place.SONGS
    fits: Callable[[Selection], bool] | None = None
    keys: str = ""
    tip: str = ""
    rank: int = 50
    on_bar: bool = False

    def usable(self, selection: Selection) -> bool:
        """Whether it can be used now."""
        default = _for_any if self.place is Place.SONGS else _always
        return (self.fits or default)(selection)


class LibraryActions(QObject):
    """`changed` is sent when an action came or went."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, LibraryAction] = {}

    def add(self, action: LibraryAction) -> None:
        """Offers an action; one of the same name is replaced."""
        self._actions[action.name] = action
        self.changed.emit()

    def remove(self, name: str) -> None:
        if self._actions.pop(name, None) is not None:
            self.changed.emit()

    def get(self, name: str) -> LibraryAction | None:
        return self._actions.get(name)

    def at(self, *places: Place) -> list[LibraryAction]:
        """What is offered there, in the order of the menu."""
        found = [action for action in self._actions.values() if action.place in places]
        return sorted(found, key=lambda action: action.rank)
