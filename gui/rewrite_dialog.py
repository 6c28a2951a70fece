"""A line or a text said again in another mood: several ways, measured, to choose from as they
come."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.interplay.rewriting import Candidate, CandidateWritten, LineRewritten, Rewritten
from gui.candidate_rows import LineCandidates, line_head
from gui.controls import Choice
from gui.flow import FlowLayout
from gui.mood_words import mood_name
from gui.plain_field import PlainField
from gui.rewriting import Measured, Rewriting
from gui.rewritten_lines import RewrittenLines, lines_of
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, READING, SPACE, font

REWRITE_SIZE = (560, 560)
_TEXT_HEIGHT = 88
_MOST_SHIFT = 6.9  # beyond a thousand times nobody counts
_OF_ONE, _OF_MANY = 12, 3  # so many candidates are shown of a single line, and of each of several


@dataclass(frozen=True, slots=True)
class RewriteUse:
    """Something that can be done with the new text, and what its button says."""

    words: str
    act: Callable[[str], object]


class RewriteDialog(QDialog):
    """`models_wanted` is sent where a chat model has to be added first. Beside Copy the text can
    be put to `uses`, the first of which is the main one."""

    models_wanted = Signal()

    def __init__(self, rewriting: Rewriting, text: str, uses: Sequence[RewriteUse] = (),
                 mood: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rewriting = rewriting
        # Read once: it lies on the disk, and another can only be added once this is closed.
        self._missing = not rewriting.has_model()
        self._vocabulary = rewriting.moods.vocabulary
        self._mood = ""
        self._by_words = False
        self._lines: RewrittenLines = lines_of("")
        self.groups: list[LineCandidates] = []
        self.setObjectName("rewrite")  # by which it is found for pictures
        self.setWindowTitle(self.tr("Rewrite towards a mood"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = self._make_text(text)
        self.mood = Choice([(one.id, one.name) for one in self._vocabulary.moods],
                           lambda _: None)
        self.mood.show_value(mood or self._vocabulary.moods[0].id)
        self.go = QPushButton(self.tr("Rewrite"))
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.note = text_line("quiet")
        self.add_model = QPushButton(self.tr("Add a chat model"))
        self.add_model.setProperty("role", "primary")
        self._results = QWidget()
        self._column = QVBoxLayout(self._results)
        self.copy = QPushButton(self.tr("Copy"))
        self.uses = [QPushButton(use.words) for use in uses]
        self._acts = [use.act for use in uses]
        self._lay_out()
        self._connect()
        self._advise(self.tr(
            "The chat model says it in several ways. For each the tagger measures how far it comes"
            " towards the mood, and how much of what it means is kept."))
        self._show_state()
        self.resize(*REWRITE_SIZE)

    def done(self, result: int) -> None:
        """However it is closed, what is asked is let go of."""
        self.rewriting.stop()
        super().done(result)

    @property
    def result_text(self) -> str:
        """The text with what is chosen."""
        return self._lines.text

    def start(self) -> None:
        """Asks for other ways to say it."""
        text = self.text.toPlainText()
        self._clear()
        self._lines = lines_of(text)
        self._mood = self.mood.currentData()
        self._advise("")
        self.rewriting.start(text, self._mood)

    def _connect(self) -> None:
        self.go.clicked.connect(self.start)
        self.cancel.clicked.connect(self.rewriting.stop)
        self.text.textChanged.connect(self._show_state)
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.result_text))
        for button, act in zip(self.uses, self._acts, strict=True):
            button.clicked.connect(lambda _=False, act=act: self._use(act))
        self.add_model.clicked.connect(self.models_wanted)
        self.add_model.clicked.connect(self.reject)
        self.rewriting.told.connect(self._take)
        self.rewriting.failed.connect(self._fail)
        self.rewriting.busy_changed.connect(self._follow)

    def _use(self, act: Callable[[str], object]) -> None:
        text = self.result_text
        self.accept()
        act(text)

    def _take(self, event: object) -> None:
        match event:
            case Measured():
                self._by_words = event.by_words
                self._advise(self.tr("Opening the model…"))
            case CandidateWritten():
                self._show_candidates(event.line, event.ranked)
                self._advise(self._progress(event))
            case LineRewritten():
                self._show_candidates(event.line, event.candidates)
            case Rewritten():
                self._advise(self._ending(event))
            case _:
                pass
        self._show_state()

    def _progress(self, event: CandidateWritten) -> str:
        tries = self.tr("Try {n} of {all}").format(n=event.number, all=event.candidates)
        if event.lines == 1:
            return f"{tries}…"
        line = self.tr("Line {n} of {all}").format(n=event.line + 1, all=event.lines)
        return f"{line}, {tries[0].lower()}{tries[1:]}…"

    def _ending(self, event: Rewritten) -> str:
        name = mood_name(self._vocabulary, event.mood)
        if not self._lines.changed:
            return self.tr("No way to say it is better: none comes nearer to {mood} and keeps what"
                           " it means. Rewrite tries other words.").format(mood=name)
        if event.after == event.before:
            return self.tr("Line by line it moves, but the whole does not come nearer to {mood}."
                           ).format(mood=name)
        if len(self._lines.lines) == 1:
            return ""
        return self.tr("The whole: {figures}.").format(figures=self._figures_of(
            event.shift, event.kept))

    def _figures(self, candidate: Candidate) -> str:
        told = self._figures_of(candidate.shift, candidate.kept)
        return told if candidate.better else self.tr("{figures} · not better").format(figures=told)

    def _figures_of(self, shift: float, kept: float) -> str:
        """How far it moves, as the factor on the mood's odds, and how much of what it says stays,
        in per cent."""
        stays = self.tr("{n} % of the words kept") if self._by_words else self.tr(
            "{n} % of the meaning kept")
        # Nobody thinks in logits; e to their power is what the odds are multiplied by.
        odds = math.exp(min(shift, _MOST_SHIFT))
        return self.tr("{mood}: {n} times the odds · {stays}").format(
            mood=mood_name(self._vocabulary, self._mood),
            n=f"{odds:.2g}" if odds < 1 else f"{odds:.1f}",
            stays=stays.format(n=round(100 * max(kept, 0.0))))

    def _show_candidates(self, line: int, candidates: tuple[Candidate, ...]) -> None:
        self._lines.lines[line].take(candidates)
        many = len(self._lines.lines) > 1
        while len(self.groups) <= line:
            one = self._lines.lines[len(self.groups)]
            if many:
                self._column.addWidget(line_head(self.tr("Line {n}").format(
                    n=len(self.groups) + 1)))
            group = LineCandidates(one, self._figures, self._show_state,
                                   _OF_MANY if many else _OF_ONE)
            self.groups.append(group)
            self._column.addWidget(group)
        self.groups[line].refresh()

    def _fail(self, failure: object) -> None:
        if not isinstance(failure, EngineError):
            raise failure if isinstance(failure, BaseException) else RuntimeError(failure)
        self._advise(f"{failure.message} {failure.hint}".strip())

    def _follow(self, busy: bool) -> None:
        if busy:
            self._advise(self.tr("Waiting for the model…"))
        elif self.note.text().endswith("…"):
            self._advise("")
        self._show_state()

    def _show_state(self) -> None:
        """What can be pressed now."""
        busy, missing = self.rewriting.busy, self._missing
        self.add_model.setVisible(missing)
        if missing:
            self._advise(self.tr("Words can be rewritten with a chat model, and none is installed"
                                 " yet. It takes a minute to add one."))
        self.go.setVisible(not busy)
        self.cancel.setVisible(busy)
        self.go.setEnabled(not missing and bool(self.text.toPlainText().strip()))
        self.text.setReadOnly(busy)
        self.mood.setEnabled(not (busy or missing))
        for button in (self.copy, *self.uses):
            button.setEnabled(self._lines.changed)

    def _advise(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _clear(self) -> None:
        self.groups = []
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _make_text(self, text: str) -> PlainField:
        made = PlainField()
        made.setPlainText(text)
        made.setFont(font(READING))
        made.setTabChangesFocus(True)
        made.setFixedHeight(_TEXT_HEIGHT)
        made.setPlaceholderText(self.tr("A line, a sentence, a verse"))
        made.setAccessibleName(self.tr("Text"))
        return made

    def _lay_out(self) -> None:
        wish = QHBoxLayout()
        wish.setSpacing(SPACE)
        towards = QLabel(self.tr("&Towards"))
        towards.setBuddy(self.mood)
        self.mood.setAccessibleName(self.tr("Mood"))
        for widget in (towards, self.mood, self.go, self.cancel):
            wish.addWidget(widget)
        wish.addStretch(1)
        self._column.setContentsMargins(0, 0, SPACE, 0)
        self._column.setSpacing(GAP)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._results)
        below = QWidget()
        buttons = FlowLayout(SPACE, below)
        for button in (*self.uses, self.copy):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self.text)
        column.addLayout(wish)
        column.addWidget(self.note)
        column.addWidget(self.add_model, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(area, 1)
        column.addWidget(below)
