"""What showing and correcting a song needs of the engine, opened by each piece of work."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from engine.library.database import Database
from engine.tagging.lyric_store import LyricStore
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger


@dataclass(frozen=True, slots=True)
class TagServices:
    """A door to the library and the tagger, for one thread while one piece of work lasts.

    `store` and `service` use the connection `database`, opened on entering and closed on leaving.
    `tagger` may be the same one for all threads.
    """

    database: Database
    store: LyricStore
    service: TaggingService
    tagger: Callable[[], Tagger]


OpenServices = Callable[[], AbstractContextManager[TagServices]]
