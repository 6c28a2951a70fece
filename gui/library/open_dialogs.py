"""The dialogs of one part of the Library that are open: each at most once."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget


class OpenDialogs:
    """They lie over the window of `page`."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self._open: dict[str, QDialog] = {}

    def show(self, name: str, make: Callable[[QWidget], QDialog]) -> None:
        """Opens a dialog made over the window it is given, or raises the one that is open."""
        if name in self._open:
            self._open[name].raise_()
            return
        dialog = self._open[name] = make(self._page.window())
        dialog.destroyed.connect(lambda: self._open.pop(name, None))
        dialog.open()

    def find(self, name: str) -> QDialog | None:
        """The dialog of this name, if it is open."""
        return self._open.get(name)

    def any(self) -> bool:
        """Whether there is one."""
        return bool(self._open)
