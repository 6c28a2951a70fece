"""The small window that asks which tagger songs shall be compared with, and which songs."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.controls import Choice, Option
from gui.library.retag_run import RetagRun
from gui.library.retag_words import songs_text
from gui.tagger_choices import TaggerChoice
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

CHOICE_SIZE = (520, 320)
_TAGGER_WIDTH = 320


class RetagChoice(QDialog):
    """`chosen` are the songs that are chosen, `found` those that are found now; neither may be
    empty to be offered. `wanted` carries a TaggerChoice and songs, () for all."""

    wanted = Signal(object, object)
    models_wanted = Signal()

    def __init__(self, run: RetagRun, chosen: Sequence[int], found: Sequence[int],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[str, TaggerChoice] = {}
        self.setObjectName("retag_choice")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compare with a tagger"))
        self.message = text_line("heading", self.tr("What would a tagger say of your songs?"))
        self.note = text_line("quiet", self.tr(
            "The songs are read again, beside what they show. You then see what would change and"
            " accept it for some songs, for all, or for none."))
        self.taggers = Choice((), lambda _: None)
        self.taggers.setAccessibleName(self.tr("Tagger"))
        self.taggers.setMinimumWidth(_TAGGER_WIDTH)
        self._scopes: list[tuple[Option, tuple[int, ...]]] = []
        for words, songs in (
                (self.tr("The chosen: {songs}"), chosen),
                (self.tr("All that are found now: {songs}"), found)):
            if songs:
                self._scopes.append((Option(words.format(songs=songs_text(len(songs)))),
                                     tuple(songs)))
        self._scopes.append((Option(self.tr("All songs of the Library")), ()))
        self._scopes[0][0].setChecked(True)
        self.more = QPushButton(self.tr("Add a tagger…"))
        self.more.setAutoDefault(False)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.go = QPushButton(self.tr("Compare"))
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.go.setEnabled(False)
        self._lay_out()
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._go)
        self.more.clicked.connect(self.models_wanted)
        self.more.clicked.connect(self.reject)
        self.resize(*CHOICE_SIZE)
        run.read_choices(self._offer)

    def _offer(self, choices: Sequence[TaggerChoice]) -> None:
        self._choices = {choice.id: choice for choice in choices}
        self.taggers.offer([(choice.id, choice.name) for choice in choices])
        self.go.setEnabled(bool(choices))
        if not choices:
            self.note.setText(self.tr("No tagger is installed. Add one under Models."))

    def _go(self) -> None:
        choice = self._choices.get(str(self.taggers.currentData()))
        songs = next(songs for option, songs in self._scopes if option.isChecked())
        if choice is not None:
            self.accept()
            self.wanted.emit(choice, songs)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self.message)
        column.addWidget(self.note)
        column.addSpacing(SPACE)
        column.addWidget(self.taggers, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(SPACE)
        for option, _ in self._scopes:
            column.addWidget(option)
        column.addStretch(1)
        column.addSpacing(GAP - SPACE)
        column.addLayout(foot)
