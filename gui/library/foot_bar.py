"""The bar under the songs: how many there are, what was done last, what can be done with those
that are chosen."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.library.actions import LibraryAction, Place
from gui.library.presenter import LibraryPresenter
from gui.library.wording import chosen_text, counted_text
from gui.link_button import link_button
from gui.menu_button import MenuButton
from gui.theme import SPACE


class FootBar(QFrame):
    """Follows the presenter. Actions marked for the bar have a button while songs are chosen; all
    are in the menu at its end, which `fill_menu` fills."""

    def __init__(self, presenter: LibraryPresenter,
                 act: Callable[[LibraryAction], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._actions = presenter.actions
        self._act = act
        self._buttons: list[tuple[LibraryAction, QPushButton]] = []
        self.counts, self.told = _label("meta"), _label("meta-ink")
        self.undo = link_button(self.tr("Undo"))
        self.undo.clicked.connect(presenter.steps.undo)
        self.more = MenuButton(self.tr("More"), "plain")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE)
        for widget in (self.counts, self.told, self.undo):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._row.addWidget(self.more)
        self.setFixedHeight(4 * SPACE)
        self._actions.changed.connect(self._make_buttons)
        for changed in (presenter.found_changed, presenter.selection_changed,
                        presenter.steps.told_changed):
            changed.connect(self.refresh)
        self._make_buttons()

    def refresh(self) -> None:
        """Shows what there is to say now."""
        presenter = self._presenter
        found, chosen = presenter.found, presenter.selection
        counted = counted_text(len(found.keys), found.total) if found else ""
        several = len(chosen) > 1
        self.counts.setText(f"{chosen_text(len(chosen))}  ·  {counted}" if several else counted)
        told = presenter.steps.told
        self.told.setText(told.words)
        self.told.setVisible(bool(told.words))
        self.undo.setVisible(told.can_undo)
        self.more.setVisible(bool(chosen))
        room = self._room() if chosen else 0
        for action, button in self._buttons:
            room -= button.sizeHint().width() + SPACE
            button.setVisible(room >= 0)
            button.setEnabled(action.usable(chosen))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def _room(self) -> int:
        """What is left for buttons between what is told and the menu."""
        told = self._presenter.steps.told
        taken = [self.counts, self.more, *([self.told] if told.words else ()),
                 *([self.undo] if told.can_undo else ())]
        return self.width() - sum(widget.sizeHint().width() + SPACE for widget in taken)

    def _make_buttons(self) -> None:
        for _, button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [(action, self._make_button(action))
                         for action in self._actions.at(Place.SONGS) if action.on_bar]
        self.refresh()

    def _make_button(self, action: LibraryAction) -> QPushButton:
        button = QPushButton(action.words)
        button.setProperty("role", "plain")
        button.setToolTip(action.tip)
        button.clicked.connect(lambda: self._act(action))
        self._row.insertWidget(self._row.count() - 1, button)
        return button


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)  # titles and names of playlists stand in it
    return label
