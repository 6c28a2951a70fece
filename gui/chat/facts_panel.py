"""The leaf of facts: what a reply was given, what waits for the person's word, all that is so.

Shows what `OpenFacts` holds and hands every change to it; reads nothing while it is hidden.
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.chat.fact import Fact
from gui.chat.drawing_bar import DrawingBar
from gui.chat.fact_drawing import FactDrawing
from gui.chat.fact_rows import FactRows
from gui.chat.new_fact import NewFact
from gui.chat.open_facts import OpenFacts
from gui.chat.part_news import PartNews
from gui.chat.presenter import ChatPresenter
from gui.chat.reply_reasons import ReplyReasons
from gui.chat.shown import Act
from gui.icons import IconSource
from gui.search_field import SearchField
from gui.text_line import text_line
from gui.theme import GAP, SPACE, ThemeSource

MANY = 8
"""From so many facts on they can be searched."""


class FactsPanel(QWidget):
    """Without a cast it says how to begin a talk. The keyboard comes in at the field for another
    fact."""

    refreshed = Signal()

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.facts = OpenFacts(presenter, self)
        self.drawing = FactDrawing(presenter, self)
        self.alone = text_line("quiet", self.tr(
            "Characters know facts, and say only what they know of themselves. Press New talk"
            " with\u2026 above, or Ctrl+T, to begin a talk with one."))
        self.body, self.offer = QWidget(), QWidget()
        self.reasons = ReplyReasons(self.facts, icons)
        self.news = PartNews()
        self.offered_heading = text_line("heading")
        self.keep_all = QPushButton(self.tr("Keep all"))
        self.keep_all.setProperty("role", "link")
        self.offered = FactRows(self.facts, icons)
        self.heading = text_line("heading")
        self.new = NewFact()
        self.search = SearchField()
        self.search.setPlaceholderText(self.tr("Search the facts"))
        self.search.setAccessibleName(self.tr("Search the facts"))
        self.search.setClearButtonEnabled(True)
        self.none = text_line("meta")
        self.all = FactRows(self.facts, icons)
        self.draw = DrawingBar(self.drawing)
        self.setFocusProxy(self.new)
        self._lay_out()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.refresh()
            self.facts.read()

    def show_reply(self, message_id: int) -> None:
        """Shows what a reply was given."""
        path = self._presenter.open.stored.path
        last = bool(path) and path[-1].id == message_id
        self.facts.pick(0 if last else message_id)

    def refresh(self) -> None:
        """Shows what holds now."""
        if not self.isVisible():
            return
        facts, setup = self.facts, self.facts.setup
        self.alone.setVisible(not setup.cast)
        self.body.setVisible(bool(setup.cast))
        self.reasons.refresh()
        gone = facts.forgotten
        self.news.show_removed("" if not gone else self.tr("Forgot 1 fact") if gone == 1
                               else self.tr("Forgot {n} facts").format(n=gone))
        self.offered.show_facts(facts.offered, setup)  # shown yet: it hands the keyboard on
        self.offer.setVisible(bool(facts.offered))
        self.offered_heading.setText(self.tr("Are these so? ({n})").format(n=len(facts.offered)))
        self.keep_all.setVisible(len(facts.offered) > 1)
        self.heading.setText(self.tr("All facts ({n})").format(n=len(facts.facts)))
        self.new.offer(setup)
        self._show_found()
        self.draw.refresh()
        self.refreshed.emit()

    def _show_found(self) -> None:
        facts, words = self.facts.facts, self.search.text().casefold().split()
        self.search.setVisible(len(facts) >= MANY or bool(words))
        found = [fact for fact in facts if _holds(fact, words)]
        self.all.show_facts(found, self.facts.setup)
        self.none.setVisible(not found)
        self.none.setText(self.tr("No fact holds these words.") if facts else self.tr(
            "Nothing is known yet. Write a fact above, or have facts drawn from the talk."))

    def _edit(self, fact_id: int) -> None:
        """Opens the field of a fact, wherever it stands."""
        for row in (*self.reasons.rows.rows, *self.all.rows):
            if row.fact.id == fact_id:
                row.edit()
                return
        held = next((fact for fact in self.facts.facts if fact.id == fact_id), None)
        if held is not None:
            self.search.setText(held.text)
            for row in self.all.rows:
                row.edit()
                break

    def _begin(self, words: str, author: str) -> None:
        member = self.facts.setup.member(author)
        self.new.begin(words, member.persona_id if member else 0)

    def _keep_all(self) -> None:
        self.facts.keep([fact.id for fact in self.facts.offered])

    def _follow_opened(self) -> None:
        self.search.clear()
        self.news.say("")
        self._read(0)

    def _read(self, message_id: int = 0) -> None:
        """Reads anew; of a hidden leaf when it is shown."""
        if self.isVisible():
            self.facts.pick(message_id)
        self.refresh()

    def _connect(self) -> None:
        presenter, facts = self._presenter, self.facts
        facts.changed.connect(self.refresh)
        facts.said.connect(self.news.say)
        self.news.undone.connect(facts.bring_back)
        self.new.wanted.connect(lambda words, one: facts.add(words, one or None))
        for rows in (self.offered, self.all):
            rows.left.connect(self.new.setFocus)
        self.search.textChanged.connect(self._show_found)
        self.keep_all.clicked.connect(self._keep_all)
        self.reasons.again_wanted.connect(
            lambda one: presenter.act(Act.REGENERATE, one))
        self.reasons.fact_wanted.connect(self._begin)
        self.reasons.edit_wanted.connect(self._edit)
        self.reasons.last_wanted.connect(lambda: facts.pick(0))
        self.drawing.offered.connect(facts.read)
        presenter.notes.asked_about.connect(self.show_reply)
        presenter.notes.changed.connect(self._read)
        presenter.cast.changed.connect(self._read)
        presenter.open.opened.connect(self._follow_opened)
        presenter.state_changed.connect(self.draw.refresh)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.offered_heading, 1)
        head.addWidget(self.keep_all)
        offer = QVBoxLayout(self.offer)
        offer.setContentsMargins(0, 0, 0, GAP)
        offer.setSpacing(SPACE // 2)
        offer.addLayout(head)
        offer.addWidget(self.offered)
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE)
        for widget in (self.reasons, self.news, self.offer):
            inside.addWidget(widget)
        inside.addSpacing(SPACE)
        for widget in (self.heading, self.new, self.draw, self.search, self.none, self.all):
            inside.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.alone)
        column.addWidget(self.body)
        column.addStretch(1)


def _holds(fact: Fact, words: list[str]) -> bool:
    told = fact.text.casefold()
    return all(word in told for word in words)
