"""How the open conversation feels, and which songs are near it: heard again as it goes on.

Knows no widgets. Listens on the desk queue, where nobody waits for a reply, and not at all while
one is made or nobody looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.interplay.hearing import MoodListener
from engine.interplay.similar_songs import SimilarSong, SimilarSongs
from engine.interplay.talk_moods import MoodsRead, TalkMoodReader, TalkMoods
from engine.tagging.lyric_store import LyricStore
from gui.background import Task
from gui.chat.presenter import ChatPresenter
from gui.chat.services import ChatServices
from gui.mood_source import MoodSource

MOST_SONGS = 6
_PAUSE_MS = 120
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class HeardTalk:
    """What is heard of a conversation. `songs` are the nearest, `tagger` is who heard it."""

    moods: TalkMoods
    songs: tuple[SimilarSong, ...]
    tagger: str


class OpenMoods(QObject):
    """`heard` is of the open conversation, None before; `progress` says how far the listening is,
    `problem` why nothing can be heard."""

    changed = Signal()

    def __init__(self, presenter: ChatPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._open = presenter.open
        self._listener: MoodListener | None = None
        self._task: Task | None = None
        self._key: _Key = ()
        self._awake = False
        self.heard: HeardTalk | None = None
        self.progress: MoodsRead | None = None
        self.problem: EngineError | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._listen)
        self._open.opened.connect(self._leave)
        self._open.messages_changed.connect(self._follow)
        presenter.cast.changed.connect(self._follow)
        presenter.streaming_changed.connect(self._give_way)

    def look(self, awake: bool) -> None:
        """Whether somebody looks: else nothing is listened to."""
        self._awake = awake
        if awake:
            self._follow()
        else:
            self._stop()

    def _leave(self) -> None:
        """Another conversation, or the same one read anew."""
        if self._key[:1] != (self._open.id,):
            self._stop()
            self._key = ()
            self.heard = self.problem = None
            self.changed.emit()
        self._follow()

    def _follow(self) -> None:
        if self._awake and self._presenter.moods is not None:
            self._pause.start()

    def _give_way(self, streaming: bool) -> None:
        """Whoever waits for a reply goes first."""
        if streaming:
            self._stop()
        else:
            self._follow()

    def _stop(self) -> None:
        self._pause.stop()
        task, self._task = self._task, None
        self.progress = None
        if task is not None:
            self._key = ()
            task.cancel()

    def _listen(self) -> None:
        """Begins, unless what is shown was heard already."""
        source = self._presenter.moods
        key = self._wanted_key()
        if source is None or self._presenter.run.busy or not self._awake or key == self._key:
            return
        self._stop()
        self._key = key
        if not self._open.stored.path:
            self.heard = self.problem = None
            self.changed.emit()
            return
        one, person = self._open.id, self._open.setup.person

        def work(services: ChatServices) -> Iterator[object]:
            yield from self._hear(services, source, one, person)

        task = self._task = self._presenter.reading.follow(work)
        task.yielded.connect(lambda told: self._take(task, told))
        task.failed.connect(lambda failure: self._fail(task, failure))
        task.returned.connect(lambda: self._end(task))

    def _wanted_key(self) -> _Key:
        source = self._presenter.moods
        settings = source.settings() if source else None
        return (self._open.id, tuple((m.id, m.text) for m in self._open.stored.path),
                self._open.setup.person,
                (settings.tagger, settings.collation) if settings else None)

    def _hear(self, services: ChatServices, source: MoodSource, conversation_id: int,
              person: str) -> Iterator[object]:
        """On the desk's thread."""
        tagger, settings = source.tagger(), source.settings()
        if self._listener is None or self._listener.tagger is not tagger:
            self._listener = MoodListener(tagger)
        reader = TalkMoodReader(self._listener, source.detector)
        conversation = services.store.conversation(conversation_id)
        for told in reader.follow(conversation, settings.collation, person):
            if isinstance(told, TalkMoods):
                yield HeardTalk(told, (), tagger.id)
                songs = SimilarSongs(LyricStore(services.company.database)).like(
                    told, tagger, settings, MOST_SONGS)
                yield HeardTalk(told, songs, tagger.id)
            else:
                yield told

    def _take(self, task: Task, told: object) -> None:
        if task is not self._task:
            return
        if isinstance(told, HeardTalk):
            kept = self.heard.songs if self.heard and not told.songs else told.songs
            # The songs of a moment ago stay until the new ones are found.
            self.heard = HeardTalk(told.moods, kept, told.tagger)
            self.progress = self.problem = None
        elif isinstance(told, MoodsRead):
            self.progress = told
        self.changed.emit()

    def _fail(self, task: Task, failure: object) -> None:
        if task is not self._task:
            return
        self._task = self.progress = None
        self._key = ()  # whoever looks again may have mended it
        if isinstance(failure, EngineError):
            self.problem, self.heard = failure, None
        else:
            self._presenter.problem_raised.emit(failure)
        self.changed.emit()

    def _end(self, task: Task) -> None:
        if task is self._task:
            self._task = self.progress = None
            self.changed.emit()
