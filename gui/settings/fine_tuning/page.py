"""The page of trainings: the three steps, the one that runs, and those that ran.

While one runs it stands where the steps stood; afterwards what came of it stands there until it is
closed.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QScrollArea, QVBoxLayout, QWidget

from engine.training.planning.goal import Goal
from engine.training.planning.plan import Plan
from gui.icons import IconSource
from gui.settings.fine_tuning.adopting import Adopting
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.compare_dialog import CompareDialog
from gui.settings.fine_tuning.data_step import DataStep
from gui.settings.fine_tuning.goal_step import GoalStep
from gui.settings.fine_tuning.how_step import HowStep
from gui.settings.fine_tuning.lacking_card import LackingCard
from gui.settings.fine_tuning.looked_card import LookedCard
from gui.settings.fine_tuning.past import PastRun
from gui.settings.fine_tuning.past_list import PastList
from gui.settings.fine_tuning.run_card import RunCard
from gui.settings.fine_tuning.runs import Runs
from gui.settings.fine_tuning.start_bar import StartBar
from gui.settings.fine_tuning.versions_dialog import VersionsDialog
from gui.text_line import text_line
from gui.theme import GAP, SPACE, ThemeSource

MOST_WIDE = 1040
MOST_MORE = 100.0


class FineTuningPage(QWidget):
    """`model_wanted` carries the id of a model to get, `change_wanted` the id and name of a tagger
    to compare the Library with. `new_mood` opens the window of a mood of one's own."""

    model_wanted = Signal(str)
    change_wanted = Signal(str, str)

    def __init__(self, choosing: Choosing, runs: Runs, adopting: Adopting,
                 theme_source: ThemeSource, icons: IconSource,
                 new_mood: Callable[[QWidget], object] | None = None,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choosing, self._runs, self._adopting = choosing, runs, adopting
        self._theme_source = theme_source
        self._new_mood = new_mood
        self.goals = GoalStep(choosing)
        self.data = DataStep(choosing, theme_source, icons)
        self.how = HowStep(choosing)
        self.starter = StartBar(choosing, runs)
        self.lacking = LackingCard(choosing, runs.watcher)
        self.running = RunCard(runs, theme_source)
        self.looked = LookedCard(runs, adopting, theme_source)
        self.past = PastList(runs)
        self.steps = QWidget()
        self._heads: list[QWidget] = []
        self.area = QScrollArea()
        self._lay_out()
        self._connect()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._choosing.load()
            self._runs.load()

    def _connect(self) -> None:
        self.goals.chosen.connect(self._choose)
        self.starter.wanted.connect(self._start)
        self.starter.model_wanted.connect(self.model_wanted)
        self.looked.change_wanted.connect(self.change_wanted)
        self.looked.versions_wanted.connect(
            lambda _: VersionsDialog(self._adopting, self.window()).open())
        self.looked.again_wanted.connect(self._again)
        self.looked.further_wanted.connect(self._ask_further)
        self._choosing.changed.connect(self._show)
        self._runs.changed.connect(self._show)
        self._runs.looked_changed.connect(self._show_looked)
        self._runs.compared.connect(self._compare)
        self._runs.ended.connect(self._choosing.paces.end)

    def _show(self) -> None:
        plan, live = self._choosing.plan, self._runs.live
        self.steps.setVisible(live is None and self._runs.looked is None)
        later = plan is not None and plan.goal is not Goal.NEW_MOOD
        for part in (*self._heads[1:], self.data, self.how, self.starter):
            part.setVisible(later)

    def _show_looked(self) -> None:
        self._show()
        if self._runs.looked is not None:
            self.area.verticalScrollBar().setValue(0)

    def _choose(self, goal: Goal) -> None:
        if goal is Goal.NEW_MOOD and self._new_mood is not None:
            # It has a window of its own; the page stays as it was.
            self._choosing.changed.emit()
            self._new_mood(self.window())
            return
        self._choosing.choose(goal)

    def _start(self) -> None:
        plan = self._choosing.plan
        if plan is None or self.starter.lacking():
            return
        self._runs.start(self._choosing.spec(plan.recipe.name))

    def _again(self, run: PastRun) -> None:
        """Brings the steps back with everything as it was for this run."""
        if run.job is None:
            return
        self._runs.look_at(None)
        self._choosing.take_plan(plan_of(run))
        self.area.verticalScrollBar().setValue(0)

    def _ask_further(self, run: PastRun) -> None:
        dialog = QInputDialog(self.window())
        dialog.setObjectName("further")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("More epochs"))
        dialog.setLabelText(self.tr("How many more times through the data?"))
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(0.1, MOST_MORE)
        dialog.setDoubleDecimals(1)
        dialog.setDoubleValue(1.0)
        dialog.setOkButtonText(self.tr("Go on"))
        dialog.doubleValueSelected.connect(lambda epochs: self._runs.add_epochs(run, epochs))
        dialog.open()

    def _compare(self, runs: object) -> None:
        if isinstance(runs, tuple) and self.isVisible():
            CompareDialog(runs, self._theme_source, self.window()).open()

    def _lay_out(self) -> None:
        steps = QVBoxLayout(self.steps)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(SPACE)
        for number, (name, part) in enumerate((
                (self.tr("What should get better?"), self.goals),
                (self.tr("From which data?"), self.data), (self.tr("How?"), self.how)), 1):
            head = text_line("heading", f"{number}  {name}")
            head.setContentsMargins(0, SPACE if number > 1 else 0, 0, 0)
            self._heads.append(head)
            steps.addWidget(head)
            steps.addWidget(part)
        steps.addWidget(self.starter)
        inner = QWidget()
        inner.setMaximumWidth(MOST_WIDE)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(GAP)
        for part in (self.lacking, self.running, self.looked, self.steps, self.past):
            column.addWidget(part)
        column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inner, 100)
        row.addStretch(1)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(holder)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.area)


def plan_of(run: PastRun) -> Plan:
    """What was chosen for a run, as a plan; it must be one with a job."""
    from engine.training.planning.goal import goal_of

    job = run.job
    assert job is not None
    first = job.stages[0] if job.stages else ()
    rest = tuple(source for stage in job.stages[1:] for source in stage)
    return Plan(goal=goal_of(job.recipe, first), recipe=job.recipe, sources=first, exact=rest,
                manners=job.manners, base=job.recipe.base, untouched=False)
