"""One moving line on a terminal; where nothing moves, each stretch of work is told once."""

from typing import TextIO

from engine.events import Continued, Event, Note, Paused, Progress

_BAR = 24
_WIDTH = 78


class ProgressLine:
    """Draws progress over itself on a terminal; elsewhere each stretch is told once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._moving = stream.isatty()
        self._open = False
        self._told = ""

    def tell(self, event: Event) -> None:
        """Shows progress, notes and pauses; everything else is told by others."""
        if isinstance(event, Note | Paused | Continued):
            self.end()
            self._write(event.sentence() + "\n")
        elif isinstance(event, Progress) and self._moving:
            self._write("\r\033[K" + drawn(event)[:_WIDTH])
            self._open = True
        elif isinstance(event, Progress) and event.message != self._told:
            self._told = event.message
            self._write(event.message + "\n")

    def end(self) -> None:
        """Leaves the moving line, if there is one."""
        if self._open:
            self._write("\r\033[K")
        self._open = False

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def drawn(event: Progress) -> str:
    """A bar, how much is done, and what is being done."""
    if not event.total:
        return event.message
    filled = min(_BAR, _BAR * event.done // event.total)
    bar = "█" * filled + "░" * (_BAR - filled)
    if event.unit == "bytes":
        amount = f"{event.done / 1e6:.0f} of {event.total / 1e6:.0f} MB"
    else:
        amount = f"{event.done} of {event.total}"
    return f"{bar}  {amount}  {event.message}"
