"""The third step: how. A sensible choice is made; what it costs is told; the rest is under More."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.training.learning_job import WhileUsed
from engine.training.planning.plan import renamed
from gui.controls import Choice, Switch
from gui.form import FormCard
from gui.link_button import link_button
from gui.settings.fine_tuning import words
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.decimal_field import number_text
from gui.settings.fine_tuning.more_options import MoreOptions
from gui.text_line import text_line
from gui.theme import SPACE

NAME_WIDE = 320


class HowStep(QWidget):
    """Shows a Choosing; `more` is built when it is first asked for."""

    def __init__(self, choosing: Choosing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choosing = choosing
        self.more: MoreOptions | None = None
        self.card = FormCard(self.tr("A sensible choice is made"))
        self.way, self.cost = text_line("meta"), text_line("meta-ink")
        self.short = text_line("danger")
        self.recipe = Choice([], choosing.set_way)
        self.recipe.setMinimumWidth(NAME_WIDE)
        self.name = QLineEdit()
        self.name.setFixedWidth(NAME_WIDE)
        self.name.setMaxLength(80)
        self.name.editingFinished.connect(self._take_name)
        self.while_used = Choice([(each.value, words.while_used_words(each))
                                  for each in WhileUsed], self._take_while_used)
        self.battery = Switch(self.tr("Goes on without mains power"), self._take_battery)
        self.opener = link_button(self.tr("More…"))
        self.opener.clicked.connect(self.toggle_more)
        self.back = link_button(self.tr("Back to the sensible choice"))
        self.back.clicked.connect(choosing.sensible)
        self._lay_out()
        choosing.changed.connect(self._show)
        self._show()

    def toggle_more(self) -> None:
        """Opens the rest of the recipe, or closes it."""
        if self.more is None:
            self.more = MoreOptions(self._choosing)
            self._column.addWidget(self.more)
            self.more.show()
        else:
            self.more.setVisible(self.more.isHidden())
        self.opener.setText(self.tr("More…") if self.more.isHidden() else self.tr("Less"))

    def _show(self) -> None:
        plan = self._choosing.plan
        if plan is None:
            return
        if not (self.name.hasFocus() and self.name.isModified()):
            self.name.setText(plan.recipe.name)
        self.while_used.show_value(plan.manners.while_used.value)
        self.battery.show_value(plan.manners.on_battery)
        self.recipe.offer([(way.name, way.name) for way in self._choosing.ways])
        self.recipe.show_value(self._choosing.way)
        self.way.setText(self._way())
        cost = self._choosing.cost
        self.cost.setText(words.cost_words(cost) if cost else self.tr(
            "What it takes is told once the data were looked over."))
        shortage = words.shortage_words(cost) if cost else ""
        self.short.setText(shortage)
        self.short.setVisible(bool(shortage))
        self.back.setVisible(not plan.untouched)

    def _way(self) -> str:
        """What will happen, in a sentence."""
        plan, base = self._choosing.plan, self._choosing.base
        assert plan is not None
        recipe = plan.recipe
        begins = base.name if base else recipe.base or self.tr("A model")
        told = self.tr("“{model}” goes through the data {often}.").format(
            model=begins, often=words.times_text(recipe.loop.epochs))
        if plan.untouched:
            return self.tr("{told} Nothing below has to be changed.").format(told=told)
        return self.tr("{told} What learns: {what}. Learning rate: {rate}.").format(
            told=told, what=words.tuning_words(recipe.tuning),
            rate=number_text(recipe.loop.rate))

    def _take_name(self) -> None:
        plan = self._choosing.plan
        self.name.setModified(False)
        if plan is not None and self.name.text().strip() != plan.recipe.name:
            self._choosing.set_name(renamed(plan.recipe, self.name.text()))

    def _take_while_used(self, value: str) -> None:
        plan = self._choosing.plan
        if plan is not None:
            self._choosing.set_manners(msgspec.structs.replace(
                plan.manners, while_used=WhileUsed(value)))

    def _take_battery(self, goes_on: bool) -> None:
        plan = self._choosing.plan
        if plan is not None:
            self._choosing.set_manners(msgspec.structs.replace(plan.manners, on_battery=goes_on))

    def _lay_out(self) -> None:
        told = QWidget()
        lines = QVBoxLayout(told)
        lines.setContentsMargins(0, 0, 0, SPACE)
        lines.setSpacing(2)
        for part in (self.way, self.cost, self.short):
            lines.addWidget(part)
        self.card.add_row(self.tr("What happens"), told)
        self.card.add_row(self.tr("Recipe"), self.recipe)
        self.card.add_row(self.tr("Name of the result"), self.name)
        self.card.add_row(self.tr("While I chat or tag"), self.while_used, self.tr(
            "What the training does while you need the computer for it."))
        self.card.add_row(self.tr("On battery"), self.battery)
        links = QWidget()
        row = QHBoxLayout(links)
        row.setContentsMargins(0, SPACE, 0, 0)
        row.addWidget(self.opener)
        row.addWidget(self.back)
        row.addStretch(1)
        self.card.add_wide(links)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        self._column.addWidget(self.card)
        self.opener.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
