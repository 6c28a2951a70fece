"""Which column of a file serves as what: the guess, a few rows to see by, and the person's word."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.training.rows.columns import FORM, ColumnMap, RowForm, map_of, roles
from gui.controls import Choice
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE

if TYPE_CHECKING:
    from engine.training.rows.glance import FileGlance

SIZE = (680, 620)
ROWS_SHOWN, CELL_SHOWN = 5, 200
_TABLE_HEIGHT, _COLUMN_WIDE = 208, 200
_SEVERAL = "\n"  # stands for several columns of 0 and 1, which stay as they were guessed
translate = QCoreApplication.translate


class ColumnsDialog(QDialog):
    """`chosen` carries a map for FileSource.columns, or None: as it is guessed."""

    chosen = Signal(object)

    def __init__(self, glance: "FileGlance", columns: Mapping[str, str] | None,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glance = glance
        self.setObjectName("columns")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Columns of {name}").format(name=glance.path.name))
        self.resize(*SIZE)
        self.map = map_of(columns, glance.header, glance.sample) if columns else glance.guessed
        self.form = Choice(form_names(), self._take_form)
        self.form.setAccessibleName(self.tr("What a row is"))
        self.form.show_value(self.map.form.value)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(SPACE // 2)
        self.choices: dict[str, Choice] = {}
        self._problem = text_line("danger")
        self.use = QPushButton(self.tr("Use these"))
        self.use.setProperty("role", "primary")
        self.as_guessed = QPushButton(self.tr("As guessed"))
        self._lay_out()
        self._offer_roles()
        self.form.setFocus()

    def _take_form(self, form: str) -> None:
        self.map = map_of({FORM: form}, self._glance.header, self._glance.sample)
        guessed = self._glance.guessed
        if guessed.form.value == form:
            self.map = guessed
        self._offer_roles()

    def _take_columns(self) -> None:
        """What the choices say now."""
        chosen = {role: self.map.columns[role] if choice.currentData() == _SEVERAL
                  else str(choice.currentData())
                  for role, choice in self.choices.items() if choice.currentData()}
        wanted = {FORM: self.map.form.value, **chosen}
        self.map = map_of(wanted, self._glance.header, self._glance.sample)
        self._show_problem()

    def _offer_roles(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        self.choices = {}
        offered = [("", self.tr("Not there")), *((name, name) for name in self._glance.header)]
        for row, role in enumerate(roles(self.map.form)):
            now = self.map.columns.get(role.id, "")
            several = now and now not in self._glance.header
            choice = Choice([*([(_SEVERAL, several_words(now))] if several else []), *offered],
                            lambda _: self._take_columns())
            choice.show_value(_SEVERAL if several else now)
            label = QLabel(self.tr("{name} (needed)").format(name=role.title)
                           if role.needed else role.title)
            label.setBuddy(choice)
            choice.setAccessibleName(label.text())
            self.choices[role.id] = choice
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(choice, row, 1, Qt.AlignmentFlag.AlignLeft)
        self._show_problem()

    def _show_problem(self) -> None:
        self._problem.setText(self.map.problem)
        self._problem.setVisible(bool(self.map.problem))
        self.use.setEnabled(not self.map.problem)

    def _finish(self, columns: dict[str, str] | None) -> None:
        self.chosen.emit(columns)
        self.accept()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.as_guessed, QDialogButtonBox.ButtonRole.ResetRole)
        self.use.clicked.connect(lambda: self._finish(self.map.as_source()))
        self.as_guessed.clicked.connect(lambda: self._finish(None))
        buttons.rejected.connect(self.reject)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        column.addWidget(text_line("heading", self.tr("The first rows")))
        column.addWidget(sample_table(self._glance))
        column.addWidget(text_line("heading", self.tr("What a row is")))
        column.addWidget(self.form)
        column.addWidget(text_line("heading", self.tr("What its columns hold")))
        column.addLayout(self._grid)
        column.addWidget(self._problem)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        around = QVBoxLayout(self)
        around.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        around.setSpacing(SPACE)
        around.addWidget(area, 1)
        around.addWidget(buttons)


def sample_table(glance: "FileGlance") -> QTableWidget:
    """Some rows of the file as they stand there."""
    shown = glance.sample[:ROWS_SHOWN]
    table = QTableWidget(len(shown), len(glance.header))
    table.setAccessibleName(translate("Tune", "First rows of the file"))
    table.setHorizontalHeaderLabels(list(glance.header))
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setFixedHeight(_TABLE_HEIGHT)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    for row, record in enumerate(shown):
        for column, name in enumerate(glance.header):
            table.setItem(row, column, QTableWidgetItem(cell_text(record.get(name))))
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    head.setDefaultSectionSize(_COLUMN_WIDE)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    head.setStretchLastSection(True)
    return table


def cell_text(value: Any) -> str:
    """A value of a record on one line, cut where it is long."""
    if value is None:
        return ""
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return " ".join(told[: 4 * CELL_SHOWN].split())[:CELL_SHOWN]


def several_words(columns: str) -> str:
    """Several columns of 0 and 1, one a label."""
    try:
        names = json.loads(columns)
    except ValueError:
        return columns
    return translate("Tune", "{n} columns, one a label").format(n=len(names))


def form_names() -> list[tuple[str, str]]:
    """The forms of rows, for people."""
    return [
        (RowForm.LABELLED.value, translate("Tune", "A text with labels")),
        (RowForm.LYRICS.value, translate("Tune", "A song with label sets")),
        (RowForm.TURNS.value, translate("Tune", "A talk as a list of turns")),
        (RowForm.SODA.value, translate("Tune", "A talk with speakers beside it")),
        (RowForm.UTTERANCES.value, translate("Tune", "One line of a talk")),
        (RowForm.MESSAGES.value, translate("Tune", "Messages with roles")),
        (RowForm.ALPACA.value, translate("Tune", "An instruction and its answer")),
        (RowForm.CHOICE.value, translate("Tune", "A chosen and a rejected reply")),
        (RowForm.PLAIN.value, translate("Tune", "A text alone")),
    ]


def form_name(form: RowForm) -> str:
    return dict(form_names())[form.value]


def map_words(found: ColumnMap) -> str:
    """What a file was taken for."""
    return found.problem or form_name(found.form)
