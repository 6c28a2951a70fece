"""The strip over the songs that tells of a tagger's update and of songs that wait for a choice."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.library.retag_run import RetagRun
from gui.library.retag_words import songs_text
from gui.link_button import link_button
from gui.text_line import text_line
from gui.theme import SPACE


class RetagStrip(QFrame):
    """Hidden while there is nothing to tell; what runs shows in the job bar of the window."""

    look_wanted = Signal()
    update_wanted = Signal()
    dismissed = Signal()

    def __init__(self, run: RetagRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.setProperty("role", "sunken")
        self.words = text_line("meta-ink")
        self.look = link_button(self.tr("See what would change"))
        self.compare = link_button(self.tr("Compare"))
        self.dismiss = link_button(self.tr("Not now"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 0, SPACE, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        for button in (self.look, self.compare, self.dismiss):
            row.addWidget(button)
        self.look.clicked.connect(self.look_wanted)
        self.compare.clicked.connect(self.update_wanted)
        self.dismiss.clicked.connect(self.dismissed)
        run.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what there is to say now."""
        run = self._run
        waits = run.waiting > 0
        offered = not waits and run.offered.songs > 0
        if waits:
            self.words.setText(self.tr("{songs} were compared and wait for your choice.").format(
                songs=songs_text(run.waiting)))
        elif offered:
            self.words.setText(self.tr(
                "{songs} were tagged by another version of your tagger. See what it would say now,"
                " before anything changes.").format(songs=songs_text(run.offered.songs)))
        self.look.setVisible(waits)
        self.compare.setVisible(offered)
        self.dismiss.setVisible(offered)
        self.setVisible((waits or offered) and not run.running)
