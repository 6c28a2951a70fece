"""The line under the head: what is asked for as chips, the order, and table or map."""

import enum
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QWidget

from engine.tagging.browsing.song_query import MoodWish, SongQuery, SongSort
from gui.controls import Choice
from gui.flow import FlowLayout
from gui.library import filters
from gui.library.filter_chip import FilterChip, WishPopup
from gui.library.presenter import LibraryPresenter
from gui.library.wording import sort_word, wish_text
from gui.link_button import link_button
from gui.mood_words import mood_name, mood_place
from gui.song.mood_field import MoodField
from gui.theme import SPACE, ThemeSource

_SORT_WIDTH = 160
_ARROWS = {False: "↓", True: "↑"}


class Shape(enum.StrEnum):
    """How songs are shown."""

    TABLE = "table"
    MAP = "map"


class FilterLine(QWidget):
    """Follows the query. `shape_chosen` carries a Shape, `facets_wanted` whether facets are
    shown."""

    shape_chosen = Signal(object)
    facets_wanted = Signal(bool)

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self.chips: list[FilterChip] = []
        self.popup: WishPopup | None = None
        self.facets = self._make_facets()
        self.add = self._make_add()
        self.field = MoodField(presenter.vocabulary)
        self.field.setPlaceholderText(self.tr("Find a mood"))
        self.field.setAccessibleName(self.tr("Find songs with a mood"))
        self.field.chosen.connect(self._take_word)
        self.field.left.connect(self._close_field)
        self.field.hide()
        self.match = self._make_match()
        self.clear = link_button(self.tr("Show all"))
        self.clear.setFixedHeight(self.add.sizeHint().height())
        self.clear.clicked.connect(presenter.show_all)
        self.sort = Choice((), self._sort)
        self.sort.setAccessibleName(self.tr("Order"))
        self.sort.setMinimumWidth(_SORT_WIDTH)
        self.turn = self._make_turn()
        self._shapes = QButtonGroup(self)
        self.shapes = {shape: self._make_shape(shape) for shape in Shape}
        self._space = QWidget()
        self._flow = FlowLayout(SPACE, self._space)
        for widget in (self.match, self.add, self.field, self.clear):
            self._flow.addWidget(widget)
        self._lay_out()
        presenter.query_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what is asked for now."""
        query = self._presenter.query
        self._show_chips(query)
        self.match.setVisible(sum(not wish.without for wish in query.wishes) > 1)
        self.match.setText(self.tr("all of these moods") if query.match_all
                           else self.tr("any of these moods"))
        self.clear.setVisible(filters.is_filtered(query))
        self.sort.offer([(sort.value, sort_word(sort)) for sort in filters.offered_sorts(query)])
        self.sort.show_value(query.sort.value)
        self.turn.setText(_ARROWS[query.descending])
        self.turn.setAccessibleName(self.tr("Turn the order round"))

    def show_shape(self, shape: Shape) -> None:
        self.shapes[shape].setChecked(True)

    def open_field(self) -> None:
        """Lets the person type a mood to look for."""
        self.add.hide()
        self.field.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_chips(self, query: SongQuery) -> None:
        held = next((at for at, chip in enumerate(self.chips) if chip.hasFocus()), -1)
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._make_wish(wish) for wish in query.wishes]
        said = {wish_text(wish, self._presenter.vocabulary) for wish in query.wishes}
        text = f"“{query.text.strip()}”"
        self.chips += [self._make_part(part)
                        for part in self._presenter.parts()
                        if part.words not in said and part.words != text]
        for at, chip in enumerate(self.chips):
            self._flow.insert(at, chip)
            chip.show()
        if held >= 0:
            left = self.chips[min(held, len(self.chips) - 1)] if self.chips else self.add
            left.setFocus(Qt.FocusReason.OtherFocusReason)
        self._flow.invalidate()
        self._space.updateGeometry()

    def _make_wish(self, wish: MoodWish) -> FilterChip:
        vocabulary = self._presenter.vocabulary
        chip = FilterChip(wish_text(wish, vocabulary), self._theme_source,
                          mood_place(vocabulary, wish.mood), self._space)
        chip.clicked.connect(lambda: self._open_popup(wish, chip))
        chip.removed.connect(lambda: self._take_away(wish.mood))
        return chip

    def _make_part(self, part: filters.FilterPart) -> FilterChip:
        chip = FilterChip(part.words, self._theme_source, None, self._space)
        for pressed in (chip.clicked, chip.removed):
            pressed.connect(lambda: self._presenter.ask_for(part.without))
        return chip

    def _open_popup(self, wish: MoodWish, chip: FilterChip) -> None:
        popup = WishPopup(wish, mood_name(self._presenter.vocabulary, wish.mood), self)
        popup.changed.connect(self._presenter.wish)
        popup.removed.connect(lambda: self._take_away(wish.mood))
        popup.adjustSize()
        popup.move(chip.mapToGlobal(QPoint(0, chip.height() + 4)))
        popup.show()
        self.popup = popup
        popup.destroyed.connect(self._forget_popup)

    def _forget_popup(self) -> None:
        self.popup = None

    def _take_away(self, mood: str) -> None:
        self._presenter.ask_for(filters.without_wish(self._presenter.query, mood))

    def _take_word(self, word: str) -> None:
        mood = self._presenter.vocabulary.canonical(word)
        if mood is not None:
            self._close_field()
            self._presenter.wish(MoodWish(mood))

    def _close_field(self) -> None:
        if self.field.isVisibleTo(self):
            held = self.field.hasFocus()
            self.field.clear()
            self.field.hide()
            self.add.show()
            if held:
                self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sort(self, value: str) -> None:
        self._presenter.sort_by(SongSort(value), descending=False)

    def _make_facets(self) -> QPushButton:
        button = QPushButton(self.tr("Filters"))
        button.setProperty("role", "plain")
        button.setCheckable(True)
        button.clicked.connect(self.facets_wanted)
        return button

    def _make_add(self) -> QPushButton:
        button = QPushButton(self.tr("+ Mood"))
        button.setProperty("role", "plain")
        button.setToolTip(self.tr("Finds songs with a mood"))
        button.clicked.connect(self.open_field)
        return button

    def _make_match(self) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "plain")
        button.setToolTip(self.tr("Press to change: songs with all of these moods, or with any."))
        button.clicked.connect(lambda: self._presenter.ask_for(replace(
            self._presenter.query, match_all=not self._presenter.query.match_all)))
        return button

    def _make_turn(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "plain")
        button.setFixedSize(32, 32)
        button.setToolTip(self.tr("Turn the order round"))
        button.clicked.connect(lambda: self._presenter.sort_by(
            self._presenter.query.sort, not self._presenter.query.descending))
        return button

    def _make_shape(self, shape: Shape) -> QPushButton:
        words = {Shape.TABLE: self.tr("Table"), Shape.MAP: self.tr("Map")}[shape]
        button = QPushButton(words)
        button.setProperty("role", "plain")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.shape_chosen.emit(shape))
        self._shapes.addButton(button)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.facets, 0, top)
        row.addWidget(self._space, 1)
        row.addWidget(self.sort, 0, top)
        row.addWidget(self.turn, 0, top)
        for button in self.shapes.values():
            row.addWidget(button, 0, top)
