"""The strip over the songs that says what happened in watched folders, and what can be done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from engine.tagging.folders.news import NewsKind
from gui.figures import count_text
from gui.library.folder_words import news_text
from gui.library.folder_work import FolderWork
from gui.link_button import link_button
from gui.text_line import text_line
from gui.theme import SPACE


class FolderStrip(QFrame):
    """Hidden while there is nothing to tell. `news_wanted` asks for the window that lists it."""

    news_wanted = Signal()

    def __init__(self, work: FolderWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.setProperty("role", "sunken")
        self.words = text_line("meta-ink")
        self.words.setAccessibleName(self.tr("What happened in your folders"))
        self.tag = link_button("")
        self.look = link_button(self.tr("Look"))
        self.look.setToolTip(self.tr("Lists these files, to find missing ones and choose among"
                                     " the others."))
        self.dismiss = link_button(self.tr("Dismiss"))
        self.stop = link_button(self.tr("Stop"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 0, SPACE, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        for button in (self.tag, self.look, self.dismiss, self.stop):
            row.addWidget(button)
        self.tag.clicked.connect(lambda: work.tag(NewsKind.NEW, NewsKind.CHANGED))
        self.look.clicked.connect(self.news_wanted)
        self.dismiss.clicked.connect(work.dismiss_all)
        self.stop.clicked.connect(work.stop)
        work.changed.connect(self.refresh)
        work.moved.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what there is to say now."""
        work, counts = self._work, self._work.counts
        # The quick scan of every start is not worth a line that comes and goes.
        long = work.scanning and work.files > 0
        news = news_text(counts)
        if long and not news:
            self.words.setText(self.tr("Looking through your folders… {n} files").format(
                n=count_text(work.files)))
        else:
            self.words.setText(news)
        taggable = counts.new + counts.changed
        self.tag.setText(self.tr("Tag it") if taggable == 1 else self.tr("Tag them"))
        self.tag.setVisible(taggable > 0)
        listed = taggable + counts.missing > 0
        self.look.setVisible(listed)
        self.dismiss.setVisible(bool(news))
        self.stop.setVisible(long and not news)
        self.setVisible(bool(news) or long)
