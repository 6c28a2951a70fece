"""Why a reply is as it is: the facts and the lore it was given, and what does not agree with
them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.chat.conversation import ChatMessage
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from gui.chat.fact_rows import FactRows
from gui.chat.open_facts import OpenFacts
from gui.chat.reply_notes import mark_text
from gui.flow import FlowLayout
from gui.icons import IconSource
from gui.link_button import link_button
from gui.text_line import text_line
from gui.theme import SPACE

_LONGEST = 90


class ReplyReasons(QWidget):
    """`again_wanted` asks for another answer, `fact_wanted` carries words to be made a fact of
    their speaker, `edit_wanted` the id of a fact. `last_wanted` goes back to the last reply."""

    again_wanted = Signal(int)
    fact_wanted = Signal(str, str)
    edit_wanted = Signal(int)
    last_wanted = Signal()

    def __init__(self, facts: OpenFacts, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self.heading, self.said = text_line("heading"), text_line("meta")
        self.back = link_button(self.tr("Back to the last reply"))
        self.back.clicked.connect(self.last_wanted)
        self.marks: list[QFrame] = []
        self.none = text_line("meta", self.tr("It was given no facts."))
        self.rows = FactRows(facts, icons)
        self.lost, self.lore = text_line("meta"), text_line("meta")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE // 2)
        for widget in (self.heading, self.said, self.back, self.none, self.rows,
                       self.lost, self.lore):
            self._column.addWidget(widget)

    def refresh(self) -> None:
        """Shows the reply that is asked about."""
        facts, reply = self._facts, self._facts.reply
        self.setVisible(reply is not None)
        if reply is None:
            return
        self.heading.setText(self.tr("For this reply") if facts.is_picked
                             else self.tr("For the last reply"))
        said = " ".join(reply.text.split())
        short = said if len(said) <= _LONGEST else f"{said[:_LONGEST].rstrip()}\u2026"
        self.said.setText(f"{reply.author}: {short}" if reply.author else short)
        self.back.setVisible(facts.is_picked)
        self._show_marks(facts.marks, reply)
        self.none.setVisible(not (facts.used or facts.lost))
        self.lost.setVisible(facts.lost > 0)
        self.lost.setText(self.tr("1 fact it was given is forgotten now.") if facts.lost == 1
                          else self.tr("{n} facts it was given are forgotten now.").format(
                              n=facts.lost))
        self.rows.show_facts(facts.used, facts.setup)
        self.lore.setText(self.tr("Lore it was told: {names}").format(
            names=", ".join(facts.lore)))
        self.lore.setVisible(bool(facts.lore))

    def _show_marks(self, marks: Sequence[ReplyMark], reply: ChatMessage) -> None:
        for card in self.marks:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.marks = [self._card(mark, reply) for mark in marks]
        for place, card in enumerate(self.marks):
            self._column.insertWidget(3 + place, card)

    def _card(self, mark: ReplyMark, reply: ChatMessage) -> QFrame:
        """What is wrong, and what can be done about it."""
        card = QFrame()
        card.setProperty("role", "card")
        again = link_button(self.tr("Another answer"))
        again.clicked.connect(lambda: self.again_wanted.emit(reply.id))
        acts = FlowLayout(SPACE // 2)
        acts.addWidget(again)
        number = mark.fact_id
        if mark.kind is MarkKind.INVENTION:
            keep = link_button(self.tr("Make it a fact\u2026"))
            keep.clicked.connect(lambda: self.fact_wanted.emit(mark.text, reply.author))
            acts.addWidget(keep)
        elif number is not None:
            edit = link_button(self.tr("Edit the fact"))
            edit.clicked.connect(lambda: self.edit_wanted.emit(number))
            acts.addWidget(edit)
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        column.setSpacing(2)
        column.addWidget(text_line("", mark_text(mark)))
        column.addLayout(acts)
        return card
