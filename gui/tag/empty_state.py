"""The first look at the page: what this is, and one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import GAP, PAGE_MARGIN, SPACE

_MEASURE = 480


class EmptyState(QWidget):
    """Asks for songs; each signal is a way to give some. With `trying`, any labels can be tried
    on a text without any song."""

    samples_wanted = Signal()
    files_wanted = Signal()
    folder_wanted = Signal()
    paste_wanted = Signal()
    try_wanted = Signal()

    def __init__(self, trying: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trying = trying
        head = QLabel(self.tr("Drop songs here"))
        head.setProperty("role", "empty")
        about = QLabel(self.tr(
            "Undertone reads lyrics and says which moods they carry, where in the song, and why. "
            "Lyrics, music with lyrics inside, whole folders: everything stays on this computer."))
        about.setProperty("role", "quiet")
        for label in (head, about):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
        about.setMaximumWidth(_MEASURE)
        self.samples = QPushButton(self.tr("Try the sample songs"))
        self.samples.setProperty("role", "primary")
        self.samples.clicked.connect(self.samples_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.addStretch(2)
        column.addWidget(head)
        column.addSpacing(SPACE)
        column.addLayout(_centred(about))
        column.addSpacing(GAP + SPACE)
        column.addLayout(_centred(self.samples))
        column.addSpacing(SPACE)
        column.addLayout(_centred(*self._links()))
        column.addStretch(3)

    def _links(self) -> list[QPushButton]:
        links: list[QPushButton] = []
        ways = [(self.tr("Open files"), self.files_wanted),
                (self.tr("Open a folder"), self.folder_wanted),
                (self.tr("Paste a lyric"), self.paste_wanted)]
        if self._trying:
            ways.append((self.tr("Try any labels"), self.try_wanted))
        for words, wanted in ways:
            link = QPushButton(words)
            link.setProperty("role", "link")
            link.clicked.connect(wanted)
            links.append(link)
        return links


def _centred(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLabel) else 0)
    row.addStretch(1)
    return row
