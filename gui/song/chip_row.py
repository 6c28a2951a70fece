"""The chips of the open song in a row, with the place to add a mood."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from gui.flow import FlowLayout
from gui.song.chips import MoodChip
from gui.song.labels import Chip
from gui.song.mood_field import MoodField
from gui.song.song_desk import SongDesk
from gui.theme import SPACE, ThemeSource


class ChipRow(QWidget):
    """Left and right go from chip to chip, up and down from song to song: `step_wanted` says by
    how many. `current_changed` says that another mood is in hand, `word_given` carries a mood that
    was given for some lines, with what `open_field` was told of them.
    """

    step_wanted = Signal(int)
    current_changed = Signal()
    word_given = Signal(str, object)

    def __init__(self, desk: SongDesk, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._theme_source = theme_source
        self._chips: dict[str, MoodChip] = {}
        self._current = ""
        self._place = ""
        self._can_add = False
        self._lines: tuple[int, int] | None = None
        self._wanted = ""
        self._told = ""
        self._flow = FlowLayout(SPACE, self)
        self._add = self._make_add()
        self._field = MoodField(desk.vocabulary)
        self._field.chosen.connect(self._take_word)
        self._field.left.connect(self._close_field)
        self._refusal = QLabel(self.tr("Undertone has no such mood. Pick one from the list."))
        self._refusal.setProperty("role", "meta")
        self._refusal.setMinimumHeight(self._add.sizeHint().height())
        for widget in (self._add, self._field, self._refusal):
            self._flow.addWidget(widget)
        self._field.hide()
        self._refusal.hide()
        desk.chips_changed.connect(self.refresh)
        desk.reason_changed.connect(self._mark)
        theme_source.changed.connect(self.update)
        self.refresh()

    def current_mood(self) -> str:
        """The mood that A and R speak of, "" where the song has no chip."""
        return self._current

    def step(self, by: int) -> None:
        """Makes another chip the current one, with the focus if the focus is on a chip."""
        moods = list(self._chips)
        if not moods:
            return
        at = moods.index(self._current) + by
        if 0 <= at < len(moods):
            focused = any(chip.hasFocus() for chip in self._chips.values())
            self._set_current(moods[at])
            if focused:
                self._chips[moods[at]].setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, mood: str) -> None:
        """Makes a chip the current one, as soon as there is one for this mood."""
        self._wanted = mood
        if mood in self._chips:
            self._set_current(mood)

    def open_field(self, lines: tuple[int, int] | None = None) -> None:
        """Lets the person type a mood, for the song or for these lines of it."""
        if not self._can_add:
            return
        self._lines = lines
        self._field.show_lines(lines)
        self._add.hide()
        self._field.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Shows the chips of the song; those that stay are kept, and the focus with them."""
        desk = self._desk
        wanted = [chip.mood for chip in desk.chips]
        if list(self._chips) != wanted:
            self._rebuild(wanted)
        for chip in desk.chips:
            self._chips[chip.mood].show_chip(chip)
        place = desk.row.place if desk.row else ""
        if place != self._place or self._current not in self._chips:
            self._current = wanted[0] if wanted else ""
        if self._wanted in self._chips:
            self._current = self._wanted
        if place != self._place or self._wanted in self._chips:
            self._wanted = ""
        self._place = place
        self._can_add = desk.row is not None and desk.row.song_id is not None
        self._add.setVisible(self._can_add and not self._field.isVisibleTo(self))
        self.setVisible(self._can_add)
        self._mark()
        self._flow.invalidate()
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        songs = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in moves:
            self.step(moves[Qt.Key(event.key())])
        elif event.key() in songs:
            self.step_wanted.emit(songs[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _rebuild(self, moods: list[str]) -> None:
        had_focus = any(chip.hasFocus() for chip in self._chips.values())
        for mood in [mood for mood in self._chips if mood not in moods]:
            chip = self._chips.pop(mood)
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        chips = {chip.mood: chip for chip in self._desk.chips}
        self._chips = {mood: self._chips.get(mood) or self._make_chip(mood, chips)
                       for mood in moods}
        for place, chip in enumerate(self._chips.values()):
            self._flow.removeWidget(chip)
            self._flow.insert(place, chip)
            chip.show()
        if had_focus and moods:
            self._set_current(self._current if self._current in moods else moods[0])
            self._chips[self._current].setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_chip(self, mood: str, chips: dict[str, Chip]) -> MoodChip:
        made = MoodChip(chips[mood], self._desk.vocabulary, self._theme_source, self)
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        made.clicked.connect(lambda: self._press(mood))
        made.judged.connect(self._desk.judge)
        return made

    def _make_add(self) -> QToolButton:
        button = QToolButton()
        button.setText("+")
        button.setProperty("role", "plain")
        button.setToolTip(self.tr("Add a mood"))
        button.setAccessibleName(self.tr("Add a mood"))
        button.setFixedSize(32, 32)
        button.clicked.connect(lambda: self.open_field())
        return button

    def _press(self, mood: str) -> None:
        self._set_current(mood)
        self._desk.ask(mood)

    def _set_current(self, mood: str) -> None:
        self._current = mood
        self._mark()

    def _mark(self) -> None:
        for mood, chip in self._chips.items():
            chip.mark(mood == self._current, mood == self._desk.asked)
        if self._told != f"{self._place} {self._current}":
            self._told = f"{self._place} {self._current}"
            self.current_changed.emit()

    def _take_word(self, word: str) -> None:
        known = self._give(word)
        self._refusal.setVisible(not known)
        if known:
            self._close_field()

    def _give(self, word: str) -> bool:
        """Adds a mood to the song or to the lines that are meant; False where there is none."""
        if self._lines is None:
            return self._desk.add(word)
        mood = self._desk.vocabulary.canonical(word)
        if mood is not None:
            self.word_given.emit(mood, self._lines)
        return mood is not None

    def _close_field(self) -> None:
        if not self._field.isVisibleTo(self):
            return
        held = self._field.hasFocus()
        self._field.clear()
        self._field.hide()
        self._refusal.hide()
        self._add.show()
        if held:
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)
