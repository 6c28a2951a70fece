"""The Models page: a card for each installed model, and the place to add one."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.icons import IconSource
from gui.models.add_panel import AddPanel
from gui.models.card import CardFrame
from gui.models.drop_cover import DropCover
from gui.models.model_card import TAGGING_TASKS, ModelCard
from gui.models.model_files import BUNDLE_SUFFIX, models_among
from gui.models.presenter import ModelsPresenter
from gui.models.removed_strip import RemovedStrip
from gui.models.template_dialog import TemplateDialog
from gui.tagger_shelf import MOOD_TAGGING
from gui.theme import GAP, PAGE_MARGIN, SPACE, TITLE_HEIGHT

if TYPE_CHECKING:
    from gui.models.quality_page import QualityPage

MOST_WIDE = 760


class ModelsPage(QWidget):
    """Reads the folders each time it is opened: what was added meanwhile is there."""

    def __init__(self, presenter: ModelsPresenter, icons: IconSource,
                 make_quality: "Callable[[], QualityPage] | None" = None,
                 parent: QWidget | None = None) -> None:
        """`make_quality` builds the page that compares taggers once it is asked for; without it
        there is no way there."""
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._presenter = presenter
        self._icons = icons
        self._frames: dict[tuple[str, bool], CardFrame] = {}
        self._wants_to_add = False
        self._folder = Path.home()
        self._make_quality = make_quality
        self.quality: QualityPage | None = None
        self._compare = QPushButton(self.tr("Compare taggers"))
        self._compare.setProperty("role", "plain")
        self._compare.setVisible(make_quality is not None)
        self._compare.clicked.connect(self.show_quality)
        self._add = QPushButton(self.tr("Add a model"))
        self._add.setProperty("role", "primary")
        self._add.clicked.connect(lambda: self.show_adding())
        self.panel = AddPanel(presenter.adding, icons)
        self.panel.sent_away.connect(self._send_away)
        self._removed = RemovedStrip(presenter.upkeep)
        self._empty = _line("quiet")
        self._groups = {name: _Group(title) for name, title in (
            ("chat", self.tr("Chat and writing")), ("tagger", self.tr("Mood taggers")),
            ("other", self.tr("Others")), ("broken", self.tr("Cannot be used")))}
        self._lay_out()
        self._drop = DropCover(self.tr("Drop to add this model"), self)
        presenter.changed.connect(self._show)
        presenter.templates.read.connect(lambda seen: TemplateDialog(seen, self).open())
        presenter.adding.changed.connect(self._show)
        self._show()

    def show_adding(self, wanted: bool = True) -> None:
        """Opens or closes the place where a model is added."""
        self._wants_to_add = wanted
        self._show()
        if wanted:
            self._area.ensureWidgetVisible(self.panel)

    def show_quality(self) -> None:
        """Turns to the page that compares taggers."""
        if self.quality is None and self._make_quality is not None:
            self.quality = self._make_quality()
            self.quality.left.connect(self.show_cards)
            self._stack.addWidget(self.quality)
        if self.quality is not None:
            self._stack.setCurrentWidget(self.quality)

    def show_cards(self) -> None:
        """Turns back to the installed models."""
        self._stack.setCurrentWidget(self._area)
        self._compare.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._presenter.load()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Only models are taken here: songs go on to the window, which tags them."""
        if _models_in(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._drop.cover()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop.hide()
        # Copy, never move: a file manager would delete a moved file after the drop.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._presenter.adding.bring(_models_in(event))

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Models"))
        title.setProperty("role", "title")
        title.setMinimumHeight(TITLE_HEIGHT)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._compare)
        head.addWidget(self._add)
        inner = QWidget()
        inner.setMaximumWidth(MOST_WIDE)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        for part in (self._removed, self.panel, self._empty, *self._groups.values()):
            column.addWidget(part)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._area)
        page = QVBoxLayout(self)
        page.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN - SPACE, PAGE_MARGIN)
        page.addWidget(self._stack)

    def _show(self) -> None:
        cards = self._presenter.cards
        self._put_in_place(cards)
        self._empty.setVisible(not any(card.task == MOOD_TAGGING for card in cards))
        self._empty.setText(self.tr("Looking for models…") if self._presenter.loading else self.tr(
            "No tagger is installed. Set Undertone up again: it brings its tagger with it."))
        self._show_panel(cards)

    def _show_panel(self, cards: tuple[ModelCard, ...]) -> None:
        offered = self._presenter.offers_chat_model
        arriving = bool(self._presenter.adding.arrivals)
        self.panel.show_state(offered, frozenset(card.id for card in cards if not card.broken))
        shown = offered or arriving or self._wants_to_add
        focus = self.panel.focusWidget()
        focused = focus is not None and focus.hasFocus()
        self._add.setHidden(shown)
        if focused and not shown:
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.panel.setVisible(shown)

    def _put_in_place(self, cards: tuple[ModelCard, ...]) -> None:
        """Only cards that changed are made anew, so that the others keep focus and selection."""
        wanted = {(card.id, card.broken): card for card in cards}
        for key in [key for key in self._frames if key not in wanted]:
            self._frames.pop(key).deleteLater()
        for key, card in wanted.items():
            old = self._frames.get(key)
            if old is None or old.card != card:
                self._frames[key] = self._frame(card, old)
        for name, group in self._groups.items():
            group.show_frames([self._frames[key] for key, card in wanted.items()
                               if _group_of(card) == name])

    def _frame(self, card: ModelCard, old: CardFrame | None) -> CardFrame:
        frame = CardFrame(card, self._icons)
        act = self._presenter
        frame.chosen.connect(act.choose)
        frame.try_wanted.connect(act.try_out)
        frame.check_wanted.connect(act.check)
        frame.template_wanted.connect(act.look_at_template)
        frame.export_wanted.connect(self._ask_where)
        frame.export_unwanted.connect(act.leaving.cancel)
        frame.remove_wanted.connect(act.remove)
        if old is not None:
            if focused := old.focused_button():
                frame.focus_when_shown(focused)
            old.hide()
            old.deleteLater()
        return frame

    def _ask_where(self, model_id: str) -> None:
        """Lets the person choose the file in which a model leaves."""
        dialog = QFileDialog(self, self.tr("Export a model"), str(self._folder))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Models of Undertone") + f" (*.{BUNDLE_SUFFIX})")
        dialog.setDefaultSuffix(BUNDLE_SUFFIX)
        dialog.selectFile(f"{model_id}.{BUNDLE_SUFFIX}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._export(model_id, Path(name)))
        dialog.open()

    def _export(self, model_id: str, target: Path) -> None:
        self._folder = target.parent
        self._presenter.export(model_id, target)

    def _send_away(self) -> None:
        self._wants_to_add = False
        if self._presenter.offers_chat_model:
            self._presenter.decline_chat_model()
        self._show()


class _Group(QWidget):
    """The cards of one purpose under their heading; hidden while there are none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._shown: list[CardFrame] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, SPACE, 0, 0)
        self._column.setSpacing(GAP)
        heading = _line("heading")
        heading.setText(title)
        self._column.addWidget(heading)
        self.hide()

    def show_frames(self, frames: list[CardFrame]) -> None:
        self.setVisible(bool(frames))
        if frames == self._shown:
            return
        for frame in self._shown:
            self._column.removeWidget(frame)
        for frame in frames:
            self._column.addWidget(frame)
            frame.show()
        self._shown = frames


def _group_of(card: ModelCard) -> str:
    if card.broken:
        return "broken"
    if card.chats:
        return "chat"
    return "tagger" if card.task in TAGGING_TASKS else "other"


def _models_in(event: QDropEvent) -> tuple[Path, ...]:
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return models_among([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
