"""The training that runs: its curve, what it takes, what the model says meanwhile, its reins."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.events import Sample
from gui.settings.fine_tuning import run_words
from gui.settings.fine_tuning.curve_chart import CurveChart
from gui.settings.fine_tuning.runs import LiveRun, Runs
from gui.text_line import selectable_line, text_line
from gui.theme import CARD_PADDING, GAP, SPACE, ThemeSource

BESIDE = 820
_SAMPLES_WIDE = 320
_LONGEST, _MOST = 400, 4


class SamplesView(QWidget):
    """What the model says now, and what it said before it learned anything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = text_line("meta-ink")
        self._now, self._first = selectable_line(""), selectable_line("meta")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        for part in (self._head, self._now, self._first):
            column.addWidget(part)
        column.addStretch(1)

    def show_samples(self, now: Sequence[Sample], first: Sequence[Sample]) -> None:
        """Shows the newest ones beside the first."""
        self.setVisible(bool(now))
        if not now:
            return
        self._head.setText(self.tr("What it says at step {n}").format(n=now[0].step))
        self._now.setText("\n\n".join(shortened(each.text) for each in now[:_MOST]))
        earlier = first and first[0].step != now[0].step
        self._first.setVisible(bool(earlier))
        self._first.setText(self.tr("At step {n}: {words}").format(
            n=first[0].step, words="\n\n".join(shortened(each.text) for each in first[:_MOST]))
            if earlier else "")


class RunCard(QFrame):
    """Shows the live run of Runs; hidden where there is none."""

    def __init__(self, runs: Runs, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._runs = runs
        self._drawn: tuple[int, int] | None = None
        self.title, self.state = text_line("heading"), text_line("meta-ink")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.chart = CurveChart(theme_source)
        self.measured, self.costs, self.note = (text_line("meta-ink"), text_line("meta"),
                                              text_line("meta"))
        self.samples = SamplesView()
        self.hold = QPushButton()
        self.hold.clicked.connect(self._hold)
        self.finish = QPushButton(self.tr("End and keep"))
        self.finish.setToolTip(self.tr("What was best so far becomes the model."))
        self.finish.clicked.connect(runs.finish)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("It can go on later, where it was."))
        self.stop.clicked.connect(runs.stop)
        self._lay_out()
        runs.changed.connect(self._show)
        runs.told.connect(self._show_story)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= BESIDE
        self._split.setDirection(QBoxLayout.Direction.LeftToRight if beside
                                 else QBoxLayout.Direction.TopToBottom)
        self.samples.setMaximumWidth(_SAMPLES_WIDE if beside else 16_777_215)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_story()

    def _hold(self) -> None:
        live = self._runs.live
        if live is not None:
            (self._runs.go_on if live.view.paused_by_hand else self._runs.pause)()

    def _show(self) -> None:
        live = self._runs.live
        self.setVisible(live is not None)
        if live is None:
            self._drawn = None
            return
        view = live.view
        self.title.setText(view.title)
        self.state.setText(run_words.state_words(view, live.finishing))
        self.bar.setRange(0, view.total)
        self.bar.setValue(view.done)
        self.hold.setText(self.tr("Go on") if view.paused_by_hand else self.tr("Pause"))
        self.hold.setEnabled(not view.stopping)
        self.stop.setEnabled(not view.stopping)
        self.finish.setVisible(view.kind == "learn")
        self.finish.setEnabled(not view.stopping and not live.finishing and self._learns(live))
        # What learns in one go has no curve, and none is promised.
        self.chart.setVisible(view.unit in ("", "steps") or bool(len(live.story.train)))
        self.note.setText(view.notes[-1] if view.notes and not view.paused else "")
        self.note.setVisible(bool(self.note.text()) and self.note.text() != self.state.text())

    @staticmethod
    def _learns(live: LiveRun) -> bool:
        """Whether it is among its steps: before and after there is nothing to end early."""
        return live.view.unit == "steps" and 0 < live.view.done < live.view.total

    def _show_story(self) -> None:
        live = self._runs.live
        if live is None or not self.isVisible():
            return
        story = live.story
        self.costs.setText(run_words.cost_line(story.run))
        self.measured.setText(run_words.metric_line(story))
        self.measured.setVisible(bool(self.measured.text()))
        drawn = (len(story.train), sum(map(len, story.judged.values())) + len(story.samples))
        # Of very many steps a few more change no picture.
        if self._drawn is not None and drawn[1] == self._drawn[1] \
                and 0 <= drawn[0] - self._drawn[0] <= self._drawn[0] // 200:
            return
        self._drawn = drawn
        self.chart.show_lines(run_words.lines_of(story))
        if story.samples:
            self.samples.show_samples(story.latest_samples(), story.first_samples())
        else:
            self.samples.show_samples((), ())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.title, 1)
        for button in (self.hold, self.finish, self.stop):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._split = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._split.setSpacing(GAP)
        self._split.addWidget(self.chart, 1)
        self._split.addWidget(self.samples)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self.state)
        column.addWidget(self.bar)
        column.addLayout(self._split)
        for part in (self.measured, self.costs, self.note):
            column.addWidget(part)


def shortened(text: str) -> str:
    """A sample, cut where it is long."""
    text = text.strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
