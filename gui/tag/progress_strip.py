"""Says how far the tagging is, and holds, goes on or stops it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from engine.tagging.song import SongState
from gui.tag.presenter import TagPresenter
from gui.tag.tagging_run import Progress
from gui.tag.wording import count_text, left_text
from gui.theme import SPACE


class ProgressStrip(QFrame):
    """Shown while songs are tagged, and afterwards where a cancelled run left some waiting."""

    def __init__(self, presenter: TagPresenter, parent: QFrame | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._words = QLabel()
        self._words.setProperty("role", "meta")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Songs tagged"))
        self._pause = QPushButton(self.tr("Pause"))
        self._pause.clicked.connect(self._pause_or_resume)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.clicked.connect(presenter.cancel)
        self._rest = QPushButton(self.tr("Tag the rest"))
        self._rest.clicked.connect(presenter.tag_rest)
        for button in (self._pause, self._cancel, self._rest):
            button.setProperty("role", "link")
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addWidget(self._words, 1)
        for button in (self._pause, self._cancel, self._rest):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self._bar)
        presenter.run.progress_changed.connect(self.refresh)
        presenter.table.counted.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        progress = self._presenter.run.progress
        counts = self._presenter.table.counts
        waiting = counts[SongState.WAITING] + counts[SongState.TAGGING]
        self.setVisible(progress.running or waiting > 0)
        for button in (self._pause, self._cancel, self._bar):
            button.setVisible(progress.running)
        self._rest.setVisible(not progress.running)
        self._pause.setText(self.tr("Go on") if progress.paused else self.tr("Pause"))
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._words.setText(self._running_words(progress) if progress.running
                            else self.tr("{n} not tagged yet").format(n=count_text(waiting)))

    def _running_words(self, progress: Progress) -> str:
        if not progress.total:
            return self.tr("Paused") if progress.paused else self.tr("Looking for songs")
        done = self.tr("{done} of {total}").format(
            done=count_text(progress.done), total=count_text(progress.total))
        if progress.paused:
            return self.tr("{done}, paused").format(done=done)
        if progress.seconds_left is None:
            return done
        return f"{done}, {left_text(progress.seconds_left)}"

    def _pause_or_resume(self) -> None:
        if self._presenter.run.progress.paused:
            self._presenter.resume()
        else:
            self._presenter.pause()
