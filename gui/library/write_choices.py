"""What is written into files: the choices above the table of what would change."""

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.tagging.writing.values import ForeignMoods, WriteOptions
from gui.controls import Choice, Switch
from gui.flow import FlowLayout
from gui.library.write_run import WriteRun
from gui.library.write_words import foreign_word
from gui.theme import SPACE

_APART = 12


class WriteChoices(QWidget):
    """Shows the options of a run and hands on what the person chooses."""

    def __init__(self, run: WriteRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.foreign = Choice([(each.value, foreign_word(each)) for each in ForeignMoods],
                              self._choose_foreign)
        self.tagger = Switch(self.tr("Which tagger said so"), self._choose_tagger)
        self.scores = Switch(self.tr("Scores"), self._choose_scores)
        self.sidecars = Switch(self.tr("A .moods.json beside files that cannot hold moods"),
                               self._choose_sidecars)
        self._lay_out()
        run.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what holds now."""
        options = self._run.options
        self.foreign.show_value(options.foreign.value)
        self.tagger.show_value(options.tagger)
        self.scores.show_value(options.scores)
        self.sidecars.show_value(options.sidecars)

    def _choose_foreign(self, value: str) -> None:
        self._choose(replace(self._run.options, foreign=ForeignMoods(value)))

    def _choose_tagger(self, wanted: bool) -> None:
        self._choose(replace(self._run.options, tagger=wanted))

    def _choose_scores(self, wanted: bool) -> None:
        self._choose(replace(self._run.options, scores=wanted))

    def _choose_sidecars(self, wanted: bool) -> None:
        self._choose(replace(self._run.options, sidecars=wanted))

    def _choose(self, options: WriteOptions) -> None:
        self._run.choose(options)

    def _lay_out(self) -> None:
        others = QWidget()
        row = QHBoxLayout(others)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        name = QLabel(self.tr("&Moods that others wrote"))
        name.setBuddy(self.foreign)
        self.foreign.setAccessibleName(self.tr("Moods that others wrote"))
        row.addWidget(name)
        row.addWidget(self.foreign)
        flow = FlowLayout(_APART, self)
        for switch in (self.tagger, self.scores, self.sidecars):
            switch.setMinimumHeight(self.foreign.sizeHint().height())
        for part in (others, self.tagger, self.scores, self.sidecars):
            flow.addWidget(part)
