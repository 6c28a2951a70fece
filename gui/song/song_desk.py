"""The song that is open: its chips, what the person says of them, and why a mood was given.

Knows no widgets. Songs are read on the `desk` queue; reasons need the tagger and go first in line
on the `tagging` queue, between two songs of a long run.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from engine.settings import CollationSettings, Settings
from engine.tagging.corrections.line_judging import judged, moved
from engine.tagging.corrections.line_words import LineWord
from engine.tagging.corrections.shown_song import MoodSpan, mood_spans, with_words
from engine.tagging.labels import Verdict
from engine.tagging.lyric import lyric_hash
from engine.tagging.reasons import Reason, explain
from engine.tagging.song import Song, SongRow
from engine.tagging.vocabulary import Vocabulary
from gui.background import Task, Work, WorkQueue
from gui.song.labels import Chip, chips_of
from gui.song.person_words import PersonWords, Said, said_of
from gui.song.services import OpenServices
from gui.song_map import SongMap

_REASONS_KEPT = 200


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """What the desk read of one song."""

    row: SongRow
    song: Song | None
    said: Said


class SongDesk(QObject):
    """`song` is as the tagger read it, `shown` and `map` have the person's words over it.

    `asked` is the mood whose reason is shown, or awaited while `reason` is None. `words` is what
    the person says. `lines_changed` is sent when that is other than before for some lines,
    `labelled` after every word that was stored, `turned` as by the words.
    """

    song_changed = Signal()
    chips_changed = Signal()
    lines_changed = Signal()
    reason_changed = Signal()
    labelled = Signal()
    turned = Signal(object)
    failed = Signal(object)

    def __init__(self, open_services: OpenServices, desk: WorkQueue, tagging: WorkQueue,
                 settings: Callable[[], Settings], vocabulary: Vocabulary,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_services = open_services
        self._desk = desk
        self._tagging = tagging
        self._settings = settings
        self._reading: Task | None = None
        self._explaining: Task | None = None
        self._reasons: OrderedDict[tuple[object, ...], Reason] = OrderedDict()
        self.vocabulary = vocabulary
        self.wanted: SongRow | None = None
        self.row: SongRow | None = None
        self.song: Song | None = None
        self.shown: Song | None = None
        self.map: SongMap | None = None
        self.chips: tuple[Chip, ...] = ()
        self.asked = ""
        self.reason: Reason | None = None
        self._overlaid: tuple[object, ...] = ()
        self.words = PersonWords(open_services, desk, self)
        self.words.changed.connect(self._take_words)
        self.words.labelled.connect(lambda _: self.labelled.emit())
        self.words.turned.connect(self.turned)
        self.words.failed.connect(self.failed)

    @property
    def labels(self) -> Mapping[str, Verdict]:
        """Mood id -> the person's word on it."""
        return self.words.said.labels

    @property
    def line_words(self) -> tuple[LineWord, ...]:
        """The person's words on stretches of lines."""
        return self.words.said.lines

    @property
    def moods(self) -> tuple[str, ...]:
        """What the song is shown with: the tags that were not rejected, what the person added, and
        what they said of some lines only."""
        return tuple(chip.mood for chip in self.chips
                     if chip.in_lines or chip.verdict is not Verdict.REJECTED)

    def open(self, row: SongRow | None) -> None:
        """Shows a row's song; what was shown stays until it is read. None shows nothing."""
        self.wanted = row
        if self._reading:
            self._reading.cancel()
            self._reading = None
        if row is None or row.song_id is None:
            self._show(_Opened(row, None, Said()) if row else None)
            return
        self._reading = self._submit(partial(self._read, row, self._settings()))
        self._reading.yielded.connect(self._show_if_wanted)

    def judge(self, mood: str, verdict: Verdict) -> None:
        """Accepts, rejects or adds a mood; the same word again takes it back."""
        self.words.judge(mood, verdict)

    def judge_lines(self, mood: str, first: int, last: int, holds: bool) -> None:
        """Says that a mood holds in these lines, or does not; said again, it is taken back."""
        if self.song is not None:
            self.words.say_of_lines(judged(self.song, self.line_words, mood, first, last, holds))

    def spans(self, mood: str) -> tuple[MoodSpan, ...]:
        """Where a mood is shown to hold."""
        return mood_spans(self.shown, self.line_words, mood) if self.shown else ()

    def move_span(self, span: MoodSpan, first: int, last: int) -> None:
        """Lets a mood hold from `first` to `last` where `span` was shown."""
        if self.song is not None:
            self.words.say_of_lines(moved(self.song, span, first, last))

    def add(self, word: str) -> bool:
        """Adds the mood a word stands for; False where the vocabulary has none."""
        mood = self.vocabulary.canonical(word)
        if mood is None:
            return False
        shown = any(chip.mood == mood for chip in self.chips)
        verdict = Verdict.ACCEPTED if shown else Verdict.ADDED
        if self.labels.get(mood) not in (Verdict.ACCEPTED, Verdict.ADDED):
            self.judge(mood, verdict)
        return True

    def undo(self) -> None:
        """Takes back what the person did last, to this song or another."""
        self.words.undo()

    def redo(self) -> None:
        """Makes again what was taken back last."""
        self.words.redo()

    def ask(self, mood: str) -> None:
        """Finds out what carried a mood; asked again for the same, it clears the answer."""
        if mood == self.asked or self.song is None or not self.can_explain(mood):
            self.clear_reason()
            return
        self._stop_explaining()
        self.asked = mood
        self.reason = self._reasons.get(self._reason_key(mood))
        if self.reason is None:
            self._explaining = self._tagging.submit(
                partial(self._explain, self.song, mood, self._settings().collation), urgent=True)
            self._explaining.yielded.connect(self._keep_reason)
            self._explaining.failed.connect(self._reason_failed)
        self.reason_changed.emit()

    def can_explain(self, mood: str) -> bool:
        """Whether the tagger that read this song knows the mood."""
        return any(chip.mood == mood and chip.score is not None for chip in self.chips)

    def clear_reason(self) -> None:
        self._stop_explaining()
        if self.asked:
            self.asked, self.reason = "", None
            self.reason_changed.emit()

    def _stop_explaining(self) -> None:
        if self._explaining:
            self._explaining.cancel()
            self._explaining = None

    def _read(self, row: SongRow, settings: Settings) -> Iterator[object]:
        assert row.song_id is not None
        with self._open_services() as services:
            song = services.store.song(row.song_id, settings)
            fresh = services.store.row(row.place, settings) or row
            yield _Opened(fresh, song, said_of(services.store, row.song_id))

    def _show_if_wanted(self, opened: _Opened) -> None:
        if self.wanted and self.wanted.place == opened.row.place:
            self._reading = None
            self._show(opened)

    def _show(self, opened: _Opened | None) -> None:
        same = bool(opened and self.row and opened.row.place == self.row.place)
        asked = self.asked if same else ""
        self.clear_reason()
        self.row = opened.row if opened else None
        self.song = opened.song if opened else None
        self.words.take(self.row.song_id if self.row else None, opened.said if opened else Said())
        self._overlay()
        self.chips_changed.emit()
        self.song_changed.emit()
        if asked:
            self.ask(asked)

    def _take_words(self) -> None:
        """Shows what the person said anew, without moving what they look at."""
        chips, lines = self.chips, self._overlaid
        self._overlay()
        if self.chips != chips:
            self.chips_changed.emit()
        if self._overlaid != lines:
            self.lines_changed.emit()

    def _overlay(self) -> None:
        """Lays the person's words over what the tagger said."""
        self.chips = chips_of(self.song.moods if self.song else None, self.labels,
                              [word.mood for word in self.line_words if word.holds])
        self.shown = with_words(self.song, self.line_words) if self.song else None
        self.map = SongMap(self.shown) if self.shown else None
        self._overlaid = (self.line_words, self.moods)

    def _explain(self, song: Song, mood: str,
                 settings: CollationSettings) -> Iterator[object]:
        with self._open_services() as services:
            tagger = services.tagger()
        yield (song, explain(tagger, song.lyric, mood, settings))

    def _keep_reason(self, answer: tuple[Song, Reason]) -> None:
        song, reason = answer
        if song is not self.song or reason.mood != self.asked:
            return
        self._explaining = None
        self.reason = reason
        self._reasons[self._reason_key(reason.mood)] = reason
        if len(self._reasons) > _REASONS_KEPT:
            self._reasons.popitem(last=False)
        self.reason_changed.emit()

    def _reason_failed(self, failure: object) -> None:
        self._explaining = None
        self.clear_reason()
        self.failed.emit(failure)

    def _reason_key(self, mood: str) -> tuple[object, ...]:
        """All that a reason depends on: the words, the tagger, the mood, the settings."""
        assert self.song is not None
        tagger = self.song.moods.tagger if self.song.moods else ""
        return (lyric_hash(self.song.lyric), tagger, mood, self._settings().collation)

    def _submit(self, work: Work) -> Task:
        task = self._desk.submit(work)
        task.failed.connect(self.failed)
        return task
