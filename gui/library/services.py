"""What the Library page needs of the engine, opened by each piece of work on its own thread."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.lyric_store import LyricStore
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger
from engine.tagging.vocabulary import Vocabulary
from gui.asking import Asking

if TYPE_CHECKING:
    from engine.tagging.browsing.song_index import SongIndex


@dataclass(frozen=True, slots=True)
class LibraryServices:
    """A door to the library, for one thread while one piece of work lasts: one database
    connection, opened on entering and closed on leaving, which `store` and `service` share.

    `index` hands out the index of all songs, brought up to date; there is one for each queue.
    `settings` are those of the moment the work began; `tagger` opens the one they mean.
    """

    database: Database
    store: LyricStore
    service: TaggingService
    index: "Callable[[], SongIndex]"
    tagger: Callable[[], Tagger]
    settings: Settings
    vocabulary: Vocabulary
    paths: AppPaths


OpenLibrary = Callable[[], AbstractContextManager[LibraryServices]]
LibraryAsking = Asking[LibraryServices]
