"""What the Library page does: asks the index of songs, remembers what is sought, follows changes.

Knows no widgets. `asking` answers short questions at once, `working` does what takes long.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QSettings, QTimer, Signal

from engine.errors import EngineError
from engine.settings import Settings
from engine.tagging.browsing.song_query import (
    Found,
    MoodWish,
    ShelfSong,
    SongQuery,
    SongSort,
    query_as_json,
    query_from_json,
)
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.library import filters
from gui.library.actions import LibraryActions
from gui.library.selection import Selection, selection_of
from gui.library.services import LibraryAsking, LibraryServices
from gui.library.song_table import SongTable
from gui.library.steps import Steps
from gui.library.wording import song_row, song_title
from gui.song.services import OpenServices
from gui.song.song_desk import SongDesk

FRESHEN_MS = 700
KEEP_MS = 4_000
_FIRST_ROWS = 24
_AT_ONCE = 1000
_REMEMBERED = "library/query"


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """What the index said: of a question asked in the turn `turn`."""

    turn: int
    query: SongQuery
    version: int
    found: Found
    songs: tuple[ShelfSong, ...]
    snippets: dict[int, str]
    opened: ShelfSong | None


class LibraryPresenter(QObject):
    """`table` holds the rows that are found, `desk` the song that is open, `steps` the way back.
    `actions` is what can be done on the page: every part of the room adds its own.

    `query` is what is sought, `found` the answer shown (None before the first), `trouble` why
    there is none. `in_sight` says which rows are on screen: they are read first. `opens`: a song
    that is chosen is also opened, since it is shown.
    `problem_raised` carries an exception for the person, EngineError or bug.

    What belongs to another room is only told: `song_wanted` carries the place of a song to be
    shown on the Tag page, `tag_wanted` paths to be read, `again_wanted` rows to be tagged anew.
    `woken` says that the page is shown again.
    """

    query_changed = Signal()
    found_changed = Signal()
    selection_changed = Signal()
    opened = Signal()
    problem_raised = Signal(object)
    song_wanted = Signal(str)
    tag_wanted = Signal(object)
    again_wanted = Signal(object)
    samples_wanted = Signal()
    files_wanted = Signal()
    folder_wanted = Signal()
    woken = Signal()

    def __init__(self, asking: LibraryAsking, working: LibraryAsking, open_songs: OpenServices,
                 desk: WorkQueue, tagging: WorkQueue, vocabulary: Vocabulary, settings: Settings,
                 memory: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asking = asking
        self.working = working
        self.tagging = tagging
        self.vocabulary = vocabulary
        self.settings = settings
        self.memory = memory
        self.query = SongQuery()
        self.found: Found | None = None
        self.trouble: EngineError | None = None
        self.selection = Selection()
        self.open_key = 0
        self._seen: ShelfSong | None = None
        self.opens = False
        self.in_sight: tuple[int, int] = (0, _FIRST_ROWS)
        self.awake = False
        self._turn = 0
        self._version = -1
        self._content = 0
        self._liked = (0, "")
        self._answered: SongQuery | None = None
        self.table = SongTable(vocabulary, self)
        self.desk = SongDesk(open_songs, desk, tagging, lambda: self.settings, vocabulary, self)
        self.steps = Steps(asking, vocabulary, self)
        self.actions = LibraryActions(self)
        self._freshening = QTimer(self, singleShot=True, interval=FRESHEN_MS)
        self._freshening.timeout.connect(self._find)
        self._keeping = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keeping.timeout.connect(self._keep_index)
        self._connect()

    @property
    def version(self) -> int:
        """Grows whenever what is found may show other moods or names than before."""
        return self._content

    @property
    def loading(self) -> bool:
        """Whether the first answer is awaited."""
        return self.found is None and self.trouble is None

    def prepare(self) -> None:
        """Asks for what is remembered, before anybody looks. Once; later calls do nothing."""
        if self._turn == 0:
            self.query = _recalled(self.memory)
            self.query_changed.emit()
            self._find()

    def wake(self) -> None:
        """The page is shown: asks for what is remembered, or for what changed meanwhile."""
        self.awake = True
        self.woken.emit()
        self.desk.words.look_again()
        if self._turn == 0:
            self.prepare()
        else:
            self._find()

    def sleep(self) -> None:
        """The page is hidden: what changes is read when it is shown again."""
        self.awake = False
        self._freshening.stop()

    def note_change(self) -> None:
        """Something in the library changed: shows it soon, and not oftener than people can see."""
        if self.awake and not self._freshening.isActive():
            self._freshening.start()

    def use_settings(self, settings: Settings) -> None:
        """Takes changed settings: songs may show other tags."""
        before = (self.settings.collation, self.settings.tagger)
        self.settings = settings
        if (settings.collation, settings.tagger) != before:
            self.desk.open(self.desk.wanted)
            # Another index answers now, which counts its versions anew.
            self._version = -1
            if self.awake:
                self._find()

    def ask_for(self, query: SongQuery) -> None:
        """Looks for something else."""
        query = filters.fitting(query)
        if query != self.query:
            self.query = query
            self.query_changed.emit()
            self._find()

    def search(self, text: str) -> None:
        """Looks for words in lyrics, titles and artists."""
        if text.strip() != self.query.text.strip():
            self.ask_for(filters.with_text(self.query, text.strip()))

    def sort_by(self, sort: SongSort, descending: bool | None = None) -> None:
        """Orders the songs; asked again for the same order, it turns round."""
        if descending is None:
            descending = sort is self.query.sort and not self.query.descending
        self.ask_for(replace(self.query, sort=sort, descending=descending))

    def wish(self, wish: MoodWish) -> None:
        """Asks for a mood, or for another score of it."""
        self.ask_for(filters.with_wish(self.query, wish))

    def like(self, song: int) -> None:
        """Shows all songs, those most like one first."""
        known = self.table.song(song)
        self._liked = (song, song_title(known)) if known is not None else (0, "")
        self.ask_for(SongQuery(like=song, sort=SongSort.NEARNESS))

    def parts(self) -> list[filters.FilterPart]:
        """All that is asked for, in words."""
        song, title = self._liked
        return filters.filter_parts(self.query, self.vocabulary,
                                    title if song == self.query.like else "")

    def show_all(self) -> None:
        """Takes every filter away."""
        self.ask_for(filters.unfiltered(self.query))

    def select(self, keys: Iterable[int], current: int = 0) -> None:
        """Takes note of the rows that are chosen; the one the person is at is opened."""
        chosen = selection_of(keys, current)
        if chosen == self.selection:
            return
        self.selection = chosen
        self.selection_changed.emit()
        if chosen.current and self.opens:
            self.open(chosen.current)

    def open(self, key: int) -> None:
        """Shows one song in the drawer, whether it is among those found or not."""
        if key == self.open_key:
            return
        self.open_key = key
        song = self.table.song(key)
        if song is not None:
            self._show_open(song)
        else:
            self.read((key,), self._open_read)

    def read(self, keys: Iterable[int], then: Callable[[Any], object],
             before: tuple[ShelfSong, ...] = ()) -> None:
        """Reads the ShelfSongs of these keys, shown or not, and hands them to `then` after those
        read `before`. Some at a time, so that closing the window need not wait for all."""
        wanted = tuple(keys)
        now, left = wanted[:_AT_ONCE], wanted[_AT_ONCE:]

        def take(songs: tuple[ShelfSong, ...]) -> None:
            songs = before + songs
            self.read(left, then, songs) if left else then(songs)

        self.asking.ask(lambda services: services.index().rows(now), take)

    def places(self, keys: Iterable[int], then: Callable[[list[str]], object]) -> None:
        """Finds out where these songs and files lie, one place each, and hands that to `then`."""
        self.read(keys, lambda songs: then([song.place for song in songs if song.place]))

    def tag_again(self, selection: Selection) -> None:
        """Has songs read and tagged anew."""
        self.read(selection.keys, lambda songs: self.again_wanted.emit(
            [song_row(song) for song in songs]))

    def tag_open_again(self) -> None:
        """Has the song that is open read and tagged anew."""
        if self.open_key:
            self.tag_again(selection_of((self.open_key,)))

    def show_on_tag_page(self, selection: Selection) -> None:
        self.places((selection.current,), lambda places: [
            self.song_wanted.emit(place) for place in places[:1]])

    def close(self) -> None:
        """Keeps what is not kept yet."""
        self._freshening.stop()
        self.steps.close()
        self._keeping.stop()
        if self._turn:
            self.memory.setValue(_REMEMBERED, query_as_json(filters.kept(self.query)))

    def _connect(self) -> None:
        for one in (self.asking, self.working, self.desk, self.steps):
            one.failed.connect(self.problem_raised)
        self.table.rows_wanted.connect(self._read_rows)
        self.desk.labelled.connect(self.note_change)
        self.desk.turned.connect(self.steps.taken)
        self.steps.taken.connect(self._find_soon)
        self.steps.taken.connect(self.desk.words.look_again)

    def _find_soon(self) -> None:
        if self.awake:
            self._find()

    def _find(self) -> None:
        self._freshening.stop()
        self._turn += 1
        same = self.query == self._answered
        first, last = self.in_sight
        question = _Question(self._turn, self.query, first if same else 0,
                             last if same else last - first, self._version if same else -1,
                             self.open_key)
        self.asking.ask(partial(_answer, question, lambda: self._turn), self._take_answer,
                        self._take_trouble)

    def _take_answer(self, answer: object) -> None:
        if not isinstance(answer, _Answer) or answer.turn != self._turn:
            return
        self._content += answer.version != self._version
        self._version = answer.version
        self._answered = answer.query
        self.found = answer.found
        self.trouble = None
        self._keep_chosen(answer.found)
        self.table.show_keys(answer.found.keys, answer.songs, answer.snippets)
        self.found_changed.emit()
        self._follow_open(answer.opened)
        self._keeping.start()

    def _follow_open(self, song: ShelfSong | None) -> None:
        """The song that is open was tagged again, or found elsewhere: it is read anew. What the
        person says of its moods is shown without."""
        if song is not None and song.key == self.open_key and self._seen is not None:
            if _essence(song) != _essence(self._seen):
                self.desk.open(song_row(song))
            self._seen = song

    def _keep_index(self) -> None:
        """Nobody asks for anything now: what the next start can begin with is kept."""
        self.asking.ask(lambda services: services.index().keep())

    def _keep_chosen(self, found: Found) -> None:
        """What is no longer found is no longer chosen, so that nothing unseen is acted upon."""
        chosen = self.selection
        if chosen.keys:
            there = np.isin(np.array(chosen.keys, np.int64), found.keys).tolist()
            left = tuple(key for key, stays in zip(chosen.keys, there, strict=True) if stays)
            if left != chosen.keys:
                self.selection = selection_of(left, chosen.current)
                self.selection_changed.emit()

    def _take_trouble(self, problem: object) -> None:
        if self.found is None and isinstance(problem, EngineError):
            self.trouble = problem
            self.found_changed.emit()
        else:
            self.problem_raised.emit(problem)

    def _read_rows(self, keys: tuple[int, ...]) -> None:
        def take(read: Any) -> None:
            self.table.put(*read)

        text = self.query.text

        def question(services: LibraryServices) -> object:
            index = services.index()
            return index.rows(keys), index.snippets(keys, text) if text else {}

        self.asking.ask(question, take, self._rows_failed)

    def _rows_failed(self, problem: object) -> None:
        self.table.put(())
        self.problem_raised.emit(problem)

    def _open_read(self, songs: tuple[ShelfSong, ...]) -> None:
        for song in songs[:1]:
            if song.key == self.open_key:
                self._show_open(song)

    def _show_open(self, song: ShelfSong) -> None:
        self._seen = song
        self.desk.open(song_row(song))
        self.opened.emit()


@dataclass(frozen=True, slots=True)
class _Question:
    """What the index is asked: rows `first` to `last` are read too. Nothing is answered where it
    still has the version `known`."""

    turn: int
    query: SongQuery
    first: int
    last: int
    known: int
    open_key: int


def _answer(question: _Question, turn: Callable[[], int],
            services: LibraryServices) -> _Answer | None:
    """Answers on the queue's thread, unless something newer was asked meanwhile."""
    if turn() != question.turn:
        return None
    index = services.index()
    if index.version == question.known:
        return None
    found = index.find(question.query)
    keys = found.keys[question.first:question.last]
    text = question.query.text
    return _Answer(question.turn, question.query, index.version, found, index.rows(keys),
                   index.snippets(keys, text) if text else {},
                   next(iter(index.rows((question.open_key,))), None))


def _essence(song: ShelfSong) -> tuple[object, ...]:
    """What of a song comes from its file and its tagger, not from the person."""
    return (song.state, song.valence, song.arousal, song.title, song.artist, song.language,
            song.place, song.missing, song.changed)


def _recalled(memory: QSettings) -> SongQuery:
    """What was sought when the window was closed."""
    try:
        return filters.kept(query_from_json(str(memory.value(_REMEMBERED, ""))))
    except EngineError:
        return SongQuery()
