"""The facets at the left: the kinds of songs there are, with counts, each pressed to narrow."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.tagging.browsing.song_query import Facets, MoodWish, ShelfState, SongQuery
from gui.library import filters
from gui.library.facet_row import Asked, FacetRow
from gui.library.presenter import LibraryPresenter
from gui.library.wording import language_word, state_text, tagger_word
from gui.link_button import link_button
from gui.mood_words import mood_name, mood_place
from gui.text_line import plain_tip
from gui.theme import SPACE, ThemeSource

_MOODS_FIRST = 10
_LINK_EDGE = 5  # what a link keeps free around its words for its focus
_FLAGS = ("corrected", "missing", "changed")


class FacetGroup(QWidget):
    """A heading and the lines under it. Lines are kept as long as they are wanted, so that the
    focus stays where it was. With `first`, only so many are shown until the person asks for all.
    """

    def __init__(self, heading: str, make: Callable[[str], FacetRow], first: int = 0,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._first = first
        self._whole = False
        self.rows: dict[str, FacetRow] = {}
        self._shown: list[str] = []
        words = QLabel(heading)
        words.setProperty("role", "meta")
        words.setIndent(SPACE)
        self.more = link_button("")
        self.more.clicked.connect(self._turn)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, SPACE)
        self._column.setSpacing(0)
        self._column.addWidget(words)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE - _LINK_EDGE, 0, 0, 0)
        foot.addWidget(self.more)
        foot.addStretch(1)
        self._column.addLayout(foot)

    def show_facets(self, counts: Mapping[str, int], asked: Mapping[str, Asked]) -> None:
        """Shows what there is, the most first; what is asked for stays, also where none is left."""
        wanted = sorted({*(name for name, count in counts.items() if count), *asked},
                        key=lambda name: (-counts.get(name, 0), name))
        self._shown = wanted
        for name in [name for name in self.rows if name not in wanted]:
            row = self.rows.pop(name)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for name in wanted:
            row = self.rows.get(name) or self._make(name)
            self.rows[name] = row
            row.show_facet(counts.get(name, 0), asked.get(name, Asked.NO))
        self._arrange()
        self.setVisible(bool(wanted))

    def _arrange(self) -> None:
        """Keeps the order while the person walks through the lines."""
        held = any(row.hasFocus() for row in self.rows.values())
        for at, name in enumerate(self._shown):
            row = self.rows[name]
            if self._column.indexOf(row) < 0 or not held:
                self._column.removeWidget(row)
                self._column.insertWidget(at + 1, row)
            chosen = row.asked is not Asked.NO or row.hasFocus()
            row.setVisible(not self._first or self._whole or at < self._first or chosen)
        hidden = len(self._shown) > self._first > 0
        self.more.setVisible(hidden)
        self.more.setText(self.tr("Fewer") if self._whole
                          else self.tr("All {n}").format(n=len(self._shown)))

    def _turn(self) -> None:
        self._whole = not self._whole
        self._arrange()


class FacetPanel(QScrollArea):
    """Follows what is found. `top` is a column above the facets that others may fill."""

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self.setAccessibleName(self.tr("Filters"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.moods = FacetGroup(self.tr("Moods"), self._make_mood, _MOODS_FIRST)
        self.states = FacetGroup(self.tr("State"), self._make_state)
        self.flags = FacetGroup(self.tr("Also"), self._make_flag)
        self.languages = FacetGroup(self.tr("Language"), self._make_language, _MOODS_FIRST)
        self.taggers = FacetGroup(self.tr("Read by"), self._make_tagger)
        self.top = QVBoxLayout()
        self.top.setSpacing(SPACE)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        column.addLayout(self.top)
        for group in (self.moods, self.states, self.flags, self.languages, self.taggers):
            column.addWidget(group)
        column.addStretch(1)
        self.setWidget(whole)
        theme_source.changed.connect(whole.update)
        presenter.found_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Shows the counts of what is found now."""
        found, query = self._presenter.found, self._presenter.query
        if found is None:
            return
        facets = found.facets
        self.moods.show_facets(facets.moods, {
            wish.mood: Asked.WITHOUT if wish.without else Asked.WITH for wish in query.wishes})
        self.states.show_facets(
            {state.value: count for state, count in facets.states.items()},
            {state.value: Asked.WITH for state in query.states})
        self.flags.show_facets(_flag_counts(facets), _flags_asked(query))
        self.languages.show_facets(facets.languages, dict.fromkeys(query.languages, Asked.WITH))
        self.taggers.show_facets(facets.read_by,
                                 {query.read_by: Asked.WITH} if query.read_by else {})
        self.taggers.setVisible(len(self.taggers.rows) > 1 or bool(query.read_by))

    def _make_mood(self, mood: str) -> FacetRow:
        vocabulary = self._presenter.vocabulary
        row = self._row(mood_name(vocabulary, mood), lambda query: filters.toggled_mood(
            query, mood), mood_place(vocabulary, mood), can_be_without=True)
        row.without_wanted.connect(lambda: self._leave_out(mood))
        return row

    def _make_state(self, state: str) -> FacetRow:
        known = ShelfState(state)
        return self._row(state_text(known), lambda query: filters.toggled_state(query, known))

    def _make_flag(self, flag: str) -> FacetRow:
        words = {"corrected": self.tr("Corrected by you"), "missing": self.tr("File missing"),
                 "changed": self.tr("File changed")}[flag]
        row = self._row(words, lambda query: filters.toggled_flag(query, flag),
                        can_be_without=True)
        row.without_wanted.connect(lambda: self._leave_out_flag(flag))
        return row

    def _make_language(self, code: str) -> FacetRow:
        return self._row(language_word(code),
                         lambda query: filters.toggled_language(query, code))

    def _make_tagger(self, tagger: str) -> FacetRow:
        row = self._row(tagger_word(tagger),
                        lambda query: filters.toggled_tagger(query, tagger))
        row.setToolTip(plain_tip(tagger))
        return row

    def _row(self, words: str, change: Callable[[SongQuery], SongQuery],
             place: tuple[float, float] | None = None, can_be_without: bool = False) -> FacetRow:
        row = FacetRow(words, self._theme_source, place, can_be_without)
        row.clicked.connect(
            lambda: self._presenter.ask_for(change(self._presenter.query)))
        return row

    def _leave_out(self, mood: str) -> None:
        presenter = self._presenter
        wish = filters.wish_of(presenter.query, mood)
        if wish is not None and wish.without:
            presenter.ask_for(filters.without_wish(presenter.query, mood))
        else:
            presenter.wish(MoodWish(mood, without=True))

    def _leave_out_flag(self, flag: str) -> None:
        query = self._presenter.query
        before = getattr(query, flag)
        self._presenter.ask_for(replace(query, **{flag: None if before is False else False}))


def _flag_counts(facets: Facets) -> dict[str, int]:
    return {flag: getattr(facets, flag) for flag in _FLAGS}


def _flags_asked(query: SongQuery) -> dict[str, Asked]:
    wanted = {flag: getattr(query, flag) for flag in _FLAGS}
    return {flag: Asked.WITH if value else Asked.WITHOUT
            for flag, value in wanted.items() if value is not None}
