"""The Models page: one card for each installed model."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.icons import IconSource
from gui.models.card import CardFrame
from gui.models.presenter import ModelsPresenter
from gui.theme import GAP, PAGE_MARGIN, SPACE, TITLE_HEIGHT

MOST_WIDE = 760


class ModelsPage(QWidget):
    """Reads the folders each time it is opened: what was added meanwhile is there."""

    def __init__(self, presenter: ModelsPresenter, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._icons = icons
        self._cards: list[CardFrame] = []
        self._empty = QLabel()
        self._empty.setProperty("role", "quiet")
        self._empty.setWordWrap(True)
        self._column = QVBoxLayout()
        self._lay_out()
        presenter.changed.connect(self._show)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._presenter.load()

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Models"))
        title.setProperty("role", "title")
        title.setMinimumHeight(TITLE_HEIGHT)
        inner = QWidget()
        inner.setMaximumWidth(MOST_WIDE)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, SPACE, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(title)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        page = QVBoxLayout(self)
        page.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN - SPACE, PAGE_MARGIN)
        page.addWidget(area)

    def _show(self) -> None:
        cards = self._presenter.cards
        if [frame.card for frame in self._cards] != list(cards):
            self._rebuild()
        self._empty.setVisible(not cards)
        self._empty.setText(self.tr("Looking for models…") if self._presenter.loading else self.tr(
            "No model is installed. Set Undertone up again: it brings its tagger with it."))

    def _rebuild(self) -> None:
        for frame in self._cards:
            self._column.removeWidget(frame)
            frame.deleteLater()
        self._cards = [CardFrame(card, self._icons) for card in self._presenter.cards]
        for place, frame in enumerate(self._cards):
            frame.chosen.connect(self._presenter.choose)
            self._column.insertWidget(2 + place, frame)
