"""What the Library shows in place of songs: the first look, nothing found, reading, a failure."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.errors import EngineError
from gui.library.filters import FilterPart
from gui.link_button import link_button
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

_MEASURE = 480
_MOST_PARTS = 6


class EmptyLook(QWidget):
    """A large line, a sentence, one thing to do; links under it, or above with `links_first`."""

    def __init__(self, head: str, about: str, button: str = "", parent: QWidget | None = None,
                 links_first: bool = False) -> None:
        super().__init__(parent)
        self.head = text_line("empty", head)
        self.about = text_line("quiet", about)
        self.button = QPushButton(button)
        self.button.setProperty("role", "primary")
        if not button:
            self.button.hide()  # to show it before it has a place would open a window
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, GAP, PAGE_MARGIN, GAP)
        column.setSpacing(SPACE)
        column.addStretch(2)
        for label in (self.head, self.about):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.about.setMaximumWidth(_MEASURE)
        self.row = QVBoxLayout()
        column.addWidget(self.head)
        column.addLayout(_centred(self.about, 1))
        if links_first:
            column.addLayout(self.row)
        column.addSpacing(SPACE)
        column.addLayout(_centred(self.button))
        if not links_first:
            column.addLayout(self.row)
        self.setFocusProxy(self.button)
        column.addStretch(3)


class NoSongs(EmptyLook):
    """The first look: what this is, and one thing to do."""

    samples_wanted = Signal()
    files_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "", "", self.tr("Open a folder of songs"), parent)
        self.head.setText(self.tr("Your songs will be here"))
        self.about.setText(self.tr(
            "Every song you tag stays in the Library: find it again by its words or its moods, "
            "put right what the tagger got wrong, make playlists, and write moods into your "
            "files. Drop songs anywhere, or begin here."))
        self.button.clicked.connect(self.folder_wanted)
        for words, wanted in ((self.tr("Open files"), self.files_wanted),
                              (self.tr("Try the sample songs"), self.samples_wanted)):
            link = link_button(words)
            link.clicked.connect(wanted)
            self.row.addWidget(link, 0, Qt.AlignmentFlag.AlignHCenter)


class NothingFound(EmptyLook):
    """No song fits: what can be taken away, or what may have been meant. `part_dropped` carries
    the query for that."""

    part_dropped = Signal(object)
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent, links_first=True)
        self.head.setText(self.tr("No song fits"))
        self.button.setText(self.tr("Show all songs"))
        self.button.show()
        self.button.clicked.connect(self.all_wanted)
        self.links: list[QPushButton] = []

    def show_parts(self, parts: Sequence[FilterPart], mood: FilterPart | None = None) -> None:
        """Offers to take away each thing that is asked for, and to ask for the mood that the words
        may have meant."""
        for link in self.links:
            self.row.removeWidget(link)
            link.hide()
            link.deleteLater()
        several = len(parts) > 1
        self.about.setText(self.tr("No song has all of what you ask for. Take one thing away:")
                           if several else self.tr("Nothing in your library has this."))
        self.links = [self._make_link(self.tr("Songs with the mood {what}"), mood)] if mood else []
        self.links += [self._make_link(self.tr("Take away {what}"), part)
                       for part in parts[:_MOST_PARTS]] if several else []

    def _make_link(self, words: str, part: FilterPart) -> QPushButton:
        # What the person typed may hold an ampersand, which would be read as a key.
        link = link_button(words.format(what=part.words.replace("&", "&&")))
        link.clicked.connect(lambda: self.part_dropped.emit(part.without))
        self.row.addWidget(link, 0, Qt.AlignmentFlag.AlignHCenter)
        return link


class Failed(EmptyLook):
    """The library could not be read: why, and what can be done."""

    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent)
        self.head.setText(self.tr("Your songs could not be read"))
        self.button.setText(self.tr("Try again"))
        self.button.show()
        self.button.clicked.connect(self.again_wanted)

    def show_trouble(self, trouble: EngineError) -> None:
        self.about.setText(f"{trouble.message}\n{trouble.hint}".strip())


class Reading(QWidget):
    """Shown while the first answer is awaited."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QLabel(self.tr("Reading your library…"))
        words.setProperty("role", "quiet")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self).addWidget(words)


def _centred(widget: QWidget, stretch: int = 0) -> QHBoxLayout:
    """In the middle, as wide as it may be."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget, 100 * stretch)
    row.addStretch(1)
    return row
