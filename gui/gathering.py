"""Collects values that come fast and hands them on together, at the pace of the screen."""

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal


class Gathering(QObject):
    """`gathered` carries a list of values in their order, at most once every `pace_ms`; what comes
    after a pause longer than that is handed on as soon as the loop is free."""

    gathered = Signal(list)

    def __init__(self, pace_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self._pace_ms = pace_ms
        self._since = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush)

    def add(self, value: object) -> None:
        self._values.append(value)
        if not self._timer.isActive():
            passed = self._since.elapsed() if self._since.isValid() else self._pace_ms
            self._timer.start(max(0, self._pace_ms - passed))

    def flush(self) -> None:
        """Hands on what there is, now."""
        self._timer.stop()
        self._since.start()
        if self._values:
            values, self._values = self._values, []
            self.gathered.emit(values)
