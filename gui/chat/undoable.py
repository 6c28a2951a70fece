"""What has a way back of its own that the page's keys take part in. Knows no widgets."""

from PySide6.QtCore import QObject, Signal


class Undoable(QObject):
    """`stepped` says that there is one more thing to take back, `undone` one less."""

    stepped = Signal()
    undone = Signal()

    def undo(self) -> None:
        """Takes back what was done last."""
