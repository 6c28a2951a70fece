"""What a finished training says of itself: before and after, with intervals; what the model said to
the same questions."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.training.runs.report import LearningReport, Measured, Spoken
from gui.settings.fine_tuning import run_words
from gui.settings.fine_tuning.run_card import shortened
from gui.text_line import plain_tip, selectable_line, text_line
from gui.theme import GAP, SPACE

MOST_SPOKEN = 6


class ReportView(QWidget):
    """Shows one report at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)

    def show_report(self, report: LearningReport | None) -> None:
        """Shows another one; None shows none."""
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        self.setVisible(report is not None)
        if report is None:
            return
        if report.figures:
            self._add(figures_table(report.figures))
        for note in report.notes:
            self._add(text_line("meta-ink", note))
        if report.spoken:
            self._add(text_line("heading", self.tr("The same question, before and after")))
            for spoken in report.spoken[:MOST_SPOKEN]:
                self._add(self._spoken(spoken))
        self._add(text_line("meta", run_words.report_line(report)))
        if report.energy:
            self._add(text_line("meta", report.energy))

    def _add(self, part: QWidget) -> None:
        self._parts.append(part)
        self._column.addWidget(part)

    def _spoken(self, spoken: Spoken) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(selectable_line("meta-ink", shortened(spoken.asked)), 0, 0, 1, 2)
        for row, (name, said) in enumerate(
                ((self.tr("Before"), spoken.before), (self.tr("After"), spoken.after)), 1):
            label = QLabel(name)
            label.setProperty("role", "meta")
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(selectable_line("", shortened(said) or "–"), row, 1)
        return holder


def figures_table(figures: Sequence[Measured]) -> QWidget:
    """A row a figure: before, after, and what the difference is worth."""
    translate = run_words.translate
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(GAP)
    grid.setVerticalSpacing(SPACE // 2)
    heads = (translate("Tune", "Measured"), translate("Tune", "Before"),
             translate("Tune", "After"), translate("Tune", "Difference"))
    for column, head in enumerate(heads):
        grid.addWidget(text_line("meta", head), 0, column)
        grid.setColumnStretch(column, 1)
    places = Counter(figure.of for figure in figures if figure.of).most_common(1)
    usual = places[0][0] if places else ""
    for row, figure in enumerate(figures, 1):
        before, after, worth = run_words.measured_words(figure)
        name = _named(figure, usual)
        for column, part in enumerate((name, selectable_line("", before),
                                       selectable_line("", after), selectable_line("", worth))):
            grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignTop)
    if usual:
        words = translate("Tune", "Measured on {what}, where nothing else is said; in brackets "
                                  "95 % intervals.").format(what=usual)
        grid.addWidget(text_line("meta", words), len(figures) + 1, 0, 1, 4)
    return holder


def _named(figure: Measured, usual: str) -> QWidget:
    """What was measured, and on what where it is not what most were measured on."""
    holder = QWidget()
    holder.setToolTip(plain_tip("\n".join(filter(None, (
        run_words.figure_about(figure.name), figure.of)))))
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(selectable_line("", figure.name))
    if figure.of not in ("", usual):
        column.addWidget(text_line("meta", figure.of))
    return holder
