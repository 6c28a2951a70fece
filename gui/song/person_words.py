"""What the person says of the open song: of its moods, and of moods in stretches of its lines.

Knows no widgets. Everything is stored, and taken back, on the `desk` queue as a step of the
library's journal; what is shown changes once it is stored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal

from engine.library.database import Database
from engine.tagging.corrections.line_words import LineWord, Saying
from engine.tagging.corrections.stepping import Turned, redo_step, undo_step
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from gui.background import Work, WorkQueue
from gui.song.services import OpenServices

_Act = Callable[[LyricStore], object]
_Turn = Callable[[Database], Turned | None]


@dataclass(frozen=True, slots=True)
class Said:
    """The person's words on one song: on moods of the whole, and on stretches of lines."""

    labels: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])
    lines: tuple[LineWord, ...] = ()


class PersonWords(QObject):
    """`song_id` and `said` are of the open song, None and nothing where none is open.

    `changed` is sent when `said` was stored anew, `labelled` with the song after every word of the
    person, `turned` with a Turned when a step was taken back or made again, or None where there
    was none.
    """

    changed = Signal()
    labelled = Signal(int)
    turned = Signal(object)
    failed = Signal(object)

    def __init__(self, open_services: OpenServices, desk: WorkQueue,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_services = open_services
        self._desk = desk
        self._unstored: list[_Act] = []
        self.song_id: int | None = None
        self.said = Said()
        desk.closed.connect(self._finish)

    def take(self, song_id: int | None, said: Said) -> None:
        """Takes what is stored of the song that was opened."""
        self.song_id, self.said = song_id, said

    def label(self, labels: Mapping[str, Verdict | None]) -> None:
        """Stores words on moods of the song as one step; None takes a word back."""
        if self.song_id is not None and labels:
            song_id, wanted = self.song_id, dict(labels)
            self._store(song_id, lambda store: store.set_labels(song_id, wanted))

    def judge(self, mood: str, verdict: Verdict) -> None:
        """Accepts, rejects or adds a mood; the same word again takes it back."""
        before = self.said.labels.get(mood)
        after = None if before is verdict else verdict
        if before is Verdict.ADDED and verdict is Verdict.REJECTED:
            after = None
        self.label({mood: after})

    def say_of_lines(self, sayings: Sequence[Saying]) -> None:
        """Stores words on stretches of the song's lines as one step."""
        if self.song_id is not None and sayings:
            song_id, wanted = self.song_id, tuple(sayings)
            self._store(song_id, lambda store: store.say_of_lines(song_id, wanted))

    def undo(self) -> None:
        """Takes back what the person did last, to whatever song."""
        self._turn(undo_step)

    def redo(self) -> None:
        """Makes again what was taken back last."""
        self._turn(redo_step)

    def look_again(self) -> None:
        """Reads what is stored of the song: it may have been changed elsewhere."""
        if self.song_id is not None:
            song_id = self.song_id

            def work() -> Iterator[object]:
                with self._open_services() as services:
                    yield song_id, said_of(services.store, song_id)
            self._submit(work, self._show)

    def _store(self, song_id: int, act: _Act) -> None:
        def work() -> Iterator[object]:
            with self._open_services() as services:
                act(services.store)
                yield song_id, said_of(services.store, song_id)

        def stored(said: tuple[int, Said]) -> None:
            self._unstored.remove(act)
            self._stored(said)

        def failed(problem: object) -> None:
            self._unstored.remove(act)
            self.failed.emit(problem)

        self._unstored.append(act)
        self._submit(work, stored, failed)

    def _finish(self) -> None:
        """The window closes: what was said a moment ago, and not stored yet, is stored here. Said
        twice it changes nothing."""
        if self._unstored:
            with self._open_services() as services:
                for act in self._unstored:
                    act(services.store)
            self._unstored.clear()

    def _stored(self, stored: tuple[int, Said]) -> None:
        self._show(stored)
        self.labelled.emit(stored[0])

    def _turn(self, turn: _Turn) -> None:
        self._submit(partial(self._turn_there, turn, self.song_id), self._take_turn)

    def _turn_there(self, turn: _Turn, song_id: int | None) -> Iterator[object]:
        with self._open_services() as services:
            turned = turn(services.database)
            yield turned, song_id, said_of(services.store, song_id or 0)

    def _take_turn(self, answer: tuple[Turned | None, int, Said]) -> None:
        turned, song_id, said = answer
        self._show((song_id, said))
        self.turned.emit(turned)

    def _show(self, stored: tuple[int, Said]) -> None:
        song_id, said = stored
        if self.song_id == song_id and said != self.said:
            self.said = said
            self.changed.emit()

    def _submit(self, work: Work, then: Callable[..., None],
                otherwise: Callable[[object], None] | None = None) -> None:
        task = self._desk.submit(work)
        task.yielded.connect(then)
        task.failed.connect(otherwise or self.failed)


def said_of(store: LyricStore, song_id: int) -> Said:
    """What is stored of a song."""
    return Said(store.labels(song_id), store.line_words(song_id))
