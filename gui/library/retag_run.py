"""Songs read by another tagger for comparison, what it would change, and the person's choice.

Knows no widgets. Reading runs on the tagging queue; what is compared is read and chosen on the
queues of the Library. What songs show stays as it is until something is accepted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.retagging.differences import Comparison, Difference, compare, outdated
from engine.tagging.retagging.proposals import Proposals
from engine.tagging.retagging.retagger import Retagger, RetagProgress
from engine.tagging.song_scores import TaggerNote
from gui.background import Task, WorkQueue
from gui.library.services import LibraryAsking, LibraryServices
from gui.song.services import OpenServices
from gui.tagger_choices import TaggerChoice, Taggers

_AT_ONCE = 500
MOST_IN_STEP = 20_000  # songs; a longer step would keep others from writing for too long


@dataclass(frozen=True, slots=True)
class Offered:
    """How many songs show what another version of the tagger in use said; its id, in full."""

    tagger: str = ""
    songs: int = 0


class RetagRun(QObject):
    """`progress` is None while nothing is read; `name` says whom is read by. `waiting` counts the
    songs there is something to choose about, `offered` those an update of the tagger concerns.
    `comparison` is what is looked at, None before it was read.

    `ended` carries the last progress of a run, and whether it was stopped.
    """

    changed = Signal()
    moved = Signal()
    compared = Signal()
    ended = Signal(object, bool)
    songs_changed = Signal()
    failed = Signal(object)

    def __init__(self, taggers: Taggers, open_songs: OpenServices, tagging: WorkQueue,
                 asking: LibraryAsking, working: LibraryAsking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._taggers = taggers
        self._open_songs = open_songs
        self._tagging = tagging
        self._asking = asking
        self._working = working
        self._task: Task | None = None
        self._note: TaggerNote | None = None
        self._last: RetagProgress | None = None
        self.name = ""
        self.progress: RetagProgress | None = None
        self.waiting = 0
        self.offered = Offered()
        self.comparison: Comparison | None = None
        self.comparing = False

    @property
    def running(self) -> bool:
        return self._task is not None

    def load(self) -> None:
        """Counts what waits for a choice."""
        def take(count: int) -> None:
            if count != self.waiting:
                self.waiting = count
                self.changed.emit()

        self._asking.ask(lambda services: Proposals(services.database).count(), take,
                         self.failed.emit)

    def look_for_update(self) -> None:
        """Finds out whether songs were tagged by another version of the tagger in use, after
        whatever the tagging queue does now. Where there is no tagger, there is nothing to say."""
        def work() -> Iterator[object]:
            with suppress(EngineError), self._open_songs() as services:
                tagger = services.tagger().id
                yield Offered(tagger, outdated(services.database, tagger))

        task = self._tagging.submit(work)
        task.yielded.connect(self._take_offer)
        task.failed.connect(self.failed)

    def read_choices(self, then: Callable[[Sequence[TaggerChoice]], object]) -> None:
        """Hands the taggers that are installed to `then`."""
        self._asking.ask(lambda _: tuple(self._taggers.choices()), then, self.failed.emit)

    def start(self, choice: TaggerChoice, songs: Sequence[int] = ()) -> None:
        """Has these songs, or all, read by a tagger. One run at a time."""
        if self.running:
            return
        self.name = choice.name
        self.progress = self._last = RetagProgress(0, len(songs))
        wanted = tuple(songs)

        def work() -> Iterator[object]:
            with self._open_songs() as services:
                tagger = self._taggers.open(choice.id)
                yield from Retagger(services.database, services.store, tagger).run(wanted)

        self._task = self._tagging.submit(work)
        self._task.yielded.connect(self._take_progress)
        self._task.returned.connect(lambda: self._end(stopped=False))
        self._task.cancelled.connect(lambda: self._end(stopped=True))
        self._task.failed.connect(self._fail)
        self.offered = Offered()
        self.changed.emit()

    def stop(self) -> None:
        """Ends the reading; what was compared so far is kept."""
        if self._task is not None:
            self._task.cancel()

    def look(self) -> None:
        """Compares what the tagger that was asked last proposes with what songs show."""
        self.comparing = True
        self.compared.emit()

        def question(services: LibraryServices) -> object:
            notes = Proposals(services.database).taggers()
            if not notes:
                return None, None
            return notes[0], compare(services.database, notes[0], services.settings)

        def take(found: tuple[TaggerNote | None, Comparison | None]) -> None:
            self._note, self.comparison = found
            self.comparing = False
            self.compared.emit()
            self.load()

        self._working.ask(question, take, self._looking_failed)

    def accept(self, songs: Iterable[Difference]) -> None:
        """Lets these songs show what the tagger said; very many in several steps."""
        self._choose(songs, Proposals.accept)

    def refuse(self, songs: Iterable[Difference]) -> None:
        """Leaves these songs as they are."""
        self._choose(songs, Proposals.refuse)

    def undo(self) -> None:
        """Takes back what was chosen last."""
        self._asking.ask(lambda services: open_journal(services.database).undo(),
                         lambda _: self._undone(), self.failed.emit)

    def dismiss_offer(self) -> None:
        """Speaks no more of the update."""
        self.offered = Offered()
        self.changed.emit()

    def _choose(self, songs: Iterable[Difference], act: Callable[..., int]) -> None:
        note, wanted = self._note, [song.song_id for song in songs]
        if note is None or not wanted:
            return

        def question(services: LibraryServices) -> int:
            proposals, journal = Proposals(services.database), open_journal(services.database)
            return sum(act(proposals, journal, note, wanted[first:first + MOST_IN_STEP])
                       for first in range(0, len(wanted), MOST_IN_STEP))

        # A few are done at once; very many would keep short questions waiting.
        asking = self._asking if len(wanted) <= _AT_ONCE else self._working
        asking.ask(question, lambda _: self._chosen(set(wanted)), self.failed.emit)

    def _chosen(self, songs: set[int]) -> None:
        """What was chosen about is no longer shown."""
        if self.comparison is not None:
            left = tuple(song for song in self.comparison.songs if song.song_id not in songs)
            self.comparison = replace(self.comparison, songs=left)
            self.compared.emit()
        self.songs_changed.emit()
        self.load()

    def _undone(self) -> None:
        self.songs_changed.emit()
        self.look()

    def _looking_failed(self, problem: object) -> None:
        self.comparing = False
        self.compared.emit()
        self.failed.emit(problem)

    def _take_offer(self, offered: object) -> None:
        if isinstance(offered, Offered) and not self.running:
            self.offered = offered
            self.changed.emit()

    def _take_progress(self, progress: object) -> None:
        if isinstance(progress, RetagProgress):
            self.progress = self._last = progress
            self.moved.emit()

    def _end(self, stopped: bool) -> None:
        self._task = None
        self.progress = None
        self.load()
        self.changed.emit()
        self.ended.emit(self._last, stopped)

    def _fail(self, problem: object) -> None:
        self._task = None
        self.progress = None
        self.load()
        self.changed.emit()
        self.failed.emit(problem)
