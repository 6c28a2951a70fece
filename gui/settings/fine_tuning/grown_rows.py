"""The sets of grown rows among the data: each can be learned from, looked at, left."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.training.growth.grown import RowState
from engine.training.rows.sources import FileSource, GrownRows
from gui.controls import Switch
from gui.figures import count_text
from gui.link_button import link_button
from gui.settings.fine_tuning.choosing import Choosing
from gui.theme import SPACE

if TYPE_CHECKING:
    from engine.training.growth.grown import Growth
    from gui.settings.fine_tuning.growing import Growing


class GrownRowsView(QWidget):
    """A switch for every set with approved rows. Hidden where there is none."""

    def __init__(self, choosing: Choosing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choosing = choosing
        self._shown: object = None
        self.switches: dict[str, Switch] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE // 2)
        choosing.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        choosing = self._choosing
        chosen = {source.id for stage in (choosing.plan.stages if choosing.plan else ())
                  for source in stage if isinstance(source, GrownRows)}
        growths = tuple(growth for growth in (choosing.shelf.growths if choosing.shelf else ())
                        if growth.approved or growth.proposed or growth.id in chosen)
        fitting = choosing.needs is not None and FileSource in choosing.needs.takes
        self.setVisible(bool(growths) and fitting)
        if self._shown != growths:
            self._shown = growths
            self._fill(growths)
        for number, switch in self.switches.items():
            switch.show_value(number in chosen)

    def _fill(self, growths: "tuple[Growth, ...]") -> None:
        while (item := self._column.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        self.switches = {}
        for growth in growths:
            self._column.addWidget(self._row(growth))

    def _row(self, growth: "Growth") -> QWidget:
        row = QWidget()
        switch = Switch(
            self.tr("Grown from {name} · {n} approved").format(
                name=growth.name, n=count_text(growth.approved)),
            lambda on: self._choosing.set_grown(growth.id, on))
        switch.setEnabled(growth.approved > 0)
        look = link_button(self.tr("Look at them…"))
        look.setAccessibleName(self.tr("Look at the rows grown from {name}").format(
            name=growth.name))
        look.clicked.connect(lambda: self._look(growth.id))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE)
        line.addWidget(switch, 1)
        line.addWidget(look)
        self.switches[growth.id] = switch
        return row

    def _look(self, growth_id: str) -> None:
        growing = self._choosing.growing()
        growing.look(growth_id)
        show_growth(growing, self._choosing, self.window())


def show_growth(growing: "Growing", choosing: Choosing, parent: QWidget) -> None:
    """Opens the window of a set; once it closes, what was approved is among the data."""
    from gui.settings.fine_tuning.grow_dialog import GrowDialog

    dialog = GrowDialog(growing, parent)
    dialog.finished.connect(lambda _: take_growth(growing, choosing))
    dialog.open()


def take_growth(growing: "Growing", choosing: Choosing) -> None:
    """After a set was looked at: what was approved is learned from."""
    growth = growing.growth
    if growth is not None:
        choosing.set_grown(growth.id, any(row.state is RowState.APPROVED
                                          for row in growing.rows))
    choosing.load()
