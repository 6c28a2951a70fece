"""The page that compares taggers: which is best at what, how sure that is, and what it means."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.vocabulary import Vocabulary
from gui.controls import Choice
from gui.icons import Glyph, IconSource
from gui.models import quality_words as words
from gui.models.drop_cover import DropCover
from gui.models.quality import Quality
from gui.models.quality_detail import QualityDetail
from gui.models.quality_grid import QualityGrid
from gui.models.quality_measure import MeasureDialog, dropped_songs
from gui.models.quality_strip import QualityStrip
from gui.text_line import text_line
from gui.theme import CARD_PADDING, GAP, SPACE, TITLE_HEIGHT, ThemeSource

MOST_WIDE = 1120
_HINT_WIDE = 640


class QualityPage(QWidget):
    """A page within the Models page; `left` is sent when the person goes back there."""

    left = Signal()

    def __init__(self, quality: Quality, icons: IconSource, theme_source: ThemeSource,
                 vocabulary: Vocabulary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._quality = quality
        self._dialog: MeasureDialog | None = None
        self._fresh = False
        self._back = _button(self.tr("Models"), "plain", self.left.emit)
        self._back.setIcon(icons.icon(Glyph.BACK))
        self._back.setToolTip(self.tr("Back to the models (Esc)"))
        self.measure_button = _button(self.tr("Measure…"), "primary", lambda: self.measure())
        self.reports = Choice([], quality.look_at)
        self.reports.setAccessibleName(self.tr("Measurement"))
        self.page_button = _button(self.tr("Open the report"), "link", quality.open_page)
        self._strip = QualityStrip(quality, icons)
        self._facts, self._note = text_line("meta"), text_line("quiet")
        self._empty, self._hint = text_line("empty"), text_line("quiet")
        self._empty.setContentsMargins(0, 2 * GAP, 0, 0)
        self._hint.setMaximumWidth(_HINT_WIDE)
        self.grid = QualityGrid(theme_source)
        self.grid.cell_chosen.connect(quality.choose)
        self.detail = QualityDetail(quality, theme_source, vocabulary)
        self._lay_out()
        self._drop = DropCover(self.tr("Drop to measure on these songs"), self)
        quality.changed.connect(self._show)
        quality.chosen_changed.connect(self._show_choice)
        quality.page_ready.connect(
            lambda file: QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))))
        self._show()

    def measure(self, data: Path | None = None) -> None:
        """Opens the dialog that starts a measurement, with this file of songs if one is given."""
        if self._dialog is None:
            self._dialog = MeasureDialog(self._quality, self)
            self._dialog.destroyed.connect(self._forget_dialog)
        if data is not None:
            self._dialog.take(data)
        self._dialog.open()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._fresh = True
            self._quality.load()
            self._quality.count_own()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Songs with labels are taken here; models go on to the page around this one."""
        if dropped_songs(event) is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._drop.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop.hide()
        # Copy, never move: a file manager would delete a moved file after the drop.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.measure(dropped_songs(event))

    def _focus_first(self) -> None:
        """Once all is read, so that arrows lead through the figures at once."""
        if self._fresh and not self._quality.loading:
            self._fresh = False
            first = self.grid if self._quality.blocks else self.measure_button
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _show(self) -> None:
        quality = self._quality
        found, report = quality.found, quality.report
        self.reports.offer([(each.key, words.report_title(each)) for each in quality.reports])
        self.reports.show_value(found.key if found else "")
        self._chooser.setVisible(found is not None)
        self.page_button.setVisible(report is not None)
        self._facts.setText(words.report_facts(report) if report else "")
        self._facts.setVisible(report is not None)
        self._show_note()
        self._glance.setVisible(bool(quality.blocks))
        self.grid.show_report(report)
        self._show_choice()
        self._show_empty()
        self._focus_first()

    def _show_note(self) -> None:
        """What is missing from this measurement."""
        report = self._quality.report
        told = list(report.unusable) if report else []
        if report is not None and not report.complete:
            told.append(self.tr("This measurement was stopped before its end: what had been found "
                                "until then stands here."))
        self._note.setText("\n".join(told))
        self._note.setVisible(bool(told))

    def _show_choice(self) -> None:
        self.grid.show_choice(self._quality.tagger, self._quality.block)

    def _show_empty(self) -> None:
        """The sentence in place of figures, where there are none."""
        quality, problem = self._quality, self._quality.found and self._quality.found.problem
        if problem is not None:
            told, hint = problem.message, problem.hint
        elif quality.loading:
            told, hint = self.tr("Looking for measurements…"), ""
        elif quality.found is None:
            told = self.tr("No tagger has been measured here yet")
            hint = self.tr("Measuring compares what taggers say with what people said of the same "
                           "songs. It needs a file of songs with labels, or songs you have "
                           "labelled yourself, and takes some minutes.")
        elif not quality.blocks:
            told = self.tr("Nothing could be measured here")
            hint = self.tr("No label of these songs is known to any of the taggers.")
        else:
            told = hint = ""
        self._empty.setText(told)
        self._empty.setVisible(bool(told))
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(MOST_WIDE)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(GAP)
        column.addLayout(self._head())
        self._glance = self._make_glance()
        self._chooser = self._make_chooser()
        for part in (self._strip, self._chooser, self._facts, self._note, self._empty, self._hint,
                     self._glance, self.detail):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(area)

    def _head(self) -> QHBoxLayout:
        title = QLabel(self.tr("Compare taggers"))
        title.setProperty("role", "title")
        title.setMinimumHeight(TITLE_HEIGHT)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self._back)
        head.addWidget(title, 1)
        head.addWidget(self.measure_button)
        return head

    def _make_chooser(self) -> QWidget:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 2)  # a layout takes a list for 2 px lower than it is
        row.setSpacing(SPACE)
        self.reports.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.reports.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        row.addWidget(self.reports)
        row.addWidget(self.page_button)
        row.addStretch(1)
        return part

    def _make_glance(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(text_line("heading", self.tr("At a glance")))
        column.addWidget(text_line("meta", self.tr(
            "Further right is better: the thin stroke is guessing, the end of the line perfect. "
            "The thick bar is where the figure would likely lie with other songs. “≈ best”: no "
            "clear difference from the best.")))
        column.addWidget(self.grid)
        return card


def _button(text: str, role: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", role)
    button.clicked.connect(act)  # type: ignore[arg-type] # a function without arguments
    return button
