"""The right side: the song that is open, from its title down to its lines."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.labels import Verdict
from engine.tagging.song import SongState
from gui.mood_words import clock_text, mood_name, tag_text
from gui.ridges import Ridges
from gui.song.chip_row import ChipRow
from gui.song.line_correcting import LineCorrecting
from gui.song.lyric_view import LyricView
from gui.song.song_desk import SongDesk
from gui.song.song_head import SongHead, words
from gui.song.why import carrying, caution_text, votes_text, why_text
from gui.song.wording import state_word
from gui.theme import GAP, SPACE, ThemeSource

_RIDGES_MOST = 6
_LYRIC_LEAST = 200


class SongView(QScrollArea):
    """Shows what the desk holds, and follows it.

    The lyric scrolls by itself; the whole scrolls only where the window is too low for both.
    `scene_wanted` carries the number of a song to talk in; without `can_talk` none is offered.
    `again_wanted` carries the place of a song to be read again, `step_wanted` how many songs to
    go on.
    """

    scene_wanted = Signal(int)
    again_wanted = Signal(str)
    step_wanted = Signal(int)

    def __init__(self, desk: SongDesk, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.can_talk = False
        self._desk = desk
        self._head = SongHead(theme_source)
        self.chips = ChipRow(desk, theme_source)
        self._keys = words("meta")
        self._why = words("body")
        self._leave = words("meta", wraps=False)
        self._leave.setText(self.tr("Esc clears"))
        self.ridges = Ridges(desk.vocabulary, theme_source)
        self.lyric = LyricView(desk.vocabulary, theme_source)
        self.lines = LineCorrecting(desk, self.chips, self.lyric, self)
        self._card = QFrame()
        self._void = QWidget()
        self._excerpt = words("meta")
        self._trouble = words("body")
        self._hint = words("quiet")
        self._again = QPushButton(self.tr("Try again"))
        self.scene = QPushButton(self.tr("Scene from this song…"))
        self.scene.setProperty("role", "link")
        self.scene.setToolTip(self.tr("Makes a scene of its moods and what it speaks of, to talk "
                                      "in with characters."))
        self._lay_out()
        self._connect()
        self.show_song()

    def show_song(self) -> None:
        """Shows the song the desk holds now."""
        desk = self._desk
        row, song = desk.row, desk.song
        self._head.show_song(row, song)
        self.ridges.show_song(desk.shown, desk.map, _ridge_moods(desk))
        self.lyric.show_song(song, desk.map, desk.moods)
        self._card.setVisible(song is not None)
        self._void.setVisible(song is None)
        self._say_state()
        self.lines.refresh()
        self._show_line(-1)
        self._show_reason()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The lyric has no border of its own; its card shows where the focus is.
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show_keys()
            self._card.setProperty("current", event.type() == QEvent.Type.FocusIn)
            self._card.style().unpolish(self._card)
            self._card.style().polish(self._card)
        return super().eventFilter(watched, event)

    def _connect(self) -> None:
        self._desk.song_changed.connect(self.show_song)
        self._desk.lines_changed.connect(self._show_words)
        self._desk.reason_changed.connect(self._show_reason)
        self._desk.chips_changed.connect(self._show_chips)
        self.ridges.line_chosen.connect(self.lyric.go_to)
        self.lyric.line_reached.connect(self._show_line)
        self.lyric.installEventFilter(self)
        self._again.clicked.connect(self._try_again)
        self.scene.clicked.connect(self._ask_for_scene)
        self.chips.step_wanted.connect(self.step_wanted)
        self.lines.hint_changed.connect(self._show_keys)

    def judge(self, verdict: Verdict) -> None:
        """Accepts or rejects the current mood, in the marked lines or in the song."""
        self.lines.judge(verdict)

    def open_field(self) -> None:
        """Lets the person type a mood for the marked lines, or for the song."""
        self.chips.open_field(self.lines.lines)

    def _show_keys(self) -> None:
        self._keys.setText(self.lines.hint())

    def _ask_for_scene(self) -> None:
        song = song_of(self._desk)
        if song:
            self.scene_wanted.emit(song)

    def _try_again(self) -> None:
        if self._desk.row:
            self.again_wanted.emit(self._desk.row.place)

    def _show_words(self) -> None:
        """Shows what the person said of lines, without moving what they look at."""
        desk = self._desk
        self.ridges.show_song(desk.shown, desk.map, _ridge_moods(desk))
        self.lyric.show_map(desk.map, desk.moods)

    def _say_state(self) -> None:
        """The sentence in place of moods, where there are none."""
        row = self._desk.row
        told = bool(row and row.state is not SongState.TAGGED)
        none = bool(row and row.state is SongState.TAGGED and not self._desk.chips)
        self._trouble.setVisible(told or none)
        self._hint.setVisible(bool(told and row and row.hint))
        self._again.setVisible(bool(row and row.state is SongState.FAILED))
        if row:
            self._trouble.setText(self.tr("No mood stood out in this song.") if none
                                  else row.message or state_word(row.state))
            self._hint.setText(row.hint)

    def _show_chips(self) -> None:
        self._say_state()
        self._keys.setVisible(bool(self._desk.chips))

    def _show_reason(self) -> None:
        desk = self._desk
        self.ridges.show_asked(desk.asked)
        self._why.setVisible(bool(desk.asked))
        self._keys.setVisible(bool(desk.chips) and not desk.asked)
        self.scene.setVisible(self.can_talk and bool(song_of(desk)) and not desk.asked)
        self._leave.setVisible(bool(desk.asked))
        if not desk.asked:
            self.lyric.show_reason("", ())
            return
        name = mood_name(self._desk.vocabulary, desk.asked)
        if desk.reason is None or desk.song is None:
            self._why.setText(self.tr("Leaving out one line after the other\u2026"))
            return
        spans = carrying(desk.reason, desk.song.lyric.lines)
        excerpts = len(desk.song.moods.excerpts) if desk.song.moods else 0
        trial = any(chip.experimental for chip in desk.chips if chip.mood == desk.asked)
        told = (why_text(desk.reason, name, spans), votes_text(desk.reason, excerpts),
                caution_text() if trial else "")
        self._why.setText(" ".join(filter(None, told)))
        self.lyric.show_reason(desk.asked, spans)

    def _show_line(self, line: int) -> None:
        """Says which excerpt a line belongs to and what it carries."""
        song_map = self._desk.map
        numbers = song_map.excerpts_of(line) if song_map else ()
        self.ridges.show_place(line if numbers else None)
        row = self._desk.row
        self._excerpt.setVisible(bool(row and row.state is SongState.TAGGED))
        self._excerpt.setText(self._excerpt_words(numbers[0]) if numbers
                              else self.tr("Point at a line to see what its excerpt carries."))

    def _excerpt_words(self, number: int) -> str:
        assert self._desk.map and self._desk.shown and self._desk.shown.moods
        excerpt = self._desk.map.excerpt(number)
        count = len(self._desk.shown.moods.excerpts)
        own = self._desk.shown is not self._desk.song
        # Words of the person cut excerpts where they begin and end: numbers would mean nothing.
        told = (self.tr("Lines {first} to {last}, with your words") if own
                else self.tr("Excerpt {k} of {n}, lines {first} to {last}"))
        place = told.format(k=number + 1, n=count, first=excerpt.first_line + 1,
                            last=excerpt.last_line + 1)
        if excerpt.start_ms is not None:
            end = excerpt.end_ms if excerpt.end_ms is not None else excerpt.start_ms
            place += f", {clock_text(excerpt.start_ms)} \u2013 {clock_text(end)}"
        moods = ", ".join(tag_text(tag, self._desk.vocabulary) for tag in excerpt.tags)
        return f"{place}:  {moods or self.tr('no mood stands out')}"

    def _lay_out(self) -> None:
        self._card.setProperty("role", "card")
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(GAP, 1, 1, 1)
        inside.addWidget(self.lyric)
        again = QHBoxLayout()
        again.addWidget(self._again)
        again.addStretch(1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for widget in (self._head, self.chips):
            column.addWidget(widget)
        column.addLayout(self._lay_out_why())
        for widget in (self._trouble, self._hint):
            column.addWidget(widget)
        column.addLayout(again)
        column.addWidget(self.ridges)
        column.addWidget(self._card, 1)
        column.addWidget(self._excerpt)
        column.addWidget(self._void, 1)
        self.chips.setContentsMargins(0, SPACE, 0, 0)
        self._excerpt.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._card.setMinimumHeight(_LYRIC_LEAST)
        self.setWidget(whole)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _lay_out_why(self) -> QHBoxLayout:
        """The keys, or in their place the reason, so that nothing below it jumps."""
        row = QHBoxLayout()
        row.addWidget(self._keys, 1)
        row.addWidget(self._why, 1)
        row.addWidget(self._leave, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(0)
        row.addWidget(self.scene, 0, Qt.AlignmentFlag.AlignTop)
        for label in (self._keys, self._why, self._leave):
            label.setMinimumHeight(3 * SPACE)
        return row


def _ridge_moods(desk: SongDesk) -> tuple[str, ...]:
    """The first moods of the song, and at their end those the person said of some lines."""
    own = [chip.mood for chip in desk.chips if chip.in_lines][:_RIDGES_MOST]
    others = [mood for mood in desk.moods if mood not in own]
    return (*others[:_RIDGES_MOST - len(own)], *own)


def song_of(desk: SongDesk) -> int:
    """The number of the open song where it has moods to make a scene of, else 0."""
    row = desk.row
    tagged = row is not None and row.state is SongState.TAGGED and desk.song is not None
    return (row.song_id or 0) if row is not None and tagged else 0
