"""The leaf of the model: which one answers, what it is told, how it picks its words."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.chat.conversation import ReplySettings
from engine.inference.sampling import SamplingSettings
from gui.chat.presenter import ChatPresenter
from gui.chat.sliding_value import SlidingValue
from gui.chat.tools_switch import ToolsSwitch
from gui.chat.wording import speed_text
from gui.controls import Choice, Number
from gui.icons import IconSource
from gui.plain_field import PlainField
from gui.theme import GAP, SPACE, ThemeSource

_PACE_MS = 400
_PROMPT_HEIGHT = 96
_MOST_SEED = 2_147_483_647


class ModelPanel(QWidget):
    """Shows the open conversation's settings and hands every change to the presenter."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.model = Choice([], presenter.models.choose)
        self._runs, self._speed = _words("", "meta"), _words("", "meta")
        self.prompt = PlainField()
        self.prompt.setTabChangesFocus(True)
        self.prompt.setFixedHeight(_PROMPT_HEIGHT)
        self.prompt.setPlaceholderText(self.tr("For example: You answer briefly and kindly."))
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(self.flush)
        self.prompt.textChanged.connect(self._pace.start)
        self.prompt.installEventFilter(self)
        self._make_controls()
        self.reset = QPushButton(self.tr("Back to the defaults"))
        self.reset.clicked.connect(
            lambda: presenter.open.set_reply_settings(presenter.default_settings))
        self.tools = ToolsSwitch(presenter)
        self._lay_out()
        presenter.state_changed.connect(self.refresh)
        presenter.open.opened.connect(self._show_prompt)
        self._show_prompt()
        self.refresh()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.flush()
        return False

    def refresh(self) -> None:
        """Shows what holds now."""
        models, settings = self._presenter.models, self._presenter.open.stored.settings
        choices = [(choice.id, choice.name) for choice in models.choices]
        if [self.model.itemData(n) for n in range(self.model.count())] != [i for i, _ in choices]:
            self.model.clear()
            for model_id, name in choices:
                self.model.addItem(name, model_id)
        self.model.setEnabled(bool(choices))
        if models.current is not None:
            self.model.show_value(models.current.id)
        self._runs.setText(self._running_words())
        figures = self._presenter.answering.figures
        self._speed.setText(speed_text(figures) if figures else "")
        self._speed.setVisible(figures is not None)
        self._show_settings(settings)
        self.reset.setEnabled(settings != self._presenter.default_settings)

    def _running_words(self) -> str:
        models = self._presenter.models
        if models.problem is not None:
            return models.problem.message
        if models.opening:
            return self.tr("Opening…")
        if models.ready is None:
            return ""
        runs = self.tr("Runs on {device}").format(device=models.ready.device)
        return f"{runs}. {models.ready.note}".strip() if models.ready.note else runs

    def _show_settings(self, settings: ReplySettings) -> None:
        sampling = settings.sampling
        for control, value in ((self.temperature, sampling.temperature),
                               (self.top_p, sampling.top_p), (self.min_p, sampling.min_p),
                               (self.repetition, sampling.repetition_penalty),
                               (self.dry, sampling.dry_multiplier)):
            control.show_value(value)
        self.top_k.show_value(sampling.top_k)
        self.seed.show_value(-1 if sampling.seed is None else sampling.seed)
        self.longest.show_value(settings.max_tokens)

    def _show_prompt(self) -> None:
        self._pace.stop()
        text = self._presenter.open.stored.system_prompt
        if text != self.prompt.toPlainText():
            with QSignalBlocker(self.prompt):
                self.prompt.setPlainText(text)

    def flush(self) -> None:
        """Hands on a prompt that was typed a moment ago."""
        self._pace.stop()
        self._presenter.open.set_system_prompt(self.prompt.toPlainText().strip())

    def _make_controls(self) -> None:
        off = self.tr("off")
        self.temperature = SlidingValue(0, 2, 0.05, self._setter("temperature"),
                                        {0.0: self.tr("none")})
        self.top_p = SlidingValue(0.05, 1, 0.05, self._setter("top_p"), {1.0: off})
        self.min_p = SlidingValue(0, 0.5, 0.01, self._setter("min_p"), {0.0: off})
        self.repetition = SlidingValue(1, 1.5, 0.01, self._setter("repetition_penalty"),
                                       {1.0: off})
        self.dry = SlidingValue(0, 2, 0.05, self._setter("dry_multiplier"), {0.0: off})
        self.top_k = Number(0, 500, 10, "", self._setter("top_k"), self.tr("off"))
        self.seed = Number(-1, _MOST_SEED, 1, "", self._set_seed, self.tr("new each time"))
        self.longest = Number(16, 8192, 64, self.tr(" tokens"), self._set_longest)

    def _setter(self, name: str) -> Callable[[float], None]:
        def set_value(value: float) -> None:
            self._set_sampling(replace(self._sampling, **{name: value}))
        return set_value

    @property
    def _sampling(self) -> SamplingSettings:
        return self._presenter.open.stored.settings.sampling

    def _set_sampling(self, sampling: SamplingSettings) -> None:
        settings = self._presenter.open.stored.settings
        self._presenter.open.set_reply_settings(replace(settings, sampling=sampling))

    def _set_seed(self, seed: int) -> None:
        self._set_sampling(replace(self._sampling, seed=None if seed < 0 else seed))

    def _set_longest(self, tokens: int) -> None:
        settings = self._presenter.open.stored.settings
        self._presenter.open.set_reply_settings(replace(settings, max_tokens=tokens))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        self._add(column, self.tr("Model"), self.model, "")
        column.addWidget(self._runs)
        column.addWidget(self._speed)
        column.addSpacing(GAP)
        self._add(column, self.tr("System prompt"), self.prompt, self.tr(
            "What the model is told before everything else. Holds for this conversation."))
        column.addSpacing(GAP)
        column.addWidget(_words(self.tr("How it picks words"), "heading"))
        for name, control, hint in self._rows():
            column.addSpacing(SPACE // 2)
            self._add(column, name, control, hint)
        column.addSpacing(SPACE)
        column.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(GAP)
        column.addWidget(_words(self.tr("Tools"), "heading"))
        column.addWidget(self.tools)
        column.addStretch(1)

    def _rows(self) -> list[tuple[str, QWidget, str]]:
        return [
            (self.tr("Temperature"), self.temperature, self.tr(
                "How daring it is. None always takes the likeliest word.")),
            (self.tr("Longest reply"), self.longest, self.tr(
                "A token is about three quarters of an English word.")),
            (self.tr("Top-p"), self.top_p, self.tr(
                "Only the likeliest words that make up this share.")),
            (self.tr("Min-p"), self.min_p, self.tr(
                "Only words at least this likely beside the likeliest.")),
            (self.tr("Top-k"), self.top_k, self.tr("Only so many of the likeliest words.")),
            (self.tr("Repetition penalty"), self.repetition, self.tr(
                "Makes words less likely that were there before.")),
            (self.tr("DRY"), self.dry, self.tr(
                "Keeps whole phrases from being said again.")),
            (self.tr("Seed"), self.seed, self.tr(
                "The same seed gives the same text again.")),
        ]

    def _add(self, column: QVBoxLayout, name: str, control: QWidget, hint: str) -> None:
        label = QLabel(name)
        target = control.focusProxy() or control
        label.setBuddy(target)
        target.setAccessibleName(name)
        target.setAccessibleDescription(hint)
        column.addWidget(label)
        column.addWidget(control)
        if hint:
            column.addWidget(_words(hint, "meta"))


def _words(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
