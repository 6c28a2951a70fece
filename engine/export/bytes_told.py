"""Bytes that come or go, told as progress, not more often than anybody could see."""

from engine.events import Progress, Report

_STEP = 1 << 20


class BytesTold:
    """Called with bytes done and bytes in all; tells `title` once a megabyte."""

    def __init__(self, report: Report, title: str) -> None:
        self._report, self._title, self._next = report, title, 0

    def __call__(self, done: int, total: int) -> None:
        again = done < self._next - _STEP  # a server that could not go on begins anew
        if done >= self._next or done == total or again:
            self._next = done + _STEP
            self._report(Progress(done, total, self._title, "bytes"))
