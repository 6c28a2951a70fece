"""A place to try any labels on any text: what a model that was never taught them makes of it, and
what a classifier says that was."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.tagging.lexicon import LexiconView
from gui.controls import Choice
from gui.mood_words import score_text, signed_text
from gui.tag.score_bars import Bar, ScoreBars
from gui.tag.try_presenter import TryAnswer, TryPresenter
from gui.theme import GAP, PAGE_MARGIN, READING, SPACE, ThemeSource, font

TRY_SIZE = (600, 600)
MISSING_SIZE = (480, 160)
_KEEP_ORDER = 6  # so few labels stay where they were written, and do not jump while one types
_MOST_BARS = 8
_TEXT_HEIGHT = 120


class TryDialog(QDialog):
    """Not modal. `models_wanted` is sent where a chat model has to be added first."""

    models_wanted = Signal()

    def __init__(self, presenter: TryPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setObjectName("try")  # by which it is found for pictures
        self.setWindowTitle(self.tr("Try labels"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*TRY_SIZE)
        self._trained = {model.id: model for model in presenter.trained()}
        self.who = Choice(self._who(), self._choose)
        self.labels = QLineEdit()
        self.labels.setPlaceholderText(self.tr("positive, negative"))
        self.text = QPlainTextEdit()
        self.text.setFont(font(READING))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_TEXT_HEIGHT)
        self.text.setPlaceholderText(self.tr("A line, a sentence, a verse"))
        self.bars = ScoreBars(theme_source)
        self.note, self.words, self.how = _line("quiet"), _line("meta-ink"), _line("meta")
        self.add_model = QPushButton(self.tr("Add a chat model"))
        self.add_model.setProperty("role", "primary")
        self.examples = self._make_examples()
        self.fields = self._make_fields()
        self._lay_out()
        self._connect()
        self._show_model_state()

    def done(self, result: int) -> None:
        """However it is closed, what is asked is let go of."""
        self._presenter.close()
        super().done(result)

    def _who(self) -> list[tuple[str, str]]:
        chat = [("", self.tr("The chat model, with any labels"))] if self._presenter.has_model() \
            else []
        return [*chat, *((model.id, model.name) for model in self._trained.values())]

    def _choose(self, model_id: str) -> None:
        """A classifier has labels of its own; the chat model takes those that are written."""
        trained = self._trained.get(model_id)
        self.labels.setVisible(trained is None)
        self._labels_name.setText(
            self.tr("&Labels, with commas between") if trained is None else
            self.tr("Its labels: {labels}").format(
                labels=", ".join(label.id for label in trained.labels)))
        for link in self.examples:
            link.setVisible(trained is None)
        self._presenter.choose(model_id)

    def _make_examples(self) -> list[QPushButton]:
        made: list[QPushButton] = []
        for words, labels in ((self.tr("positive, negative"), self.tr("positive, negative")),
                              (self.tr("C++, Python"), "C++, Python"),
                              (self.tr("all moods"), self._presenter.mood_labels)):
            link = QPushButton(words)
            link.setProperty("role", "link")
            link.clicked.connect(lambda _, labels=labels: self.labels.setText(labels))
            made.append(link)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self.fields)
        column.addWidget(self.note)
        column.addWidget(self.add_model, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._make_results(), 1)
        column.addWidget(self.how)

    def _make_fields(self) -> QWidget:
        fields = QWidget()
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, 0, SPACE)
        column.setSpacing(SPACE)
        self._who_name = self._named(self.tr("&Who is asked"), self.who)
        column.addWidget(self._who_name)
        column.addWidget(self.who)
        self._labels_name = self._named(self.tr("&Labels, with commas between"), self.labels)
        self._labels_name.setTextFormat(Qt.TextFormat.PlainText)
        self._labels_name.setWordWrap(True)
        column.addWidget(self._labels_name)
        column.addWidget(self.labels)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for link in self.examples:
            row.addWidget(link)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._named(self.tr("&Text"), self.text))
        column.addWidget(self.text)
        return fields

    def _make_results(self) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.addWidget(self.bars)
        column.addWidget(self.words)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return area

    def _named(self, words: str, field: QWidget) -> QLabel:
        label = QLabel(words)
        label.setBuddy(field)
        field.setAccessibleName(words.replace("&", ""))
        return label

    def _connect(self) -> None:
        self.labels.textChanged.connect(self._write)
        self.text.textChanged.connect(self._write)
        self.add_model.clicked.connect(self.models_wanted)
        self.add_model.clicked.connect(self.close)
        self._presenter.answered.connect(self._show_answer)
        self._presenter.advised.connect(self._advise)
        self._presenter.failed.connect(self._show_failure)
        self._presenter.busy_changed.connect(self._show_busy)

    def _write(self) -> None:
        if self.add_model.isHidden():
            self._presenter.write(self.labels.text(), self.text.toPlainText())

    def _show_model_state(self) -> None:
        missing = self.who.count() == 0
        for part in (self._who_name, self.who):
            part.setVisible(bool(self._trained))
        self._choose(str(self.who.currentData() or ""))
        self.add_model.setVisible(missing)
        self.fields.setVisible(not missing)
        self.resize(*(TRY_SIZE if not missing else MISSING_SIZE))
        self._advise(self.tr("Any labels can be tried with a chat model, and none is installed "
                             "yet. It takes a minute to add one.") if missing else "")

    def _advise(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _show_busy(self, busy: bool) -> None:
        if busy and not self.bars.bars:
            self._advise(self.tr("The model is reading…"))
        elif not busy and not self.add_model.isVisible() and self.bars.bars:
            self._advise("")

    def _show_failure(self, failure: object) -> None:
        self._show_answer(None)
        if not isinstance(failure, EngineError):
            raise failure if isinstance(failure, BaseException) else RuntimeError(failure)
        self._advise(f"{failure.message} {failure.hint}")

    def _show_answer(self, answer: TryAnswer | None) -> None:
        self.bars.show_bars(_bars(answer) if answer else (),
                            answer.said.best if answer else "")
        self.words.setText(self._words(answer.lexicon) if answer and answer.lexicon else "")
        self.words.setVisible(bool(self.words.text()))
        self.how.setText(self._how(answer) if answer else "")
        if answer:
            self._advise("")

    def _words(self, view: LexiconView) -> str:
        if not view.known:
            return self.tr("A word list, without a model, knows none of these words.")
        label = view.label or self.tr("neither")
        return self.tr("Thin bars: a word list, without a model, says {label} ({figure}).").format(
            label=label, figure=signed_text(view.compound))

    def _from_whom(self, answer: TryAnswer) -> str:
        if answer.given is None:
            return self.tr("{model} was never taught these labels: take it as a first guess."
                           ).format(model=answer.model)
        if not answer.given:
            return self.tr("{model} gives this text none of its labels.").format(
                model=answer.model)
        return self.tr("{model} says: {labels}.").format(
            model=answer.model, labels=", ".join(answer.given))

    def _how(self, answer: TryAnswer) -> str:
        left = len(answer.said.labels) - len(self.bars.bars)
        parts = [self._from_whom(answer)]
        if left > 0:
            parts.append(self.tr("{n} more labels score below {score}.").format(
                n=left, score=score_text(self.bars.bars[-1].score)))
        if answer.said.cut:
            parts.append(self.tr("The text is long: its end was not read."))
        return " ".join(parts)


def _bars(answer: TryAnswer) -> list[Bar]:
    scores = answer.said.scores.tolist()
    pairs = list(zip(answer.said.labels, scores, strict=True))
    if len(pairs) > _KEEP_ORDER:
        pairs = sorted(pairs, key=lambda pair: -pair[1])[:_MOST_BARS]
    view = answer.lexicon if answer.lexicon and len(scores) == 2 else None
    marked = (answer.said.best,) if answer.given is None else answer.given
    return [Bar(label, score, _second(label, view), label in marked) for label, score in pairs]


def _second(label: str, view: LexiconView | None) -> float | None:
    """The word list's share for one of two labels: what its figure leaves to each side."""
    if view is None or not view.known or not view.label:
        return None
    side = abs(view.compound) if label == view.label else -abs(view.compound)
    return (1 + side) / 2


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
