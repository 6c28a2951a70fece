"""The strip over the songs that says how many of those found no tagger in use has read, and has
them tagged: after another tagger was chosen, that may be all of them."""

from dataclasses import replace

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from engine.tagging.browsing.song_query import ShelfState
from gui.library.presenter import LibraryPresenter
from gui.library.retag_words import songs_text
from gui.library.selection import selection_of
from gui.link_button import link_button
from gui.text_line import text_line
from gui.theme import SPACE


class WaitingStrip(QFrame):
    """Hidden while there is nothing to say, and once its button was pressed: what runs shows in
    the job bar. Shown again where more songs wait than did then."""

    def __init__(self, presenter: LibraryPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._asked = 0
        self.setProperty("role", "sunken")
        self.words = text_line("meta-ink")
        self.tag = link_button(self.tr("Tag them"))
        self.tag.clicked.connect(self._tag)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 0, SPACE, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        row.addWidget(self.tag)
        presenter.found_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what there is to say now."""
        count = self._count()
        if not count:
            self._asked = 0
        self.words.setText(self.tr(
            "{songs} were not read by the tagger in use yet, so they show no moods.").format(
                songs=songs_text(count)) if count != 1 else self.tr(
            "1 song was not read by the tagger in use yet, so it shows no moods."))
        self.setVisible(count > self._asked)

    def _count(self) -> int:
        found = self._presenter.found
        return found.facets.states.get(ShelfState.WAITING, 0) if found else 0

    def _tag(self) -> None:
        presenter, self._asked = self._presenter, self._count()
        self.hide()
        waiting = replace(presenter.query, states=(ShelfState.WAITING,))
        presenter.asking.ask(
            lambda services: tuple(services.index().find(waiting).keys.tolist()),
            lambda keys: presenter.tag_again(selection_of(keys)))
