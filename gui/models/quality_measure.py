"""The dialog that starts a measurement: on which songs, and which taggers."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.evaluation.job import LABELS_FILE
from gui.controls import Choice, Option, Switch
from gui.models.quality import DATA_SUFFIXES, Quality, Wish, songs_among
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

MEASURE_SIZE = (600, 600)
_INDENT = 28


class MeasureDialog(QDialog):
    """A file of songs can be dropped on it."""

    def __init__(self, quality: Quality, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quality = quality
        self.setObjectName("measure")  # by which it is found for pictures
        self.setWindowTitle(self.tr("Measure taggers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.resize(*MEASURE_SIZE)
        self.from_file = Option(self.tr("A &file of songs with labels"))
        self.own = Option(self.tr("My &own labels"))
        self._group = QButtonGroup(self)
        for button in (self.from_file, self.own):
            self._group.addButton(button)
        self.from_file.setChecked(True)
        self.file = QLineEdit()
        self.file.setPlaceholderText(self.tr("Drop it here, or choose it"))
        self.file.setAccessibleName(self.tr("File of songs"))
        self.split = Choice([("all", self.tr("All songs")),
                             ("valid", self.tr("Those held out")),
                             ("train", self.tr("Those for learning"))], lambda _: None)
        self.split.setAccessibleName(self.tr("Which of them"))
        self._own_words, self._lacking = text_line("meta"), text_line("meta")
        self.ticks = self._make_ticks(quality.choices)
        self.start = QPushButton(self.tr("Measure"))
        self.start.setProperty("role", "primary")
        self._lay_out()
        self.file.textChanged.connect(self._check)
        self.from_file.toggled.connect(self._check)
        quality.own_counted.connect(self._check)
        self._check()

    def take(self, file: Path) -> None:
        """Measures on this file."""
        self.file.setText(str(file))
        self.from_file.setChecked(True)

    def wish(self) -> Wish:
        """What the fields say now."""
        taggers = tuple(tagger for tagger, tick in self.ticks.items() if tick.isChecked())
        if self.own.isChecked():
            return Wish(taggers)
        written = self.file.text().strip()
        return Wish(taggers, Path(written) if written else Path(), str(self.split.currentData()))

    def choose_file(self) -> None:
        """Lets the person choose the songs."""
        dialog = QFileDialog(self, self.tr("Songs with labels"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kinds = " ".join(f"*{suffix}" for suffix in DATA_SUFFIXES)
        dialog.setNameFilters([self.tr("Songs with labels") + f" ({kinds})",
                               self.tr("All files") + " (*)"])
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_songs(event) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        file = dropped_songs(event)
        if file is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.take(file)

    def _measure(self) -> None:
        if self._quality.measure(self.wish()):
            self.accept()

    def _check(self) -> None:
        """Says what is still missing."""
        on_file = self.from_file.isChecked()
        for part in (self.file, self.split, self._choose):
            part.setEnabled(on_file)
        self._own_words.setText(self._quality.own_words())
        lacking = self._quality.lacking(self.wish())
        self.start.setDisabled(bool(lacking))
        # Of one's own labels the line above says it already.
        self._lacking.setText("" if not on_file and not self._quality.own.enough else lacking)

    def _make_ticks(self, choices: Sequence[tuple[str, str]]) -> dict[str, Switch]:
        """The first is the one in use."""
        # In a name “&” is a sign like any other, no shortcut.
        ticks = {tagger: Switch(name.replace("&", "&&"), lambda _: self._check())
                 for tagger, name in choices}
        for place, tick in enumerate(ticks.values()):
            tick.setChecked(place == 0)
        return ticks

    def _lay_out(self) -> None:
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.setAccessibleName(self.tr("Choose the file of songs"))
        self._choose.clicked.connect(self.choose_file)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.start, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._measure)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(text_line("heading", self.tr("On which songs?")))
        column.addWidget(self.from_file)
        column.addLayout(self._file_part())
        column.addWidget(self.own)
        column.addLayout(_indented(self._own_words))
        column.addSpacing(SPACE)
        column.addWidget(text_line("heading", self.tr("Which taggers?")))
        column.addWidget(text_line("meta", self.tr(
            "Two or more are compared with each other. Guessing always stands beside.")))
        column.addWidget(self._tick_area(), 1)
        column.addWidget(self._lacking)
        column.addWidget(buttons)

    def _file_part(self) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.file, 1)
        row.addWidget(self._choose)
        part = QHBoxLayout()
        part.setSpacing(GAP)
        part.addWidget(self.split)
        part.addWidget(text_line("meta", self.tr(
            "A tagger looks better than it is on songs it has learned from.")), 1)
        about = text_line("meta", self.tr(
            "One song a line, with its words and what people said of it: .jsonl or .jsonl.gz, and "
            "{labels} beside it.").format(labels=LABELS_FILE))
        return _indented(row, about, part)

    def _tick_area(self) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE // 2)
        for tick in self.ticks.values():
            column.addWidget(tick)
        if not self.ticks:
            column.addWidget(text_line("quiet", self.tr("No tagger is installed.")))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        return area


def dropped_songs(event: QDropEvent) -> Path | None:
    """The file of songs that is dragged or dropped, None where there is none."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return songs_among([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])


def _indented(*parts: QWidget | QHBoxLayout) -> QVBoxLayout:
    """What belongs to the choice above it."""
    column = QVBoxLayout()
    column.setContentsMargins(_INDENT, 0, 0, SPACE)
    column.setSpacing(SPACE // 2)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return column
