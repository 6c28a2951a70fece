"""What the Tag page does: takes songs in, follows their tagging, opens one, keeps labels.

Knows no widgets. All reading, writing and tagging happens on two work queues: `tagging` for the
long runs, `desk` for short work beside them. Attributes are plain; `*_changed` signals say when.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.settings import Settings
from engine.tagging.labels import Verdict
from engine.tagging.lyric import lyric_hash
from engine.tagging.reading import lyric_from_text
from engine.tagging.requests import NamedLyric, TagRequest
from engine.tagging.song import SongRow, SongState
from engine.tagging.unfinished import UnfinishedRun
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.mood_words import is_pasted
from gui.song.services import OpenServices, TagServices
from gui.song.song_desk import SongDesk
from gui.song.wording import title_of_words
from gui.tag.queue_table import QueueTable
from gui.tag.tagging_run import TaggingRun
from gui.tag.way_back import WayBack

_ROWS_AT_ONCE = 500
MOST_ROWS = 10_000  # found last; the Library has all
_UNSETTLED = (SongState.WAITING, SongState.TAGGING)
_RETRIED = (SongState.FAILED,)


@dataclass(frozen=True, slots=True)
class _Stored:
    """How many places the library knows, and which of those shown it knows no more."""

    count: int
    gone: frozenset[str]


class TagPresenter(QObject):
    """`table` holds the queue, `run` follows the tagging, `desk` the song that is open.

    `open_services` is entered on the queues' threads, once for each piece of work; `samples` is a
    folder of songs. `stored` is how many places the library knows; the queue brings back no more
    than MOST_ROWS of them. `left_over` are files and folders that an earlier session was asked for
    and did not finish. `way_back` says what was removed or taken back last. `problem_raised`
    carries an exception for the person, EngineError or bug.
    """

    selected_changed = Signal(str)
    loaded_changed = Signal()
    left_over_changed = Signal()
    problem_raised = Signal(object)

    def __init__(
        self,
        open_services: OpenServices,
        tagging: WorkQueue,
        desk: WorkQueue,
        vocabulary: Vocabulary,
        settings: Settings,
        samples: Path,
        unfinished: UnfinishedRun,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_services = open_services
        self._queue = desk
        self._samples = samples
        self._unfinished = unfinished
        self._asked_for: tuple[Path, ...] = ()
        self._closed = False
        self._show_next_answer = False
        self._sought = ""
        self.vocabulary = vocabulary
        self.settings = settings
        self.loaded = False
        self.stored = 0
        self._all_read = False
        self.selected = ""
        self.left_over: tuple[Path, ...] = ()
        self._stale = False
        self.table = QueueTable(vocabulary, self)
        self.run = TaggingRun(tagging, self.table.row, self)
        self.desk = SongDesk(open_services, desk, tagging, lambda: self.settings, vocabulary,
                             self)
        self.way_back = WayBack(open_services, desk, vocabulary, lambda: self.settings, self)
        self.way_back.turned.connect(self._take_turned)
        self.way_back.all_turned.connect(self._read_rows)
        self.way_back.failed.connect(self.problem_raised)
        self.run.rows_changed.connect(self._take_rows)
        self.run.failed.connect(self.problem_raised)
        self.run.ended.connect(self._forget_roots)
        self.desk.failed.connect(self.problem_raised)
        self.desk.labelled.connect(self.way_back.say_no_more)
        self.desk.words.labelled.connect(self._reread)
        self.desk.turned.connect(self.way_back.take_turn)

    def load(self) -> None:
        """Brings back everything that was tagged before. Once; later calls do nothing."""
        if not self.loaded:
            self._set_left_over(tuple(
                root for root in self._unfinished.recall() if root not in self._asked_for))
            self._read_rows()

    def use_settings(self, settings: Settings) -> None:
        """Takes changed settings; songs are collated anew without the tagger, or shown as
        another tagger saw them."""
        before = (self.settings.collation, self.settings.tagger)
        changed = (settings.collation, settings.tagger) != before
        self.settings = settings
        if changed and self.loaded:
            self._read_rows()
            self.desk.open(self.desk.wanted)

    def tag(self, paths: Sequence[Path]) -> None:
        """Reads and tags files and folders; the first song that has moods is shown."""
        if paths:
            self._show_next_answer = True
            self._remember_roots(paths)
            self._start(lambda _: TagRequest(paths=tuple(paths)))

    def tag_text(self, text: str, title: str = "", artist: str = "") -> None:
        """Tags words that come without a file."""
        self._show_next_answer = True
        self._start(lambda _: _request_for_text(text, title, artist))

    def try_samples(self) -> None:
        self.tag((self._samples,))

    def tag_again(self, places: Iterable[str]) -> None:
        """Runs the tagger anew on rows of the queue, also where their scores are current."""
        self.tag_rows_again([row for place in places if (row := self.table.row(place))])

    def tag_rows_again(self, rows: Sequence[SongRow]) -> None:
        """The same for songs that need not stand in the queue."""
        if rows:
            self._remember_roots([Path(row.place) for row in rows if not _has_no_file(row)])
            self._start(partial(_request_again, rows, self.settings))

    def retry_failed(self) -> None:
        self.tag_again([row.place for row in self.table.in_state(*_RETRIED)])

    def tag_rest(self) -> None:
        """Tags what a cancelled run left waiting, and what an earlier session did not finish."""
        if not self.run.progress.running:
            waiting = [row.place for row in self.table.in_state(*_UNSETTLED)]
            self.tag(self._set_left_over(()))
            self.tag_again(waiting)

    def dismiss_left_over(self) -> None:
        """Forgets what an earlier session did not finish."""
        self._set_left_over(())
        self._remember_roots(())

    def pause(self) -> None:
        self.run.pause(True)

    def resume(self) -> None:
        self.run.pause(False)

    def cancel(self) -> None:
        self.run.cancel()

    def remove(self, places: Iterable[str]) -> None:
        """Takes rows off the list, as a step that `undo` takes back."""
        settled = [p for p in places if (row := self.table.row(p)) and self._is_settled(row)]
        if not settled:
            return
        position = self.table.position(settled[0]) or 0
        removed = tuple(self.table.remove(settled))
        if self.selected and self.table.row(self.selected) is None:
            nearest = self.table.row_at(min(position, self.table.rowCount() - 1))
            self.select(nearest.place if nearest else "")
        self.way_back.remove(removed)

    def select(self, place: str) -> None:
        """Opens the song of a row; "" opens none."""
        if place != self.selected:
            self._show_next_answer = False
            self._open(place)

    def seek(self, place: str) -> None:
        """Opens the song of a place that is known elsewhere, as soon as the queue is loaded."""
        self._sought = place
        self.load()
        self._show_sought()

    def step(self, by: int) -> None:
        """Goes to the next or an earlier song among those shown in the queue."""
        at = self.table.position(self.selected) if self.selected else None
        target = 0 if at is None else at + by
        row = self.table.row_at(target)
        if row:
            self.select(row.place)

    def accept(self, mood: str) -> None:
        self.desk.judge(mood, Verdict.ACCEPTED)

    def reject(self, mood: str) -> None:
        self.desk.judge(mood, Verdict.REJECTED)

    def add(self, word: str) -> bool:
        """Adds the mood a word stands for; False where the vocabulary has none."""
        return self.desk.add(word)

    def undo(self) -> None:
        """Takes back what was done last, here or on another page, and shows its song."""
        self.desk.undo()

    def redo(self) -> None:
        """Does again what was taken back last."""
        self.desk.redo()

    def mark_stale(self) -> None:
        """The library was changed elsewhere: rows are read anew when the page is next seen."""
        self._stale = True

    def freshen(self) -> None:
        """The page is seen: shows what was changed elsewhere."""
        if self._stale and self.loaded:
            self._read_rows()
            self.desk.open(self.desk.wanted)

    def close(self) -> None:
        """Stops what runs without waiting for it; the next start offers to finish it. Call before
        the work queues are closed."""
        self._closed = True
        self.run.cancel()
        self.way_back.close()

    def _start(self, request: Callable[[TagServices], TagRequest]) -> None:
        self.way_back.say_no_more()

        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield from services.service.run(request(services))
        self.run.start(work)

    def _set_left_over(self, roots: tuple[Path, ...]) -> tuple[Path, ...]:
        """Takes `roots` and hands out what was left over before."""
        before, self.left_over = self.left_over, roots
        if before != roots:
            self.left_over_changed.emit()
        return before

    def _remember_roots(self, roots: Sequence[Path]) -> None:
        self._asked_for += tuple(roots)
        self._unfinished.remember((*self.left_over, *self._asked_for))

    def _forget_roots(self) -> None:
        """The run ended by itself or was cancelled on purpose, unless the program closes."""
        if not self._closed:
            self._asked_for = ()
            self._unfinished.remember(self.left_over)

    def _read_rows(self) -> None:
        self.loaded, self._stale = True, False
        settings = self.settings
        # What a run answers meanwhile may be too new for what is read here.
        shown = frozenset(row.place for row in self.table.rows())

        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield from services.store.newest_rows(settings, MOST_ROWS, _ROWS_AT_ONCE)
                known = frozenset(services.store.row_ids())
                yield _Stored(len(known), shown - known)
        task = self._queue.submit(work)
        task.yielded.connect(self._take_stored)
        task.returned.connect(self._finish_loading)
        task.failed.connect(self.problem_raised)

    def _take_stored(self, rows: "list[SongRow] | _Stored") -> None:
        """Stored rows must not hide what a run is doing, nor bring back what is being removed;
        at their end comes what else there is to know."""
        if isinstance(rows, _Stored):
            self.stored = rows.count
            self._drop(rows.gone)
            return
        self.table.put(row for row in rows if row.place not in self.way_back.leaving
                       and self._is_settled(self.table.row(row.place)))

    def _drop(self, places: Iterable[str]) -> None:
        """Rows the library does not know any more go, but for those a run is about to read."""
        gone = [p for p in places if (row := self.table.row(p)) and row.state not in _UNSETTLED]
        self.table.remove(gone)
        if self.selected in gone:
            nearest = self.table.row_at(0)
            self.select(nearest.place if nearest else "")

    def _finish_loading(self) -> None:
        self._all_read = True
        self.loaded_changed.emit()
        self._show_sought()
        if not self.selected:
            rows = self.table.rows()
            tagged = (row for row in rows if row.state is SongState.TAGGED)
            first = next(tagged, rows[0] if rows else None)
            self._open(first.place if first else "")

    def _show_sought(self) -> None:
        if self._sought and self.table.row(self._sought):
            place, self._sought = self._sought, ""
            self.select(place)
        elif self._sought and self._all_read:
            self._read_sought(self._sought)

    def _read_sought(self, place: str) -> None:
        """A song that is not among those found last joins the queue."""
        settings = self.settings

        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield services.store.row(place, settings)
        task = self._queue.submit(work)
        task.yielded.connect(partial(self._take_sought, place))
        task.failed.connect(self.problem_raised)

    def _take_sought(self, place: str, row: SongRow | None) -> None:
        if place != self._sought:
            return
        if row is None:
            self._sought = ""
        else:
            self.table.put([row])
            self._show_sought()

    def _take_rows(self, rows: list[SongRow]) -> None:
        self.table.put(rows)
        answered = [row for row in rows if row.state not in _UNSETTLED]
        tagged = [row for row in answered if row.state is SongState.TAGGED]
        if self._show_next_answer and (tagged or (answered and not self.selected)):
            self._show_next_answer = not tagged
            self._open((tagged or answered)[0].place)
        elif any(row.place == self.selected for row in answered):
            self.desk.open(self.table.row(self.selected))

    def _open(self, place: str) -> None:
        self.selected = place
        self.desk.open(self.table.row(place))
        self.selected_changed.emit(place)

    def _reread(self, song_id: int) -> None:
        """The person spoke of a song: its rows show that."""
        settings = self.settings
        places = [row.place for row in self.table.rows() if row.song_id == song_id]

        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield [row for p in places if (row := services.store.row(p, settings))]
        task = self._queue.submit(work)
        task.yielded.connect(self._take_stored)
        task.failed.connect(self.problem_raised)

    def _show_place(self, place: str) -> None:
        if place and self.table.row(place):
            self.select(place)

    def _is_settled(self, row: SongRow | None) -> bool:
        return row is None or row.state not in _UNSETTLED or not self.run.progress.running

    def _take_turned(self, rows: list[tuple[str, SongRow | None]]) -> None:
        self._drop([place for place, row in rows if row is None])
        known = [row for _, row in rows if row is not None]
        self.table.put(row for row in known if self._is_settled(self.table.row(row.place)))
        if known:
            self._show_place(known[0].place)


def _request_for_text(text: str, title: str, artist: str) -> TagRequest:
    lyric = lyric_from_text(text, title, artist)
    if not lyric.title:
        lyric = replace(lyric, title=title_of_words(lyric))
    return TagRequest(lyrics=(NamedLyric(f"paste:{lyric_hash(lyric)}", lyric),))


def _request_again(rows: Sequence[SongRow], settings: Settings,
                   services: TagServices) -> TagRequest:
    """Files are read anew; words without a file come from the library."""
    lyrics: list[NamedLyric] = []
    paths: list[Path] = []
    for row in rows:
        if not _has_no_file(row):
            paths.append(Path(row.place))
        elif row.song_id is not None and (song := services.store.song(row.song_id, settings)):
            lyrics.append(NamedLyric(row.place, song.lyric))
    return TagRequest(paths=tuple(paths), lyrics=tuple(lyrics), again=True)


def _has_no_file(row: SongRow) -> bool:
    return is_pasted(row.place) or ("#" in row.place and not Path(row.place).exists())
