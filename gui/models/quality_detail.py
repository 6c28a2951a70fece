"""One tagger on one label set, in sentences and pictures: beside the others, and mood by mood."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.evaluation.report import LabelSetBlock, TaggerReport
from engine.evaluation.report_words import (
    CHANCE,
    calibration_words,
    chance_of,
    experimental_words,
    figure_name,
    tag_name,
)
from engine.tagging.vocabulary import Vocabulary
from gui.controls import Choice
from gui.models import quality_words as words
from gui.models.quality import Quality
from gui.models.quality_bars import IntervalBars
from gui.models.quality_charts import ConfusionChart, ReliabilityChart
from gui.text_line import selectable_line as _line
from gui.theme import CARD_PADDING, GAP, SPACE, ThemeSource

_WORDS_MOST = 420


class QualityDetail(QFrame):
    """Follows what the presenter has chosen; its two lists and its bars choose another."""

    def __init__(self, quality: Quality, theme_source: ThemeSource, vocabulary: Vocabulary,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._quality, self._vocabulary = quality, vocabulary
        self.sets = _choice(lambda block: quality.choose(block=block))
        self.taggers_list = _choice(lambda tagger: quality.choose(tagger=tagger))
        self._title, self._facts = _line("heading"), _line("meta")
        self._told, self._tags, self._more = _line("body"), _line("body"), _line("quiet")
        self._note = _line("meta")
        self.taggers = IntervalBars(theme_source, vocabulary)
        self.taggers.chosen.connect(lambda tagger: quality.choose(tagger=tagger))
        self.moods = IntervalBars(theme_source, vocabulary)
        self.moods.chosen.connect(self._tell_mood)
        self._mood = _line("body")
        self.reliability = ReliabilityChart(theme_source)
        self.confusion = ConfusionChart(theme_source)
        self._scores, self._mixed = _line("quiet"), _line("quiet")
        self._lay_out()
        quality.changed.connect(self.show_chosen)
        quality.chosen_changed.connect(self.show_chosen)
        self.show_chosen()

    def show_chosen(self) -> None:
        """Shows what is chosen now."""
        quality = self._quality
        report, tagger = quality.report, quality.tagger_report
        self.setVisible(report is not None and tagger is not None and bool(quality.blocks))
        if report is None or tagger is None:
            return
        self.sets.offer([(block.block, block.title) for block in quality.blocks])
        self.sets.show_value(quality.block)
        self.taggers_list.offer([(each.tagger, each.name) for each in report.taggers])
        self.taggers_list.show_value(quality.tagger)
        block = quality.block_report
        if block is None:
            self._show_nothing(tagger)
        else:
            self._show_block(tagger, block)

    def _show_nothing(self, tagger: TaggerReport) -> None:
        """This tagger was not judged on this label set."""
        _say(self._title, tagger.name)
        _say(self._told, self.tr("It knows too few of the moods of this label set to be judged "
                                 "by it."))
        for label in (self._facts, self._tags, self._more, self._note):
            _say(label, "")
        for part in (self._mood_part, self._reliability_part, self._confusion_part):
            part.hide()
        self._show_taggers()

    def _show_block(self, tagger: TaggerReport, block: LabelSetBlock) -> None:
        report = self._quality.report
        assert report is not None
        _say(self._title, tagger.name)
        _say(self._facts, words.block_facts(block))
        _say(self._told, words.how_well(report, tagger, block))
        _say(self._tags, words.tags_words(block))
        _say(self._more, " ".join(filter(None, (
            words.affect_words(tagger), experimental_words(tagger)))))
        _say(self._note, tagger.note)
        self._show_taggers()
        self._show_moods(tagger, block)
        self._show_pictures(block)

    def _show_taggers(self) -> None:
        report, quality = self._quality.report, self._quality
        block = next((each for each in quality.blocks if each.block == quality.block), None)
        if report is None or block is None:
            return
        bars = words.tagger_bars(report, block)
        name = figure_name(block.main)
        _say(self._taggers_head, self.tr("All taggers here: {figure}").format(figure=name.within))
        _say(self._taggers_about, name.meaning)
        self.taggers.show_bars(name.title, bars, chance_of(block), quality.tagger)

    def _show_moods(self, tagger: TaggerReport, block: LabelSetBlock) -> None:
        bars = words.tag_bars(tagger, block, self._called)
        self._mood_part.setVisible(bool(bars))
        self.moods.show_bars(self.tr("Mood by mood"), bars, CHANCE["auc"], self.moods.current)
        self._tell_mood(self.moods.current)

    def _called(self, tag: str) -> str:
        """A mood as it is called elsewhere in the window; other tags as they are written."""
        known = self._vocabulary.get(tag)
        return known.name if known else tag_name(tag).capitalize()

    def _tell_mood(self, tag: str) -> None:
        bar = next((bar for bar in self.moods.bars if bar.key == tag), None)
        _say(self._mood, bar.told if bar else "")

    def _show_pictures(self, block: LabelSetBlock) -> None:
        told = calibration_words(block)
        self._reliability_part.setVisible(any(each.count for each in block.reliability))
        self.reliability.show_bins(block.reliability, told)
        _say(self._scores, told)
        self._confusion_part.setVisible(block.confusion is not None)
        if block.confusion is not None:
            told = words.mixed_up(block.confusion, self._called)
            names = [self._called(tag) for tag in block.confusion.tags]
            self.confusion.show_matrix(block.confusion, names, told)
            _say(self._mixed, told)

    def _lay_out(self) -> None:
        self._taggers_head, self._taggers_about = _line("heading"), _line("meta")
        self._mood_part = _part(
            _line("heading", self.tr("Mood by mood")),
            _line("meta", self.tr("How well songs with the mood are told from songs without it. "
                                  "Hollow dots are experimental: chance could do as well.")),
            self.moods, self._mood)
        self._reliability_part = _beside(
            self.reliability, _line("heading", self.tr("Can its scores be taken at their word?")),
            self._scores, _line("meta", self.tr(
                "On the dashed line a score means what it says: of the songs it gives 0.7, people "
                "agree on 7 in 10. Below the line it promises too much. The larger the dot, the "
                "more scores.")))
        self._confusion_part = _beside(
            self.confusion, _line("heading", self.tr("What does it mix up?")), self._mixed,
            _line("meta", self.tr("A row holds 100 songs that people call the same; the figures "
                                  "say what the tagger calls them.")))
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        column.setSpacing(GAP)
        column.addLayout(self._choosers())
        column.addWidget(_part(self._title, self._facts, self._told, self._tags, self._more,
                               self._note))
        column.addWidget(_part(self._taggers_head, self._taggers_about, self.taggers))
        for part in (self._mood_part, self._reliability_part, self._confusion_part):
            column.addWidget(part)

    def _choosers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(SPACE // 2)
        for column, (name, choice) in enumerate(((self.tr("&Label set"), self.sets),
                                                 (self.tr("&Tagger"), self.taggers_list))):
            label = QLabel(name)
            label.setProperty("role", "meta")
            label.setBuddy(choice)
            choice.setAccessibleName(name.replace("&", ""))
            grid.addWidget(label, 0, column)
            grid.addWidget(choice, 1, column)
            grid.setColumnStretch(column, 1)
        return grid


def _choice(tell: object) -> Choice:
    made = Choice([], tell)  # type: ignore[arg-type] # a function of one word
    made.setMinimumContentsLength(8)
    made.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


def _part(*widgets: QWidget) -> QWidget:
    """Things that belong together, with little room between them."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE // 2)
    for widget in widgets:
        column.addWidget(widget)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    return part


def _beside(picture: QWidget, *told: QWidget) -> QWidget:
    """A picture with what there is to say of it at its right."""
    part, words_part = QWidget(), _part(*told)
    words_part.setMaximumWidth(_WORDS_MOST)
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GAP)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words_part, 1, Qt.AlignmentFlag.AlignTop)
    row.addStretch(0)
    return part


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
