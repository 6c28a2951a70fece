"""One model as a card: what it does, what it costs, how good it is; or why it cannot be used."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.figures import count_text, megabytes_text
from gui.icons import Glyph, IconSource, Sign
from gui.models.memory_words import memory_words
from gui.models.model_card import ModelCard
from gui.tagger_shelf import MOOD_TAGGING
from gui.theme import CARD_PADDING, GAP, SPACE

PERPLEXITY_LOST = "perplexity_lost"  # as a share, in a chat model's manifest
_PROOF = "held"  # by which changes prove that they met their base; it says nothing of quality
_FACT_WIDTH = 96
_LINK_EDGE = 5  # what a link keeps free around its words for its focus


class CardFrame(QFrame):
    """Signals carry the model's id: use it, try it, check its files, see its template, export it
    or stop that, remove it."""

    chosen = Signal(str)
    try_wanted = Signal(str)
    check_wanted = Signal(str)
    template_wanted = Signal(str)
    export_wanted = Signal(str)
    export_unwanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, card: ModelCard, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.setProperty("role", "card")
        self.setProperty("current", "true" if card.in_use else "false")
        self.setAccessibleName(card.name)
        whole = QVBoxLayout(self)
        # Links keep room around their words: without it they would not line up with the rest.
        whole.setContentsMargins(CARD_PADDING - _LINK_EDGE, CARD_PADDING, CARD_PADDING, SPACE)
        whole.setSpacing(SPACE)
        column = QVBoxLayout()
        column.setContentsMargins(_LINK_EDGE, 0, 0, 0)
        whole.addLayout(column)
        column.addLayout(self._head(icons))
        column.addWidget(_words(card.problem, "danger"))
        column.addWidget(_words(card.hint, "quiet"))
        if not card.broken:
            column.addWidget(_words(card.about, "quiet"))
            column.addLayout(self._facts())
        column.addWidget(_words(card.here.remark, "danger" if card.here.trouble else "meta"))
        whole.addLayout(self._acts())

    def focus_when_shown(self, name: str) -> None:
        """Gives the focus to the button of that accessible name, if there is one."""
        for button in self.findChildren(QPushButton):
            if button.accessibleName() == name:
                QTimer.singleShot(0, button, button.setFocus)

    def focused_button(self) -> str:
        """The accessible name of the button that has the focus, "" for none."""
        focus = self.focusWidget()
        return focus.accessibleName() if focus is not None and focus.hasFocus() else ""

    def _head(self, icons: IconSource) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        if self.card.problem:
            row.addWidget(Sign(icons.icon(Glyph.WARNING, "danger")))
        name = _words(self.card.name, "heading")
        row.addWidget(name, 1)
        if self.card.in_use:
            row.addWidget(Sign(icons.icon(Glyph.CHECK, "accent"), 16))
            row.addWidget(QLabel(self.tr("In use")))
        elif self.card.choosable:
            use = QPushButton(self.tr("Use this one"))
            use.setAccessibleName(self.tr("Use {name}").format(name=self.card.name))
            use.clicked.connect(lambda: self.chosen.emit(self.card.id))
            row.addWidget(use)
        return row

    def _acts(self) -> QHBoxLayout:
        card = self.card
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        busy = self.tr("Trying it…") if card.here.trying else card.here.busy or card.here.exporting
        if card.chats or not (card.broken or card.shipped):
            again = card.here.trial is not None
            self._add(row, self.tr("Try again") if again else self.tr("Try it"),
                      self.tr("Try {name}"), self.try_wanted).setDisabled(bool(busy))
        if not card.broken:
            self._add(row, self.tr("Check the files"), self.tr("Check the files of {name}"),
                      self.check_wanted).setDisabled(bool(busy))
        if card.chats:
            self._add(row, self.tr("Its template"), self.tr("See the template of {name}"),
                      self.template_wanted)
        if card.here.exporting:
            self._add(row, self.tr("Stop exporting"), self.tr("Stop exporting {name}"),
                      self.export_unwanted)
        elif not card.broken:
            self._add(row, self.tr("Export…"), self.tr("Export {name}"),
                      self.export_wanted).setDisabled(bool(busy))
        if not card.shipped:
            self._add(row, self.tr("Remove"), self.tr("Remove {name}"),
                      self.remove_wanted).setDisabled(bool(busy))
        row.addWidget(_words(busy, "meta"))
        row.addStretch(1)
        return row

    def _add(self, row: QHBoxLayout, words: str, name: str, wanted: object) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("role", "link")
        button.setAccessibleName(name.format(name=self.card.name))
        button.clicked.connect(lambda: wanted.emit(self.card.id))  # type: ignore[attr-defined] # a signal
        row.addWidget(button)
        return button

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(SPACE // 2)
        grid.setColumnMinimumWidth(0, _FACT_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(self._fact_words()):
            label = _words(name, "meta")
            label.setWordWrap(False)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_words(value, "meta-ink"), row, 1)
        return grid

    def _fact_words(self) -> list[tuple[str, str]]:
        card = self.card
        size = megabytes_text(card.bytes)
        window = self.tr("{n} tokens").format(n=count_text(card.window)) if card.window else ""
        facts = [
            (self.tr("Does"), "" if card.about else self._purpose()),
            (self.tr("Size"), f"{size}, {card.precision}" if card.precision else size),
            (self.tr("Memory"), memory_words(card.here)),
            (self.tr("Speed here"), self._speed_words()),
            (self.tr("Quality"), self._quality_words()),
            (self.tr("Moods"), self._mood_words()),
            (self.tr("Our checks"), ", ".join(
                self.tr("{feature} {n} of {all}").format(feature=feature, n=passed, all=asked)
                for feature, passed, asked in card.here.checks)),
            (self.tr("Reads at once"), window),
            (self.tr("Languages"), ", ".join(card.languages) or self.tr("any")),
            (self.tr("Made from"), ", ".join(card.made_from)),
            (self.tr("Licence"), card.licence or self.tr("not told")),
            (self.tr("Source"), self.tr("shipped with Undertone") if card.shipped
             else self.tr("added by you")),
        ]
        return [(name, value) for name, value in facts if value]

    def _purpose(self) -> str:
        return {"text-generation": self.tr("chats, writes, tries any labels"),
                "mood-tagging": self.tr("tags lyrics with moods"),
                "mood-head": self.tr("hears a mood of yours in what the tagger says"),
                "text-classification": self.tr("sorts texts under its labels")}.get(
                    self.card.task, self.card.task)

    def _mood_words(self) -> str:
        """How many moods a tagger knows, and which of them are off until they are asked for."""
        card = self.card
        if card.task != MOOD_TAGGING or not card.moods:
            return ""
        if not card.experimental:
            return count_text(card.moods)
        named = ", ".join(mood.replace("_", " ") for mood in card.experimental)
        return self.tr("{n}; {m} of them experimental: {moods}").format(
            n=card.moods, m=len(card.experimental), moods=named)

    def _speed_words(self) -> str:
        card, here = self.card, self.card.here
        if here.excerpts_per_second is not None:
            return self.tr("{n} excerpts a second").format(n=f"{here.excerpts_per_second:,.0f}")
        trial = here.trial
        if trial is None or trial.outcome != "works":
            return self.tr("not measured yet")
        told = []
        if trial.tokens_per_second is not None:
            told.append(self.tr("{n} tokens a second").format(
                n=f"{trial.tokens_per_second:,.0f}"))
        if trial.load_seconds is not None:
            told.append(self.tr("opens in {n} s").format(n=f"{trial.load_seconds:.1f}"))
        # Only of the processor it is certain; what really ran on a card stands in the message.
        if trial.device == "cpu":
            told.append(self.tr("on the processor"))
            return ", ".join(told)
        return card.spoken or ", ".join(told)

    def _chat_quality(self, name: str, value: float) -> str:
        if name == PERPLEXITY_LOST:
            return self.tr("perplexity {n} % against what it was made from").format(
                n=f"{100 * value:+.1f}".replace("-0.0", "+0.0"))
        return f"{name.replace('_', ' ')} {value:.2f}"

    def _quality_words(self) -> str:
        """How well it ranks moods, where that was measured; what else was measured stays in
        the model's own card."""
        card = self.card
        if card.chats:
            return ", ".join(self._chat_quality(name, value) for name, value in card.quality
                             if name != _PROOF)
        ranks = [f"{name.replace('_', ' ')} {value:.2f}" for name, value in card.quality
                 if "auc" in name.casefold()]
        if not ranks:
            return self.tr("not measured yet")
        return self.tr("{values} (0.5 is chance, 1 perfect)").format(values=", ".join(ranks))


def _words(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if not words:  # never shown before it has a parent: it would be a window of its own
        label.hide()
    return label
