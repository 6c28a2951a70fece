"""An earlier training looked at closely: how it ended, its report and curve, what can be done."""

from collections.abc import Callable

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.models.manifest import TEXT_CLASSIFICATION
from engine.training.recipe import Method
from gui.flow import FlowLayout
from gui.link_button import link_button
from gui.settings.fine_tuning import run_words
from gui.settings.fine_tuning.adopting import Adopting
from gui.settings.fine_tuning.curve_chart import CurveChart
from gui.settings.fine_tuning.past import PastRun
from gui.settings.fine_tuning.report_view import ReportView
from gui.settings.fine_tuning.runs import Runs
from gui.text_line import text_line
from gui.theme import CARD_PADDING, SPACE, ThemeSource


class LookedCard(QFrame):
    """Shows the run Runs looks at. `change_wanted` carries the id and the name of a tagger whose
    changes the person wants to see; the other signals carry the run."""

    change_wanted = Signal(str, str)
    versions_wanted = Signal(object)
    again_wanted = Signal(object)
    further_wanted = Signal(object)

    def __init__(self, runs: Runs, adopting: Adopting, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._runs, self._adopting = runs, adopting
        self._shown: PastRun | None = None
        self.title, self.made = text_line("heading"), text_line("meta")
        self.outcome, self.settings = text_line("reading"), text_line("meta")
        self.report = ReportView()
        self.place = text_line("meta")
        self.chart = CurveChart(theme_source)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setProperty("role", "plain")
        self.close_button.clicked.connect(lambda: runs.look_at(None))
        self.use = self._button(self.tr("Use it"), lambda _: adopting.use())
        self.use.setProperty("role", "primary")
        self.change = self._button(self.tr("See what would change"), self._ask_change)
        self.change.setToolTip(self.tr("Reads the songs of your Library with it, beside what they "
                                       "show now. Nothing changes before you accept it."))
        self.resume = self._button(self.tr("Go on"), runs.resume)
        self.further = self._button(self.tr("More epochs…"), self.further_wanted.emit)
        self.again = self._link(self.tr("Start again with these settings"), self.again_wanted.emit)
        self.versions = self._link(self.tr("Earlier versions…"), self.versions_wanted.emit)
        self.folder = self._link(self.tr("Where it lies"), self._open_folder)
        self.folder.setToolTip(self.tr("Opens the folder with its report, its log and its curve."))
        self._lay_out()
        runs.looked_changed.connect(self._show)
        runs.changed.connect(self._allow)
        adopting.changed.connect(self._allow)
        self._show()

    def _button(self, name: str, act: Callable[[PastRun], object]) -> QPushButton:
        button = QPushButton(name)
        button.clicked.connect(lambda: self._do(act))
        return button

    def _link(self, name: str, act: Callable[[PastRun], object]) -> QPushButton:
        button = link_button(name)
        button.clicked.connect(lambda: self._do(act))
        return button

    def _do(self, act: Callable[[PastRun], object]) -> None:
        if self._runs.looked is not None:
            act(self._runs.looked)

    @staticmethod
    def _open_folder(run: PastRun) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder)))

    def _show(self) -> None:
        run = self._runs.looked
        self.setVisible(run is not None and self._runs.live is None)
        if run is None:
            self._shown = None
            return
        if run is not self._shown:
            self._show_run(run)
        story = self._runs.looked_story
        self.chart.show_lines(run_words.lines_of(story) if story is not None else (),
                              self.tr("Reading…") if story is None
                              else self.tr("This training told of no steps."))
        bare = story is not None and not len(story.train) and not len(story.valid)
        self.chart.setVisible(not bare)

    def _show_run(self, run: PastRun) -> None:
        self._shown = run
        self.title.setText(run.title)
        self.made.setText(run_words.made_text(run))
        self.outcome.setText(run_words.outcome_words(run))
        self.settings.setText(run_words.settings_line(run))
        self.report.show_report(run.report)
        self._adopting.look(run.report)
        self._allow()

    def _ask_change(self, _: PastRun) -> None:
        candidate = self._adopting.candidate
        if candidate is not None:
            self.change_wanted.emit(candidate.compared_as, candidate.name)

    def _allow(self) -> None:
        run = self._shown
        if run is None:
            return
        free = self._runs.live is None
        made = self._adopting.candidate
        method = run.job.recipe.method if run.job else None
        self.use.setVisible(made is not None and bool(made.chooses or made.waiting))
        self.use.setEnabled(made is not None and not made.chosen)
        self.use.setText(self.tr("In use") if made is not None and made.chosen
                         else self.tr("Use it"))
        self.change.setVisible(made is not None and bool(made.compared_as))
        self.versions.setVisible(made is not None and bool(made.earlier))
        self._show_place(run)
        self.resume.setVisible(run.resumable)
        stepped = run.report is None or run.report.steps > 0
        self.further.setVisible(run.finished and run.job is not None and stepped
                                and method is not Method.MOOD)
        self.again.setVisible(run.job is not None)
        for button in (self.resume, self.further, self.again):
            button.setEnabled(free)
        self.setVisible(self._runs.looked is not None and free)

    def _show_place(self, run: PastRun) -> None:
        """Where its model is, if it is not chosen by a setting."""
        made = self._adopting.candidate
        if made is not None and made.chosen and not made.chooses:
            words = self.tr("{name} stands among your models.").format(name=made.name)
            if made.task == TEXT_CLASSIFICATION:
                words += " " + self.tr(
                    "Ask it under “Try labels” on the Tag page, or for many texts in the terminal: "
                    "undertone classify --model {model}").format(model=made.model_id)
        elif made is None and self._adopting.known and run.report and run.report.model_id:
            words = self.tr("Its model is no longer installed.")
        else:
            words = ""
        self.place.setText(words)
        self.place.setVisible(bool(words))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        acts = QWidget()
        flow = FlowLayout(SPACE, acts)
        for button in (self.use, self.change, self.resume, self.further):
            flow.addWidget(button)
        links = QWidget()
        steps = FlowLayout(SPACE, links)
        for button in (self.again, self.versions, self.folder):
            steps.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        column.setSpacing(SPACE)
        column.addLayout(head)
        for part in (self.made, self.outcome, acts, self.place, self.report, self.chart,
                     self.settings, links):
            column.addWidget(part)
