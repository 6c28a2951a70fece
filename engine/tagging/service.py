"""Tags what it is asked to, as a generator: walk, read, score in groups, store, answer.

Runs on whatever thread asks for its next event, with that thread's store. One bad file stops
nothing; closing the generator stops between groups of songs and loses nothing stored.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from engine.errors import EngineError
from engine.settings import Settings
from engine.tagging.intake import find_lyrics
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric import Lyric
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import read_lyric
from engine.tagging.requests import Found, TagEvent, TagRequest
from engine.tagging.song_group import Item, SongGroup, place_of_item
from engine.tagging.tagger import Tagger

WALK_STEP = 512


class TaggingService:
    """Answers tag requests with the tagger and settings of the moment a run begins."""

    def __init__(self, store: LyricStore, detector: LanguageDetector,
                 tagger_source: Callable[[], Tagger],
                 settings_source: Callable[[], Settings],
                 read: Callable[[Path], Lyric] = read_lyric) -> None:
        self._store = store
        self._detector = detector
        self._tagger_source = tagger_source
        self._settings_source = settings_source
        self._read = read

    def run(self, request: TagRequest) -> Iterator[TagEvent]:
        """Found as folders are walked, and one Answered for every place, in reading order.

        A Found without places is only a moment to stop, within a very long song. EngineError
        when no tagger can be had; what concerns one place is in its row.
        """
        tagger = self._tagger_source()
        if request.tagger not in ("", tagger.id, tagger.id.partition("@")[0]):
            raise EngineError(f"“{request.tagger}” is not the tagger in use.",
                              f"Choose it in Settings, or ask for “{tagger.id}”.")
        settings = replace(self._settings_source(), tagger=tagger.id)
        group = SongGroup(self._store, self._detector, tagger, settings, request.again,
                          self._read)
        seen: set[str] = set()
        yield from self._answers(request, group, seen)
        for folder in (path for path in request.paths if path.is_dir()):
            self._store.mark_missing(folder, seen)

    def _answers(self, request: TagRequest, group: SongGroup,
                 seen: set[str]) -> Iterator[TagEvent]:
        """A step of the walk, then a group of songs, and so on: neither waits for the other."""
        walk = chain[Item](find_lyrics(request.paths), request.lyrics)
        queue: deque[Item] = deque()
        while True:
            step = list(islice(walk, WALK_STEP))
            if step:
                queue.extend(step)
                places = tuple(place_of_item(item) for item in step)
                seen.update(places)
                yield Found(places)
            elif not queue:
                return
            while queue and group.has_room_for(queue[0]):
                group.take(queue.popleft())
            yield from group.answers()
