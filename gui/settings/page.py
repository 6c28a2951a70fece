"""The Settings page: cards of choices, each felt at once."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.settings import Settings
from gui.controls import Choice, Number, Scale, Switch
from gui.form import FormCard
from gui.settings.presenter import SettingsPresenter
from gui.theme import GAP, PAGE_MARGIN, SPACE, TITLE_HEIGHT

MOST_WIDE = 760
MOST_THREADS = 64
WINDOW_STEP = 32


class SettingsPage(QWidget):
    """Shows the presenter's settings and hands every change to it."""

    def __init__(self, presenter: SettingsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._restore = QPushButton(self.tr("Back to the defaults"))
        self._restore.setObjectName("restore")
        self._restore.clicked.connect(presenter.restore)
        self._lay_out(self._general(), self._tags(), self._tagging())
        presenter.changed.connect(self._show)
        self._show(presenter.current)

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
        card = FormCard(self.tr("Tags"), self.tr(
            "Songs you have tagged follow at once; the model does not run again."))
        card.add_row(self.tr("Strictness"), self._strictness, self.tr(
            "How sure the tagger must be before a mood becomes a tag."))
        card.add_row(self.tr("Tags per song, at most"), self._most)
        card.add_row(self.tr("What decides"), self._peak, self.tr(
            "A mood all through the song, or its strongest passage."))
        card.add_row(self.tr("Repeats"), self._repeats)
        return card

    def _tagging(self) -> FormCard:
        act = self._presenter
        self._tokens = Number(32, 512, WINDOW_STEP, self.tr(" tokens"), act.set_excerpt_tokens)
        self._threads = Number(0, MOST_THREADS, 1, "", act.set_threads, self.tr("Automatic"))
        card = FormCard(self.tr("Tagging"), self.tr("Holds for songs tagged from now on."))
        card.add_row(self.tr("Excerpt length"), self._tokens, self.tr(
            "How much of a lyric is judged at once. Shorter shows better where a mood stands, "
            "longer sees more context."))
        card.add_row(self.tr("Processor threads"), self._threads, self.tr(
            "How many cores tagging may use. Fewer keeps the computer quieter."))
        return card

    def _lay_out(self, *cards: FormCard) -> None:
        title = QLabel(self.tr("Settings"))
        title.setProperty("role", "title")
        inner = QWidget()
        inner.setMaximumWidth(MOST_WIDE)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(GAP)
        title.setMinimumHeight(TITLE_HEIGHT)
        column.addWidget(title)
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
        page = QVBoxLayout(self)
        page.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN - SPACE, PAGE_MARGIN)
        page.addWidget(area)

    def _show(self, settings: Settings) -> None:
        collation = settings.collation
        self._appearance.show_value(settings.appearance)
        self._motion.show_value(settings.reduce_motion)
        self._strictness.show_value(collation.strictness)
        self._most.show_value(collation.most_tags)
        self._peak.show_value(collation.peak_share)
        self._repeats.show_value(collation.count_repeats)
        self._tokens.show_value(settings.excerpt_tokens)
        self._threads.show_value(settings.threads)
        self._restore.setDisabled(self._presenter.untouched)
