"""The earlier trainings: what came of each; two to four of them can be compared."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.controls import Switch
from gui.link_button import link_button
from gui.settings.fine_tuning import run_words
from gui.settings.fine_tuning.past import PastRun
from gui.settings.fine_tuning.runs import Runs
from gui.text_line import text_line
from gui.theme import CARD_PADDING, SPACE

FIRST_SHOWN, MOST_COMPARED = 8, 4


class PastRow(QFrame):
    """One earlier training. A press on it looks at it."""

    def __init__(self, run: PastRun, runs: Runs, ticked: Callable[[], None],
                 parent: QWidget) -> None:
        super().__init__(parent)
        self.run = run
        self._runs = runs
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.tick: QCheckBox = Switch("", lambda _: ticked())
        self.tick.setAccessibleName(self.tr("Compare {name}, {when}").format(
            name=run.title, when=run_words.made_text(run)))
        self.tick.setToolTip(self.tr("Compare"))
        title = text_line("", run.title)
        self.look = link_button(self.tr("Look"))
        self.look.setAccessibleName(self.tr("Look at {name}").format(name=run.title))
        self.look.clicked.connect(lambda: runs.look_at(run))
        self.delete = link_button(self.tr("Delete"))
        self.delete.setAccessibleName(self.tr("Delete {name}").format(name=run.title))
        self.delete.clicked.connect(lambda: runs.delete(run))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(text_line("meta-ink", run_words.outcome_words(run)))
        when = " · ".join(filter(None, (run_words.made_text(run), run_words.settings_line(run))))
        words.addWidget(text_line("meta", when))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE // 2, 0, SPACE // 2)
        row.setSpacing(SPACE)
        row.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.look, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.delete, 0, Qt.AlignmentFlag.AlignTop)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._runs.look_at(self.run)


class PastList(QFrame):
    """Shows the past runs of Runs."""

    models_wanted = Signal()

    def __init__(self, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._runs = runs
        self._shown: tuple[PastRun, ...] = ()
        self._all = False
        self.rows: list[PastRow] = []
        self.compare = QPushButton(self.tr("Compare"))
        self.compare.clicked.connect(self._compare)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._empty = text_line("quiet", self.tr(
            "No training yet. What you train stands here afterwards, with its settings, its curve "
            "and what came of it."))
        self.others = link_button("")
        self.others.clicked.connect(self._show_all)
        self._removed = QWidget()
        self._removed_words = text_line("meta-ink")
        self.undo = link_button(self.tr("Undo"))
        self.undo.setToolTip("Ctrl+Z")
        self.undo.clicked.connect(runs.undo)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(runs.undo)
        self._lay_out()
        runs.changed.connect(self._show)
        self._show()

    @property
    def ticked(self) -> list[PastRun]:
        """The runs to compare."""
        return [row.run for row in self.rows if row.tick.isChecked()]

    def _compare(self) -> None:
        self._runs.compare(self.ticked)

    def _show_all(self) -> None:
        self._all = True
        self._shown = ()
        self._show()

    def _show(self) -> None:
        runs = self._runs
        self._empty.setVisible(runs.loaded and not runs.past)
        removed = runs.removed
        self._removed.setVisible(removed is not None)
        if removed is not None:
            self._removed_words.setText(self.tr("“{name}” was deleted; its model stays.").format(
                name=removed[0].title))
        if runs.past != self._shown:
            self._shown = runs.past
            self._fill()
        self._allow()

    def _fill(self) -> None:
        ticked = {run.id for run in self.ticked}
        for row in self.rows:
            self._lines.removeWidget(row)
            row.hide()
            row.deleteLater()
        shown = self._shown if self._all else self._shown[:FIRST_SHOWN]
        self.rows = [PastRow(run, self._runs, self._allow, self) for run in shown]
        for row in self.rows:
            row.tick.setChecked(row.run.id in ticked)
            self._lines.addWidget(row)
        left = len(self._shown) - len(shown)
        self.others.setVisible(left > 0)
        self.others.setText(self.tr("Show {n} more").format(n=left))

    def _allow(self) -> None:
        count = len(self.ticked)
        self.compare.setVisible(len(self._shown) > 1)
        self.compare.setEnabled(2 <= count <= MOST_COMPARED)
        self.compare.setText(self.tr("Compare {n}").format(n=count) if count > 1
                             else self.tr("Compare"))
        self.compare.setToolTip(self.tr("Tick two to four trainings to see their curves beside "
                                        "each other."))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(text_line("heading", self.tr("Earlier trainings")), 1)
        head.addWidget(self.compare)
        row = QHBoxLayout(self._removed)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._removed_words, 1)
        row.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self._removed)
        column.addWidget(self._empty)
        column.addLayout(self._lines)
        column.addWidget(self.others, 0, Qt.AlignmentFlag.AlignLeft)
