"""The card that says what is written into files where the person asks for moods in them."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from engine.settings import WritingSettings
from gui.controls import Choice, Switch
from gui.form import FormCard
from gui.settings.presenter import SettingsPresenter


class WritingCard(FormCard):
    """Shows the settings of writing and hands every change to the presenter."""

    def __init__(self, presenter: SettingsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Writing moods into files"), self.tr(
                "How it begins; each time shows what would change before anything is written."),
            parent)
        self._presenter = presenter
        self.foreign = Choice([("add", self.tr("Keep them, add ours")),
                               ("replace", self.tr("Replace them")),
                               ("keep", self.tr("Leave such files alone"))],
                              lambda value: self._use(replace(self._now(), foreign=value)))
        self.tagger = Switch(self.tr("Write which tagger said so"),
                             lambda on: self._use(replace(self._now(), tagger=on)))
        self.scores = Switch(self.tr("Write how strong each mood is"),
                             lambda on: self._use(replace(self._now(), scores=on)))
        self.sidecars = Switch(self.tr("Write a .moods.json beside the file"),
                               lambda on: self._use(replace(self._now(), sidecars=on)))
        self._lay_out()
        presenter.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what holds now."""
        now = self._now()
        self.foreign.show_value(now.foreign)
        self.tagger.show_value(now.tagger)
        self.scores.show_value(now.scores)
        self.sidecars.show_value(now.sidecars)

    def _now(self) -> WritingSettings:
        return self._presenter.current.writing

    def _use(self, writing: WritingSettings) -> None:
        self._presenter.set_writing(writing)

    def _lay_out(self) -> None:
        self.add_row(self.tr("Moods that others wrote"), self.foreign, self.tr(
            "What is replaced is kept, and comes back when ours are taken out."))
        self.add_row(self.tr("Tagger"), self.tagger, self.tr(
            "In a field of its own, so that what one tagger wrote can be told from another's."))
        self.add_row(self.tr("Scores"), self.scores)
        self.add_row(self.tr("Other files"), self.sidecars, self.tr(
            "For texts and for formats that have no place for moods."))
