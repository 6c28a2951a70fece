"""The button that starts a training, and what is still missing where it cannot."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from engine.training.planning.goal import Base, Enough, Goal, bounds, enough
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.runs import Runs
from gui.settings.fine_tuning.words import rows_words
from gui.text_line import text_line
from gui.theme import SPACE


class StartBar(QWidget):
    """`wanted`: it was pressed. `model_wanted` carries the id of a model to get first."""

    wanted = Signal()
    model_wanted = Signal(str)

    def __init__(self, choosing: Choosing, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choosing, self._runs = choosing, runs
        self.start = QPushButton(self.tr("Start training"))
        self.start.setProperty("role", "primary")
        self.start.clicked.connect(self.wanted)
        self.get = QPushButton()
        self.get.clicked.connect(lambda: self.model_wanted.emit(self._lacking_model()))
        self.words = text_line("meta-ink")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.start)
        row.addWidget(self.get)
        row.addWidget(self.words, 1)
        choosing.changed.connect(self._show)
        runs.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        lacking = self.lacking()
        self.start.setEnabled(not lacking)
        self.words.setText(lacking)
        model = self._lacking_model()
        self.get.setVisible(bool(model))
        self.get.setText(self.tr("Get {model}").format(model=model))

    def lacking(self) -> str:
        """What keeps it from starting, in a sentence; "" for nothing."""
        choosing, shelf = self._choosing, self._choosing.shelf
        plan = choosing.plan
        if plan is None or shelf is None:
            return self.tr("Choose what should get better.")
        if self._runs.live is not None:
            return self.tr("Another training runs. It has the computer to itself until its end.")
        if shelf.parts.missing:
            return shelf.parts.sentence
        if plan.goal is Goal.NEW_MOOD:
            return self.tr("Choose its name and its songs first.")
        if not plan.stages:
            return self.tr("Choose data to learn from.")
        return self._model_words() or self._data_words()

    def _model_words(self) -> str:
        choosing = self._choosing
        if choosing.base is not None:
            return ""
        needs = choosing.needs
        if needs is not None and needs.base is Base.DECODER:
            return self.tr("No chat model is installed that can be taught.")
        return self.tr("The model it begins with is not installed.")

    def _data_words(self) -> str:
        check, plan = self._choosing.check, self._choosing.plan
        assert plan is not None
        if check.problem is not None:
            return self.tr("The data cannot be read; see above.")
        if check.result is None:
            return self.tr("Looking over the data…") if check.running else ""
        report = check.result.report
        if not report.can_start:
            return self.tr("Something in the data stops it; see above.")
        method = plan.recipe.method
        if enough(plan.goal, report.rows, method) in (Enough.NONE, Enough.TOO_FEW):
            least, _ = bounds(plan.goal, method)
            return self.tr("At least {n} are needed; there are {have}.").format(
                n=least, have=rows_words(plan.goal, report.rows))
        cost = self._choosing.cost
        if cost is not None and cost.disk_short:
            return self.tr("The disk has no room for it.")
        return ""

    def _lacking_model(self) -> str:
        """The model the recipe begins with, where it is missing and can be got."""
        choosing, shelf = self._choosing, self._choosing.shelf
        if choosing.plan is None or shelf is None or choosing.base is not None:
            return ""
        wanted = choosing.plan.recipe.base
        return wanted if wanted in choosing.catalogue else choosing.default_base
