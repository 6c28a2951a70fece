"""Two to four trainings beside each other: their curves in one picture, and where they differ."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.settings.fine_tuning import run_words
from gui.settings.fine_tuning.curve_chart import CurveChart
from gui.settings.fine_tuning.curve_shape import value_text
from gui.settings.fine_tuning.past import PastRun
from gui.settings.fine_tuning.run_story import RunStory
from gui.text_line import selectable_line, text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource

SIZE = (860, 640)


class CompareDialog(QDialog):
    """`runs` come with all they told."""

    def __init__(self, runs: Sequence[tuple[PastRun, RunStory]], theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Trainings compared"))
        self.resize(*SIZE)
        names = run_names([run for run, _ in runs])
        self.chart = CurveChart(theme_source)
        self.chart.show_lines(run_words.compared_lines(
            [(name, story) for name, (_, story) in zip(names, runs, strict=True)]))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(GAP)
        column.addWidget(self.chart)
        column.addWidget(self._table(names, runs))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        around = QVBoxLayout(self)
        around.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        around.addWidget(area, 1)
        around.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()

    def _table(self, names: Sequence[str], runs: Sequence[tuple[PastRun, RunStory]]) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(SPACE // 2)
        rows: list[tuple[str, Sequence[str]]] = [
            ("", names), (self.tr("Best validation loss"), [best_text(s) for _, s in runs]),
            (self.tr("Came of it"), [run_words.outcome_words(run) for run, _ in runs])]
        recipes = [run.job.recipe for run, _ in runs if run.job is not None]
        if len(recipes) == len(runs):
            rows += run_words.settings_table(recipes)
        for at, (name, values) in enumerate(rows):
            grid.addWidget(text_line("meta", name), at, 0, Qt.AlignmentFlag.AlignTop)
            for column, value in enumerate(values, 1):
                role = "heading" if not at else ""
                grid.addWidget(selectable_line(role, value), at, column,
                               Qt.AlignmentFlag.AlignTop)
                grid.setColumnStretch(column, 1)
        return holder


def run_names(runs: Sequence[PastRun]) -> list[str]:
    """Their titles; those of the same title by when they were started, too."""
    titles = [run.title for run in runs]
    return [run.title if titles.count(run.title) == 1
            else f"{run.title}, {run_words.made_text(run)}" for run in runs]


def best_text(story: RunStory) -> str:
    """The best point of its validation."""
    best = story.valid.best()
    if best is None:
        return run_words.translate("Tune", "not judged")
    return run_words.translate("Tune", "{value} at step {n}").format(
        value=value_text(best[1]), n=best[0])
