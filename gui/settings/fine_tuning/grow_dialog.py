"""The window in which a set of rows grows: what the model proposes, and the person's word on it."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.training.growth.grown import GrownRow, RowState
from gui.figures import count_text
from gui.settings.fine_tuning.growing import WANTED, Growing
from gui.text_line import text_line
from gui.theme import PAGE_MARGIN, SPACE

SIZE = (680, 560)
_ROW = Qt.ItemDataRole.UserRole
_LETTERS = 400
translate = QCoreApplication.translate


class GrowDialog(QDialog):
    """Shows a Growing; A approves the chosen rows, R refuses them."""

    def __init__(self, growing: Growing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._growing = growing
        self._shown: tuple[GrownRow, ...] = ()
        self.setObjectName("grow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Let rows grow"))
        self.resize(*SIZE)
        self._words = text_line("meta", self.tr(
            "Your chat model writes new rows after yours; what is like another is left out. Only "
            "what you approve is learned."))
        self.counts, self.state = text_line("heading"), text_line("meta")
        self.trouble = text_line("danger")
        self.list = QListWidget()
        self.list.setProperty("role", "list")
        self.list.setWordWrap(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName(self.tr("Proposed rows"))
        self.list.itemSelectionChanged.connect(self._choose)
        self.approve = self._button(self.tr("Approve"), lambda: self._judge(RowState.APPROVED),
                                    self.tr("Learn the chosen rows (A)"))
        self.refuse = self._button(self.tr("Refuse"), lambda: self._judge(RowState.REFUSED),
                                   self.tr("Leave the chosen rows; they do not come again (R)"))
        self.more = self._button("", self._more, "")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for key, act in (("A", self.approve.click), ("R", self.refuse.click)):
            shortcut = QShortcut(QKeySequence(key), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)
        self._lay_out(buttons)
        growing.changed.connect(self._show)
        growing.problem_raised.connect(self._tell)
        self.finished.connect(lambda _: growing.stop())
        self._show()

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        acts = QHBoxLayout()
        acts.setSpacing(SPACE)
        for button in (self.more, self.approve, self.refuse):
            acts.addWidget(button)
        acts.addStretch(1)
        acts.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        for part in (self._words, self.counts, self.state, self.trouble):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addLayout(acts)

    def _button(self, words: str, act: Callable[[], object], tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _show(self) -> None:
        growing = self._growing
        self.counts.setText(self._count_words())
        self.state.setText(self._state_words())
        self.state.setVisible(bool(self.state.text()))
        self.trouble.setVisible(bool(self.trouble.text()))
        self.more.setText(self.tr("Stop") if growing.running
                          else self.tr("Propose {n} rows").format(n=WANTED))
        self.more.setEnabled(growing.growth is not None)
        self.list.setVisible(bool(growing.rows))
        if growing.rows != self._shown:
            self._shown = growing.rows
            self._fill()
        self._choose()

    def _fill(self) -> None:
        """What waits stands first; the choice stays at its place, so that the next row is chosen
        once one was judged."""
        place = self.list.currentRow()
        self.list.clear()
        for row in sorted(self._shown, key=lambda row: (list(RowState).index(row.state), row.id)):
            item = QListWidgetItem(row_words(row))
            item.setData(_ROW, row.id)
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(max(0, min(place, self.list.count() - 1)))

    def _choose(self) -> None:
        chosen = set(self._chosen())
        states = {row.state for row in self._shown if row.id in chosen}
        self.approve.setEnabled(bool(states - {RowState.APPROVED}))
        self.refuse.setEnabled(bool(states - {RowState.REFUSED}))

    def _chosen(self) -> list[int]:
        return [int(item.data(_ROW)) for item in self.list.selectedItems()]

    def _judge(self, state: RowState) -> None:
        self._growing.judge(self._chosen(), state)
        self.list.setFocus()

    def _more(self) -> None:
        self.trouble.setText("")
        if self._growing.running:
            self._growing.stop()
        else:
            self._growing.more()

    def _tell(self, problem: object) -> None:
        if isinstance(problem, EngineError):
            self.trouble.setText(f"{problem.message} {problem.hint}".strip())
            self.trouble.setVisible(True)

    def _count_words(self) -> str:
        growth = self._growing.growth
        if growth is None:
            return self.tr("Looking at your rows…")
        approved = sum(row.state is RowState.APPROVED for row in self._growing.rows)
        return self.tr("{approved} approved · {waiting} wait for your word").format(
            approved=count_text(approved), waiting=count_text(len(self._growing.waiting)))

    def _state_words(self) -> str:
        growing = self._growing
        if growing.running:
            if growing.tried is None:
                return self.tr("The model is opened…")
            return self.tr("Try {done} of at most {total}").format(
                done=growing.tried.done, total=growing.tried.total)
        ended = growing.ended
        if ended is None:
            return "" if growing.rows else self.tr(
                "Nothing was proposed yet. Let the model propose some, then approve what is good.")
        if ended.kept == ended.tried:
            return self.tr("All {n} that came are kept.").format(n=ended.kept)
        return self.tr("{kept} of {tried} are kept; the others were like another row, or went"
                       " astray.").format(kept=ended.kept, tried=ended.tried)


def row_words(row: GrownRow) -> str:
    """A row and where it stands; its labels or its answer below."""
    stands = {RowState.PROPOSED: translate("Tune", "waits"),
              RowState.APPROVED: translate("Tune", "approved"),
              RowState.REFUSED: translate("Tune", "refused")}[row.state]
    text = " ".join(row.text.text.split())[:_LETTERS]
    below = " ".join(row.text.answer.split())[:_LETTERS] or ", ".join(
        label.replace("_", " ") for label in row.text.labels)
    return f"{text}\n{below} · {stands}" if below else f"{text}\n{stands}"
