"""Joins the lyric, the chips and the desk: what the person does to lines is said of the mood in
hand, which is that of the current chip.

Holds no widget of its own.
"""

from PySide6.QtCore import QObject, Signal

from engine.tagging.corrections.line_judging import next_sung
from engine.tagging.corrections.shown_song import MoodSpan
from engine.tagging.labels import Verdict
from gui.mood_words import mood_name
from gui.song.chip_row import ChipRow
from gui.song.lyric_view import LyricView
from gui.song.song_desk import SongDesk


class LineCorrecting(QObject):
    """`hint_changed` says that keys mean something else now; `song_hint` what they mean where no
    lines are marked."""

    hint_changed = Signal()

    def __init__(self, desk: SongDesk, chips: ChipRow, lyric: LyricView,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chips = chips
        self._lyric = lyric
        self.song_hint = self.tr("A accept   R reject   + add   Enter why")
        chips.current_changed.connect(self.refresh)
        chips.word_given.connect(self._add)
        desk.lines_changed.connect(self.refresh)
        lyric.lines_chosen.connect(self.hint_changed)
        lyric.judged.connect(lambda holds: self._judge_lines(holds))
        lyric.border_stepped.connect(self._step_border)
        lyric.spans.moved.connect(desk.move_span)
        lyric.spans.drawn.connect(self._draw)

    def refresh(self) -> None:
        """Shows where the mood in hand holds."""
        mood = self._mood
        denied = tuple(word for word in self._desk.line_words
                       if word.mood == mood and not word.holds)
        self._lyric.spans.show(mood, self._desk.spans(mood) if mood else (), denied)
        self._lyric.setAccessibleDescription(self._spoken())
        self.hint_changed.emit()

    def judge(self, verdict: Verdict) -> None:
        """Accepts or rejects the mood in hand: in the lines that are marked, else in the song."""
        if self.lines is not None:
            self._judge_lines(verdict is not Verdict.REJECTED)
        elif self._mood:
            self._desk.judge(self._mood, verdict)

    @property
    def lines(self) -> tuple[int, int] | None:
        """The lines that are marked, where the person is in the lyric."""
        return self._lyric.chosen_lines() if self._lyric.hasFocus() else None

    def hint(self) -> str:
        """What the keys do now."""
        if self.lines is None:
            return self.song_hint
        first, last = self.lines
        where = (self.tr("line {first}") if first == last else self.tr("lines {first} to {last}"))
        return self.tr("In {lines}:   A {mood} holds   R it does not   + another mood").format(
            lines=where.format(first=first + 1, last=last + 1), mood=self._name)

    @property
    def _mood(self) -> str:
        return self._chips.current_mood() if self._desk.song else ""

    @property
    def _name(self) -> str:
        return mood_name(self._desk.vocabulary, self._mood) if self._mood else self.tr("a mood")

    def _judge_lines(self, holds: bool) -> None:
        lines = self._lyric.chosen_lines()
        if lines is not None and self._mood:
            first, last = lines
            self._desk.judge_lines(self._mood, first, last, holds)
        elif lines is not None and holds:
            self._chips.open_field(lines)  # no mood is in hand, so it is asked for

    def _draw(self, first: int, last: int) -> None:
        """A new stretch was drawn beside the lyric."""
        if self._mood:
            self._desk.judge_lines(self._mood, first, last, True)

    def _add(self, mood: str, lines: tuple[int, int]) -> None:
        """A mood was given for lines that were marked when the person began to type."""
        self._chips.choose(mood)
        first, last = lines
        self._desk.judge_lines(mood, first, last, True)

    def _step_border(self, upper: bool, by: int) -> None:
        """Moves a border of the span at the caret by one line of words; where none is near, one
        begins with the caret's line."""
        song, line = self._desk.song, self._lyric.caret_line()
        if song is None or not self._mood:
            return
        span = self._lyric.spans.span_at(line)
        if span is None:
            self._desk.judge_lines(self._mood, line, line, True)
            return
        first, last = self._stepped(span, upper, by)
        if first <= last:
            self._desk.move_span(span, first, last)

    def _stepped(self, span: MoodSpan, upper: bool, by: int) -> tuple[int, int]:
        assert self._desk.song is not None
        lyric = self._desk.song.lyric
        if upper:
            return next_sung(lyric, span.first, by), span.last
        return span.first, next_sung(lyric, span.last, by)

    def _spoken(self) -> str:
        """Where the mood in hand holds, for those who cannot see the lines beside the lyric."""
        if not self._mood:
            return ""
        spans = self._lyric.spans.spans
        if not spans:
            return self.tr("{mood} stands out in no line").format(mood=self._name)
        lines = ", ".join(self.tr("{first} to {last}").format(first=s.first + 1, last=s.last + 1)
                          for s in spans)
        return self.tr("{mood} holds in lines {lines}").format(mood=self._name, lines=lines)
