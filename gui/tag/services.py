"""What the Tag page needs of the engine, opened once by each thread that uses it."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.tagging.lyric_store import LyricStore
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger


@dataclass(frozen=True, slots=True)
class TagServices:
    """One thread's door to the library and the tagger.

    `store` belongs to the thread that opened it, because its database connection does.
    `tagger` may be the same one for all threads. `close` is called on that same thread.
    """

    store: LyricStore
    service: TaggingService
    tagger: Callable[[], Tagger]
    close: Callable[[], None]


class Desk:
    """Opens the services of one thread when they are first wanted there."""

    def __init__(self, open_services: Callable[[], TagServices]) -> None:
        self._open = open_services
        self._opened: TagServices | None = None

    def services(self) -> TagServices:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def close(self) -> None:
        """Gives back what was opened; the next use opens it afresh."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
