"""One model as a card: what it does, what it costs, how good it is; or why it cannot be used."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import Glyph, IconSource, Sign
from gui.models.presenter import ModelCard
from gui.theme import CARD_PADDING, GAP, SPACE

_FACT_WIDTH = 96


class CardFrame(QFrame):
    """`chosen` carries the id when the person wants to use this model."""

    chosen = Signal(str)

    def __init__(self, card: ModelCard, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.setProperty("role", "card")
        self.setProperty("current", "true" if card.in_use else "false")
        self.setAccessibleName(card.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        column.setSpacing(SPACE)
        column.addLayout(self._head(icons))
        if card.problem:
            column.addWidget(_words(card.problem, "danger"))
            column.addWidget(_words(card.hint, "quiet"))
        else:
            column.addWidget(_words(card.about, "quiet"))
            column.addLayout(self._facts())

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
        size = f"{card.bytes / 1e6:.1f} MB"
        speed = self.tr("not measured yet") if card.speed_here is None else self.tr(
            "{n} excerpts a second").format(n=f"{card.speed_here:,.0f}")
        facts = [
            (self.tr("Size"), f"{size}, {card.precision}" if card.precision else size),
            (self.tr("Speed here"), speed),
            (self.tr("Quality"), self._quality_words()),
            (self.tr("Languages"), ", ".join(card.languages) or self.tr("any")),
            (self.tr("Made from"), ", ".join(card.made_from)),
            (self.tr("Licence"), card.licence),
            (self.tr("Source"), self.tr("shipped with Undertone") if card.shipped
             else self.tr("added by you")),
        ]
        return [(name, value) for name, value in facts if value]


    def _quality_words(self) -> str:
        """How well it ranks moods, where that was measured; what else was measured stays in
        the model's own card."""
        ranks = [f"{name.replace('_', ' ')} {value:.2f}" for name, value in self.card.quality
                 if "auc" in name.casefold()]
        if not ranks:
            return self.tr("not measured yet")
        return self.tr("{values} (0.5 is chance, 1 perfect)").format(values=", ".join(ranks))


def _words(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setVisible(bool(words))
    return label
