"""What the page shows before there is a conversation: no model yet, or nothing said yet."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.chat.services import Fetching
from gui.figures import megabytes_text
from gui.theme import GAP, PAGE_MARGIN, SPACE

_MEASURE = 480
_BAR_WIDTH = 320


class NoModel(QWidget):
    """Says what a chat model is for, and gets one with one press."""

    wanted = Signal()
    models_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.get = QPushButton(self.tr("Get SmolLM2 (93 MB)"))
        self.get.setProperty("role", "primary")
        self.get.clicked.connect(self.wanted)
        other = QPushButton(self.tr("Add a model of your own"))
        other.setProperty("role", "link")
        other.clicked.connect(self.models_wanted)
        self._links = other
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._told = _words("", "quiet")
        _lay_out(self, self.tr("Talk with a model on this computer"), self.tr(
            "Ask, talk, let it write. For that Undertone needs a model that writes."
            " SmolLM2 is small and quick, and is got once; what you say to it never leaves this"
            " computer."), [self.get], [self._bar], [self._told], [other])
        self.show_fetching(None)

    def show_fetching(self, fetching: Fetching | None) -> None:
        """How far the getting is, or why it failed."""
        busy = fetching is not None and not fetching.problem
        self.get.setVisible(not busy)
        self._links.setVisible(not busy)
        self._bar.setVisible(busy)
        self._told.setVisible(fetching is not None)
        if fetching is None:
            return
        self._told.setProperty("role", "danger" if fetching.problem else "quiet")
        self._told.style().polish(self._told)
        self._bar.setRange(0, 1000 if fetching.total else 0)
        if fetching.total:
            self._bar.setValue(round(1000 * fetching.done / fetching.total))
        self._told.setText(f"{fetching.problem} {fetching.hint}".strip() if fetching.problem
                           else self._how_far(fetching))

    def _how_far(self, fetching: Fetching) -> str:
        what = fetching.what or self.tr("Getting it…")
        if not fetching.in_bytes or not fetching.total:
            return what
        return self.tr("{what}: {done} of {total}").format(
            what=what, done=megabytes_text(fetching.done), total=megabytes_text(fetching.total))


class NothingSaid(QWidget):
    """An empty conversation: three things that could be said, of which `picked` carries one, and
    the way to characters."""

    picked = Signal(str)
    talk_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.examples = [self._example(words) for words in (
            self.tr("Give me five images for a song about rain."),
            self.tr("Explain what a chorus does in a song, in three sentences."),
            self.tr("Write a short verse about leaving a town by night train."))]
        _lay_out(self, self.tr("What shall we talk about?"), self.tr(
            "Write below, or begin with one of these. The model is small: it writes fluently,"
            " and it is often wrong about facts."), *([example] for example in self.examples),
            [self._talk()])

    def _talk(self) -> QPushButton:
        button = QPushButton(self.tr("Or talk with a character"))
        button.setProperty("role", "link")
        button.clicked.connect(self.talk_wanted)
        return button

    def _example(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: self.picked.emit(words))
        return button


def _lay_out(owner: QWidget, head: str, about: str, *rows: Sequence[QWidget]) -> None:
    title, words = _words(head, "empty"), _words(about, "quiet")
    words.setMaximumWidth(_MEASURE)
    column = QVBoxLayout(owner)
    column.setContentsMargins(PAGE_MARGIN, SPACE, PAGE_MARGIN, SPACE)
    column.setSpacing(SPACE)
    column.addStretch(2)
    column.addWidget(title)
    column.addLayout(_centred(words))
    column.addSpacing(GAP)
    for row in rows:
        column.addLayout(_centred(*row))
    column.addStretch(3)


def _centred(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget, 1000 if isinstance(widget, QLabel) else 0)
    row.addStretch(1)
    return row


def _words(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    return label
