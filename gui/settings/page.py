"""The Settings page: cards of choices, each felt at once, and beside them the page of trainings."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.settings import Settings
from gui.controls import Choice, Number, Scale, Switch, Words
from gui.form import FormCard
from gui.late_page import LatePage
from gui.settings.devices import DevicesPresenter
from gui.settings.devices_card import DevicesCard
from gui.settings.presenter import SettingsPresenter
from gui.settings.segments import Segments
from gui.settings.writing_card import WritingCard
from gui.settings.your_data import YourData
from gui.theme import GAP, PAGE_MARGIN, SPACE, TITLE_HEIGHT

if TYPE_CHECKING:
    from gui.settings.your_data_card import YourDataCard

MOST_WIDE = 760
WINDOW_STEP = 32
MOST_TEMPERATURE = 1.5
REPLY_TOKENS = (16, 8192, 16)
GENERAL, FINE_TUNING = "general", "fine-tuning"


class SettingsPage(QWidget):
    """Shows the presenter's settings and hands every change to it. `fine_tuning` makes the page of
    trainings when it is first looked at; `part` is the one to begin with, `part_chosen` tells of
    another."""

    part_chosen = Signal(str)

    def __init__(self, presenter: SettingsPresenter, devices: DevicesPresenter,
                 data: YourData | None = None, parent: QWidget | None = None,
                 fine_tuning: Callable[[], QWidget] | None = None, part: str = GENERAL) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._devices = devices
        self._data = data
        self.data_card: YourDataCard | None = None
        self._restore = QPushButton(self.tr("Back to the defaults"))
        self._restore.setObjectName("restore")
        self._restore.clicked.connect(presenter.restore)
        self._parts = QStackedWidget()
        self.segments = Segments([(GENERAL, self.tr("General")),
                                  (FINE_TUNING, self.tr("Fine-tuning"))])
        self.segments.setVisible(fine_tuning is not None)
        self.segments.chosen.connect(self.show_part)
        self._late = LatePage(lambda: self._late.fill(fine_tuning()) if fine_tuning else None)
        self._lay_out(self._general(), self._tags(), self._tagging(),
                      WritingCard(presenter), self._chat(),
                      DevicesCard(presenter, devices))
        presenter.changed.connect(self._show)
        self._show(presenter.current)
        if fine_tuning is not None:
            self.show_part(part)

    def show_fine_tuning(self) -> None:
        """Shows the page of trainings."""
        self.show_part(FINE_TUNING)

    def show_part(self, part: str) -> None:
        """Shows the choices, or the page of trainings."""
        at = 1 if part == FINE_TUNING else 0
        self.segments.show_value(FINE_TUNING if at else GENERAL)
        if at != self._parts.currentIndex():
            self._parts.setCurrentIndex(at)
            self.part_chosen.emit(FINE_TUNING if at else GENERAL)

    def _general(self) -> FormCard:
        act = self._presenter
        self._appearance = Choice(
            [("system", self.tr("Like the system")), ("light", self.tr("Light")),
             ("dark", self.tr("Dark"))], act.set_appearance)
        self._motion = Switch(self.tr("Show changes without movement"), act.set_reduce_motion)
        card = FormCard(self.tr("General"))
        card.add_row(self.tr("Appearance"), self._appearance)
        card.add_row(self.tr("Less motion"), self._motion)
        return card

    def _tags(self) -> FormCard:
        act = self._presenter
        self._strictness = Scale(-1, 1, self.tr("More tags"), self.tr("Fewer"),
                                 act.set_strictness)
        self._most = Number(1, 33, 1, "", act.set_most_tags)
        self._peak = Scale(0, 1, self.tr("Whole song"), self.tr("Strongest part"),
                           act.set_peak_share)
        self._repeats = Switch(self.tr("A chorus counts as often as it is sung"),
                               act.set_count_repeats)
        self._experimental = Switch(self.tr("Show experimental moods"), act.set_experimental)
        card = FormCard(self.tr("Tags"), self.tr(
            "Songs you have tagged follow at once; the model does not run again."))
        card.add_row(self.tr("Strictness"), self._strictness, self.tr(
            "How sure the tagger must be before a mood becomes a tag."))
        card.add_row(self.tr("Tags per song, at most"), self._most)
        card.add_row(self.tr("What decides"), self._peak, self.tr(
            "A mood all through the song, or its strongest passage."))
        card.add_row(self.tr("Repeats"), self._repeats)
        card.add_row(self.tr("More moods"), self._experimental, self.tr(
            "Moods the tagger could not be shown to tell better than chance. They carry the word "
            "“experimental”."))
        return card

    def _tagging(self) -> FormCard:
        act = self._presenter
        self._tokens = Number(32, 512, WINDOW_STEP, self.tr(" tokens"), act.set_excerpt_tokens)
        card = FormCard(self.tr("Tagging"), self.tr("Holds for songs tagged from now on."))
        card.add_row(self.tr("Excerpt length"), self._tokens, self.tr(
            "How much of a lyric is judged at once. Shorter shows better where a mood stands, "
            "longer sees more context."))
        return card

    def _chat(self) -> FormCard:
        act = self._presenter
        self._chat_model = Choice([("", self.tr("The first there is"))], act.set_chat_model)
        self._temperature = Scale(0, MOST_TEMPERATURE, self.tr("Sure"), self.tr("Daring"),
                                  act.set_chat_temperature)
        self._longest = Number(*REPLY_TOKENS, self.tr(" tokens"), act.set_chat_max_tokens)
        self._prompt = Words(self.tr("For example: You are brief, and you answer in plain words."),
                             act.set_system_prompt)
        card = FormCard(self.tr("Chat"), self.tr("How a new conversation begins; each can differ."))
        card.add_row(self.tr("Chat model"), self._chat_model)
        card.add_row(self.tr("Choice of words"), self._temperature, self.tr(
            "The temperature: at the left always the likeliest word, at the right surprises."))
        card.add_row(self.tr("Longest reply"), self._longest)
        card.add_row(self.tr("System prompt"), self._prompt, self.tr(
            "Who the model is, and how it shall answer."))
        return card

    def show_chat_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offers these chat models: id and name."""
        first = ("", self.tr("The first there is"))
        chosen = self._presenter.current.chat_model
        gone = [] if chosen in ("", *(model for model, _ in models)) else [
            (chosen, self.tr("{name} (cannot be used)").format(name=chosen))]
        self._chat_model.offer([first, *models, *gone])
        self._chat_model.show_value(chosen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._devices.load()
            if self._data is not None:
                self._show_data(self._data)

    def _show_data(self, data: YourData) -> None:
        """The card of all data, made when somebody looks: it knows archives and backups."""
        from gui.settings.your_data_card import YourDataCard

        if self.data_card is None:
            self.data_card = YourDataCard(data, self._presenter)
            self._column.insertWidget(self._column.indexOf(self._restore), self.data_card)
        data.load()

    def _lay_out(self, *cards: FormCard) -> None:
        self._parts.addWidget(self._choices(cards))
        self._parts.addWidget(self._late)
        title = QLabel(self.tr("Settings"))
        title.setProperty("role", "title")
        title.setMinimumHeight(TITLE_HEIGHT)
        head = QHBoxLayout()
        head.setSpacing(PAGE_MARGIN)
        head.addWidget(title)
        head.addWidget(self.segments)
        head.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN - SPACE, PAGE_MARGIN)
        page.setSpacing(GAP)
        page.addLayout(head)
        page.addWidget(self._parts, 1)

    def _choices(self, cards: Sequence[FormCard]) -> QScrollArea:
        inner = QWidget()
        inner.setMaximumWidth(MOST_WIDE)
        column = self._column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(GAP)
        for card in cards:
            column.addWidget(card)
        column.addWidget(self._restore, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inner, 100)
        row.addStretch(1)
        area.setWidget(holder)
        return area

    def _show(self, settings: Settings) -> None:
        collation = settings.collation
        self._appearance.show_value(settings.appearance)
        self._motion.show_value(settings.reduce_motion)
        self._strictness.show_value(collation.strictness)
        self._most.show_value(collation.most_tags)
        self._peak.show_value(collation.peak_share)
        self._repeats.show_value(collation.count_repeats)
        self._experimental.show_value(collation.experimental)
        self._tokens.show_value(settings.excerpt_tokens)
        self._chat_model.show_value(settings.chat_model)
        self._temperature.show_value(settings.chat_temperature)
        self._longest.show_value(settings.chat_max_tokens)
        self._prompt.show_value(settings.system_prompt)
        self._restore.setDisabled(self._presenter.untouched)
