"""Says what a stopped run left untagged, in this session or the last, and tags it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.tagging.song import SongState
from gui.figures import count_text
from gui.link_button import link_button
from gui.mood_words import one_line
from gui.tag.presenter import TagPresenter
from gui.theme import SPACE

_LINK_EDGE = 5  # what a link keeps free around its words for its focus


class LeftoverStrip(QFrame):
    """Shown while songs wait and nothing runs. What runs shows in the job bar of the window."""

    def __init__(self, presenter: TagPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._words = QLabel()
        self._words.setProperty("role", "meta")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._rest = link_button(self.tr("Tag the rest"))
        self._rest.clicked.connect(presenter.tag_rest)
        self._dismiss = link_button(self.tr("Dismiss"))
        self._dismiss.clicked.connect(presenter.dismiss_left_over)
        line = QHBoxLayout()
        line.addWidget(self._rest)
        line.addWidget(self._dismiss)
        line.addStretch(1)
        self._words.setIndent(SPACE)
        line.setContentsMargins(SPACE - _LINK_EDGE, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._words)
        column.addLayout(line)
        presenter.run.progress_changed.connect(self.refresh)
        presenter.table.counted.connect(self.refresh)
        presenter.left_over_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        left = self._presenter.left_over
        counts = self._presenter.table.counts
        waiting = counts[SongState.WAITING] + counts[SongState.TAGGING]
        self.setVisible((waiting > 0 or bool(left)) and not self._presenter.run.progress.running)
        self._dismiss.setVisible(bool(left))
        if len(left) == 1:
            words = self.tr("\u201c{name}\u201d was not finished when Undertone closed.").format(
                name=one_line(left[0].name or str(left[0])))
        elif left:
            words = self.tr("{n} files and folders were not finished when Undertone closed."
                            ).format(n=count_text(len(left)))
        else:
            words = self.tr("{n} not tagged yet").format(n=count_text(waiting))
        self._words.setText(words)
