"""The window of a mood of one's own: its name, its songs, and what would come of it before it is
kept. Shows a NewMood and hands everything to it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.controls import Choice
from gui.search_field import SearchField
from gui.settings.fine_tuning.new_mood import NewMood
from gui.settings.fine_tuning.new_mood_songs import MoodSongs, SongsView
from gui.settings.fine_tuning.new_mood_words import empty_words, state_words
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

if TYPE_CHECKING:
    from engine.export.own_moods_desk import ShownSong

SIZE = (760, 640)
_LEAST = (520, 420)
MOST_NAME, MOST_ABOUT = 40, 200
PAUSE_MS = 200
FOUND, SAID, SURE, UNSURE = TABS = ("found", "said", "sure", "unsure")
_NEW = _SONGS = ""


class NewMoodDialog(QDialog):
    """Closing it before it is kept changes nothing."""

    def __init__(self, making: NewMood, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._making = making
        self.tab = SAID if making.draft.said else FOUND
        self.setObjectName("new_mood")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("A mood of your own"))
        self.setMinimumSize(*_LEAST)
        self.resize(*SIZE)
        self.mood = Choice([(_NEW, self.tr("A new mood"))], self._choose_mood)
        self.mood.setAccessibleName(self.tr("Which mood"))
        self.name = self._line(self.tr("Late night drive"), MOST_NAME, making.set_name)
        self.about = self._line(self.tr("What it is, in your words; may stay empty"),
                                MOST_ABOUT, making.set_about)
        self.near = Choice([(_SONGS, self.tr("Its songs tell"))], making.set_near)
        self.near.setAccessibleName(self.tr("Lies near"))
        self.near.setToolTip(self.tr(
            "Where it lies between pleasant and unpleasant, still and stirred: this gives it its "
            "colour, and helps where there are few songs."))
        self.search = SearchField()
        self.search.setPlaceholderText(self.tr("Find songs by words, title or artist"))
        self.search.setAccessibleName(self.tr("Find songs"))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(lambda: making.search(self.search.text()))
        self.table = MoodSongs(self)
        self.list = SongsView(self.table)
        self.empty = text_line("quiet")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.state = text_line("meta")
        self.state.setAccessibleName(self.tr("How far it is"))
        self.tabs = {tab: self._tab(tab) for tab in TABS}
        self.carries = self._button(self.tr("Carries it (Y)"), lambda: self._say(True))
        self.lacks = self._button(self.tr("Does not (N)"), lambda: self._say(False))
        self.unsay = self._button(self.tr("Take back (Del)"), lambda: self._say(None))
        self.remove = self._button(self.tr("Remove this mood"), making.remove)
        self.close_button = self._button(self.tr("Close"), self.reject)
        self.keep = self._button(self.tr("Keep"), making.keep)
        self.keep.setProperty("role", "primary")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.refresh()
        self.name.setFocus()

    def refresh(self) -> None:
        """Shows what there is now."""
        making = self._making
        self._show_moods()
        self.near.offer([(_SONGS, self.tr("Its songs tell")),
                         *((mood.id, mood.name) for mood in making.neighbours)])
        self.near.show_value(making.draft.near)
        for field, words in ((self.name, making.draft.name), (self.about, making.draft.about)):
            if " ".join(field.text().split()) != " ".join(words.split()):
                field.setText(words)
        counts = {FOUND: len(making.found), SAID: len(making.draft.said),
                  SURE: len(self._songs(SURE)), UNSURE: len(self._songs(UNSURE))}
        for tab, button in self.tabs.items():
            button.setText(f"{self._titles()[tab]} {counts[tab]}")
            button.setChecked(tab == self.tab)
            # The chosen one is bold, and wider.
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + 3 * GAP)
        songs = self._songs(self.tab)
        trial = making.trial
        scores = {} if trial is None else {
            song.song: song.score for song in (*trial.told, *trial.sure, *trial.unsure)}
        self.table.show_songs(songs, making.draft.said, scores)
        self._stack.setCurrentIndex(int(not songs))
        self.empty.setText(empty_words(self.tab, making))
        self.state.setText(state_words(making))
        self.keep.setEnabled(self._can_keep())
        self.remove.setVisible(making.draft.mood is not None)
        self._show_acts()

    def show_tab(self, tab: str) -> None:
        """Shows one of the lists."""
        self.tab = tab
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._making.stop()
        super().closeEvent(event)

    def reject(self) -> None:
        self._making.stop()
        super().reject()

    def _songs(self, tab: str) -> "tuple[ShownSong, ...]":
        making = self._making
        if tab == FOUND:
            return making.found
        if tab == SAID:
            return tuple(making.names[song] for song in making.draft.said
                         if song in making.names)
        if making.trial is None:
            return ()
        songs = making.trial.sure if tab == SURE else making.trial.unsure
        return tuple(songs)

    def _can_keep(self) -> bool:
        making, draft = self._making, self._making.draft
        if making.busy or not draft.name.strip():
            return False
        return making.trial is not None or (draft.mood is not None and not making.missing)

    def _say(self, carries: object) -> None:
        rows = self.list.chosen_rows()
        songs = [self.table.songs[row].song for row in rows]
        if not songs:
            return
        self._making.say(songs, carries if isinstance(carries, bool) else None)
        last = rows[-1] + 1
        if len(rows) == 1 and self.tab != SAID and last < len(self.table.songs):
            self.list.selectRow(last)

    def _choose_mood(self, mood_id: str) -> None:
        chosen = [one for one in self._making.moods if one.mood.id == mood_id]
        if chosen:
            self.tab = SAID
            self._making.open_mood(chosen[0])
        else:
            self.tab = FOUND
            self._making.begin()
        self.search.clear()

    def _show_moods(self) -> None:
        making = self._making
        self.mood.offer([(_NEW, self.tr("A new mood")),
                         *((one.mood.id, one.mood.name) for one in making.moods)])
        self.mood.show_value(making.draft.mood.id if making.draft.mood else _NEW)
        self.mood.setVisible(bool(making.moods))
        self._which.setVisible(bool(making.moods))

    def _show_acts(self) -> None:
        chosen = bool(self.list.chosen_rows())
        said = [self.table.songs[row].song in self._making.draft.said
                for row in self.list.chosen_rows()]
        for button in (self.carries, self.lacks):
            button.setEnabled(chosen)
        self.unsay.setEnabled(any(said))

    def _titles(self) -> dict[str, str]:
        return {FOUND: self.tr("Found"), SAID: self.tr("You said"),
                SURE: self.tr("Would carry it"), UNSURE: self.tr("Not sure")}

    def _connect(self) -> None:
        self._making.changed.connect(self.refresh)
        self.search.textChanged.connect(lambda _: self._search())
        self.search.entered.connect(self._to_list)
        self.list.said.connect(self._say)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._show_acts())

    def _search(self) -> None:
        self._pause.start()
        if self.tab != FOUND:
            self.show_tab(FOUND)

    def _to_list(self) -> None:
        if self.table.songs:
            self.list.setFocus()
            self.list.selectRow(0)

    def _line(self, hint: str, most: int, tell: object) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(hint)
        line.setMaxLength(most)
        line.textEdited.connect(tell)
        return line

    def _button(self, words: str, act: object) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act() if callable(act) else None)
        return button

    def _tab(self, tab: str) -> QPushButton:
        button = self._button("", lambda: self.show_tab(tab))
        button.setProperty("role", "tab")
        button.setCheckable(True)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, GAP, PAGE_MARGIN, GAP)
        column.setSpacing(SPACE)
        column.addLayout(self._fields())
        column.addWidget(self.search)
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in self.tabs.values():
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        column.addWidget(self._stack, 1)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE)
        for button in (self.carries, self.lacks, self.unsay):
            acts.addWidget(button)
        acts.addStretch(1)
        column.addLayout(acts)
        column.addWidget(self.state)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.remove)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.keep)
        column.addLayout(foot)

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(SPACE)
        self._which = QLabel(self.tr("Mood"))
        for row, (label, field) in enumerate((
                (self._which, self.mood), (QLabel(self.tr("Name")), self.name),
                (QLabel(self.tr("What it is")), self.about),
                (QLabel(self.tr("Lies near")), self.near))):
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        self.name.setAccessibleName(self.tr("Name"))
        self.about.setAccessibleName(self.tr("What it is"))
        grid.setColumnStretch(1, 1)
        return grid
