"""Collects values that come fast and hands them on together, at the pace of the screen."""

from PySide6.QtCore import QObject, QTimer, Signal


class Gathering(QObject):
    """`gathered` carries a list of values in their order, at most once every `pace_ms`."""

    gathered = Signal(list)

    def __init__(self, pace_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self._timer = QTimer(self, singleShot=True, interval=pace_ms)
        self._timer.timeout.connect(self.flush)

    def add(self, value: object) -> None:
        self._values.append(value)
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Hands on what there is, now."""
        self._timer.stop()
        if self._values:
            values, self._values = self._values, []
            self.gathered.emit(values)
