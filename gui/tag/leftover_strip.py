"""Says how many songs a stopped run left untagged, and tags them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from engine.tagging.song import SongState
from gui.tag.presenter import TagPresenter
from gui.tag.wording import count_text


class LeftoverStrip(QFrame):
    """Shown while songs wait and nothing runs. What runs shows in the job bar of the window."""

    def __init__(self, presenter: TagPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._words = QLabel()
        self._words.setProperty("role", "meta")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._rest = QPushButton(self.tr("Tag the rest"))
        self._rest.setProperty("role", "link")
        self._rest.clicked.connect(presenter.tag_rest)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._words, 1)
        line.addWidget(self._rest)
        presenter.run.progress_changed.connect(self.refresh)
        presenter.table.counted.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        counts = self._presenter.table.counts
        waiting = counts[SongState.WAITING] + counts[SongState.TAGGING]
        self.setVisible(waiting > 0 and not self._presenter.run.progress.running)
        self._words.setText(self.tr("{n} not tagged yet").format(n=count_text(waiting)))
